/* adopt.c - a container that runs and has lost its monitor gets another: see keep.h.
 *
 * Its pipes are reached through its first process, which still has them: what it has written meanwhile is in them. A
 * terminal is lost with the monitor that held it. How it ends can only be known where the kernel tells those who are no
 * parents (Linux 6.15, PIDFD_GET_INFO).
 */
#include "base/fd.h"
#include "engine/monitor.h"
#include "image/manifest.h"
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* What the process has as that descriptor, if it is a pipe: by a descriptor of it first, since the process may put
 * another thing there. */
static int open_pipe(pid_t pid, int number, int how)
{
	char path[48];
	struct stat info;
	closes int there = -1;

	(void)snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, number);
	there = sys_openat(AT_FDCWD, path, O_PATH, 0);
	if (there < 0 || sys_fstat(there, &info) || !S_ISFIFO(info.st_mode))
		return -1;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", there);
	return sys_openat(AT_FDCWD, path, how | O_NONBLOCK, 0);
}

/* `begun` is closed once it looks after the container, or does not. */
static _Noreturn void adopt(struct engine *engine, struct engine_container *container, int begun)
{
	struct becoming becoming = becoming_new(engine, &container->made, container->folder);
	struct problem gone = { 0 };
	struct container life;
	int64_t ran_s;
	const bool kept = container->made.upkeep.log_driver[0] != 'p';	/* passthrough */

	setsid();
	(void)!chdir("/");
	becoming.keeper = engine_try_keeper(container->folder);
	fd_close_at(&begun);
	becoming.restarts = engine_read_restarts(container->folder);
	/* Another may have been faster, and it may have ended. */
	if (becoming.keeper < 0 || !container_open(engine->arena, engine->run, container->made.id, &life, &gone) ||
	    life.process < 0)
		_exit(1);
	becoming.detached.process = life.record.pid;
	becoming.pidfd = life.process;
	ran_s = time(NULL) - image_time(life.record.created);
	becoming.ran_ms = ran_s > 0 ? (uint64_t)ran_s * 1000 : 0;
	if (kept) {
		becoming.streams.out = open_pipe(life.record.pid, STDOUT_FILENO, O_RDONLY);
		becoming.streams.err = open_pipe(life.record.pid, STDERR_FILENO, O_RDONLY);
		becoming.streams.in = container->made.upkeep.interactive ?
			open_pipe(life.record.pid, STDIN_FILENO, O_WRONLY) : -1;
	}
	monitor_become(&becoming);
	_exit(1);
}

/* The child that does it belongs to nobody: init has it then. That it has begun is waited for, so that nobody who looks
 * after this finds the container without one. */
void engine_adopt(struct engine *engine, struct engine_container *container)
{
	int begun[2] = { -1, -1 }, status;
	char none;
	pid_t child;

	if (sys_pipe2(begun, O_CLOEXEC))
		return;
	child = fork();
	if (child == 0) {
		fd_close_at(&begun[0]);
		if (fork() == 0)
			adopt(engine, container, begun[1]);
		_exit(0);
	}
	fd_close_at(&begun[1]);
	if (child > 0) {
		while (sys_read(begun[0], &none, sizeof(none)) == -EINTR)
			;
		sys_wait4(child, &status, 0);
	}
	fd_close_at(&begun[0]);
}
