/* copy.c - see copy.h */
#include "base/copy.h"
#include "base/sys.h"
#include <errno.h>
#include <limits.h>
#include <linux/limits.h>
#include <string.h>

enum { PIECE = 1 << 30 };

static int copy_by_hand(int from, int to)
{
	char buffer[16384];

	for (;;) {
		ssize_t got = sys_read(from, buffer, sizeof(buffer));

		if (got <= 0)
			return (int)got;
		for (ssize_t put = 0; put < got;) {
			ssize_t written = sys_write(to, buffer + put, (size_t)(got - put));

			if (written < 0)
				return (int)written;
			put += written;
		}
	}
}

int copy_content(int from, int to)
{
	ssize_t sent;

	do
		sent = sys_sendfile(to, from, PIECE);
	while (sent > 0);
	return sent == -EINVAL || sent == -ENOSYS ? copy_by_hand(from, to) : (int)sent;
}

/* Both flistxattr(2) and the values need room for 64 KiB. Not inlined, or each level of a tree would have these on the
 * stack. */
static __attribute__((noinline)) void copy_attributes(int from, int to, bool (*wants)(const char *attribute))
{
	char names[XATTR_LIST_MAX], value[XATTR_SIZE_MAX];
	ssize_t length = sys_flistxattr(from, names, sizeof(names));

	for (ssize_t at = 0; at < length; at += (ssize_t)strlen(names + at) + 1) {
		ssize_t size = -ENODATA;

		if (!wants || wants(names + at))
			size = sys_fgetxattr(from, names + at, value, sizeof(value));
		if (size >= 0)
			sys_fsetxattr(to, names + at, value, (size_t)size);
	}
}

/* The owner first: a change of it takes setuid and capabilities away. */
int copy_metadata(int from, int to, const struct stat *stat, bool (*wants)(const char *attribute))
{
	const struct timespec times[2] = { stat->st_atim, stat->st_mtim };
	int error = sys_fchownat(to, "", stat->st_uid, stat->st_gid, AT_EMPTY_PATH);

	if (!error)
		error = sys_fchmod(to, stat->st_mode & 07777);
	if (error)
		return error;
	copy_attributes(from, to, wants);
	return sys_utimensat(to, NULL, times, 0);
}

int copy_symlink(int from, int to, const char *name, const struct stat *stat)
{
	const struct timespec times[2] = { stat->st_atim, stat->st_mtim };
	char link[PATH_MAX];
	ssize_t length = sys_readlinkat(from, name, link, sizeof(link) - 1);
	int error;

	if (length < 0)
		return (int)length;
	link[length] = '\0';
	error = sys_symlinkat(link, to, name);
	if (!error)
		error = sys_fchownat(to, name, stat->st_uid, stat->st_gid, AT_SYMLINK_NOFOLLOW);
	return error ? error : sys_utimensat(to, name, times, AT_SYMLINK_NOFOLLOW);
}

int copy_node(int to, const char *name, const struct stat *stat)
{
	int error = sys_mknodat(to, name, stat->st_mode, (unsigned)stat->st_rdev);

	if (error == -EPERM && (S_ISCHR(stat->st_mode) || S_ISBLK(stat->st_mode)))
		return 0;
	return error ? error : sys_fchownat(to, name, stat->st_uid, stat->st_gid, AT_SYMLINK_NOFOLLOW);
}
