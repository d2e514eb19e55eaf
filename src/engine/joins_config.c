/* joins_config.c - what a container has in common with the one whose namespaces it joins, as that one's config.json has
 * it: its ids (--userns container:NAME), and its host name (--uts container:NAME). See joins.h
 */
#include "engine/joins.h"
#include "base/file.h"
#include "base/json_decode.h"
#include "engine/ids.h"
#include "engine/parts.h"
#include "life/life.h"
#include "spec/lists.h"
#include "spec/reason.h"
#include <inttypes.h>
#include <string.h>

/* Of one that is there. NULL after a problem. */
static const struct json *config_of(struct engine *engine, const char *id, struct problem *problem)
{
	const char *path = arena_printf(engine->arena, CONTAINERS "/%s/" CONFIG_FILE, id);
	char *text;
	size_t length;
	int error = file_read(engine->arena, engine->store->fd, path, CONFIG_LIMIT, &text, &length);

	if (!error)
		return json_read(engine->arena, text, length, CONFIG_FILE, problem);
	problem_set(problem, "container %.12s: its " CONFIG_FILE " cannot be read: %s", id, reason_words(error));
	return NULL;
}

/* Ids of the host, from `outside` on, as options number them. False where one is none of this user's. */
static bool add_words(struct arena *arena, struct texts *words, uint64_t inside, uint64_t outside, uint64_t count,
		      const struct id_maps *store)
{
	for (size_t i = 0; i < store->count && count; i++) {
		const struct id_map *map = &store->at[i];
		uint64_t skipped = outside - map->outside, room = map->count - skipped;
		uint64_t part = count < room ? count : room;

		if (outside < map->outside || skipped >= map->count)
			continue;
		texts_add(arena, words, arena_printf(arena, "%" PRIu64 ":%" PRIu64 ":%" PRIu64, inside,
						     map->inside + skipped, part));
		return add_words(arena, words, inside + part, outside + part, count - part, store);
	}
	return !count;
}

static bool read_map(struct arena *arena, const struct json *list, const struct id_maps *store, struct texts *ret_words)
{
	*ret_words = (struct texts){ 0 };
	for (const struct json *map = list ? list->first : NULL; map; map = map->next) {
		uint64_t inside, outside, count;

		if (!json_unsigned(map, "containerID", &inside) || !json_unsigned(map, "hostID", &outside) ||
		    !json_unsigned(map, "size", &count) ||
		    !add_words(arena, ret_words, inside, outside, count, store))
			return false;
	}
	return true;
}

static bool says_ids(const struct run_asked *asked)
{
	return asked->userns || asked->uid_maps.count || asked->gid_maps.count || asked->subuid_name ||
	       asked->subgid_name;
}

static void take_ids(struct engine *engine, const struct host *host, const struct pair *join, struct run_asked *asked,
		     struct problem *problem)
{
	const struct id_maps uids = ids_of_owner(engine->arena, host, false);
	const struct id_maps gids = ids_of_owner(engine->arena, host, true);
	const struct json *config = config_of(engine, join->value, problem);
	const struct json *from = json_get(config, "linux");

	if (config && (!read_map(engine->arena, json_get(from, "uidMappings"), &uids, &asked->uid_maps) ||
		       !read_map(engine->arena, json_get(from, "gidMappings"), &gids, &asked->gid_maps)))
		problem_set(problem, "option '--%s': container %.12s has ids that are not this user's any more: see "
			    "/etc/subuid and /etc/subgid", join->key, join->value);
}

bool joins_take_ids(struct engine *engine, const struct host *host, struct pairs *joins, struct run_asked *asked,
		    struct problem *problem)
{
	const size_t count = joins->count;

	if (host->uid != 0 && count && !says_ids(asked)) {
		take_ids(engine, host, &joins->at[0], asked, problem);
		return !problem->found;
	}
	joins_read(engine, joins, "userns", asked->userns, problem);
	if (joins->count == count || problem->found)
		return !problem->found;
	asked->userns = NULL;
	take_ids(engine, host, &joins->at[count], asked, problem);
	return !problem->found;
}

void joins_take_hostname(struct engine *engine, const struct pairs *joins, struct run_asked *asked,
			 struct problem *problem)
{
	if (asked->hostname && asked->uts && !strncmp(asked->uts, "ns:", 3))
		problem_set(problem, "options '--hostname' and '--uts': the name of a namespace that is there is not "
			    "changed");
	for (size_t i = 0; i < joins->count; i++)
		if (!strcmp(joins->at[i].key, "uts"))
			asked->hostname = json_text(config_of(engine, joins->at[i].value, problem), "hostname");
}
