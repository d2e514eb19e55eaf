/* walk.c - goes through the directories of a layer, one name at a time: see layer.h
 *
 * The directories from the root to where the walk stands stay open, since most entries are near the one before.
 */
#include "unpack/layer.h"
#include "base/fd.h"
#include "base/overlay.h"
#include <stdio.h>
#include <string.h>

enum { IMPLIED_MODE = 0755 };

void walk_begin(struct layer *layer)
{
	layer->depth = 0;
	layer->level[0].fd = layer->root;
	layer->level[0].length = 0;
	layer->path[0] = '\0';
	layer->asked_known = false;
}

int walk_fd(const struct layer *layer)
{
	return layer->level[layer->depth].fd;
}

static void pop(struct layer *layer)
{
	sys_close(layer->level[layer->depth].fd);
	layer->depth--;
	layer->path[layer->level[layer->depth].length] = '\0';
}

bool walk_path(struct layer *layer, const char *name, char ret_path[PATH_MAX])
{
	int length = snprintf(ret_path, PATH_MAX, "%s%s%s", layer->path, *layer->path && *name ? "/" : "", name);

	return length < PATH_MAX || fail(layer->failure, UNPACK_PATH, layer->entry,
			"its path is longer than %d bytes", PATH_MAX);
}

bool walk_push(struct layer *layer, const char *name, int fd)
{
	char path[PATH_MAX];

	layer->asked_known = false;
	if (layer->depth + 1 == LAYER_DEPTH || !walk_path(layer, name, path)) {
		sys_close(fd);
		return fail(layer->failure, UNPACK_PATH, layer->entry, "it is more than %d directories deep",
				LAYER_DEPTH - 1);
	}
	memcpy(layer->path, path, strlen(path) + 1);
	layer->depth++;
	layer->level[layer->depth].fd = fd;
	layer->level[layer->depth].length = strlen(path);
	return true;
}

/* The next name of a path, which is cut off. NULL at its end. */
static char *next_name(char **path)
{
	char *begin = *path + strspn(*path, "/"), *end = begin + strcspn(begin, "/");

	*path = *end ? end + 1 : end;
	*end = '\0';
	return *begin ? begin : NULL;
}

bool walk_clean(struct layer *layer, const char *name, char ret_path[PATH_MAX])
{
	size_t length = 0;

	for (const char *at = name, *end; *at; at = end) {
		size_t size;

		at += strspn(at, "/");
		size = strcspn(at, "/");
		end = at + size;
		if (size == 0 || (size == 1 && *at == '.'))
			continue;
		if (size == 2 && at[0] == '.' && at[1] == '.') {
			if (!length)
				return fail(layer->failure, UNPACK_PATH, layer->entry,
						"its path leads out of the layer");
			while (length && ret_path[--length] != '/')
				;
			continue;
		}
		if (size > NAME_MAX || length + 1 + size >= PATH_MAX)
			return fail(layer->failure, UNPACK_PATH, layer->entry,
					"its path is too long for a file system");
		if (length)
			ret_path[length++] = '/';
		memcpy(ret_path + length, at, size);
		length += size;
	}
	ret_path[length] = '\0';
	return true;
}

const char *walk_split(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash) {
		memmove(path + 1, path, strlen(path) + 1);
		*path = '\0';
		return path + 1;
	}
	*slash = '\0';
	return slash + 1;
}

bool walk_imply(struct layer *layer)
{
	struct directory *directory;
	bool is_new;

	if (layer->lower_count)
		return settle_directory(layer);
	directory = directories_add(&layer->directories, layer->path, &is_new);
	layer->directories.implied += !directory->implied;
	directory->implied = true;
	return layer->directories.bytes < LAYER_TABLE ||
	       fail(layer->failure, UNPACK_LIMIT, layer->entry, "there are too many directories");
}

