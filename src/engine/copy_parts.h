/* copy_parts.h - what the files copy*.c share. */
#pragma once
#include "engine/copy.h"
#include "tar/tar_read.h"

/* A tree of files, and a path in it. */
struct copy_place {
	int root;			/* the container's; -1: this machine's */
	const char *path;
};

/* Opens (O_PATH) what the path is, with more flags of open(2): a descriptor or -errno. */
int copy_open(const struct copy_place *place, const char *path, uint64_t flags);

/* Whether the path ends in a slash, and whether it means what is in the directory: "dir/.", ".". */
bool copy_ends_in_slash(const char *path);
bool copy_is_content(const char *path);

/* --- copy_send.c --- */

/* Writes the file to the socket as an archive. 0; -EPIPE without a problem: nobody reads it; else a problem. */
int copy_send(const struct copy_place *source, const struct copy_options *options, int socket, struct problem *problem);

/* --- copy_receive.c --- */

struct copy_target {
	struct copy_place place;
	const char *source;		/* as it was asked for; NULL: standard input */
	bool owners;			/* as the archive has them; else root's, or this process's */
	bool trusted;			/* set-user-ID, devices and attributes are made as well */
	bool overwrite;			/* a directory replaces a file, and the other way round */
	const struct export_notes *notes;
};

/* Makes the files of the archive that comes through the socket. 0, or -errno with a problem. */
int copy_receive(const struct copy_target *target, int socket, struct problem *problem);

/* --- copy_target.c --- */

/* Where the first entry goes: a directory, and its name there; NULL: its own. 0, or -errno with a problem. */
int copy_find_target(struct arena *arena, const struct copy_target *target, bool is_directory, int *ret_directory,
		     const char **ret_name, struct problem *problem);

/* --- copy_make.c --- */

struct copy_making {
	struct arena *arena;		/* of the whole */
	const struct copy_target *target;
	int base;			/* all goes below it */
	struct tar_reader *reader;
	struct copied_directory *directories;	/* which get their attributes last; the newest first */
	struct problem *problem;
};

/* Makes one entry at a path below the base: "" is the base itself. `link`: of a hard link. 0, or -errno with a
 * problem. */
int copy_make(struct copy_making *making, const struct tar_entry *entry, const char *path, const char *link);

/* Gives directories their attributes, when nothing is made in them any more. */
int copy_finish(struct copy_making *making);
