/* link.c - hard links, also to files of the layers below, which are copied up: see layer.h */
#include "unpack/layer.h"
#include "base/fd.h"
#include "base/overlay.h"
#include "base/sys_file.h"
#include <string.h>
#include <unistd.h>

enum { PERMISSIONS = 0777, SENT_AT_ONCE = 1 << 20 };

static int send(int from, int to, uint64_t size)
{
	ssize_t sent;

	while (size) {
		sent = sys_sendfile(to, from, size < SENT_AT_ONCE ? size : SENT_AT_ONCE);
		if (sent == 0 || (sent < 0 && sent != -EINTR))
			return (int)sent;
		size -= sent > 0 ? (uint64_t)sent : 0;
	}
	return 0;
}

/* Holes stay holes. */
static int copy_content(int from, int to, uint64_t size)
{
	off_t data, hole = 0;
	int error;

	while ((data = sys_lseek(from, hole, SEEK_DATA)) >= 0) {
		hole = sys_lseek(from, data, SEEK_HOLE);
		if (hole < 0)
			return (int)hole;
		if (sys_lseek(from, data, SEEK_SET) < 0 || sys_lseek(to, data, SEEK_SET) < 0)
			return -EIO;
		error = send(from, to, (uint64_t)(hole - data));
		if (error)
			return error;
	}
	return data == -ENXIO ? sys_ftruncate(to, size) : (int)data;
}

/* Links to large files of the layers below are many bytes for few. */
static bool may_copy(struct layer *layer, uint64_t size)
{
	if (layer->copied_bytes > layer->max_bytes || size > layer->max_bytes - layer->copied_bytes)
		return fail(layer->failure, UNPACK_LIMIT, layer->entry,
			    "the files it links to below have more than the %llu bytes that are allowed",
			    (unsigned long long)layer->max_bytes);
	layer->copied_bytes += size;
	return true;
}

static bool copy_file(struct layer *layer, int from, const struct stat *stat, const char *name)
{
	struct tar_entry entry;
	int error;

	if (!may_copy(layer, (uint64_t)stat->st_size))
		return false;
	closes int to = sys_openat(walk_fd(layer), name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
				   stat->st_mode & PERMISSIONS);

	error = to < 0 ? to : copy_content(from, to, (uint64_t)stat->st_size);
	if (error)
		return fail_call(layer->failure, error, layer->entry, "copy the file that it links to");
	return below_entry(layer, from, stat, &entry) && attributes_set(layer, to, &entry);
}

/* A symbolic link, a device or a FIFO. */
static bool copy_node(struct layer *layer, int from, const struct stat *stat, const char *name)
{
	struct tar_entry entry;
	char target[PATH_MAX];
	ssize_t length = S_ISLNK(stat->st_mode) ? sys_readlinkat(from, "", target, sizeof(target) - 1) : 0;
	int error = (int)length;

	if (S_ISLNK(stat->st_mode) && length >= 0) {
		target[length] = '\0';
		error = sys_symlinkat(target, walk_fd(layer), name);
	} else if (!S_ISLNK(stat->st_mode)) {
		error = sys_mknodat(walk_fd(layer), name, stat->st_mode & (S_IFMT | PERMISSIONS),
				(unsigned)stat->st_rdev);
	}
	if (error)
		return fail_call(layer->failure, error, layer->entry, "copy what it links to");
	if (!below_entry(layer, from, stat, &entry))
		return false;
	entry.kind = S_ISLNK(stat->st_mode) ? TAR_SYMBOLIC_LINK : TAR_FIFO;
	return attributes_set_at(layer, name, &entry);
}

static bool copy_up(struct layer *layer, int index, const char *from, const struct stat *stat, const char *name)
{
	closes int fd = below_open(layer, index, from, S_ISREG(stat->st_mode) ? O_RDONLY : O_PATH);

	if (fd < 0)
		return fail_call(layer->failure, fd, layer->entry, "open what it links to");
	return S_ISREG(stat->st_mode) ? copy_file(layer, fd, stat, name) : copy_node(layer, fd, stat, name);
}

/* Links to a name in the directory `from`. Where something else stands there, it goes. */
static int link_to(struct layer *layer, int from, const char *target, const char *name)
{
	struct stat one, other;
	bool ignored;
	int error = sys_linkat(from, target, walk_fd(layer), name, 0);

	if (error != -EEXIST)
		return error;
	/* A link to itself, or one that is made twice, is what it should be already. */
	if (sys_fstatat(from, target, &one, AT_SYMLINK_NOFOLLOW) == 0 &&
	    sys_fstatat(walk_fd(layer), name, &other, AT_SYMLINK_NOFOLLOW) == 0 && one.st_dev == other.st_dev &&
	    one.st_ino == other.st_ino)
		return 0;
	return replace(layer, name, &ignored) ? sys_linkat(from, target, walk_fd(layer), name, 0) : -ECANCELED;
}

/* Whether the target is in this layer: then its directory in *ret_dir, else -1. */
static bool find_here(struct layer *layer, const char *target, char directory[PATH_MAX], const char **ret_name,
		int *ret_dir)
{
	struct stat stat;
	bool there;

	memcpy(directory, target, strlen(target) + 1);
	*ret_name = walk_split(directory);
	*ret_dir = -1;
	if (!walk_find(layer, directory, &there))
		return false;
	if (!there || sys_fstatat(walk_fd(layer), *ret_name, &stat, AT_SYMLINK_NOFOLLOW) ||
	    (layer->overlay && overlay_is_whiteout(&stat)))
		return true;
	if (S_ISDIR(stat.st_mode))
		return fail(layer->failure, UNPACK_LINK, layer->entry, "a hard link to a directory");
	*ret_dir = sys_fcntl(walk_fd(layer), F_DUPFD_CLOEXEC, 0);
	return *ret_dir >= 0 || fail_call(layer->failure, *ret_dir, layer->entry, "open the directory it links to");
}

