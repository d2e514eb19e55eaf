/* mapped_tree.c - see mapped_tree.h
 *
 * Runs as root of the user namespace that has all ids of the store's owner. Nothing else is in the tree that is
 * made, and what is read is a mount of its own, so no name leads out of either.
 */
#include "image/mapped_tree.h"
#include "base/fd.h"
#include "base/file.h"
#include <dirent.h>
#include <endian.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <limits.h>
#include <unistd.h>

enum { DEPTH_MAX = 200, XATTR_NAMES_MAX = 65536, XATTR_VALUE_MAX = 65536, PART = 1 << 20 };

struct walk {
	const struct mapped_copy *copy;
	char path[PATH_MAX];		/* from the root of the tree: "/bin/sh" */
	size_t length;
	bool closed;			/* others may not enter a directory that leads to it */
};

static int map(const struct id_maps *maps, uint32_t id, uint32_t *ret_id)
{
	for (size_t i = 0; i < maps->count; i++)
		if (id >= maps->at[i].inside && id - maps->at[i].inside < maps->at[i].count) {
			*ret_id = maps->at[i].outside + (id - maps->at[i].inside);
			return 0;
		}
	return -EOVERFLOW;
}

static int owners_of(const struct mapped_copy *copy, const struct stat *info, uint32_t *ret_uid, uint32_t *ret_gid)
{
	int error = map(&copy->ids->uids, info->st_uid, ret_uid);

	return error ? error : map(&copy->ids->gids, info->st_gid, ret_gid);
}

/* --- extended attributes --- */

/* The capabilities of a file hold for the root of one user namespace: the container's (capabilities(7)). */
static size_t map_capabilities(const struct mapped_copy *copy, void *value, size_t size)
{
	struct vfs_ns_cap_data data = { 0 };
	uint32_t root;

	if (size < XATTR_CAPS_SZ_2 || size > sizeof(data) || map(&copy->ids->uids, 0, &root))
		return size;
	memcpy(&data, value, size);
	data.magic_etc = htole32((le32toh(data.magic_etc) & ~(uint32_t)VFS_CAP_REVISION_MASK) | VFS_CAP_REVISION_3);
	data.rootid = htole32(root);
	memcpy(value, &data, sizeof(data));
	return sizeof(data);
}

/* posix_acl_xattr: a word of its version, then entries of { tag, rights, id }. */
static int map_acl(const struct mapped_copy *copy, unsigned char *value, size_t size)
{
	enum { HEAD = 4, ENTRY = 8, ID = 4, USER = 2, GROUP = 8 };

	for (size_t at = HEAD; at + ENTRY <= size; at += ENTRY) {
		unsigned tag = value[at] | value[at + 1] << 8;
		uint32_t id;
		int error = 0;

		memcpy(&id, value + at + ID, sizeof(id));
		id = le32toh(id);
		if (tag == USER)
			error = map(&copy->ids->uids, id, &id);
		else if (tag == GROUP)
			error = map(&copy->ids->gids, id, &id);
		if (error)
			return error;
		id = htole32(id);
		memcpy(value + at + ID, &id, sizeof(id));
	}
	return 0;
}

static int copy_xattr(const struct mapped_copy *copy, int from, int to, const char *name)
{
	static unsigned char value[XATTR_VALUE_MAX];
	ssize_t got = sys_fgetxattr(from, name, value, sizeof(value));
	size_t size = (size_t)got;
	int error = 0;

	if (got < 0)
		return got == -ENODATA ? 0 : (int)got;
	if (!strcmp(name, "security.capability"))
		size = map_capabilities(copy, value, size);
	else if (!strcmp(name, "system.posix_acl_access") || !strcmp(name, "system.posix_acl_default"))
		error = map_acl(copy, value, size);
	return error ? error : sys_fsetxattr(to, name, value, size);
}

