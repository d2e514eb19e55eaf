/* id_map.c - see id_map.h */
#include "image/id_map.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/text.h"
#include "host/host.h"
#include "spec/names.h"
#include <string.h>
#include <unistd.h>

enum { SUBID_FILE_MAX = 1024 * 1024 };

/* The part of a line up to ':' or its end, as a text of its own; *at goes behind it. */
static const char *take_part(char **at)
{
	char *part = *at, *end = part + strcspn(part, ":");

	*at = *end ? end + 1 : end;
	*end = '\0';
	return part;
}

static bool take_range(char *line, const char *user, uint32_t uid, struct id_range *range)
{
	const char *who = take_part(&line);
	const char *first_text = take_part(&line), *count_text = take_part(&line);
	uint64_t number, first, count;
	bool ours = (user && !strcmp(who, user)) || (text_to_u64(who, &number) && number == uid);

	if (!ours || !text_to_u64(first_text, &first) || !text_to_u64(count_text, &count))
		return false;
	if (!count || first > UINT32_MAX || count > UINT32_MAX - first)
		return false;
	*range = (struct id_range){ (uint32_t)first, (uint32_t)count };
	return true;
}

struct id_ranges id_ranges_of(const char *text, const char *user, uint32_t uid)
{
	struct id_ranges ranges = { 0 };
	char line[256];

	while (*text && ranges.count < ID_RANGES_MAX) {
		size_t length = strcspn(text, "\n");

		if (length < sizeof(line)) {
			memcpy(line, text, length);
			line[length] = '\0';
			ranges.count += take_range(line, user, uid, &ranges.at[ranges.count]);
		}
		text += length;
		text += *text == '\n';
	}
	return ranges;
}

static struct id_ranges read_ranges(struct arena *arena, const char *path, const struct host *host)
{
	char *text;
	size_t length;

	if (file_read(arena, AT_FDCWD, path, SUBID_FILE_MAX, &text, &length))
		return (struct id_ranges){ 0 };
	return id_ranges_of(text, host->user, host->uid);
}

/* "PID 0 1000 1 1 100000 65536", as newuidmap(1) takes it; `same`: "PID 1000 1000 1 100000 100000 65536". */
static char **tool_words(struct arena *arena, const char *tool, pid_t child, uint32_t own,
			 const struct id_ranges *ranges, bool same)
{
	char **words = ARENA_ARRAY(arena, 2 + 3 * (ranges->count + 1) + 1, char *);
	size_t count = 0;
	uint32_t inside = 1;

	words[count++] = arena_copy(arena, tool, strlen(tool));
	words[count++] = arena_printf(arena, "%d", (int)child);
	words[count++] = arena_printf(arena, "%u", same ? own : 0);
	words[count++] = arena_printf(arena, "%u", own);
	words[count++] = arena_printf(arena, "1");
	for (size_t i = 0; i < ranges->count; i++) {
		words[count++] = arena_printf(arena, "%u", same ? ranges->at[i].first : inside);
		words[count++] = arena_printf(arena, "%u", ranges->at[i].first);
		words[count++] = arena_printf(arena, "%u", ranges->at[i].count);
		inside += ranges->at[i].count;
	}
	return words;
}

static bool run_tool(char **words, struct problem *problem)
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	char *const env[] = { path, NULL };
	int status = -1;
	pid_t pid = sys_fork();

	if (pid == 0) {
		sys_execve(words[0], words, env);
		sys_exit(127);
	}
	if (pid < 0)
		problem_set(problem, "%s: %s", words[0], errno_words(-pid));
	else if (sys_wait4(pid, &status, 0) != pid || status)
		problem_set(problem, "%s refused the ids of /etc/subuid and /etc/subgid (its words are above)",
			    words[0]);
	return !problem->found;
}

static bool write_map(struct arena *arena, pid_t child, const char *file, const char *text, struct problem *problem)
{
	const char *path = arena_printf(arena, "/proc/%d/%s", (int)child, file);
	closes int fd = sys_openat(AT_FDCWD, path, O_WRONLY, 0);
	int error = fd < 0 ? fd : file_write_all(fd, text, strlen(text));

	if (error)
		problem_set(problem, "cannot map ids: %s: %s", path, errno_words(-error));
	return !error;
}

/* The one id that the kernel lets anybody map (user_namespaces(7)). */
static bool map_one(struct arena *arena, pid_t child, const struct host *host, struct problem *problem)
{
	return write_map(arena, child, "setgroups", "deny", problem) &&
	       write_map(arena, child, "uid_map", arena_printf(arena, "0 %u 1", host->uid), problem) &&
	       write_map(arena, child, "gid_map", arena_printf(arena, "0 %u 1", host->gid), problem);
}

struct tools { struct host host; struct id_ranges uids, gids; };

/* False where there is only the one id. */
static bool find_tools(struct arena *arena, struct tools *ret_tools)
{
	const struct host_wants wants = { .id_map_tools = true };

	host_read(arena, &wants, &ret_tools->host);
	ret_tools->uids = read_ranges(arena, "/etc/subuid", &ret_tools->host);
	ret_tools->gids = read_ranges(arena, "/etc/subgid", &ret_tools->host);
	return ret_tools->uids.count && ret_tools->gids.count && ret_tools->host.newuidmap &&
	       ret_tools->host.newgidmap;
}

static bool map_all(struct arena *arena, pid_t child, const struct tools *tools, bool same, struct problem *problem)
{
	const struct host *host = &tools->host;

	return run_tool(tool_words(arena, host->newuidmap, child, host->uid, &tools->uids, same), problem) &&
	       run_tool(tool_words(arena, host->newgidmap, child, host->gid, &tools->gids, same), problem);
}

bool id_map_child(struct arena *arena, pid_t child, struct problem *problem)
{
	struct tools tools;

	return find_tools(arena, &tools) ? map_all(arena, child, &tools, false, problem) :
					   map_one(arena, child, &tools.host, problem);
}

bool id_map_child_same(struct arena *arena, pid_t child, struct problem *problem)
{
	struct tools tools;

	if (find_tools(arena, &tools))
		return map_all(arena, child, &tools, true, problem);
	problem_set(problem, "networks of an ordinary user need subordinate ids and newuidmap (package uidmap): root "
		    "adds them by 'usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER'; without "
		    "them there is --network pasta");
	return false;
}

static char **map_words(struct arena *arena, const char *tool, pid_t child, const struct id_maps *maps)
{
	char **words = ARENA_ARRAY(arena, 2 + 3 * maps->count + 1, char *);
	size_t count = 0;

	words[count++] = arena_copy(arena, tool, strlen(tool));
	words[count++] = arena_printf(arena, "%d", (int)child);
	for (size_t i = 0; i < maps->count; i++) {
		words[count++] = arena_printf(arena, "%u", maps->at[i].inside);
		words[count++] = arena_printf(arena, "%u", maps->at[i].outside);
		words[count++] = arena_printf(arena, "%u", maps->at[i].count);
	}
	return words;
}

bool id_map_child_as(struct arena *arena, pid_t child, const struct user_ids *ids, struct problem *problem)
{
	const struct host_wants wants = { .id_map_tools = true };
	struct host host;

	host_read(arena, &wants, &host);
	if (host.newuidmap && host.newgidmap)
		return run_tool(map_words(arena, host.newuidmap, child, &ids->uids), problem) &&
		       run_tool(map_words(arena, host.newgidmap, child, &ids->gids), problem);
	problem_set(problem, "a container with ids of its own needs newuidmap and newgidmap, which are not there: "
		    "install them (package uidmap or shadow-utils)");
	return false;
}
