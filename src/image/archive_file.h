/* archive_file.h - where an archive goes: a file, which has its name when it is whole and not before, or standard
 * output. */
#pragma once
#include "base/arena.h"
#include "base/problem.h"
#include "tar/tar_write.h"

struct archive_file {
	struct arena *arena;
	const char *path;		/* as it was given; NULL: standard output */
	const char *name;		/* in its folder */
	const char *beside;		/* what it is called there until it is whole; NULL: it has no name yet */
	int folder;			/* -1: it is written where it is (standard output, a device, a pipe) */
	int fd;
	unsigned char *buffer;
	size_t filled;
};

/* Opens it. A terminal is refused, as docker does. False after a problem. */
bool archive_file_open(struct arena *arena, const char *path, struct archive_file *ret_file, struct problem *problem);

/* Takes bytes; they are written by pieces. */
struct tar_sink archive_file_sink(struct archive_file *file);

/* Writes what was not written yet: for who goes on in another process. 0 or -errno. */
int archive_file_flush(struct archive_file *file);

/* Gives it its name, in the place of what had it, and closes it. False after a problem; then nothing
 * of it is left. */
bool archive_file_finish(struct archive_file *file, struct problem *problem);

/* Closes it; nothing of it is left. */
void archive_file_abandon(struct archive_file *file);

/* A name that no other file has, for what is not whole yet. */
const char *archive_name_beside(struct arena *arena);

/* Opens the folder of `path`; *ret_name is what stands behind the last slash. A descriptor; -1 after a problem. */
int archive_open_folder(struct arena *arena, const char *path, const char **ret_name, struct problem *problem);
