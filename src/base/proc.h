/* proc.h - what /proc says of a process: proc_pid_stat(5). */
#pragma once
#include "base/sys.h"
#include <stdbool.h>
#include <string.h>

struct proc_stat {
	char state;			/* 'R', 'S', 'Z' … */
	pid_t parent;
	uint64_t start_time;		/* ticks after boot; with the pid it names one process and no other */
};

/* Reads the text of a stat file. The name in it is in parentheses and may hold anything, even those. */
static inline bool proc_parse_stat(const char *text, struct proc_stat *ret_stat)
{
	enum { PARENT = 4, START_TIME = 22 };
	const char *at = strrchr(text, ')');
	uint64_t value = 0;

	if (!at || at[1] != ' ' || !at[2])
		return false;
	*ret_stat = (struct proc_stat){ .state = at[2] };
	at += 3;
	for (int field = 4; field <= START_TIME; field++) {
		if (*at++ != ' ')
			return false;
		at += *at == '-';
		for (value = 0; *at >= '0' && *at <= '9'; at++)
			value = value * 10 + (unsigned)(*at - '0');
		if (field == PARENT)
			ret_stat->parent = (pid_t)value;
	}
	ret_stat->start_time = value;
	return true;
}

/* 0 or -errno; -ESRCH: there is no such process. */
static inline int proc_read_stat(pid_t pid, struct proc_stat *ret_stat)
{
	char path[32] = "/proc/", digits[16], text[1024];
	size_t count = 0, at = strlen(path);
	ssize_t got;
	int fd;

	do
		digits[count++] = (char)('0' + pid % 10);
	while ((pid /= 10) > 0 && count < sizeof(digits));
	while (count)
		path[at++] = digits[--count];
	memcpy(path + at, "/stat", sizeof("/stat"));
	fd = sys_openat(AT_FDCWD, path, O_RDONLY, 0);
	if (fd < 0)
		return fd == -ENOENT ? -ESRCH : fd;
	got = sys_read(fd, text, sizeof(text) - 1);
	sys_close(fd);
	if (got < 0)
		return (int)got;
	text[got] = '\0';
	return proc_parse_stat(text, ret_stat) ? 0 : -EIO;
}

/* Whether the process that was begun at that tick is there, and has not ended. `ret_stat`: what it is now. */
static inline bool proc_lives(pid_t pid, uint64_t start_time, struct proc_stat *ret_stat)
{
	*ret_stat = (struct proc_stat){ 0 };
	return proc_read_stat(pid, ret_stat) == 0 && ret_stat->state != 'Z' && ret_stat->state != 'X' &&
	       ret_stat->start_time == start_time;
}
