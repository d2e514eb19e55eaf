/* held.h - files that say by a lock that somebody lives.
 *
 * The lock is one of an open file (F_OFD_SETLK, fcntl(2), Linux 3.15): it outlives execve(2), goes with the last
 * process that has inherited the descriptor, and others can ask whether it is held without taking it for a moment.
 */
#pragma once
#include "base/sys_file.h"
#include <stdbool.h>

static inline int held_ask(int fd, int command, struct flock *lock)
{
	*lock = (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET };
	return sys_fcntl(fd, command, (long)lock);
}

/* Takes it, of a file that is open for writing. 0; -EAGAIN: another holds it; or another -errno. */
static inline int held_take(int fd)
{
	struct flock lock;
	int error = held_ask(fd, F_OFD_SETLK, &lock);

	return error == -EACCES ? -EAGAIN : error;
}

/* Whether somebody holds the file below `folder`, by another descriptor than one of ours. */
static inline bool held_is(int folder, const char *name)
{
	int fd = sys_openat(folder, name, O_RDWR | O_NOFOLLOW, 0);
	struct flock lock;
	bool held = fd >= 0 && held_ask(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;

	if (fd >= 0)
		sys_close(fd);
	return held;
}
