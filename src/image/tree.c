/* tree.c - see tree.h */
#include "image/tree.h"
#include "base/fd.h"
#include <dirent.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

enum { DEPTH_MAX = 4096 };		/* more than a path can be long; each level holds a descriptor */

struct entry {
	uint64_t inode, offset;
	unsigned short length;
	unsigned char type;
	char name[];
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

static int remove_below(int dir, const char *name, unsigned depth);

static bool is_dots(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

static int remove_entry(int dir, const struct entry *entry, unsigned depth)
{
	int error;

	if (is_dots(entry->name))
		return 0;
	if (entry->type == DT_DIR)
		return remove_below(dir, entry->name, depth + 1);
	error = sys_unlinkat(dir, entry->name, 0);
	if (error == -EISDIR)
		return remove_below(dir, entry->name, depth + 1);
	return error == -ENOENT ? 0 : error;
}

static int remove_entries(int dir, unsigned depth)
{
	union { struct entry entry; char bytes[8192]; } buffer;
	ssize_t got;

	while ((got = sys_getdents64(dir, buffer.bytes, sizeof(buffer))) > 0) {
		for (ssize_t at = 0; at < got;) {
			const struct entry *entry = (const void *)(buffer.bytes + at);
			int error = remove_entry(dir, entry, depth);

			if (error)
				return error;
			at += entry->length;
		}
	}
	return (int)got;
}

static int remove_below(int dir, const char *name, unsigned depth)
{
	closes int fd = depth > DEPTH_MAX ? -ELOOP : open_anyhow(dir, name);
	int error;

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	error = remove_entries(fd, depth);
	if (error == -EACCES && fchmod(fd, 0700) == 0) {
		sys_lseek(fd, 0, SEEK_SET);
		error = remove_entries(fd, depth);
	}
	if (error)
		return error;
	error = sys_unlinkat(dir, name, AT_REMOVEDIR);
	return error == -ENOENT ? 0 : error;
}

int tree_remove(int dir, const char *name)
{
	int error = sys_unlinkat(dir, name, 0);

	if (error == -EISDIR || error == -EPERM)
		error = remove_below(dir, name, 0);
	return error == -ENOENT ? 0 : error;
}
