/* tree.c - see tree.h */
#include "base/tree.h"
#include "base/fd.h"
#include "base/sys_file.h"
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Each level holds a descriptor and a buffer. A tree may be deeper than any path is long (mkdir, chdir, mkdir ...):
 * what lies deeper is moved up to the top, and is removed from there. */
enum { DEPTH_MAX = 64 };

struct removal {
	int top;			/* the directory that is removed */
	unsigned moved;			/* how many were moved up */
};

static int open_folder(int dir, const char *name)
{
	return sys_openat2(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0,
			   RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH);
}

/* A folder that its owner may not read or write is made so that it may. */
static int open_anyhow(int dir, const char *name)
{
	int fd = open_folder(dir, name);

	if (fd != -EACCES)
		return fd;
	closes int handle = sys_openat(dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);

	if (handle < 0)
		return handle;
	if (fchmodat(handle, ".", 0700, 0))
		return -errno;
	return open_folder(dir, name);
}

static int remove_below(struct removal *removal, int dir, const char *name, unsigned depth);

static bool is_dots(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

static int remove_entry(struct removal *removal, int dir, const struct sys_dirent *entry, unsigned depth)
{
	int error;

	if (is_dots(entry->name))
		return 0;
	if (entry->type == DT_DIR)
		return remove_below(removal, dir, entry->name, depth + 1);
	error = sys_unlinkat(dir, entry->name, 0);
	if (error == -EISDIR)
		return remove_below(removal, dir, entry->name, depth + 1);
	return error == -ENOENT ? 0 : error;
}

static int remove_entries(struct removal *removal, int dir, unsigned depth)
{
	union { struct sys_dirent entry; char bytes[8192]; } buffer;
	ssize_t got;

	while ((got = sys_getdents64(dir, buffer.bytes, sizeof(buffer))) > 0) {
		for (ssize_t at = 0; at < got;) {
			const struct sys_dirent *entry = (const void *)(buffer.bytes + at);
			int error = remove_entry(removal, dir, entry, depth);

			if (error)
				return error;
			at += entry->length;
		}
	}
	return (int)got;
}

/* Under a name that nothing else has there. */
static int move_up(struct removal *removal, int dir, const char *name)
{
	enum { TRIES = 1000 };
	char new[32];
	int error = -EEXIST;

	for (int i = 0; i < TRIES && (error == -EEXIST || error == -ENOTEMPTY || error == -ENOTDIR); i++) {
		(void)snprintf(new, sizeof(new), ".deep-%u", removal->moved++);
		error = sys_renameat(dir, name, removal->top, new);
	}
	return error;
}

/* What is in an open directory, which may be made so that it can be read. */
static int remove_all(struct removal *removal, int fd, unsigned depth)
{
	int error = remove_entries(removal, fd, depth);

	if (error == -EACCES && fchmod(fd, 0700) == 0) {
		sys_lseek(fd, 0, SEEK_SET);
		error = remove_entries(removal, fd, depth);
	}
	return error;
}

static int remove_below(struct removal *removal, int dir, const char *name, unsigned depth)
{
	closes int fd = -1;
	int error;

	/* Most are empty: what a container mounts on, and what overlayfs works in. */
	error = sys_unlinkat(dir, name, AT_REMOVEDIR);
	if (!error || error == -ENOENT)
		return 0;
	if (depth > DEPTH_MAX)
		return move_up(removal, dir, name);
	fd = open_anyhow(dir, name);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	error = remove_all(removal, fd, depth);
	if (error)
		return error;
	error = sys_unlinkat(dir, name, AT_REMOVEDIR);
	return error == -ENOENT ? 0 : error;
}

/* Until nothing was moved up any more. */
static int remove_directory(int dir, const char *name)
{
	closes int top = open_anyhow(dir, name);
	struct removal removal = { .top = top };
	unsigned moved;
	int error;

	if (top < 0)
		return top;
	do {
		moved = removal.moved;
		sys_lseek(top, 0, SEEK_SET);
		error = remove_all(&removal, top, 0);
	} while (!error && removal.moved != moved);
	return error ? error : sys_unlinkat(dir, name, AT_REMOVEDIR);
}

int tree_remove(int dir, const char *name)
{
	int error = sys_unlinkat(dir, name, 0);

	if (error == -EISDIR || error == -EPERM)
		error = remove_directory(dir, name);
	return error == -ENOENT ? 0 : error;
}
