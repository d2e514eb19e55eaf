/* read_user.c - see read_parts.h */
#include "base/sys.h"
#include "doctor/read_parts.h"
#include "engine/ids.h"
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>

static uint64_t count_ids(struct arena *arena, const struct host *host, const char *file)
{
	struct id_ranges ranges = ids_ranges(arena, file, host->user, host->uid);
	uint64_t count = 0;

	for (size_t i = 0; i < ranges.count; i++)
		count += ranges.at[i].count;
	return count;
}

static struct machine_tool read_tool(const char *path)
{
	struct machine_tool tool = { .path = path };
	struct stat file;
	struct statvfs mount;

	if (!path)
		return tool;
	tool.setuid = stat(path, &file) == 0 && (file.st_mode & S_ISUID) && file.st_uid == 0;
	tool.capable = getxattr(path, "security.capability", NULL, 0) > 0;
	tool.nosuid = statvfs(path, &mount) == 0 && (mount.f_flag & ST_NOSUID);
	return tool;
}

static uint64_t limit_of(int resource)
{
	struct rlimit limit;

	return getrlimit(resource, &limit) || limit.rlim_max == RLIM_INFINITY ? UINT64_MAX : limit.rlim_max;
}

static uint64_t number_at(const char *path, struct arena *arena)
{
	const char *text = read_line(arena, path);

	return text ? strtoull(text, NULL, 10) : 0;
}

/* The number behind that many blanks of a line, as "4" of "4/200"; 0 where there is none. */
static uint64_t number_behind(const char *line, size_t blanks)
{
	for (; blanks && line; blanks--)
		line = strchr(line, ' ') ? strchr(line, ' ') + 1 : NULL;
	return line ? strtoull(line, NULL, 10) : 0;
}

/* Lines of /proc/key-users are " 1000:     5 4/4 4/200 97/20000": keys(7). Who has no keys has no line. */
static void read_keys(struct arena *arena, struct machine *machine)
{
	char *rest = read_line(arena, "/proc/key-users"), *line, *end;
	const char *root = machine->host.uid ? "" : "root_";

	machine->keys_max = number_at(arena_printf(arena, "/proc/sys/kernel/keys/%smaxkeys", root), arena);
	machine->key_bytes_max = number_at(arena_printf(arena, "/proc/sys/kernel/keys/%smaxbytes", root), arena);
	while (rest && (line = strsep(&rest, "\n"))) {
		if (strtoul(line, &end, 10) != machine->host.uid || end == line || *end != ':')
			continue;
		end += 1 + strspn(end + 1, " ");
		machine->keys = number_behind(end, 2);
		machine->key_bytes = number_behind(end, 3);
	}
}

void read_user(struct arena *arena, struct machine *machine)
{
	machine->subordinate_uids = count_ids(arena, &machine->host, "/etc/subuid");
	machine->subordinate_gids = count_ids(arena, &machine->host, "/etc/subgid");
	machine->newuidmap = read_tool(machine->host.newuidmap);
	machine->newgidmap = read_tool(machine->host.newgidmap);
	machine->files_limit = limit_of(RLIMIT_NOFILE);
	machine->processes_limit = limit_of(RLIMIT_NPROC);
	read_keys(arena, machine);
}
