/* stepping.c - see stepping.h */
#include "engine/stepping.h"
#include "base/fd.h"
#include "base/sys_file.h"
#include <sys/stat.h>
#include <unistd.h>

#define STEPPING "stepping"

int stepping_begin(int folder)
{
	sys_unlinkat(folder, STEPPING, 0);
	if (mkfifoat(folder, STEPPING, 0600) < 0)
		return -errno;
	/* Open to write as well, it has no end when those who write close theirs. */
	return sys_openat(folder, STEPPING, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW, 0);
}

void stepping_end(int folder)
{
	sys_unlinkat(folder, STEPPING, 0);
}

/* ENXIO where nobody reads: fifo(7). */
bool stepping_is(int folder)
{
	closes int fd = sys_openat(folder, STEPPING, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW, 0);

	return fd >= 0;
}

/* The reader may end at any moment; with one of our own the byte is no SIGPIPE. */
bool stepping_give_up(int folder)
{
	closes int fd = -1;

	if (!stepping_is(folder))
		return false;
	fd = sys_openat(folder, STEPPING, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW, 0);
	return fd >= 0 && write(fd, "q", 1) == 1;
}

bool stepping_check(const struct engine_container *container, struct problem *problem)
{
	if (!stepping_is(container->folder))
		return true;
	problem_set(problem, "container %s: its start is being stepped through (run --step); `taru rm -f %s` has it "
		    "given up", container->made.name, container->made.name);
	return false;
}
