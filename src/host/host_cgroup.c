/* host_cgroup.c - the layout of cgroups: cgroups(7).
 *
 * v2 is one tree on /sys/fs/cgroup. v1 is a tmpfs there with a hierarchy for each controller
 * (or several) below it; hybrid is v1 with a v2 tree at «unified» as well.
 *
 * Where a container's cgroups can be made is a question of rights. Root of the machine makes them anywhere. Others
 * only where something was delegated to them (cgroups(7), «Cgroup delegation»): the directory is theirs. And
 * below a cgroup of v2 that has processes in it none can have controllers, so the nearest one upwards that
 * has none is taken.
 */
#include "base/file.h"
#include "base/sys.h"
#include "host/host_parts.h"
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#define ROOT "/sys/fs/cgroup"

enum { LIMIT = 64 * 1024, HIERARCHIES = 64 };

static bool is_filesystem(const char *path, unsigned long type)
{
	struct statfs info;

	return statfs(path, &info) == 0 && (unsigned long)info.f_type == type;
}

/* Cuts the next word off at `end`; it may be empty. NULL at the end of the text. */
static char *next_word(char **at, char end)
{
	char *word = *at, *stop;

	if (!word)
		return NULL;
	stop = strchr(word, end);
	if (stop)
		*stop++ = '\0';
	*at = stop;
	return word;
}

/* A line of /proc/self/cgroup: "4:memory:/user.slice", "0::/init.scope". */
static void take_line(struct arena *arena, struct host *host, char *line)
{
	struct host_cgroup *hierarchy = &host->hierarchy[host->hierarchies];
	char *controllers;
	const char *name;

	if (!next_word(&line, ':'))
		return;
	controllers = next_word(&line, ':');
	if (!controllers || !line)
		return;
	if (!*controllers) {
		if (host->cgroup == CGROUP_V2 || host->cgroup == CGROUP_HYBRID)
			host->hierarchy[HIERARCHIES - 1].path = line;
		return;
	}
	name = strncmp(controllers, "name=", 5) == 0 ? controllers + 5 : controllers;
	*hierarchy = (struct host_cgroup){ .controllers = controllers, .path = line,
					   .mount = arena_printf(arena, ROOT "/%s", name) };
	if (host->cgroup != CGROUP_V2 && is_filesystem(hierarchy->mount, CGROUP_SUPER_MAGIC))
		host->hierarchies++;
}

static void read_self(struct arena *arena, struct host *host)
{
	char *text, *line;
	size_t length;

	if (file_read(arena, AT_FDCWD, "/proc/self/cgroup", LIMIT, &text, &length) < 0)
		return;
	while (host->hierarchies < HIERARCHIES - 1 && (line = next_word(&text, '\n')))
		take_line(arena, host, line);
}

/* --- where a container's cgroups can be made --- */

static bool is_writable(const char *directory)
{
	return faccessat(AT_FDCWD, directory, W_OK, AT_EACCESS) == 0;
}

/* The root has some at all times, and may. */
static bool has_processes(struct arena *arena, const char *directory, const char *path)
{
	char *text;
	size_t length;

	return *path && file_read(arena, AT_FDCWD, arena_printf(arena, "%s/cgroup.procs", directory), LIMIT, &text,
				  &length) == 0 && length > 0;
}

/* The path of the cgroup that this one is in: "" above all. */
static const char *parent_of(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');

	return arena_copy(arena, path, slash ? (size_t)(slash - path) : 0);
}

/* The place that was asked for, or the deepest above it that is there, decides. */
static void find_above(struct arena *arena, struct host_cgroup *hierarchy, const char *asked)
{
	const char *path = parent_of(arena, asked), *directory;

	for (;;) {
		directory = arena_printf(arena, "%s%s", hierarchy->mount, path);
		if (!*path || access(directory, F_OK) == 0)
			break;
		path = parent_of(arena, path);
	}
	if (is_writable(directory))
		hierarchy->base = path;
	else
		hierarchy->refused = directory;
}

static void find_near(struct arena *arena, struct host_cgroup *hierarchy)
{
	const char *path = strcmp(hierarchy->path, "/") == 0 ? "" : arena_printf(arena, "%s", hierarchy->path);

	for (;; path = parent_of(arena, path)) {
		char *directory = arena_printf(arena, "%s%s", hierarchy->mount, path);

		if (!hierarchy->refused)
			hierarchy->refused = directory;
		if (!is_writable(directory))
			return;
		if (!hierarchy->unified || !has_processes(arena, directory, path)) {
			hierarchy->base = path;
			return;
		}
		if (!*path)
			return;
	}
}

static void find_base(struct arena *arena, const struct host *host, const struct host_wants *wants,
		      struct host_cgroup *hierarchy)
{
	if (host_privileged(host) && !host->user_namespace)
		hierarchy->base = "";
	else if (wants->cgroup_path)
		find_above(arena, hierarchy, wants->cgroup_path);
	else if (hierarchy->path)
		find_near(arena, hierarchy);
}

