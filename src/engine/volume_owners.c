/* volume_owners.c - files of an image become those of a container with ids of its own: see volume_parts.h. */
#include "base/sys_file.h"
#include "engine/ids.h"
#include "engine/volume_parts.h"
#include "image/export_links.h"

struct mapping {
	const struct mapped_ids *ids;
	struct arena arena;
	struct export_links links;
};

/* A file with several names is met with each of them, and is mapped once. A change of the owner takes setuid away. */
static int map_one(void *context, int dir, const char *name, const struct stat *info)
{
	struct mapping *mapping = context;
	uint32_t uid, gid;
	int error;

	if (!S_ISDIR(info->st_mode) && info->st_nlink > 1 && export_links_add(&mapping->links, info, "met"))
		return 0;
	if (!ids_find(&mapping->ids->uids, info->st_uid, &uid) || !ids_find(&mapping->ids->gids, info->st_gid, &gid))
		return -EOVERFLOW;
	error = sys_fchownat(dir, name, uid, gid, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH);
	if (!error && S_ISREG(info->st_mode) && (info->st_mode & (S_ISUID | S_ISGID)))
		error = sys_fchmodat(dir, name, info->st_mode & 07777);
	return error;
}

int volume_map_owners(int dir, const struct mapped_ids *ids)
{
	struct mapping mapping = { .ids = ids };
	struct stat info;
	int error;

	arena_init(&mapping.arena, NULL, 0);
	mapping.links.arena = &mapping.arena;
	error = volume_walk(dir, map_one, &mapping);
	if (!error)
		error = sys_fstat(dir, &info);
	if (!error)
		error = map_one(&mapping, dir, "", &info);
	arena_release(&mapping.arena);
	return error;
}
