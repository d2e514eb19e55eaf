/* do_target.c - paths in the container's root file system.
 *
 * That file system may be hostile, and may be changed while we look at it (by another
 * container that shares a volume). So a path in it is never used as a path: openat2
 * resolves it as if the root were "/" (RESOLVE_IN_ROOT: neither ".." nor an absolute link
 * leads out, and a move of a directory in between is noticed), once, and from then on
 * there is only the descriptor.
 *
 * What is missing is made one name at a time, with mkdirat and mknodat on the descriptor of
 * the directory before it (CVE-2024-45310); neither follows a link. Who moves that
 * directory away meanwhile takes along what we make in it, and nothing else of the host's
 * is touched. A link that leads nowhere is followed inside the root, as runc does.
 */
#include "exec/do.h"
#include <limits.h>
#include <linux/limits.h>
#include <string.h>
#include <sys/stat.h>

enum { ROUNDS_MAX = 40 };	/* how many dangling links are followed, as many as the kernel does */

int target_open(struct run *run, const char *target, uint64_t flags, uint64_t resolve)
{
	trying(run, __NR_openat2, SUBJECT_TARGET);
	return sys_openat2(run->slot[SLOT_ROOTFS], target, flags, 0, RESOLVE_TARGET | resolve);
}

/* The next name of a path: skips slashes and ".". Returns its length; 0: there is none. */
static size_t next_name(const char **at)
{
	size_t length;

	do {
		while (**at == '/')
			++*at;
		length = strcspn(*at, "/");
		if (length != 1 || **at != '.')
			return length;
		++*at;
	} while (true);
}

/* Makes one entry and opens it. -EEXIST: there is something of that name, which was missing when the
 * path was resolved: mostly a link that leads nowhere. */
static int make_entry(int dir, const char *name, mode_t mode)
{
	bool directory = S_ISDIR(mode);
	int error = directory ? sys_mkdirat(dir, name, mode & 07777) : sys_mknodat(dir, name, mode, 0);

	if (error < 0)
		return error;
	return sys_openat2(dir, name, O_PATH | (directory ? O_DIRECTORY : 0), 0, RESOLVE_NO_SYMLINKS);
}

/* Makes all of *rest below `dir` and opens the last of it. Leaves *rest at the name that could not be
 * made, and says how many were. */
static int make_below(int dir, const char **rest, mode_t mode, unsigned *ret_made)
{
	closes int here = -1;

	for (*ret_made = 0;; ++*ret_made) {
		char name[NAME_MAX + 1];
		size_t length = next_name(rest);
		const char *after = *rest + length;
		int made;

		if (length > NAME_MAX)
			return -ENAMETOOLONG;
		/* A ".." after what was just made: let the kernel look at the whole path again. */
		if (length == 0 || (length == 2 && memcmp(*rest, "..", 2) == 0))
			return -EAGAIN;
		memcpy(name, *rest, length);
		name[length] = '\0';
		if (next_name(&after))
			made = make_entry(dir, name, S_IFDIR | 0755);
		else
			return make_entry(dir, name, mode);
		if (made < 0)
			return made;
		fd_close_at(&here);
		dir = here = made;
		*rest = after;
	}
}

/* Opens the deepest directory on the path that is there; *ret_rest is what follows it. */
static int open_deepest(struct run *run, char *path, uint64_t resolve, char **ret_rest)
{
	char *slash = path + strlen(path);

	for (;;) {
		int dir;

		while (slash > path && *--slash != '/')
			;
		*slash = '\0';
		dir = target_open(run, slash == path ? "/" : path, O_PATH | O_DIRECTORY, resolve);
		*slash = '/';
		*ret_rest = slash + 1;
		if (dir != -ENOENT || slash == path)
			return dir;
	}
}

/* `name` in `path` is a link: replaces it by where it leads. -EAGAIN: look at the path again. */
static int follow(int dir, char *path, size_t size, char *name)
{
	char link[PATH_MAX], *tail = name + strcspn(name, "/");
	size_t before, after = strlen(tail) + 1;
	char saved = *tail;
	ssize_t length;

	*tail = '\0';
	length = sys_readlinkat(dir, name, link, sizeof(link));
	*tail = saved;
	if (length == -EINVAL || length == -ENOENT)
		return -EAGAIN;		/* no link: somebody else made it, or took it away */
	if (length < 0)
		return (int)length;
	before = link[0] == '/' ? 0 : (size_t)(name - path);
	if (length == 0 || before + (size_t)length + after > size)
		return -ENAMETOOLONG;
	memmove(path + before + length, tail, after);
	memcpy(path + before, link, (size_t)length);
	return -EAGAIN;
}

