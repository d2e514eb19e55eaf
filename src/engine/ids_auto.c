/* ids_auto.c - see ids_auto.h */
#include "engine/ids_auto.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/json_decode.h"
#include "base/sys.h"
#include "engine/ids.h"
#include "engine/parts.h"
#include "life/life.h"
#include "spec/reason.h"
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { SIZE_LEAST = 1024, NOBODY = 65534, FILE_MAX = 1 << 20 };

/* --- how many it needs --- */

/* The highest number in the third field of a file like /etc/passwd. */
static uint32_t highest_in(const struct container_root *root, const char *path, uint32_t highest)
{
	char *text;
	size_t length;

	if (root_read_file(root, path, FILE_MAX, &text, &length))
		return highest;
	for (char *line; (line = strsep(&text, "\n"));) {
		uint64_t number;

		strsep(&line, ":");
		if (!line || !strsep(&line, ":") || !line || !text_to_u64(strsep(&line, ":"), &number))
			continue;
		/* Who is nobody owns nothing, and is none to be counted. */
		if (number < NOBODY && number > highest)
			highest = (uint32_t)number;
	}
	return highest;
}

static uint32_t size_of(const struct container_root *root, const struct run_asked *asked)
{
	uint32_t highest = highest_in(root, "etc/group", highest_in(root, "etc/passwd", SIZE_LEAST - 1));
	uint64_t user;
	const char *given = asked->user ? asked->user : "";
	const char *number = arena_copy(root->arena, given, strcspn(given, ":"));

	if (text_to_u64(number, &user) && user < NOBODY && user > highest)
		highest = (uint32_t)user;
	return highest + 1;
}

/* --- which are taken --- */

struct taken { struct arena *arena; struct id_range *at; size_t count, room; };

static void take(struct taken *taken, uint32_t first, uint32_t count)
{
	if (taken->count == taken->room) {
		size_t room = taken->room ? 2 * taken->room : 32;

		taken->at = arena_resize(taken->arena, taken->at, taken->room * sizeof(*taken->at),
					 room * sizeof(*taken->at));
		taken->room = room;
	}
	taken->at[taken->count++] = (struct id_range){ first, count };
}

/* A container that has all ids of the machine, root's keep-id, takes none away. */
static bool has_root(const struct json *list)
{
	uint64_t first;

	for (const struct json *map = list->first; map; map = map->next)
		if (json_unsigned(map, "hostID", &first) && first == 0)
			return true;
	return false;
}

static void take_list(struct taken *taken, const struct json *list)
{
	if (!list || list->kind != JSON_ARRAY || has_root(list))
		return;
	for (const struct json *map = list->first; map; map = map->next) {
		uint64_t first, count;

		if (json_unsigned(map, "hostID", &first) && json_unsigned(map, "size", &count) &&
		    first <= UINT32_MAX && count <= UINT32_MAX)
			take(taken, (uint32_t)first, (uint32_t)count);
	}
}

static void take_container(struct taken *taken, const struct engine *engine, const char *id)
{
	const char *path = arena_printf(engine->arena, CONTAINERS "/%s/" CONFIG_FILE, id);
	struct problem problem = { 0 };
	const struct json *config;
	char *text;
	size_t length;

	if (file_read(engine->arena, engine->store->fd, path, CONFIG_LIMIT, &text, &length))
		return;
	config = json_read(engine->arena, text, length, CONFIG_FILE, &problem);
	if (!config)
		return;
	take_list(taken, json_get(json_get(config, "linux"), "uidMappings"));
	take_list(taken, json_get(json_get(config, "linux"), "gidMappings"));
}

static bool take_all(struct engine *engine, struct taken *taken, struct problem *problem)
{
	struct text warnings = text_new(engine->arena);
	struct engine_container *list;
	size_t count;

	if (!engine_list(engine, &list, &count, &warnings, problem))
		return false;
	for (size_t i = 0; i < count; i++)
		take_container(taken, engine, list[i].made.id);
	return true;
}

/* --- a free one --- */

