/* mapped.c - see mapped.h */
#include "engine/mapped.h"
#include "engine/ids.h"
#include "image/helper.h"
#include "image/mapped.h"
#include "base/sys.h"
#include "spec/reason.h"
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The container's ids, and which of the store's they are. */
static struct id_maps in_store(struct arena *arena, const struct host *host, bool groups, const struct id_maps *maps,
			       bool *ret_known)
{
	struct id_maps store = ids_of_owner(arena, host, groups);
	struct id_maps back = { ARENA_ARRAY(arena, IDS_MAX, struct id_map), 0 };
	struct problem not_there = { 0 };
	struct id_maps result;

	/* The other way round: what is on the host, and what it is in the store. */
	for (size_t i = 0; i < store.count; i++)
		ids_add(&back, store.at[i].outside, store.at[i].inside, store.at[i].count);
	result = ids_on_host(arena, "", maps, &back, &not_there);
	*ret_known = *ret_known && !not_there.found;
	return result;
}

/* `ret_known`: whether they are all this user's; /etc/subuid may have been changed since the container was made. */
static struct mapped_ids ids_of(struct arena *arena, const struct host *host, const struct spec *spec, bool *ret_known)
{
	*ret_known = true;
	return (struct mapped_ids){ in_store(arena, host, false, &spec->uid_map, ret_known),
				    in_store(arena, host, true, &spec->gid_map, ret_known) };
}

static bool are_same(const struct id_maps *maps)
{
	for (size_t i = 0; i < maps->count; i++)
		if (maps->at[i].inside != maps->at[i].outside)
			return false;
	return true;
}

bool mapped_needed(struct arena *arena, const struct host *host, const struct spec *spec)
{
	struct mapped_ids ids;
	bool known;

	if (host->uid == 0)
		return false;
	ids = ids_of(arena, host, spec, &known);
	return !known || !are_same(&ids.uids) || !are_same(&ids.gids);
}

bool mapped_use(struct engine *engine, const struct host *host, const struct spec *spec, const struct texts *chain,
		struct plan_layers *layers, struct problem *problem)
{
	bool known;
	struct mapped_ids ids = ids_of(engine->arena, host, spec, &known);
	struct digest *digest = ARENA_ARRAY(engine->arena, chain->count + 1, struct digest);
	struct mapped mapped;

	if (!known) {
		problem_set(problem, "the container has ids that are not this user's any more: see /etc/subuid and "
			    "/etc/subgid");
		return false;
	}
	if (!chain->count)
		return true;
	for (size_t i = 0; i < chain->count; i++)
		digest_parse(chain->at[i], &digest[i]);
	if (engine->only_told)
		mapped_look(engine->store, digest, chain->count, &ids, &mapped);
	else if (!mapped_make(engine->store, digest, chain->count, &ids, &mapped, problem))
		return false;
	if (!mapped.content)
		layers->data = layers->lower;
	layers->lower = (struct texts){ ARENA_ARRAY(engine->arena, 2, char *), 1 };
	layers->lower.at[0] = arena_copy(engine->arena, mapped.tree, strlen(mapped.tree));
	return true;
}

/* --- the container's own --- */

struct owning { int folder; uid_t uid; gid_t gid; char **path; size_t count; };

static int give_all(void *data)
{
	const struct owning *owning = data;

	for (size_t i = 0; i < owning->count; i++)
		if (fchownat(owning->folder, owning->path[i], owning->uid, owning->gid, AT_SYMLINK_NOFOLLOW) &&
		    errno != ENOENT)
			return -errno;
	return 0;
}

bool mapped_own(struct engine *engine, const struct host *host, const struct spec *spec, int folder,
		const struct texts *parts, struct problem *problem)
{
	static const char *const own[] = { "upper", "work", "hosts", "hostname", "resolv.conf", "rootfs", "passwd",
					   "group" };
	enum { OWN = sizeof(own) / sizeof(own[0]) };
	bool known;
	struct mapped_ids ids = ids_of(engine->arena, host, spec, &known);
	struct owning owning = { .folder = folder, .path = ARENA_ARRAY(engine->arena, OWN + 2 * parts->count, char *) };
	int error;

	for (size_t i = 0; i < OWN; i++)
		owning.path[owning.count++] = arena_copy(engine->arena, own[i], strlen(own[i]));
	for (size_t i = 0; i < parts->count; i++) {
		owning.path[owning.count++] = arena_printf(engine->arena, "parts%s/upper", parts->at[i]);
		owning.path[owning.count++] = arena_printf(engine->arena, "parts%s/work", parts->at[i]);
	}
	ids_find(&ids.uids, 0, &owning.uid);
	ids_find(&ids.gids, 0, &owning.gid);
	error = helper_as_owner(engine->arena, give_all, &owning, problem);
	if (error)
		problem_set(problem, "cannot give the container's files to its root: %s", reason_words(error));
	return !problem->found;
}