/* Labels of SELinux are the kernel's to give. */
static int copy_xattrs(const struct mapped_copy *copy, int from, int to)
{
	static char names[XATTR_NAMES_MAX];
	ssize_t got = sys_flistxattr(from, names, sizeof(names));
	int error = 0;

	if (got < 0)
		return got == -EOPNOTSUPP ? 0 : (int)got;
	for (const char *name = names; name < names + got && !error; name += strlen(name) + 1)
		if (strcmp(name, "security.selinux") != 0)
			error = copy_xattr(copy, from, to, name);
	return error;
}

/* --- one file --- */

static int set_times(int file, const char *name, const struct stat *info)
{
	const struct timespec times[2] = { info->st_atim, info->st_mtim };

	return utimensat(file, name, times, AT_SYMLINK_NOFOLLOW) ? -errno : 0;
}

/* In this order: a change of the owner takes setuid and capabilities away. */
static int finish(const struct mapped_copy *copy, int from, int to, const struct stat *info)
{
	uint32_t uid, gid;
	int error = owners_of(copy, info, &uid, &gid);

	if (error)
		return error;
	if (fchown(to, uid, gid) || fchmod(to, info->st_mode & 07777))
		return -errno;
	error = copy_xattrs(copy, from, to);
	return error ? error : futimens(to, (const struct timespec[2]){ info->st_atim, info->st_mtim }) ? -errno : 0;
}

static int copy_content(int from, int to, const struct stat *info)
{
	if (!info->st_size || !ioctl(to, FICLONE, from))
		return 0;
	for (ssize_t got;;) {
		got = copy_file_range(from, NULL, to, NULL, PART, 0);
		if (got == 0)
			return 0;
		if (got < 0 && errno != EINTR)
			break;
	}
	/* Not by the kernel: from where it began, as nothing is known of what it did. */
	if (lseek(from, 0, SEEK_SET) < 0 || lseek(to, 0, SEEK_SET) < 0)
		return -errno;
	static char part[PART];
	ssize_t got;

	while ((got = read(from, part, sizeof(part))) > 0) {
		int error = file_write_all(to, part, (size_t)got);

		if (error)
			return error;
	}
	return got < 0 ? -errno : 0;
}

/* Its size, and where its content is. */
static int refer_to_content(const struct walk *walk, int to, const struct stat *info)
{
	int error;

	if (!info->st_size)
		return 0;
	if (ftruncate(to, info->st_size))
		return -errno;
	error = sys_fsetxattr(to, "user.overlay.metacopy", "", 0);
	return error ? error : sys_fsetxattr(to, "user.overlay.redirect", walk->path, walk->length);
}

static bool copies_content(const struct walk *walk, const struct stat *info)
{
	return walk->copy->content || (walk->copy->layers && (walk->closed || !(info->st_mode & S_IROTH)));
}

static int copy_file(const struct walk *walk, int from_folder, int to_folder, const char *name, const struct stat *info)
{
	const int flags = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
	closes int from = sys_openat(from_folder, name, O_RDONLY | flags, 0);
	closes int to = sys_openat(to_folder, name, O_RDWR | O_CREAT | O_EXCL | flags, 0600);
	int error = from < 0 ? from : to < 0 ? to : 0;

	if (!error)
		error = copies_content(walk, info) ? copy_content(from, to, info) : refer_to_content(walk, to, info);
	return error ? error : finish(walk->copy, from, to, info);
}

static int copy_link(const struct walk *walk, int from, int to, const char *name, const struct stat *info)
{
	char target[PATH_MAX];
	ssize_t length = sys_readlinkat(from, name, target, sizeof(target) - 1);
	uint32_t uid, gid;
	int error = owners_of(walk->copy, info, &uid, &gid);

	if (error || length < 0)
		return error ? error : (int)length;
	target[length] = '\0';
	error = sys_symlinkat(target, to, name);
	if (!error && fchownat(to, name, uid, gid, AT_SYMLINK_NOFOLLOW))
		error = -errno;
	return error ? error : set_times(to, name, info);
}

