/* fd.h - descriptors that close themselves.
 *
 *	closes int fd = sys_openat(...);
 *
 * is closed when it goes out of scope; take_fd(&fd) hands it on instead.
 */
#pragma once
#include "base/sys.h"

static inline void fd_close_at(const int *fd)
{
	if (*fd >= 0)
		sys_close(*fd);
}

#define closes __attribute__((cleanup(fd_close_at)))

static inline int take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}
