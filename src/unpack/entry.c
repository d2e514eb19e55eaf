/* entry.c - makes the entries of an archive: see layer.h */
#include "unpack/layer.h"
#include "base/fd.h"
#include <string.h>
#include <sys/sysmacros.h>

enum { PERMISSIONS = 0777 };

static bool made(struct layer *layer, int error)
{
	return !error || fail_call(layer->failure, error, layer->entry, "make it");
}

static bool add_file(struct layer *layer, const char *name, struct tar_reader *reader, const struct tar_entry *entry)
{
	enum { FLAGS = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW };
	int opened = sys_openat(walk_fd(layer), name, FLAGS, entry->mode & PERMISSIONS);
	bool ignored;

	if (opened == -EEXIST) {
		if (!replace(layer, name, &ignored))
			return false;
		opened = sys_openat(walk_fd(layer), name, FLAGS, entry->mode & PERMISSIONS);
	}
	closes int fd = opened;

	if (fd < 0)
		return made(layer, fd);
	return content_write(layer, fd, reader, entry) && attributes_set(layer, fd, entry);
}

/* A directory that is there already stays, and gets what the entry says. */
static int make_directory(struct layer *layer, const char *name, mode_t mode, bool *ret_new, bool *ret_hides)
{
	struct stat stat;
	int error = sys_mkdirat(walk_fd(layer), name, mode);

	*ret_new = true;
	*ret_hides = false;
	if (error != -EEXIST)
		return error;
	error = sys_fstatat(walk_fd(layer), name, &stat, AT_SYMLINK_NOFOLLOW);
	*ret_new = error || !S_ISDIR(stat.st_mode);
	if (error || !*ret_new)
		return error;
	if (!replace(layer, name, ret_hides))
		return -ECANCELED;
	return sys_mkdirat(walk_fd(layer), name, mode);
}

static bool add_directory(struct layer *layer, const char *name, const struct tar_entry *entry)
{
	bool is_new, hides;
	int fd, error;

	if (!*name)
		return attributes_set_directory(layer, walk_fd(layer), entry, false);
	error = make_directory(layer, name, entry->mode & PERMISSIONS, &is_new, &hides);
	if (error)
		return made(layer, error);
	fd = sys_openat(walk_fd(layer), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (fd < 0)
		return made(layer, fd);
	return walk_push(layer, name, fd) && (!hides || make_opaque(layer, fd)) &&
	       attributes_set_directory(layer, fd, entry, is_new);
}

static int make_node(struct layer *layer, const char *name, const struct tar_entry *entry)
{
	static const mode_t types[] = { [TAR_CHARACTER] = S_IFCHR, [TAR_BLOCK_DEVICE] = S_IFBLK, [TAR_FIFO] = S_IFIFO };

	if (entry->kind == TAR_SYMBOLIC_LINK)
		return sys_symlinkat(entry->link, walk_fd(layer), name);
	return sys_mknodat(walk_fd(layer), name, types[entry->kind] | (entry->mode & PERMISSIONS),
			   (unsigned)makedev(entry->major, entry->minor));
}

/* Symbolic links, devices, FIFOs. */
static bool add_node(struct layer *layer, const char *name, const struct tar_entry *entry)
{
	bool is_device = entry->kind == TAR_CHARACTER || entry->kind == TAR_BLOCK_DEVICE, ignored;
	int error = make_node(layer, name, entry);

	if (error == -EEXIST) {
		if (!replace(layer, name, &ignored))
			return false;
		error = make_node(layer, name, entry);
	}
	if (error == -EPERM && is_device) {
		layer->devices_left_out++;
		return true;
	}
	return made(layer, error) && attributes_set_at(layer, name, entry);
}

static bool add_named(struct layer *layer, char path[PATH_MAX], struct tar_reader *reader,
		const struct tar_entry *entry)
{
	char whole[PATH_MAX];
	const char *name;

	memcpy(whole, path, strlen(path) + 1);
	name = walk_split(path);
	if (!*name && entry->kind != TAR_DIRECTORY)
		return fail(layer->failure, UNPACK_PATH, layer->entry, "the root directory of a layer is a directory");
	if (!walk_to(layer, path))
		return false;
	if (layer->overlay && strncmp(name, ".wh.", 4) == 0)
		return add_whiteout(layer, name);
	switch (entry->kind) {
	case TAR_FILE:
		return add_file(layer, name, reader, entry);
	case TAR_DIRECTORY:
		return add_directory(layer, name, entry);
	case TAR_HARD_LINK:
		return add_hard_link(layer, entry, whole);
	case TAR_SYMBOLIC_LINK:
	case TAR_CHARACTER:
	case TAR_BLOCK_DEVICE:
	case TAR_FIFO:
		break;
	}
	return add_node(layer, name, entry);
}

bool layer_add(struct layer *layer, struct tar_reader *reader, const struct tar_entry *entry)
{
	char path[PATH_MAX];

	layer->entry = entry->name;
	layer->entries++;
	return walk_clean(layer, entry->name, path) && add_named(layer, path, reader, entry);
}
