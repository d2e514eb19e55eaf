/* replace.c - what stands in the way of an entry, and what an entry takes away from the layers below: see layer.h */
#include "unpack/layer.h"
#include "base/fd.h"
#include "base/overlay.h"
#include "base/sys_file.h"
#include <string.h>

static const char meta[] = ".wh..wh.", opaque[] = ".wh..wh..opq";
enum { PREFIX = 4 };		/* ".wh." */

bool make_opaque(struct layer *layer, int fd)
{
	int error = layer->overlay ? sys_fsetxattr(fd, OVERLAY_OPAQUE, "y", 1) : 0;

	return !error || fail_call(layer->failure, error, layer->entry, "make a directory opaque");
}

static int remove_tree(int dir, const char *name, unsigned depth);

static int remove_names(int fd, const char *entries, size_t size, unsigned depth, size_t *removed)
{
	for (size_t at = 0; at < size;) {
		const struct sys_dirent *head = (const void *)(entries + at);
		int error = 0;

		at += head->length;
		if (strcmp(head->name, ".") == 0 || strcmp(head->name, "..") == 0)
			continue;
		error = remove_tree(fd, head->name, depth + 1);
		if (error)
			return error;
		++*removed;
	}
	return 0;
}

/* What is in a directory, as far as one reading of it shows: names that go meanwhile may hide others. */
static int remove_shown(int fd, unsigned depth, size_t *removed)
{
	_Alignas(struct sys_dirent) char entries[4096];
	int error = sys_lseek(fd, 0, SEEK_SET) < 0 ? -EIO : 0;
	ssize_t got = 1;

	*removed = 0;
	while (!error && got > 0) {
		got = sys_getdents64(fd, entries, sizeof(entries));
		error = got > 0 ? remove_names(fd, entries, (size_t)got, depth, removed) : (int)got;
	}
	return error;
}

static int remove_tree(int dir, const char *name, unsigned depth)
{
	int error = sys_unlinkat(dir, name, 0);
	size_t removed = 1;

	if (error != -EISDIR && error != -EPERM)
		return error;
	closes int fd = sys_openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

	if (fd < 0)
		return fd == -ENOTDIR ? error : fd;
	if (depth == LAYER_DEPTH)
		return -ELOOP;
	do {
		if (!removed)
			return -EIO;
		error = remove_shown(fd, depth, &removed);
		if (!error)
			error = sys_unlinkat(dir, name, AT_REMOVEDIR);
	} while (error == -ENOTEMPTY);
	return error;
}

bool replace(struct layer *layer, const char *name, bool *ret_hid)
{
	char path[PATH_MAX];
	struct stat stat;
	int error = sys_fstatat(walk_fd(layer), name, &stat, AT_SYMLINK_NOFOLLOW);

	if (error)
		return fail_call(layer->failure, error, layer->entry, "look at what is in its place");
	*ret_hid = !S_ISDIR(stat.st_mode);
	layer->asked_known = false;
	if (*ret_hid) {
		error = sys_unlinkat(walk_fd(layer), name, 0);
		return !error || fail_call(layer->failure, error, layer->entry, "remove what is in its place");
	}
	if (!walk_path(layer, name, path))
		return false;
	directories_forget(&layer->directories, path);
	error = remove_tree(walk_fd(layer), name, 0);
	return !error || fail_call(layer->failure, error, layer->entry, "remove the directory in its place");
}

/* A file of this layer hides what is below by itself; a directory of this layer must be made to. */
static bool hide_in_place(struct layer *layer, const char *name)
{
	closes int fd = sys_openat(walk_fd(layer), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

	return fd < 0 || make_opaque(layer, fd);
}

bool add_whiteout(struct layer *layer, const char *name)
{
	const char *hidden = name + PREFIX;
	int error;

	if (strcmp(name, opaque) == 0)
		return make_opaque(layer, walk_fd(layer));
	/* What aufs kept for itself. */
	if (strncmp(name, meta, sizeof(meta) - 1) == 0)
		return true;
	if (!*hidden || strcmp(hidden, ".") == 0 || strcmp(hidden, "..") == 0)
		return fail(layer->failure, UNPACK_PATH, layer->entry, "a whiteout of no file");
	error = sys_mknodat(walk_fd(layer), hidden, S_IFCHR, 0);
	if (error == -EEXIST)
		return hide_in_place(layer, hidden);
	return !error || fail_call(layer->failure, error, layer->entry, "make a whiteout");
}
