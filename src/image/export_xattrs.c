/* export_xattrs.c - the extended attributes of a file. */
#include "image/export_parts.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

/* What says how layers are put together, and the labels of this machine. */
static bool is_wanted(const char *name)
{
	static const char *const unwanted[] = { "user.overlay.", "trusted.overlay.", "security.selinux" };

	for (size_t i = 0; i < sizeof(unwanted) / sizeof(unwanted[0]); i++)
		if (!strncmp(name, unwanted[i], strlen(unwanted[i])))
			return false;
	return true;
}

static int by_name(const void *one, const void *other)
{
	return strcmp(((const struct tar_xattr *)one)->name, ((const struct tar_xattr *)other)->name);
}

/* One that has gone meanwhile is none. */
static int read_value(struct arena *arena, const char *path, struct tar_xattr *xattr)
{
	ssize_t size = getxattr(path, xattr->name, NULL, 0);
	char *value;

	if (size < 0)
		return errno == ENODATA ? 0 : -errno;
	value = arena_alloc(arena, (size_t)size + 1);
	size = getxattr(path, xattr->name, value, (size_t)size);
	if (size < 0)
		return errno == ENODATA ? 0 : -errno;
	xattr->value = value;
	xattr->size = (size_t)size;
	return 1;
}

static int read_all(struct arena *arena, const char *path, const char *list, const char *end,
		    struct tar_entry *ret_entry, const char **ret_odd)
{
	struct tar_xattr *xattrs = ARENA_ARRAY(arena, (size_t)(end - list), struct tar_xattr);
	size_t count = 0;

	for (; list < end; list += strlen(list) + 1) {
		int got;

		xattrs[count] = (struct tar_xattr){ .name = list };
		if (!is_wanted(list))
			continue;
		if (strchr(list, '=')) {
			*ret_odd = list;
			continue;
		}
		got = read_value(arena, path, &xattrs[count]);
		if (got < 0)
			return got;
		count += (size_t)got;
	}
	qsort(xattrs, count, sizeof(*xattrs), by_name);
	ret_entry->xattrs = xattrs;
	ret_entry->xattr_count = count;
	return 0;
}

int export_xattrs_read(struct arena *arena, int handle, struct tar_entry *ret_entry, const char **ret_odd)
{
	char path[32], *list;
	ssize_t size;

	/* Also a symbolic link that is open by O_PATH is reached so, and not followed. */
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", handle);
	size = listxattr(path, NULL, 0);
	if (size <= 0)
		return !size || errno == ENOTSUP ? 0 : -errno;
	list = arena_alloc(arena, XATTRS_SIZE_MAX + 1);
	size = listxattr(path, list, XATTRS_SIZE_MAX);
	if (size < 0)
		return -errno;
	return read_all(arena, path, list, list + size, ret_entry, ret_odd);
}
