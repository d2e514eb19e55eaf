/* ids.c - see ids.h */
#include "engine/ids.h"
#include "base/file.h"
#include "base/sys.h"
#include "base/text.h"
#include "spec/lists.h"
#include <string.h>

enum { FILE_LIMIT = 16 << 20 };

void ids_add(struct id_maps *maps, uint32_t inside, uint32_t outside, uint32_t count)
{
	struct id_map *last = maps->count ? &maps->at[maps->count - 1] : NULL;

	if (last && inside == last->inside + last->count && outside == last->outside + last->count)
		last->count += count;
	else if (count && maps->count < IDS_MAX)
		maps->at[maps->count++] = (struct id_map){ inside, outside, count };
}

static struct id_maps empty(struct arena *arena)
{
	return (struct id_maps){ ARENA_ARRAY(arena, IDS_MAX, struct id_map), 0 };
}

struct id_maps ids_of_store(struct arena *arena, uint32_t own, const struct id_ranges *ranges)
{
	struct id_maps maps = empty(arena);
	uint32_t inside = 1;

	ids_add(&maps, 0, own, 1);
	for (size_t i = 0; i < ranges->count && ranges->at[i].count < UINT32_MAX - inside; i++) {
		ids_add(&maps, inside, ranges->at[i].first, ranges->at[i].count);
		inside += ranges->at[i].count;
	}
	return maps;
}

/* The last number is no id, but -1. */
struct id_maps ids_of_root(struct arena *arena)
{
	struct id_maps maps = empty(arena);

	ids_add(&maps, 0, 0, UINT32_MAX);
	return maps;
}

struct id_ranges ids_ranges(struct arena *arena, const char *file, const char *user, uint32_t uid)
{
	char *text;
	size_t length;

	if (file_read(arena, AT_FDCWD, file, FILE_LIMIT, &text, &length))
		return (struct id_ranges){ .count = 0 };
	return id_ranges_of(text, user, uid);
}

struct id_maps ids_of_owner(struct arena *arena, const struct host *host, bool groups)
{
	struct id_ranges ranges;

	if (host->uid == 0)
		return ids_of_root(arena);
	ranges = ids_ranges(arena, groups ? "/etc/subgid" : "/etc/subuid", host->user, host->uid);
	return ids_of_store(arena, groups ? host->gid : host->uid, &ranges);
}

void ids_need_subordinate(const char *kind, const struct id_maps *uids, const struct id_maps *gids,
			  struct problem *problem)
{
	if (ids_count(uids) < 2 || ids_count(gids) < 2)
		problem_set(problem,
			    "option '--userns %s' needs subordinate ids, which this user has none of: add a line for "
			    "it to /etc/subuid and /etc/subgid (usermod --add-subuids)", kind);
}

uint32_t ids_count(const struct id_maps *maps)
{
	const struct id_map *last = maps->count ? &maps->at[maps->count - 1] : NULL;

	return last ? last->inside + last->count : 0;
}

bool ids_find(const struct id_maps *maps, uint32_t inside, uint32_t *ret_outside)
{
	for (size_t i = 0; i < maps->count; i++) {
		const struct id_map *map = &maps->at[i];

		if (inside < map->inside || inside - map->inside >= map->count)
			continue;
		*ret_outside = map->outside + (inside - map->inside);
		return true;
	}
	return false;
}

bool ids_find_inside(const struct id_maps *maps, uint32_t outside, uint32_t *ret_inside)
{
	for (size_t i = 0; i < maps->count; i++) {
		const struct id_map *map = &maps->at[i];

		if (outside < map->outside || outside - map->outside >= map->count)
			continue;
		*ret_inside = map->inside + (outside - map->outside);
		return true;
	}
	return false;
}

/* How many ids from `inside` on are in one line of the map. */
static uint32_t run_of(const struct id_maps *maps, uint32_t inside)
{
	for (size_t i = 0; i < maps->count; i++)
		if (inside >= maps->at[i].inside && inside - maps->at[i].inside < maps->at[i].count)
			return maps->at[i].count - (inside - maps->at[i].inside);
	return 0;
}

