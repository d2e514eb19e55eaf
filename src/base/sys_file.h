/* sys_file.h - system calls for files of the store and of layers: see sys.h. */
#pragma once
#include "base/sys.h"

static inline int sys_fsync(int fd)
{
	return (int)SYS_1(__NR_fsync, fd);
}

/* flags: AT_EMPTY_PATH, AT_SYMLINK_FOLLOW. */
static inline int sys_linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
	return (int)SYS_5(__NR_linkat, from_dir, from, to_dir, to, flags);
}

/* Follows a symbolic link. */
static inline int sys_fchmodat(int dir, const char *path, mode_t mode)
{
	return (int)SYS_3(__NR_fchmodat, dir, path, mode);
}

/* -EEXIST where there is something of the new name. */
static inline int sys_renameat_new(int from_dir, const char *from, int to_dir, const char *to)
{
	const unsigned no_replace = 1;	/* RENAME_NOREPLACE */

	return (int)SYS_5(__NR_renameat2, from_dir, from, to_dir, to, no_replace);
}

static inline int sys_ftruncate(int fd, uint64_t size)
{
	return (int)SYS_2(__NR_ftruncate, fd, size);
}

/* Of a symbolic link itself. */
static inline int sys_lsetxattr(const char *path, const char *name, const void *value, size_t size)
{
	return (int)SYS_5(__NR_lsetxattr, path, name, value, size, 0);
}

/* The kernel's record of a name in a directory (getdents64(2)); "." and ".." are among them. */
struct sys_dirent {
	uint64_t inode;
	int64_t offset;
	unsigned short length;		/* of the record, to the next one */
	unsigned char type;		/* DT_REG and so on, or DT_UNKNOWN */
	char name[];
};

static inline ssize_t sys_getdents64(int fd, void *to, size_t size)
{
	return SYS_3(__NR_getdents64, fd, to, size);
}
