/* service.c - see service.h */
#include "engine/service.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/sys.h"
#include "spec/reason.h"
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <linux/magic.h>

#define CGROUPS "/sys/fs/cgroup"
#define SUPERVISOR "/supervisor"

static const struct name notifiers[] = {
	{ "container", NOTIFY_FOR_RUNTIME }, { "conmon", NOTIFY_BY_RUNTIME }, { "healthy", NOTIFY_LATER },
	{ "ignore", NOTIFY_NEVER }, { NULL, 0 }
};

const char *service_read_notify(const char *given, const struct health_check *health, struct problem *problem)
{
	const struct name *by = given ? name_find(notifiers, given) : &notifiers[0];

	if (!by)
		problem_set(problem, "option '--sdnotify' is container, conmon, healthy or ignore, not '%s'", given);
	else if (by->value == NOTIFY_LATER && !health->test.count)
		problem_set(problem, "option '--sdnotify healthy': it has no health check; give it one with "
			    "'--health-cmd'");
	return by == &notifiers[0] ? "" : given;
}

const char *service_read_cgroups(const char *given, struct problem *problem)
{
	/* There is no process of ours beside the container's, so it is in no cgroup of the container's. */
	if (!given || !strcmp(given, "enabled") || !strcmp(given, "no-conmon"))
		return "";
	if (strcmp(given, "disabled") != 0 && strcmp(given, "split") != 0)
		problem_set(problem, "option '--cgroups' is enabled, disabled, split or no-conmon, not '%s'", given);
	return given;
}

enum notify_by service_notify(const struct made *made)
{
	const struct name *by = made->sdnotify ? name_find(notifiers, made->sdnotify) : NULL;

	return by ? (enum notify_by)by->value : NOTIFY_FOR_RUNTIME;
}

enum cgroup_manager service_cgroup_manager(const struct made *made)
{
	return made->cgroups && !strcmp(made->cgroups, "disabled") ? MANAGER_DISABLED : MANAGER_CGROUPFS;
}

/* --- split --- */

/* "/system.slice/x.service" of a line "0::/system.slice/x.service"; NULL where there is no cgroup v2 alone. */
static char *own_cgroup(struct arena *arena)
{
	enum { LIMIT = 65536 };
	const size_t end = sizeof(SUPERVISOR) - 1;
	struct statfs info;
	char *text, *path;
	size_t length;

	if (statfs(CGROUPS, &info) || info.f_type != CGROUP2_SUPER_MAGIC ||
	    file_read(arena, AT_FDCWD, "/proc/self/cgroup", LIMIT, &text, &length) || strncmp(text, "0::/", 4) != 0)
		return NULL;
	path = text + 3;
	path[strcspn(path, "\n")] = '\0';
	/* Where it has gone below already. */
	length = strlen(path);
	if (length > end && !strcmp(path + length - end, SUPERVISOR))
		path[length - end] = '\0';
	return path;
}

const char *service_split_path(struct arena *arena, const char *id, struct problem *problem)
{
	const char *own = own_cgroup(arena);

	if (!own)
		problem_set(problem,
			    "option '--cgroups split' needs cgroup v2, which is not what is mounted on " CGROUPS);
	else if (!strcmp(own, "/"))
		problem_set(problem,
			    "option '--cgroups split': this process is in the root cgroup, where it stays: it is for a "
			    "service that has a cgroup of its own");
	return own ? arena_printf(arena, "%s/taru-%s", own, id) : NULL;
}

/* The cgroup that holds the container's: that of its path without the last name. */
static void supervisor_path(char *path, size_t size, const struct spec *spec)
{
	const char *last = strrchr(spec->cgroups_path, '/');

	(void)snprintf(path, size, CGROUPS "%.*s" SUPERVISOR, (int)(last - spec->cgroups_path), spec->cgroups_path);
}

bool service_split(const struct made *made, const struct spec *spec, struct problem *problem)
{
	char path[4096];
	int error;

	if (!made->cgroups || strcmp(made->cgroups, "split") != 0 || !spec->cgroups_path ||
	    spec->cgroups_path[0] != '/')
		return true;
	supervisor_path(path, sizeof(path), spec);
	error = sys_mkdirat(AT_FDCWD, path, 0755);
	if (!error || error == -EEXIST) {
		closes int folder = sys_openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0);
		closes int procs = folder < 0 ? folder : sys_openat(folder, "cgroup.procs", O_WRONLY, 0);

		error = procs < 0 ? procs : file_write_all(procs, "0", 1);
	}
	if (error)
		problem_set(problem,
			    "option '--cgroups split': cannot go to '%s': %s; the unit needs Delegate=yes", path,
			    reason_words(error));
	return !error;
}