/* FIFOs and sockets; devices cannot be in the layers of an ordinary user. */
static int copy_special(const struct walk *walk, int to, const char *name, const struct stat *info)
{
	uint32_t uid, gid;
	int error = owners_of(walk->copy, info, &uid, &gid);

	if (error || S_ISCHR(info->st_mode) || S_ISBLK(info->st_mode))
		return error;
	if (mknodat(to, name, info->st_mode & (S_IFMT | 07777), 0) ||
	    fchownat(to, name, uid, gid, AT_SYMLINK_NOFOLLOW) || fchmodat(to, name, info->st_mode & 07777, 0))
		return -errno;
	return set_times(to, name, info);
}

/* --- the tree --- */

static int copy_folder(struct walk *walk, int from, int to, unsigned depth);

static int copy_subfolder(struct walk *walk, int from, int to, const char *name, unsigned depth)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
	int error = sys_mkdirat(to, name, 0700);
	closes int new_from = error ? -1 : sys_openat(from, name, flags, 0);
	closes int new_to = error ? -1 : sys_openat(to, name, flags, 0);

	if (error || new_from < 0 || new_to < 0)
		return error ? error : new_from < 0 ? new_from : new_to;
	return copy_folder(walk, new_from, new_to, depth + 1);
}

static int copy_entry(struct walk *walk, int from, int to, const char *name, unsigned depth)
{
	size_t length = strlen(name), before = walk->length;
	struct stat info;
	int error = sys_fstatat(from, name, &info, AT_SYMLINK_NOFOLLOW);

	if (error)
		return error;
	if (before + 1 + length >= sizeof(walk->path))
		return -ENAMETOOLONG;
	walk->path[before] = '/';
	memcpy(walk->path + before + 1, name, length + 1);
	walk->length = before + 1 + length;
	if (S_ISDIR(info.st_mode))
		error = copy_subfolder(walk, from, to, name, depth);
	else if (S_ISREG(info.st_mode))
		error = copy_file(walk, from, to, name, &info);
	else if (S_ISLNK(info.st_mode))
		error = copy_link(walk, from, to, name, &info);
	else
		error = copy_special(walk, to, name, &info);
	walk->length = before;
	return error;
}

static int copy_entries(struct walk *walk, int from, int to, unsigned depth)
{
	int again = sys_openat(from, ".", O_RDONLY | O_DIRECTORY, 0), error = 0;
	DIR *folder = again < 0 ? NULL : fdopendir(again);
	const struct dirent *entry;

	if (!folder) {
		error = again < 0 ? again : -errno;
		fd_close_at(&again);
		return error;
	}
	while (!error && (entry = readdir(folder)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			error = copy_entry(walk, from, to, entry->d_name, depth);
	closedir(folder);
	return error;
}

/* Whether one of the layers has this directory closed to others. overlayfs looks for a file in each of them by itself,
 * whatever the directory is like where all are seen as one, and would take what a lower one has under its name. */
static bool is_closed(const struct walk *walk)
{
	struct stat info;

	for (size_t i = 0; i < walk->copy->layers; i++)
		if (!sys_fstatat(walk->copy->layer[i], walk->length ? walk->path + 1 : ".", &info,
				 AT_SYMLINK_NOFOLLOW) && S_ISDIR(info.st_mode) && !(info.st_mode & S_IXOTH))
			return true;
	return false;
}

/* Its times are set last, since what is made in it changes them. */
static int copy_folder(struct walk *walk, int from, int to, unsigned depth)
{
	const bool above = walk->closed;
	struct stat info;
	int error = depth > DEPTH_MAX ? -ELOOP : sys_fstat(from, &info);

	walk->closed = above || is_closed(walk);
	if (!error)
		error = copy_entries(walk, from, to, depth);
	walk->closed = above;
	return error ? error : finish(walk->copy, from, to, &info);
}

int mapped_copy_tree(const struct mapped_copy *copy, int from, int to)
{
	struct walk walk = { .copy = copy };
	closes int top = sys_openat(from, ".", O_RDONLY | O_DIRECTORY, 0);	/* a mount is open by name alone */

	umask(0);
	return top < 0 ? top : copy_folder(&walk, top, to, 0);
}
