/* below.c - the layers below, seen together as overlayfs would show them: see layer.h */
#include "unpack/layer.h"
#include "base/fd.h"
#include "base/overlay.h"
#include <string.h>

enum { NAMES_MAX = 64 * 1024, VALUE_MAX = 64 * 1024 };

static int open_in(int dir, const char *path, int flags)
{
	return sys_openat2(dir, path && *path ? path : ".", (uint64_t)flags, 0,
			   RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
}

int below_open(const struct layer *layer, int index, const char *path, int flags)
{
	return open_in(layer->lowers[index], path, flags | O_NOFOLLOW);
}

static bool is_opaque(int dir, const char *path)
{
	closes int fd = open_in(dir, path, O_RDONLY | O_DIRECTORY);

	return fd >= 0 && overlay_is_opaque(fd);
}

/* Looks for a path in one layer. 1: it is there; 0: it is not; BELOW_NONE: it is not, nor may it be in those below;
 * BELOW_LINK. */
static int look(int dir, const char *path, struct stat *ret_stat, char ret_link[PATH_MAX])
{
	bool hides = is_opaque(dir, "");
	const char *end = path;
	char part[PATH_MAX];

	if (!*path && sys_fstat(dir, ret_stat))
		return BELOW_NONE;
	while (*end) {
		size_t length;

		end += *end == '/';
		end += strcspn(end, "/");
		length = (size_t)(end - path);
		memcpy(part, path, length);
		part[length] = '\0';
		closes int fd = open_in(dir, part, O_PATH | O_NOFOLLOW);

		if (fd < 0 || sys_fstat(fd, ret_stat))
			return hides ? BELOW_NONE : 0;
		if (overlay_is_whiteout(ret_stat))
			return BELOW_NONE;
		if (*end && S_ISLNK(ret_stat->st_mode)) {
			memcpy(ret_link, part, length + 1);
			return BELOW_LINK;
		}
		if (*end && !S_ISDIR(ret_stat->st_mode))
			return BELOW_NONE;
		hides |= S_ISDIR(ret_stat->st_mode) && is_opaque(dir, part);
	}
	return 1;
}

static bool is_removed(const struct layer *layer, const char *path)
{
	struct stat stat;

	return layer->overlay && *path && sys_fstatat(layer->root, path, &stat, AT_SYMLINK_NOFOLLOW) == 0 &&
	       overlay_is_whiteout(&stat);
}

/* Whether a directory or a whiteout of this layer on the way hides those below. */
static bool is_hidden(const struct layer *layer, const char *path)
{
	char part[PATH_MAX];
	const char *at = path;

	do {
		size_t length = (size_t)(at - path);

		memcpy(part, path, length);
		part[length] = '\0';
		if (is_opaque(layer->root, part) || is_removed(layer, part))
			return true;
		at = *at ? strchr(at + 1, '/') : NULL;
	} while (at);
	return is_removed(layer, path) || is_opaque(layer->root, path);
}

int below_find(struct layer *layer, const char *path, struct stat *ret_stat, char ret_link[PATH_MAX])
{
	*ret_link = '\0';
	if (is_hidden(layer, path))
		return BELOW_NONE;
	for (size_t i = 0; i < layer->lower_count; i++) {
		int result = look(layer->lowers[i], path, ret_stat, ret_link);

		if (result == 1)
			return (int)i;
		if (result < 0)
			return result;
	}
	return BELOW_NONE;
}

static bool read_xattrs(struct layer *layer, int fd, struct tar_entry *entry)
{
	char *names = arena_alloc(layer->arena, NAMES_MAX + 1), *value;
	ssize_t length = sys_flistxattr(fd, names, NAMES_MAX);
	struct tar_xattr *xattrs;

	arena_resize(layer->arena, names, NAMES_MAX + 1, length > 0 ? (size_t)length : 1);
	if (length <= 0)
		return length == 0 || length == -ENOTSUP || length == -EBADF ||
		       fail_call(layer->failure, (int)length, layer->entry, "list attributes below");
	xattrs = ARENA_ARRAY(layer->arena, (size_t)length / 2 + 1, struct tar_xattr);
	for (const char *name = names; name < names + length; name += strlen(name) + 1) {
		ssize_t size;

		value = arena_alloc(layer->arena, VALUE_MAX);
		size = sys_fgetxattr(fd, name, value, VALUE_MAX);
		if (size < 0)
			return fail_call(layer->failure, (int)size, layer->entry, "read an attribute below");
		arena_resize(layer->arena, value, VALUE_MAX, (size_t)size + 1);
		xattrs[entry->xattr_count++] = (struct tar_xattr){ name, value, (size_t)size };
	}
	entry->xattrs = xattrs;
	return true;
}

bool below_entry(struct layer *layer, int fd, const struct stat *stat, struct tar_entry *ret_entry)
{
	*ret_entry = (struct tar_entry){
		.mode = stat->st_mode & TAR_MODE, .uid = stat->st_uid, .gid = stat->st_gid, .has_atime = true,
		.mtime = { stat->st_mtim.tv_sec, (uint32_t)stat->st_mtim.tv_nsec },
		.atime = { stat->st_atim.tv_sec, (uint32_t)stat->st_atim.tv_nsec },
		.size = (uint64_t)stat->st_size, .major = 0,
	};
	return read_xattrs(layer, fd, ret_entry);
}