/* "cpu io memory\n" → "cpu,io,memory": as they are called in v1. */
static const char *controllers_of(struct arena *arena, const char *directory)
{
	char *text, *at;
	size_t length;

	if (file_read(arena, AT_FDCWD, arena_printf(arena, "%s/cgroup.controllers", directory), LIMIT, &text,
		      &length) < 0)
		return "";
	for (at = text; *at && *at != '\n'; at++)
		if (*at == ' ')
			*at = ',';
	*at = '\0';
	return text;
}

static void read_controllers(struct arena *arena, struct host_cgroup *hierarchy)
{
	const char *path = hierarchy->base ? hierarchy->base : "";

	hierarchy->controllers = controllers_of(arena, arena_printf(arena, "%s%s", hierarchy->mount, path));
	if (!*path)
		return;
	hierarchy->level = ARENA_ARRAY(arena, strlen(path) + 1, struct host_level);
	for (;; path = parent_of(arena, path)) {
		const char *directory = arena_printf(arena, "%s%s", hierarchy->mount, path);

		hierarchy->level[hierarchy->levels++] =
			(struct host_level){ directory, controllers_of(arena, directory) };
		if (!*path)
			return;
	}
}

/* This process's own cgroup, or another one's, where systemd looks: its own hierarchy, or v2. */
static char *read_path(struct arena *arena, const char *file)
{
	char *text, *line, *found = NULL, *end;
	size_t length;

	if (file_read(arena, AT_FDCWD, file, LIMIT, &text, &length) < 0)
		return NULL;
	while ((line = next_word(&text, '\n'))) {
		if (strncmp(line, "0::", 3) == 0 && !found)
			found = line + 3;
		if ((end = strstr(line, ":name=systemd:")))
			found = end + 14;
	}
	return found;
}

/* Where the user's systemd is: among one's own cgroups, or beside them, for who has logged in by another way. */
static const char *find_user_base(struct arena *arena, const struct host *host)
{
	static const char slice[] = "/user.slice/user-";
	char *path = read_path(arena, "/proc/self/cgroup"), *at = path ? strstr(path, "/user@") : NULL;
	uint32_t uid = host->uid;

	if (at) {
		path[at + 1 + strcspn(at + 1, "/") - path] = '\0';
		return path;
	}
	if (path && strncmp(path, slice, sizeof(slice) - 1) == 0)
		uid = (uint32_t)strtoul(path + sizeof(slice) - 1, NULL, 10);
	return uid ? arena_printf(arena, "/user.slice/user-%u.slice/user@%u.service", uid, uid) : NULL;
}

/* Of the system's: where the first process is, but for the scope that systemd puts itself in. */
static const char *find_system_base(struct arena *arena)
{
	static const char scope[] = "/init.scope";
	char *path = read_path(arena, "/proc/1/cgroup");
	size_t length = path ? strlen(path) : 0;

	if (length >= sizeof(scope) - 1 && strcmp(path + length - (sizeof(scope) - 1), scope) == 0)
		path[length - (sizeof(scope) - 1)] = '\0';
	return path && strcmp(path, "/") == 0 ? "" : path;
}

static void read_systemd_base(struct arena *arena, struct host *host)
{
	bool user = !host_privileged(host) || host->user_namespace;

	host->systemd_base = user ? find_user_base(arena, host) : find_system_base(arena);
}

static void read_delegate(struct arena *arena, struct host *host)
{
	char *text;
	size_t length;

	if (file_read(arena, AT_FDCWD, "/sys/kernel/cgroup/delegate", LIMIT, &text, &length) == 0)
		host->delegate = text;
}

static void find_layout(struct host *host)
{
	if (is_filesystem(ROOT, CGROUP2_SUPER_MAGIC))
		host->cgroup = CGROUP_V2;
	else if (is_filesystem(ROOT "/unified", CGROUP2_SUPER_MAGIC))
		host->cgroup = CGROUP_HYBRID;
}

void host_read_cgroup(struct arena *arena, const struct host_wants *wants, struct host *host)
{
	bool anywhere = host_privileged(host) && !host->user_namespace;
	struct host_cgroup *unified;

	host->hierarchy = ARENA_ARRAY(arena, HIERARCHIES, struct host_cgroup);
	unified = &host->hierarchy[HIERARCHIES - 1];
	find_layout(host);
	if (host->cgroup != CGROUP_V2 || !anywhere || wants->cgroup_self)
		read_self(arena, host);
	if (host->cgroup == CGROUP_NONE && host->hierarchies)
		host->cgroup = CGROUP_V1;
	if (host->cgroup == CGROUP_V2 || host->cgroup == CGROUP_HYBRID)
		host->hierarchy[host->hierarchies++] =
			(struct host_cgroup){ .mount = host->cgroup == CGROUP_V2 ? ROOT : ROOT "/unified",
					      .path = unified->path, .unified = true };
	for (size_t i = 0; i < host->hierarchies; i++)
		find_base(arena, host, wants, &host->hierarchy[i]);
	if (host->hierarchies && host->hierarchy[host->hierarchies - 1].unified)
		read_controllers(arena, &host->hierarchy[host->hierarchies - 1]);
	if (wants->systemd)
		read_systemd_base(arena, host);
	if (wants->cgroup_delegate)
		read_delegate(arena, host);
}
