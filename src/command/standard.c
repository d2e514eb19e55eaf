/* standard.c - see standard.h */
#include "command/standard.h"
#include "base/sys.h"
#include <poll.h>
#include <unistd.h>

void standard_descriptors_fill(void)
{
	struct pollfd fds[] = { { .fd = STDIN_FILENO }, { .fd = STDOUT_FILENO }, { .fd = STDERR_FILENO } };

	if (poll(fds, 3, 0) <= 0)
		return;
	for (int i = 0; i < 3; i++)
		if (fds[i].revents & POLLNVAL)
			sys_openat(AT_FDCWD, "/dev/null", O_RDWR, 0);
}