/* How many ids from `id` on are all in the map, or are all not in it: on that side of it. */
static uint32_t alike_from(const struct id_maps *maps, bool outside, uint32_t id, bool *ret_there)
{
	uint32_t count = UINT32_MAX - id;

	*ret_there = false;
	for (size_t i = 0; i < maps->count; i++) {
		uint32_t first = outside ? maps->at[i].outside : maps->at[i].inside;

		*ret_there = id >= first && id - first < maps->at[i].count;
		if (*ret_there)
			return maps->at[i].count - (id - first);
		if (id < first && first - id < count)
			count = first - id;
	}
	return count;
}

/* Ids of the host that are not in the map, at the lowest numbers from *inside on that it has not. */
static void add_others(struct id_maps *result, const struct id_maps *maps, struct id_range others, uint32_t *inside)
{
	while (others.count && *inside < UINT32_MAX) {
		bool there, taken;
		uint32_t count = alike_from(maps, true, others.first, &there);
		uint32_t room = alike_from(maps, false, *inside, &taken);

		if (count > others.count)
			count = others.count;
		if (!there && taken) {
			*inside += room;
			continue;
		}
		if (!there) {
			count = count < room ? count : room;
			ids_add(result, *inside, others.first, count);
			*inside += count;
		}
		others = (struct id_range){ others.first + count, others.count - count };
	}
}

struct id_maps ids_with_others(struct arena *arena, const struct id_maps *maps, const struct id_maps *store)
{
	struct id_maps result = empty(arena);
	uint32_t inside = 0;

	for (size_t i = 0; i < maps->count; i++)
		ids_add(&result, maps->at[i].inside, maps->at[i].outside, maps->at[i].count);
	for (size_t i = 0; i < store->count; i++)
		add_others(&result, maps, (struct id_range){ store->at[i].outside, store->at[i].count }, &inside);
	return result;
}

/* One line, which may be several on the host. Returns false where an id is not among them, which is *ret_missing. */
static bool add_line(struct id_maps *result, struct id_map rest, const struct id_maps *store, uint32_t *ret_missing)
{
	while (rest.count && result->count < IDS_MAX) {
		uint32_t count = run_of(store, rest.outside), outside = 0;

		*ret_missing = rest.outside;
		if (!count)
			return false;
		if (count > rest.count)
			count = rest.count;
		ids_find(store, rest.outside, &outside);
		ids_add(result, rest.inside, outside, count);
		rest = (struct id_map){ rest.inside + count, rest.outside + count, rest.count - count };
	}
	return true;
}

struct id_maps ids_on_host(struct arena *arena, const char *option, const struct id_maps *maps,
			   const struct id_maps *store, struct problem *problem)
{
	struct id_maps result = empty(arena);
	uint32_t missing;

	for (size_t i = 0; i < maps->count; i++)
		if (!add_line(&result, maps->at[i], store, &missing))
			problem_set(problem, "option '%s': there is no id %u for it: of this user's ids there are "
				    "%u, 0 is its own, the others are in /etc/subuid and /etc/subgid", option, missing,
				    ids_count(store));
	return result;
}

/* --- options --- */

static bool read_number(const char *text, uint32_t *ret_number)
{
	uint64_t value;

	if (!text || !text_to_u64(text, &value) || value >= UINT32_MAX)
		return false;
	*ret_number = (uint32_t)value;
	return true;
}

static bool overlap(uint32_t one, uint32_t one_count, uint32_t other, uint32_t other_count)
{
	return one < other ? other - one < one_count : one - other < other_count;
}