/* Makes what the path lacks. The path is changed. */
static int make_missing(struct run *run, char *path, size_t size, mode_t mode, uint64_t resolve)
{
	for (int round = 0; round < ROUNDS_MAX; round++) {
		const char *at;
		unsigned made;
		char *rest;
		int fd;
		closes int dir = open_deepest(run, path, resolve, &rest);

		if (dir < 0)
			return dir;
		at = rest;
		trying(run, S_ISDIR(mode) ? __NR_mkdirat : __NR_mknodat, SUBJECT_TARGET);
		fd = make_below(dir, &at, mode, &made);
		/* Only the first name can be a link: the others are in what was made here. */
		if (fd == -EEXIST && made == 0 && !(resolve & RESOLVE_NO_SYMLINKS))
			fd = follow(dir, path, size, rest + (at - rest));
		if (fd != -EAGAIN && fd != -ELOOP && fd != -EEXIST)
			return fd;
		fd = target_open(run, path, O_PATH, resolve);
		if (fd != -ENOENT)
			return fd;
	}
	return -ELOOP;
}

/* The directory that the target is in, if it is there. */
static int find_parent(struct run *run, const char *target, const char **ret_name)
{
	const char *slash = strrchr(target, '/');
	size_t length = slash ? (size_t)(slash - target) : 0;
	struct parent *last = &run->parent;
	char path[PATH_MAX];
	int fd;

	*ret_name = slash ? slash + 1 : target;
	if (length == 0)
		return run->slot[SLOT_ROOTFS];
	if (last->length == length && memcmp(last->path, target, length) == 0)
		return last->fd;
	if (length >= sizeof(path))
		return -ENAMETOOLONG;
	memcpy(path, target, length);
	path[length] = '\0';
	fd = scratch_add(run, target_open(run, path, O_PATH | O_DIRECTORY, 0));
	if (fd >= 0)
		*last = (struct parent){ target, length, fd };
	return fd;
}

static bool is_plain(const char *name)
{
	return *name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

bool target_has_neighbour(const struct run *run, const char *target)
{
	const char *slash = strrchr(target, '/');
	size_t length = slash ? (size_t)(slash - target) : 0;

	return length && run->parent.length == length && memcmp(run->parent.path, target, length) == 0;
}

int target_make_beside(struct run *run, const char *target, mode_t mode)
{
	const char *name;
	int fd, parent = find_parent(run, target, &name);

	if (parent < 0 || !is_plain(name))
		return -EAGAIN;
	trying(run, S_ISDIR(mode) ? __NR_mkdirat : __NR_mknodat, SUBJECT_TARGET);
	fd = make_entry(parent, name, mode);
	return fd == -EEXIST || fd == -ELOOP ? -EAGAIN : fd;
}

int target_create(struct run *run, const char *target, mode_t mode, uint64_t resolve)
{
	size_t length = strlen(target);
	char path[PATH_MAX];
	int fd = -EAGAIN;

	if (!(resolve & RESOLVE_NO_SYMLINKS))
		fd = target_make_beside(run, target, mode);
	if (fd != -EAGAIN)
		return fd;
	if (length >= sizeof(path))
		return -ENAMETOOLONG;
	memcpy(path, target, length + 1);
	return make_missing(run, path, sizeof(path), mode, resolve);
}

int target_make(struct run *run, const char *target, mode_t mode, uint64_t resolve)
{
	int fd = target_open(run, target, O_PATH, resolve);

	return fd == -ENOENT ? target_create(run, target, mode, resolve) : fd;
}

int target_parent(struct run *run, const char *target, const char **ret_name)
{
	int fd = find_parent(run, target, ret_name);
	size_t length = (size_t)(*ret_name - target);
	char path[PATH_MAX];

	if (!is_plain(*ret_name))
		return -EISDIR;
	if (fd != -ENOENT)
		return fd;
	memcpy(path, target, length);
	path[length] = '\0';
	fd = scratch_add(run, target_make(run, path, S_IFDIR | 0755, 0));
	if (fd >= 0)
		run->parent = (struct parent){ target, length - 1, fd };
	return fd;
}