/* Makes a directory and goes there: -EALREADY. */
static int make(struct layer *layer, const char *name, bool hides)
{
	int fd, error = sys_mkdirat(walk_fd(layer), name, IMPLIED_MODE);

	if (error)
		return error;
	fd = sys_openat(walk_fd(layer), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (fd < 0)
		return fd;
	if (!walk_push(layer, name, fd))
		return -ECANCELED;
	if (hides && !make_opaque(layer, fd))
		return -ECANCELED;
	return walk_imply(layer) ? -EALREADY : -ECANCELED;
}

/* A name that is no directory here: what its link says; or, where it is a whiteout, a directory that hides those
 * below. */
static int through(struct layer *layer, const char *name, bool makes, char *ret_target)
{
	struct stat stat;
	ssize_t length = sys_readlinkat(walk_fd(layer), name, ret_target, PATH_MAX - 1);

	if (length > 0) {
		ret_target[length] = '\0';
		return -ELOOP;
	}
	if (!makes)
		return -ENOENT;
	if (layer->overlay && sys_fstatat(walk_fd(layer), name, &stat, AT_SYMLINK_NOFOLLOW) == 0 &&
			overlay_is_whiteout(&stat) &&
	    sys_unlinkat(walk_fd(layer), name, 0) == 0)
		return make(layer, name, true);
	fail(layer->failure, UNPACK_PATH, layer->entry, "'%s' in its path is no directory", name);
	return -ECANCELED;
}

/* What the layers below have at a name that this one has not: a link of theirs leads on. */
static int link_below(struct layer *layer, const char *name, char *ret_target)
{
	char path[PATH_MAX], ignored[PATH_MAX];
	struct stat stat;
	ssize_t length;
	int index;

	if (!layer->lower_count)
		return -ENOENT;
	if (!walk_path(layer, name, path))
		return -ECANCELED;
	index = below_find(layer, path, &stat, ignored);
	if (index < 0 || !S_ISLNK(stat.st_mode))
		return index == -3 ? -ECANCELED : -ENOENT;
	closes int fd = below_open(layer, index, path, O_PATH | O_NOFOLLOW);

	if (fd < 0)
		return fd;
	length = sys_readlinkat(fd, "", ret_target, PATH_MAX - 1);
	if (length <= 0)
		return length < 0 ? (int)length : -ENOENT;
	ret_target[length] = '\0';
	return -ELOOP;
}

/* The directory of a name: its descriptor; -EALREADY: it was made, and the walk is there; -ELOOP: a link, whose
 * target is in ret_target; -ECANCELED: a failure was told. */
static int enter(struct layer *layer, const char *name, bool makes, char *ret_target)
{
	int fd = sys_openat(walk_fd(layer), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

	if (fd == -ENOTDIR || fd == -ELOOP)
		return through(layer, name, makes, ret_target);
	if (fd != -ENOENT)
		return fd;
	fd = link_below(layer, name, ret_target);
	if (fd != -ENOENT || !makes)
		return fd;
	return make(layer, name, false);
}

/* Puts the target of a link before the rest of a path. */
static bool prepend(struct layer *layer, const char *target, char rest[2 * PATH_MAX], const char *left)
{
	char joined[2 * PATH_MAX];
	int length = snprintf(joined, sizeof(joined), "%s/%s", target, left);

	if (length >= 2 * PATH_MAX)
		return fail(layer->failure, UNPACK_PATH, layer->entry, "a symbolic link in its path is too long");
	memcpy(rest, joined, (size_t)length + 1);
	while (*target == '/' && layer->depth)
		pop(layer);
	return true;
}

static bool go(struct layer *layer, const char *path, bool makes, bool *ret_there)
{
	char rest[2 * PATH_MAX], target[PATH_MAX], *left = rest, *name;
	int links = 0;

	memcpy(rest, path, strlen(path) + 1);
	*ret_there = true;
	while ((name = next_name(&left))) {
		int fd;

		if (strcmp(name, ".") == 0)
			continue;
		if (strcmp(name, "..") == 0) {
			if (layer->depth)
				pop(layer);
			continue;
		}
		fd = enter(layer, name, makes, target);
		*ret_there = fd != -ENOENT || makes;
		if (!*ret_there)
			return true;
		if (fd == -EALREADY)
			continue;
		if (fd == -ELOOP && links++ == LAYER_LINKS)
			return fail(layer->failure, UNPACK_PATH, layer->entry, "too many symbolic links in its path");
		if (fd == -ELOOP ? !prepend(layer, target, rest, left) : fd < 0)
			return fail_call(layer->failure, fd, layer->entry, "open a directory of its path");
		if (fd == -ELOOP)
			left = rest;
		else if (!walk_push(layer, name, fd))
			return false;
	}
	return true;
}

/* Goes back to where the two paths part. What is left of the new one. */
static const char *part(struct layer *layer, const char *path)
{
	while (layer->depth) {
		size_t length = layer->level[layer->depth].length;

		if (strncmp(path, layer->path, length) == 0 && (path[length] == '/' || path[length] == '\0'))
			return path + length;
		pop(layer);
	}
	return path;
}

bool walk_find(struct layer *layer, const char *path, bool *ret_there)
{
	layer->asked_known = false;
	return go(layer, part(layer, path), false, ret_there);
}

bool walk_to(struct layer *layer, const char *path)
{
	bool there;

	if (layer->asked_known && strcmp(layer->asked, path) == 0)
		return true;
	layer->asked_known = false;
	if (!go(layer, part(layer, path), true, &there))
		return false;
	memcpy(layer->asked, path, strlen(path) + 1);
	layer->asked_known = true;
	return true;
}