/* The kernel would say no more than that the argument is invalid. */
static bool is_new(const struct id_maps *maps, const struct id_map *map)
{
	for (size_t i = 0; i < maps->count; i++)
		if (overlap(maps->at[i].inside, maps->at[i].count, map->inside, map->count) ||
		    overlap(maps->at[i].outside, maps->at[i].count, map->outside, map->count))
			return false;
	return true;
}

static void read_line(struct arena *arena, const char *option, const char *given, struct id_maps *maps,
		      struct problem *problem)
{
	char *rest = arena_copy(arena, given, strlen(given));
	const char *inside = strsep(&rest, ":"), *outside = rest ? strsep(&rest, ":") : NULL, *count = rest;
	struct id_map map;

	if (!read_number(inside, &map.inside) || !read_number(outside, &map.outside) ||
	    !read_number(count ? count : outside ? "1" : NULL, &map.count) || !map.count ||
	    map.count > UINT32_MAX - map.inside || map.count > UINT32_MAX - map.outside)
		problem_set(problem, "option '%s': '%s' is not CONTAINER:HOST[:SIZE], as in 0:100000:65536", option,
			    given);
	else if (!is_new(maps, &map))
		problem_set(problem, "option '%s': '%s' has ids that another of them has too", option, given);
	else
		ids_add(maps, map.inside, map.outside, map.count);
}

struct id_maps ids_read(struct arena *arena, const char *option, const struct texts *given, struct problem *problem)
{
	struct id_maps maps = empty(arena);

	if (given->count > IDS_MAX)
		problem_set(problem, "option '%s': the kernel takes %d of them", option, IDS_MAX);
	for (size_t i = 0; i < given->count && !problem->found; i++)
		read_line(arena, option, given->at[i], &maps, problem);
	return maps;
}

/* "uid=1000": whether it is one of the kind's. */
static bool take_word(struct arena *arena, struct userns_asked *asked, const char *key, const char *value)
{
	struct maybe_u32 *id = !strcmp(key, "uid") ? &asked->uid : !strcmp(key, "gid") ? &asked->gid : NULL;
	struct texts *maps = !strcmp(key, "uidmapping") ? &asked->uid_maps :
			     !strcmp(key, "gidmapping") ? &asked->gid_maps : NULL;

	if (asked->kind == USERNS_KEEP_ID && id) {
		id->set = true;
		return read_number(value, &id->value);
	}
	if (asked->kind == USERNS_AUTO && maps && value) {
		texts_add(arena, maps, value);
		return true;
	}
	return asked->kind == USERNS_AUTO && !strcmp(key, "size") && read_number(value, &asked->size) && asked->size;
}

void userns_read(struct arena *arena, const char *given, struct userns_asked *ret_asked, struct problem *problem)
{
	static const char *const names[USERNS_KINDS] = { "host", "keep-id", "auto", "nomap" };
	char *rest = arena_copy(arena, given ? given : "host", strlen(given ? given : "host"));
	const char *name = strsep(&rest, ":");
	char *word;

	*ret_asked = (struct userns_asked){ .kind = USERNS_KINDS };
	for (int i = 0; i < USERNS_KINDS; i++)
		if (!strcmp(name, names[i]))
			ret_asked->kind = (enum userns)i;
	if (ret_asked->kind == USERNS_KINDS)
		problem_set(problem, "option '--userns': '%s' is none of host, keep-id[:uid=UID,gid=GID], "
			    "auto[:size=SIZE,uidmapping=MAP,gidmapping=MAP], nomap, container:NAME", name);
	while (!problem->found && (word = strsep(&rest, ","))) {
		char *value = word, *key = strsep(&value, "=");

		if (!take_word(arena, ret_asked, key, value))
			problem_set(problem, "option '--userns': behind '%s:' stands %s, not '%s'", name,
				    ret_asked->kind == USERNS_KEEP_ID ? "uid=UID or gid=GID" :
				    ret_asked->kind == USERNS_AUTO ?
				    "size=SIZE, or uidmapping= or gidmapping=CONTAINER:HOST:SIZE" : "nothing", key);
	}
}
