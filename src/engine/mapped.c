/* mapped.c - see mapped.h */
#include "engine/mapped.h"
#include "base/fd.h"
#include "engine/ids.h"
#include "engine/volume_parts.h"
#include "image/helper.h"
#include "base/sys.h"
#include "spec/reason.h"
#include <string.h>
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

static uint32_t count_of(const struct id_maps *maps)
{
	uint32_t count = 0;

	for (size_t i = 0; i < maps->count; i++)
		count += maps->at[i].count;
	return count;
}

bool mapped_find(struct arena *arena, const struct host *host, const struct spec *spec, struct mapped_ids *ret_ids)
{
	const struct id_maps uids = ids_of_owner(arena, host, false), gids = ids_of_owner(arena, host, true);
	bool known = true;

	*ret_ids = (struct mapped_ids){
		.uids = in_store(arena, host, false, &spec->uid_map, &known),
		.gids = in_store(arena, host, true, &spec->gid_map, &known),
		.some = count_of(&spec->uid_map) < ids_count(&uids) || count_of(&spec->gid_map) < ids_count(&gids),
	};
	return known;
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

	if (host->uid == 0)
		return false;
	return !mapped_find(arena, host, spec, &ids) || !are_same(&ids.uids) || !are_same(&ids.gids);
}

const struct user_ids *mapped_user(struct arena *arena, const struct prepared *prepared)
{
	const struct host *host = &prepared->bundle.host;
	const struct spec *spec = &prepared->bundle.spec;
	struct user_ids *ids = ARENA_NEW(arena, struct user_ids);
	const struct id_maps uids = ids_of_owner(arena, host, false), gids = ids_of_owner(arena, host, true);

	if (!mapped_needed(arena, host, spec))
		return NULL;
	ids->uids = ids_with_others(arena, &spec->uid_map, &uids);
	ids->gids = ids_with_others(arena, &spec->gid_map, &gids);
	return ids;
}

const struct mapped_ids *mapped_asked(struct arena *arena, const struct config_input *input, bool *ret_stranger,
				      struct problem *problem)
{
	struct mapped_ids *mapped = ARENA_NEW(arena, struct mapped_ids);
	struct spec *spec = ARENA_NEW(arena, struct spec);
	struct config_ids ids;

	config_find_ids(arena, input, &ids, problem);
	*ret_stranger = ids.stranger;
	spec->uid_map = ids.uids;
	spec->gid_map = ids.gids;
	if (problem->found || !mapped_needed(arena, input->host, spec))
		return NULL;
	mapped_find(arena, input->host, spec, mapped);
	return mapped;
}

bool mapped_use(struct engine *engine, const struct host *host, const struct spec *spec, const struct texts *chain,
		struct plan_layers *layers, struct problem *problem)
{
	struct mapped_ids ids;
	struct digest *digest = ARENA_ARRAY(engine->arena, chain->count + 1, struct digest);
	struct mapped mapped;

	if (!mapped_find(engine->arena, host, spec, &ids)) {
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

struct owning {
	const struct mapped_ids *ids;
	int folder;
	uid_t uid;
	gid_t gid;
	char **path;
	size_t count;
};

/* Secrets belong to ids of the container, as they were asked for. */
static int give_secrets(const struct owning *owning)
{
	closes int secrets = sys_openat(owning->folder, "secrets", O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

	return secrets == -ENOENT ? 0 : secrets < 0 ? secrets : volume_map_owners(secrets, owning->ids);
}

static int give_all(void *data)
{
	const struct owning *owning = data;

	for (size_t i = 0; i < owning->count; i++)
		if (fchownat(owning->folder, owning->path[i], owning->uid, owning->gid, AT_SYMLINK_NOFOLLOW) &&
		    errno != ENOENT)
			return -errno;
	return give_secrets(owning);
}

bool mapped_own(struct engine *engine, const struct host *host, const struct spec *spec, int folder,
		const struct texts *parts, struct problem *problem)
{
	static const char *const own[] = { "upper", "work", "hosts", "hostname", "resolv.conf", "rootfs", "passwd",
					   "group" };
	enum { OWN = sizeof(own) / sizeof(own[0]) };
	struct mapped_ids ids;
	struct owning owning = { .ids = &ids, .folder = folder,
				 .path = ARENA_ARRAY(engine->arena, OWN + 2 * parts->count, char *) };
	int error;

	for (size_t i = 0; i < OWN; i++)
		owning.path[owning.count++] = arena_copy(engine->arena, own[i], strlen(own[i]));
	for (size_t i = 0; i < parts->count; i++) {
		owning.path[owning.count++] = arena_printf(engine->arena, "parts%s/upper", parts->at[i]);
		owning.path[owning.count++] = arena_printf(engine->arena, "parts%s/work", parts->at[i]);
	}
	mapped_find(engine->arena, host, spec, &ids);
	ids_find(&ids.uids, 0, &owning.uid);
	ids_find(&ids.gids, 0, &owning.gid);
	error = helper_as_owner(engine->arena, give_all, &owning, problem);
	if (error == -EOVERFLOW)
		problem_set(problem, "option '--secret': its uid or gid is none of the container's ids");
	else if (error)
		problem_set(problem, "cannot give the container's files to its root: %s", reason_words(error));
	return !problem->found;
}
