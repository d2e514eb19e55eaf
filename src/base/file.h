/* file.h - whole files, with a limit. */
#pragma once
#include "base/arena.h"
#include <stddef.h>

/* Reads the whole file (path relative to the directory `dir`, or AT_FDCWD) into the arena, with a
 * NUL after it. 0 or -errno; -EFBIG where it is larger than `limit` bytes; -EISDIR for a directory. Works for files
 * of /proc and /sys, whose size is said to be 0. */
int file_read(struct arena *arena, int dir, const char *path, size_t limit, char **ret_text,
	      size_t *ret_length);

/* Writes all of it, also where write(2) takes less at once. 0 or -errno. */
int file_write_all(int fd, const void *from, size_t length);
