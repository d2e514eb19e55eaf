/* config_ids.c - which ids a container has: --userns, --uidmap and --gidmap, --subuidname and --subgidname. See ids.h.
 *
 * Root's containers have the host's ids unless something else is asked for; an ordinary user's are in a user namespace
 * in any case, where the user is root and its subordinate ids come from 1 on.
 */
#include "engine/config_parts.h"
#include "engine/ids.h"
#include "spec/lists.h"

/* Both lists: of users and of groups. */
struct both { struct id_maps uids, gids; };

static struct id_maps new_maps(struct config *config)
{
	return (struct id_maps){ ARENA_ARRAY(config->arena, IDS_MAX, struct id_map), 0 };
}

/* `kept` is the store's first, and all others move up or down by one. */
static struct id_maps keep_id(struct config *config, uint32_t kept, const struct id_maps *store)
{
	struct id_maps maps = new_maps(config);
	uint32_t count = ids_count(store), below = kept < count - 1 ? kept : count - 1;

	ids_add(&maps, 0, 1, below);
	ids_add(&maps, kept, 0, 1);
	if (kept < count - 1)
		ids_add(&maps, kept + 1, kept + 1, count - 1 - kept);
	return maps;
}

static void keep_ids(struct config *config, const struct userns_asked *userns, const struct both *store,
		     struct both *ret_maps)
{
	const struct host *host = config->input->host;
	uint32_t uid = userns->uid.set ? userns->uid.value : host->uid;
	uint32_t gid = userns->gid.set ? userns->gid.value : host->gid;

	ids_need_subordinate("keep-id", &store->uids, &store->gids, config->problem);
	*ret_maps = (struct both){ keep_id(config, uid, &store->uids), keep_id(config, gid, &store->gids) };
	/* As podman has it, the process is who has started it. */
	config->keeps_caller = !config->asked->user;
	if (!config->asked->user)
		config->user = arena_printf(config->arena, "%u:%u", uid, gid);
}

/* All of the store but the first, which is the user. */
static struct id_maps without_own(struct config *config, const struct id_maps *store)
{
	struct id_maps maps = new_maps(config);

	ids_add(&maps, 0, 1, ids_count(store) - 1);
	return maps;
}

static void leave_out_own(struct config *config, const struct both *store, struct both *ret_maps)
{
	if (config->input->host->uid == 0)
		problem_set(config->problem,
			    "option '--userns nomap': it is for ordinary users, who have an id to leave out");
	ids_need_subordinate("nomap", &store->uids, &store->gids, config->problem);
	if (!config->problem->found)
		*ret_maps = (struct both){ without_own(config, &store->uids), without_own(config, &store->gids) };
}

/* Where only the ids of users are said, those of groups are the same, and the other way round. */
static void read_maps(struct config *config, struct both *ret_maps)
{
	const struct texts *uids = &config->asked->uid_maps, *gids = &config->asked->gid_maps;

	ret_maps->uids = ids_read(config->arena, uids->count ? "--uidmap" : "--gidmap", uids->count ? uids : gids,
				  config->problem);
	ret_maps->gids = ids_read(config->arena, gids->count ? "--gidmap" : "--uidmap", gids->count ? gids : uids,
				  config->problem);
}

static struct id_maps named_ranges(struct config *config, const char *option, const char *file, const char *name)
{
	struct id_ranges ranges = ids_ranges(config->arena, file, name, UINT32_MAX);
	struct id_maps maps = new_maps(config);
	uint32_t inside = 0;

	if (!ranges.count)
		problem_set(config->problem, "option '%s': %s has no line for '%s'", option, file, name);
	for (size_t i = 0; i < ranges.count; inside += ranges.at[i++].count)
		ids_add(&maps, inside, ranges.at[i].first, ranges.at[i].count);
	return maps;
}

static void read_names(struct config *config, struct both *ret_maps)
{
	const char *uids = config->asked->subuid_name, *gids = config->asked->subgid_name;

	if (config->input->host->uid != 0)
		problem_set(config->problem,
			    "options '--subuidname' and '--subgidname' are for root: an ordinary user's "
			    "containers have its own subordinate ids");
	ret_maps->uids = named_ranges(config, uids ? "--subuidname" : "--subgidname", "/etc/subuid",
				      uids ? uids : gids);
	ret_maps->gids = named_ranges(config, gids ? "--subgidname" : "--subuidname", "/etc/subgid",
				      gids ? gids : uids);
}

/* The ids as the store numbers them; none: they are the store's. */
static void read_asked(struct config *config, const struct both *store, struct both *ret_maps)
{
	const struct run_asked *asked = config->asked;
	struct userns_asked userns;

	userns_read(config->arena, asked->userns, &userns, config->problem);
	*ret_maps = (struct both){ { NULL, 0 }, { NULL, 0 } };
	if (asked->uid_maps.count || asked->gid_maps.count)
		read_maps(config, ret_maps);
	else if (asked->subuid_name || asked->subgid_name)
		read_names(config, ret_maps);
	else if (userns.kind == USERNS_KEEP_ID)
		keep_ids(config, &userns, store, ret_maps);
	else if (userns.kind == USERNS_NOMAP)
		leave_out_own(config, store, ret_maps);
}

/* A container without the user's own id reaches nothing of the user's by itself: what it gets is opened for it. */
static void check_own(struct config *config)
{
	const struct host *host = config->input->host;
	uint32_t inside;

	if (host->uid == 0 || config->problem->found)
		return;
	config->stranger = !ids_find_inside(&config->uids, host->uid, &inside) ||
			   !ids_find_inside(&config->gids, host->gid, &inside);
	if (!id_maps_have_root(&config->uids) || !id_maps_have_root(&config->gids))
		problem_set(config->problem, "options '--uidmap' and '--gidmap': the container needs a root, as in "
			    "0:1:1000");
}

void config_read_ids(struct config *config)
{
	const struct host *host = config->input->host;
	struct both store = { ids_of_owner(config->arena, host, false), ids_of_owner(config->arena, host, true) }, maps;

	read_asked(config, &store, &maps);
	config->in_user = host->uid != 0 || maps.uids.count;
	config->uids = store.uids;
	config->gids = store.gids;
	if (!maps.uids.count)
		return;
	config->uids = ids_on_host(config->arena, "--uidmap", &maps.uids, &store.uids, config->problem);
	config->gids = ids_on_host(config->arena, "--gidmap", &maps.gids, &store.gids, config->problem);
	check_own(config);
	if ((host->uid == 0 || config->stranger) && config->input->host_tree)
		problem_set(config->problem,
			    "options '--userns' and '--uidmap': the image host has this machine's files, "
			    "which belong to this machine's ids: take another image");
}

void config_find_ids(struct arena *arena, const struct config_input *input, struct config_ids *ret_ids,
		     struct problem *problem)
{
	struct config config = { .arena = arena, .input = input, .asked = input->asked, .problem = problem };

	config_read_ids(&config);
	*ret_ids = (struct config_ids){ config.uids, config.gids, config.stranger };
}

void config_put_ids(struct config *config)
{
	id_maps_put(&config->json, "uidMappings", &config->uids);
	id_maps_put(&config->json, "gidMappings", &config->gids);
}