/* Where a path leads, with the links of its directories followed. Directories that are below only are made. */
static bool resolve(struct layer *layer, const char *path, char ret_path[PATH_MAX])
{
	char directory[PATH_MAX];
	const char *name;

	memcpy(directory, path, strlen(path) + 1);
	name = walk_split(directory);
	return walk_to(layer, directory) && walk_path(layer, name, ret_path);
}

/* Makes the target what it is below, unless an earlier link has done so. *ret_dir: its directory; -1: another file
 * of this layer has its name. */
static bool copy_target(struct layer *layer, int index, const char *target, const struct stat *stat, int *ret_dir)
{
	struct directory *copied;
	char directory[PATH_MAX];
	struct stat here;
	const char *name;
	bool is_new, is_there;

	memcpy(directory, target, strlen(target) + 1);
	name = walk_split(directory);
	*ret_dir = -1;
	if (!walk_to(layer, directory))
		return false;
	is_there = sys_fstatat(walk_fd(layer), name, &here, AT_SYMLINK_NOFOLLOW) == 0;
	copied = directories_add(&layer->copied, target, &is_new);
	if (is_there && is_new)
		copied->implied = true;
	if (copied->implied)
		return true;
	if (!is_there && !copy_up(layer, index, target, stat, name))
		return false;
	*ret_dir = sys_fcntl(walk_fd(layer), F_DUPFD_CLOEXEC, 0);
	return *ret_dir >= 0 || fail_call(layer->failure, *ret_dir, layer->entry, "open the directory it links to");
}

bool settle_link(struct layer *layer, const char *path, const char *target, char ret_link[PATH_MAX])
{
	char directory[PATH_MAX], target_directory[PATH_MAX];
	struct stat stat, here;
	const char *name;
	int dir, error, index = below_find(layer, target, &stat, ret_link);

	if (index == BELOW_LINK)
		return true;
	if (index < 0 || S_ISDIR(stat.st_mode))
		return fail(layer->failure, UNPACK_LINK, layer->entry, "a hard link to '%s', which is not there",
				target);
	memcpy(directory, path, strlen(path) + 1);
	name = walk_split(directory);
	if (!walk_to(layer, directory))
		return false;
	/* A later entry of the same name has won. */
	if (sys_fstatat(walk_fd(layer), name, &here, AT_SYMLINK_NOFOLLOW) == 0)
		return true;
	if (!copy_target(layer, index, target, &stat, &dir))
		return false;
	closes int from = dir;

	if (!walk_to(layer, directory))
		return false;
	if (from < 0)
		return copy_up(layer, index, target, &stat, name);
	memcpy(target_directory, target, strlen(target) + 1);
	error = link_to(layer, from, walk_split(target_directory), name);
	return !error || fail_call(layer->failure, error, layer->entry, "link to the copy");
}

/* A file of the layers below: copied now where they are known, else later. */
static bool link_below(struct layer *layer, const char *path, const char *target)
{
	char from[PATH_MAX], to[PATH_MAX], ignored[PATH_MAX];
	struct link *link;
	struct stat stat;
	const char *name;

	if (!resolve(layer, path, to))
		return false;
	name = strrchr(to, '/') ? strrchr(to, '/') + 1 : to;
	if (!layer->overlay)
		return fail(layer->failure, UNPACK_LINK, layer->entry, "a hard link to '%s', which is not there",
				target);
	/* What had the name before is replaced all the same. */
	if (sys_fstatat(walk_fd(layer), name, &stat, AT_SYMLINK_NOFOLLOW) == 0) {
		bool hid;

		if (!replace(layer, name, &hid))
			return false;
	}
	if (layer->lower_count)
		return resolve(layer, target, from) && settle_link(layer, to, from, ignored);
	link = ARENA_NEW(layer->arena, struct link);
	*link = (struct link){ layer->links, arena_copy(layer->arena, layer->entry, strlen(layer->entry)),
			       arena_copy(layer->arena, to, strlen(to)), arena_copy(layer->arena, target,
					strlen(target)) };
	layer->links = link;
	layer->link_count++;
	layer->directories.bytes += sizeof(*link) + strlen(link->entry) + strlen(to) + strlen(target);
	return layer->directories.bytes < LAYER_TABLE ||
	       fail(layer->failure, UNPACK_LIMIT, layer->entry, "there are too many links to files below");
}

bool add_hard_link(struct layer *layer, const struct tar_entry *entry, char path[PATH_MAX])
{
	char target[PATH_MAX], directory[PATH_MAX];
	const char *target_name, *name;
	int dir, error;

	if (!walk_clean(layer, entry->link, target))
		return false;
	if (!*target)
		return fail(layer->failure, UNPACK_LINK, layer->entry, "a hard link to the root directory");
	if (!find_here(layer, target, directory, &target_name, &dir))
		return false;
	if (dir < 0)
		return link_below(layer, path, target);
	closes int from = dir;

	name = walk_split(path);
	if (!walk_to(layer, path))
		return false;
	error = link_to(layer, from, target_name, name);
	return !error || fail_call(layer->failure, error, layer->entry, "link it");
}
