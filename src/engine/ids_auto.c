/* ids_auto.c - see ids_auto.h */
#include "engine/ids_auto.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/lock.h"
#include "base/json_decode.h"
#include "base/sys.h"
#include "engine/ids.h"
#include "engine/parts.h"
#include "life/life.h"
#include "spec/reason.h"
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

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

/* --- whose they are --- */

/* Root's are those of the user `containers`, as podman has it; an ordinary user's are its own. */
struct owner {
	const char *name;
	struct id_ranges uids, gids;		/* of the host */
	struct id_maps store_uids, store_gids;	/* how options number them */
};

static bool find_owner(struct arena *arena, const struct host *host, struct owner *ret_owner, struct problem *problem)
{
	const bool root = host->uid == 0;
	const char *name = root ? "containers" : host->user;

	*ret_owner = (struct owner){
		name ? name : "",
		ids_ranges(arena, "/etc/subuid", name, root ? UINT32_MAX : host->uid),
		ids_ranges(arena, "/etc/subgid", name, root ? UINT32_MAX : host->uid),
		ids_of_owner(arena, host, false), ids_of_owner(arena, host, true),
	};
	if (!root)
		ids_need_subordinate("auto", &ret_owner->store_uids, &ret_owner->store_gids, problem);
	else if (!ret_owner->uids.count || !ret_owner->gids.count)
		problem_set(problem,
			    "option '--userns auto' takes ids from the lines of the user '%s' in /etc/subuid and "
			    "/etc/subgid, which are not there: add '%s:2147483648:2147418112' to both", name, name);
	return !problem->found;
}

/* --- which are taken --- */

struct taken { struct arena *arena; const struct host *host; struct id_range *at; size_t count, room; };

static void take(struct taken *taken, uint32_t first, uint32_t count)
{
	taken->at = arena_grow(taken->arena, taken->at, taken->count, &taken->room, sizeof(*taken->at));
	taken->at[taken->count++] = (struct id_range){ first, count };
}

/* A container that has all ids of the machine (root's keep-id), or all of the user's, takes none away. */
static bool has_all(const struct host *host, const struct json *list, uint32_t all)
{
	uint64_t first, count, sum = 0;

	for (const struct json *map = list->first; map; map = map->next) {
		if (!json_unsigned(map, "hostID", &first) || !json_unsigned(map, "size", &count))
			continue;
		if (host->uid == 0 && first == 0)
			return true;
		sum += count;
	}
	return host->uid != 0 && sum >= all;
}

static void take_list(struct taken *taken, const struct json *list, uint32_t all)
{
	if (!list || list->kind != JSON_ARRAY || has_all(taken->host, list, all))
		return;
	for (const struct json *map = list->first; map; map = map->next) {
		uint64_t first, count;

		if (json_unsigned(map, "hostID", &first) && json_unsigned(map, "size", &count) &&
		    first <= UINT32_MAX && count <= UINT32_MAX)
			take(taken, (uint32_t)first, (uint32_t)count);
	}
}

static void take_container(struct taken *taken, const struct owner *owner, const struct engine *engine, const char *id)
{
	const char *path = arena_printf(engine->arena, CONTAINERS "/%s/" CONFIG_FILE, id);
	struct problem problem = { 0 };
	const struct json *config;
	char *text;
	size_t length;

	if (file_read_kept(engine->arena, engine->store->fd, path, CONFIG_LIMIT, &text, &length))
		return;
	config = json_read(engine->arena, text, length, CONFIG_FILE, &problem);
	if (!config)
		return;
	take_list(taken, json_get(json_get(config, "linux"), "uidMappings"),
		  ids_count(&owner->store_uids));
	take_list(taken, json_get(json_get(config, "linux"), "gidMappings"),
		  ids_count(&owner->store_gids));
}

