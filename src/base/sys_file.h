/* sys_file.h - system calls for files that must not be lost: see sys.h. */
#pragma once
#include "base/sys.h"

static inline int sys_fsync(int fd)
{
	return (int)SYS_1(__NR_fsync, fd);
}

/* Content alone, and what is needed to find it. */
static inline int sys_fdatasync(int fd)
{
	return (int)SYS_1(__NR_fdatasync, fd);
}

static inline int sys_ftruncate(int fd, off_t length)
{
	return (int)SYS_2(__NR_ftruncate, fd, length);
}

/* Begins to write what is dirty, and waits for nothing. */
static inline int sys_begin_writeback(int fd)
{
	enum { BEGIN = 2 };	/* SYNC_FILE_RANGE_WRITE */

	return (int)SYS_4(__NR_sync_file_range, fd, 0, 0, BEGIN);
}
