/* host_cgroup.c - the layout of cgroups: cgroups(7).
 *
 * v2 is one tree on /sys/fs/cgroup. v1 is a tmpfs there with a hierarchy for each controller
 * (or several) below it; hybrid is v1 with a v2 tree at «unified» as well.
 */
#include "base/file.h"
#include "base/sys.h"
#include "host/host_parts.h"
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>

#define ROOT "/sys/fs/cgroup"

static bool is_cgroup2(const char *path)
{
	struct statfs info;

	return statfs(path, &info) == 0 && info.f_type == CGROUP2_SUPER_MAGIC;
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
	char *controllers, *path;
	struct host_cgroup *hierarchy;
	struct statfs info;

	if (!next_word(&line, ':'))
		return;
	controllers = next_word(&line, ':');
	path = line;
	if (!controllers || !path)
		return;
	if (!*controllers) {
		host->self_cgroup = path;
		return;
	}
	hierarchy = &host->hierarchy[host->hierarchies];
	hierarchy->controllers = controllers;
	hierarchy->path = path;
	hierarchy->mount = arena_printf(arena, ROOT "/%s",
					strncmp(controllers, "name=", 5) == 0 ? controllers + 5 : controllers);
	if (statfs(hierarchy->mount, &info) == 0 && info.f_type == CGROUP_SUPER_MAGIC)
		host->hierarchies++;
}

void host_read_cgroup(struct arena *arena, struct host *host)
{
	enum { LIMIT = 64 * 1024, HIERARCHIES = 64 };
	char *text, *line;
	size_t length;

	if (file_read(arena, AT_FDCWD, "/proc/self/cgroup", LIMIT, &text, &length) < 0)
		return;
	host->hierarchy = ARENA_ARRAY(arena, HIERARCHIES, struct host_cgroup);
	while (host->hierarchies < HIERARCHIES - 1 && (line = next_word(&text, '\n')))
		take_line(arena, host, line);
	if (is_cgroup2(ROOT))
		host->cgroup = CGROUP_V2;
	else if (is_cgroup2(ROOT "/unified"))
		host->cgroup = CGROUP_HYBRID;
	else if (host->hierarchies)
		host->cgroup = CGROUP_V1;
	if (host->cgroup == CGROUP_V2)
		host->hierarchies = 0;
}
