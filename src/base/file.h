/* file.h - whole files, with a limit; and whether two are the same. */
#pragma once
#include "base/arena.h"
#include <stdbool.h>
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

/* Writes all of it to the file `beside` of the directory, which `fd` is open for (-errno: it is not, and that is
 * returned), and renames it to `name`: so others see the old file or the new one. Where that fails, `beside` is
 * removed. 0 or -errno. */
int file_place(int fd, int dir, const char *beside, const char *name, const void *from, size_t length);

/* The same, and what was written is on disk before it has the name. */
int file_place_synced(int fd, int dir, const char *beside, const char *name, const void *from, size_t length);

/* Whether both descriptors are of the same file: its device and inode. */
bool file_is_same(int one, int other);

/* Whether the path, relative to the directory `dir`, leads to the file that is open; a symbolic link at its end does
 * not. So it is known that a file was not replaced before it was locked. */
bool file_is_at(int fd, int dir, const char *path);
