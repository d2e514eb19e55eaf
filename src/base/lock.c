/* lock.c - see lock.h */
#include "base/lock.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/proc.h"
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

enum { SHORTEST_NS = 100 * 1000, LONGEST_NS = 5 * 1000 * 1000 };

/* Who holds one for a moment is not waited for much longer than that. */
static void look_later(struct timespec *pause)
{
	nanosleep(pause, NULL);
	if (pause->tv_nsec < LONGEST_NS)
		pause->tv_nsec *= 2;
}

int lock_take(int fd, int how, uint64_t patience_ms)
{
	struct timespec pause = { 0, SHORTEST_NS };
	const uint64_t begin = clock_ms();
	int error;

	while ((error = sys_flock(fd, how | LOCK_NB)) == -EWOULDBLOCK || error == -EINTR) {
		if (clock_ms() - begin > patience_ms)
			return -ETIMEDOUT;
		look_later(&pause);
	}
	return error;
}

/* Stopped by a signal or a debugger: proc_pid_stat(5), field 3. */
static bool is_stopped(unsigned pid)
{
	struct proc_stat stat;

	return pid && proc_read_stat((pid_t)pid, &stat) == 0 && (stat.state == 'T' || stat.state == 't');
}

int lock_take_after_work(int fd, int how, uint64_t patience_ms)
{
	int error;

	do
		error = lock_take(fd, how, patience_ms);
	while (error == -ETIMEDOUT && !is_stopped(lock_holder(fd)));
	return error;
}

/* A line is "1: FLOCK  ADVISORY  WRITE 4711 00:15:42 0 EOF"; that of one who waits begins "1: -> FLOCK". */
static unsigned holder_in(char *locks, const char *inode)
{
	for (char *line = strtok(locks, "\n"); line; line = strtok(NULL, "\n")) {
		char *pid = strstr(line, " WRITE ");

		pid = pid ? pid + strlen(" WRITE ") : strstr(line, " READ ");
		if (pid && strstr(line, "FLOCK") && !strstr(line, "->") && strstr(line, inode))
			return (unsigned)strtoul(pid + strcspn(pid, "0123456789"), NULL, 10);
	}
	return 0;
}

unsigned lock_holder(int fd)
{
	enum { LIMIT = 1024 * 1024 };
	struct arena arena;
	struct stat info;
	unsigned holder = 0;
	char *text, inode[32];
	size_t length;

	arena_init(&arena, NULL, 0);
	if (sys_fstat(fd, &info) == 0 && file_read(&arena, AT_FDCWD, "/proc/locks", LIMIT, &text, &length) == 0) {
		(void)snprintf(inode, sizeof(inode), ":%llu ", (unsigned long long)info.st_ino);
		holder = holder_in(text, inode);
	}
	arena_release(&arena);
	return holder;
}

const char *lock_words(int fd, int error)
{
	static char words[160];
	unsigned pid;

	if (error != -ETIMEDOUT && error != -EWOULDBLOCK)
		return strerror(-error);
	pid = lock_holder(fd);
	if (!pid)
		return "another process has it locked and does not let go";
	(void)snprintf(words, sizeof(words), "process %u%s has it locked and does not let go; wait for it, or end it",
		       pid, is_stopped(pid) ? ", which is stopped," : "");
	return words;
}
