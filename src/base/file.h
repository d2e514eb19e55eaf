/* file.h - whole files, with a limit. */
#pragma once
#include "base/arena.h"
#include <stddef.h>
#include <sys/types.h>

/* Reads the whole file (path relative to the directory `dir`, or AT_FDCWD) into the arena, with a
 * NUL after it. 0 or -errno; -EFBIG where it is larger than `limit` bytes, of which no more are
 * read; -EISDIR for a directory. Works for files of /proc and /sys, whose size is said to be 0, and for
 * pipes; -ETIMEDOUT where one gives nothing for 10 s. */
int file_read(struct arena *arena, int dir, const char *path, size_t limit, char **ret_text,
	      size_t *ret_length);

/* Opens a file that this program keeps: `flags` of open(2). A descriptor or -errno. What stands in its place by a
 * fault or by malice neither holds up who opens it nor leads elsewhere: -EMEDIUMTYPE where it is a link, a FIFO, a
 * socket or a device, which gets nothing written; -EISDIR. */
int file_open_kept(int dir, const char *path, int flags, mode_t mode);

/* file_read() of such a file, which gives all that there is at once: one system call less, and nothing is waited
 * for. */
int file_read_kept(struct arena *arena, int dir, const char *path, size_t limit, char **ret_text,
		   size_t *ret_length);

/* The same from an open descriptor, from where it stands. */
int file_read_fd(struct arena *arena, int fd, size_t limit, char **ret_text, size_t *ret_length);

/* Writes all of it, also where write(2) takes less at once. 0 or -errno. */
int file_write_all(int fd, const void *from, size_t length);