/* The first id behind what is taken of these `count` from `first` on; `first` where nothing is. */
static uint64_t behind(const struct taken *taken, uint64_t first, uint64_t count)
{
	uint64_t end = first;

	for (size_t i = 0; i < taken->count; i++) {
		uint64_t from = taken->at[i].first, to = from + taken->at[i].count;

		if (from < first + count && first < to && to > end)
			end = to;
	}
	return end;
}

static bool find_free(const struct taken *taken, const struct id_ranges *ranges, uint32_t count, uint32_t *ret_first)
{
	for (size_t i = 0; i < ranges->count; i++) {
		uint64_t first = ranges->at[i].first, end = first + ranges->at[i].count, next;

		while (first + count <= end && (next = behind(taken, first, count)) != first)
			first = next;
		if (first + count <= end) {
			*ret_first = (uint32_t)first;
			return true;
		}
	}
	return false;
}

/* --- */

static int lock_containers(const struct engine *engine)
{
	closes int fd = sys_openat(engine->store->fd, CONTAINERS, O_RDONLY | O_DIRECTORY, 0);
	int error = fd < 0 ? fd : 0;

	if (error == -ENOENT) {
		sys_mkdirat(engine->store->fd, CONTAINERS, 0700);
		fd = sys_openat(engine->store->fd, CONTAINERS, O_RDONLY | O_DIRECTORY, 0);
		error = fd < 0 ? fd : 0;
	}
	if (!error)
		do
			error = sys_flock(fd, LOCK_EX);
		while (error == -EINTR);
	return error ? error : take_fd(&fd);
}

static struct texts one_map(struct arena *arena, uint32_t first, uint32_t count)
{
	struct texts texts = { ARENA_ARRAY(arena, 2, char *), 1 };

	texts.at[0] = arena_printf(arena, "0:%u:%u", first, count);
	return texts;
}

/* Both kinds of ids are counted as one: a range that is free is free for users and for groups. */
static void find_both(struct engine *engine, struct run_asked *asked, uint32_t count, struct problem *problem)
{
	static const char owner[] = "containers";
	struct id_ranges uids = ids_ranges(engine->arena, "/etc/subuid", owner, UINT32_MAX);
	struct id_ranges gids = ids_ranges(engine->arena, "/etc/subgid", owner, UINT32_MAX);
	struct taken taken = { .arena = engine->arena };
	uint32_t uid, gid;

	if (!uids.count || !gids.count)
		problem_set(problem,
			    "option '--userns auto' takes ids from the lines of the user '%s' in /etc/subuid and "
			    "/etc/subgid, which are not there: add '%s:2147483648:2147418112' to both", owner, owner);
	if (problem->found || !take_all(engine, &taken, problem))
		return;
	if (!find_free(&taken, &uids, count, &uid) || !find_free(&taken, &gids, count, &gid)) {
		problem_set(problem,
			    "option '--userns auto': of the ids of the user '%s' in /etc/subuid and /etc/subgid "
			    "no %u in a row are free: remove containers, or add a line", owner, count);
		return;
	}
	asked->uid_maps = one_map(engine->arena, uid, count);
	asked->gid_maps = one_map(engine->arena, gid, count);
	asked->userns = NULL;
}

bool ids_take_auto(struct engine *engine, struct run_asked *asked, const struct container_root *root, int *ret_lock,
		   struct problem *problem)
{
	struct userns_asked userns;

	*ret_lock = -1;
	userns_read(engine->arena, asked->userns, &userns, problem);
	if (problem->found || userns.kind != USERNS_AUTO || geteuid() != 0 || asked->uid_maps.count ||
	    asked->gid_maps.count)
		return !problem->found;
	if (!engine->only_told)
		*ret_lock = lock_containers(engine);
	if (*ret_lock < 0 && !engine->only_told)
		problem_set(problem, "cannot lock '%s/" CONTAINERS "': %s", engine->store->root,
			    reason_words(*ret_lock));
	else
		find_both(engine, asked, userns.size ? userns.size : size_of(root, asked), problem);
	return !problem->found;
}