static bool take_all(struct engine *engine, const struct owner *owner, struct taken *taken, struct problem *problem)
{
	struct text warnings = text_new(engine->arena);
	struct engine_container *list;
	size_t count;

	if (!engine_list(engine, &list, &count, &warnings, problem))
		return false;
	for (size_t i = 0; i < count; i++)
		take_container(taken, owner, engine, list[i].made.id);
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

static int lock_containers(const struct engine *engine, struct problem *problem)
{
	closes int fd = sys_openat(engine->store->fd, CONTAINERS, O_RDONLY | O_DIRECTORY, 0);
	int error = fd < 0 ? fd : 0;

	if (error == -ENOENT) {
		sys_mkdirat(engine->store->fd, CONTAINERS, 0700);
		fd = sys_openat(engine->store->fd, CONTAINERS, O_RDONLY | O_DIRECTORY, 0);
		error = fd < 0 ? fd : 0;
	}
	if (!error)
		error = lock_take(fd, LOCK_EX, LOCK_PATIENCE_LONG_MS);
	if (error)
		problem_set(problem, "cannot lock '%s/" CONTAINERS "': %s", engine->store->root,
			    fd < 0 ? reason_words(error) : lock_words(fd, error));
	return error ? error : take_fd(&fd);
}

/* --- the map --- */

/* One kind of ids: `must` is what the option says that has to be among them. */
struct wanted {
	const char *option;
	const struct id_ranges *ranges;
	const struct id_maps *store;
	struct id_maps must;
	uint32_t size;
};

static struct wanted want(struct engine *engine, const struct owner *owner, const struct texts *must, bool groups,
			  uint32_t size, struct taken *taken, struct problem *problem)
{
	struct wanted wanted = {
		.option = groups ? "--userns auto:gidmapping" : "--userns auto:uidmapping",
		.ranges = groups ? &owner->gids : &owner->uids,
		.store = groups ? &owner->store_gids : &owner->store_uids,
		.size = size,
	};
	struct id_maps on_host;

	wanted.must = ids_read(engine->arena, wanted.option, must, problem);
	on_host = ids_on_host(engine->arena, wanted.option, &wanted.must, wanted.store, problem);
	for (size_t i = 0; i < on_host.count; i++)
		take(taken, on_host.at[i].outside, on_host.at[i].count);
	return wanted;
}

/* How many ids from `inside` on stand in no line that must be there; 0: *ret_next is the first behind that line. */
static uint32_t free_from(const struct wanted *wanted, uint32_t inside, uint32_t *ret_next)
{
	uint32_t count = wanted->size - inside;

	for (size_t i = 0; i < wanted->must.count; i++) {
		const struct id_map *line = &wanted->must.at[i];

		if (inside >= line->inside && inside - line->inside < line->count) {
			*ret_next = line->inside + line->count;
			return 0;
		}
		if (line->inside > inside && line->inside - inside < count)
			count = line->inside - inside;
	}
	*ret_next = inside + count;
	return count;
}

static uint32_t count_free(const struct wanted *wanted)
{
	uint32_t sum = 0;

	for (uint32_t inside = 0; inside < wanted->size;)
		sum += free_from(wanted, inside, &inside);
	return sum;
}

static void add_line(struct arena *arena, struct texts *texts, uint32_t inside, uint32_t outside, uint32_t count)
{
	texts_add(arena, texts, arena_printf(arena, "%u:%u:%u", inside, outside, count));
}

/* Free ids for 0 … size - 1, but for what must be there. False where so many in a row are not free. */
static bool fill(struct arena *arena, const struct wanted *wanted, const struct taken *taken, struct texts *ret_texts)
{
	uint32_t host, outside = 0, rest = count_free(wanted), next;

	*ret_texts = (struct texts){ 0 };
	for (size_t i = 0; i < wanted->must.count; i++)
		add_line(arena, ret_texts, wanted->must.at[i].inside, wanted->must.at[i].outside,
			 wanted->must.at[i].count);
	if (!rest)
		return true;
	if (!find_free(taken, wanted->ranges, rest, &host) || !ids_find_inside(wanted->store, host, &outside))
		return false;
	for (uint32_t inside = 0; inside < wanted->size; inside = next) {
		uint32_t count = free_from(wanted, inside, &next);

		if (count)
			add_line(arena, ret_texts, inside, outside, count);
		outside += count;
	}
	return true;
}

/* Both kinds of ids are counted as one: a range that is free is free for users and for groups. */
static void find_both(struct engine *engine, const struct host *host, struct run_asked *asked,
		      const struct userns_asked *userns, uint32_t size, struct problem *problem)
{
	struct taken taken = { .arena = engine->arena, .host = host };
	struct wanted uids, gids;
	struct owner owner;

	if (!find_owner(engine->arena, host, &owner, problem) || !take_all(engine, &owner, &taken, problem))
		return;
	uids = want(engine, &owner, &userns->uid_maps, false, size, &taken, problem);
	gids = want(engine, &owner, &userns->gid_maps, true, size, &taken, problem);
	if (problem->found)
		return;
	if (fill(engine->arena, &uids, &taken, &asked->uid_maps) &&
	    fill(engine->arena, &gids, &taken, &asked->gid_maps))
		asked->userns = NULL;
	else
		problem_set(problem,
			    "option '--userns auto': of the ids of the user '%s' in /etc/subuid and /etc/subgid "
			    "no %u in a row are free: remove containers, or add a line", owner.name, size);
}

bool ids_take_auto(struct engine *engine, const struct host *host, struct run_asked *asked,
		   const struct container_root *root, int *ret_lock, struct problem *problem)
{
	struct userns_asked userns;

	*ret_lock = -1;
	userns_read(engine->arena, asked->userns, &userns, problem);
	if (problem->found || userns.kind != USERNS_AUTO || asked->uid_maps.count || asked->gid_maps.count)
		return !problem->found;
	if (!engine->only_told)
		*ret_lock = lock_containers(engine, problem);
	if (!problem->found)
		find_both(engine, host, asked, &userns, userns.size ? userns.size : size_of(root, asked), problem);
	return !problem->found;
}
