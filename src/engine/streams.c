/* streams.c - the standard streams of a container that has a monitor: see monitor.h. */
#include "engine/monitor.h"
#include "base/sys.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* What the container writes to stays open on both sides: so it is not ended by SIGPIPE when its monitor is killed, and
 * another monitor can go on (adopt.c). */
static int open_both(int *end)
{
	char path[32];
	int both;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", *end);
	both = sys_openat(AT_FDCWD, path, O_RDWR, 0);
	if (both < 0)
		return both;
	sys_close(*end);
	*end = both;
	return 0;
}

/* Makes a pipe of which the container has the end `mine` as descriptor `number`; returns the other end. */
static int make_pipe(int number, int mine)
{
	int ends[2];
	int error = sys_pipe2(ends, O_CLOEXEC), kept;

	if (error)
		return error;
	if (mine == 1)
		open_both(&ends[1]);
	/* Out of the way of 0 to 2. */
	kept = sys_fcntl(ends[!mine], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	error = dup2(ends[mine], number) < 0 ? -errno : 0;
	for (int i = 0; i < 2; i++)
		if (ends[i] > STDERR_FILENO)
			sys_close(ends[i]);
	return error ? error : kept;
}

int stream_nothing(int number)
{
	int fd = sys_openat(AT_FDCWD, "/dev/null", O_RDWR, 0), error;

	if (fd < 0)
		return fd;
	error = dup2(fd, number) < 0 ? -errno : 0;
	if (fd > STDERR_FILENO)
		sys_close(fd);
	return error;
}

/* The container inherits descriptors 0 to 2 of this process; one with a terminal has that instead. */
int streams_make(bool terminal, bool interactive, struct streams *ret_streams)
{
	int error = 0;

	*ret_streams = (struct streams){ -1, -1, -1 };
	for (int fd = 0; fd <= STDERR_FILENO && !error; fd++)
		error = stream_nothing(fd);
	if (terminal || error)
		return error;
	if (interactive)
		ret_streams->in = make_pipe(STDIN_FILENO, 0);
	ret_streams->out = make_pipe(STDOUT_FILENO, 1);
	ret_streams->err = make_pipe(STDERR_FILENO, 1);
	error = interactive && ret_streams->in < 0 ? ret_streams->in : ret_streams->out;
	return error < 0 ? error : ret_streams->err < 0 ? ret_streams->err : 0;
}
