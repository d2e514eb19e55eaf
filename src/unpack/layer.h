/* layer.h - a layer while it is unpacked.
 *
 * The target is the root directory of the process, and every path of the archive is walked one name at a time: a
 * name that is a symbolic link is read and followed here, within the layer, never by the kernel. So no call here
 * has a path of more than one name, but those at the end, whose paths have been walked.
 */
#pragma once
#include "tar/tar_read.h"
#include "unpack/directories.h"
#include "unpack/failure.h"
#include <limits.h>
#include <sys/stat.h>

enum { LAYER_DEPTH = 256, LAYER_LINKS = 40, LAYER_TABLE = 256 * 1024 * 1024 };

/* Hard links to files of the layers below. */
struct link { struct link *next; const char *entry, *path, *target; };

struct layer {
	int root;
	bool overlay, squash;		/* the form; ids without a place become 0 */
	uid_t uid;			/* what new files get by themselves */
	gid_t gid;
	struct arena *arena;
	struct failure *failure;
	const int *lowers;		/* the layers below, the nearest first */
	size_t lower_count;
	struct directories directories;
	struct link *links;
	struct directories copied;	/* files of the layers below that links were made to */
	uint64_t max_bytes, copied_bytes;	/* of the files of links */
	uint64_t link_count, entries, content, devices_left_out;
	const char *entry;		/* the name of the one that is made, for failures */
	/* Where the walk stands: a path of the layer without symbolic links, and its directories. */
	char path[PATH_MAX];
	size_t depth;
	struct { int fd; size_t length; } level[LAYER_DEPTH];	/* level 0 is the root */
	char asked[PATH_MAX];		/* the path that led there; "" where nothing is known */
	bool asked_known;
};

/* --- walk.c --- */

/* Puts the walk at the root. */
void walk_begin(struct layer *layer);

/* Notes that no entry has spoken of the directory of the walk; takes over what a layer below knows of it, where these
 * are known. */
bool walk_imply(struct layer *layer);

/* The path without `.`, doubled slashes and `..`. False with a failure for one that climbs above the root, or is
 * too long. */
bool walk_clean(struct layer *layer, const char *name, char ret_path[PATH_MAX]);

/* Goes to a directory, by its clean path. What is missing is made, and implied. */
bool walk_to(struct layer *layer, const char *path);

/* The same, but nothing is made: *ret_there says whether there is one. */
bool walk_find(struct layer *layer, const char *path, bool *ret_there);

/* Goes to a directory of that name in the directory of the walk, which is open: its descriptor is closed later. */
bool walk_push(struct layer *layer, const char *name, int fd);

/* The directory of the walk. */
int walk_fd(const struct layer *layer);

/* The path of a name in the directory of the walk; false with a failure where it is too long. */
bool walk_path(struct layer *layer, const char *name, char ret_path[PATH_MAX]);

/* Cuts the last name off a clean path, which then is its directory's. */
const char *walk_split(char *path);

/* --- entry.c, content.c --- */

/* Makes one entry, with what it holds. */
bool layer_add(struct layer *layer, struct tar_reader *reader, const struct tar_entry *entry);

/* What a file holds, to a new file. */
bool content_write(struct layer *layer, int fd, struct tar_reader *reader, const struct tar_entry *entry);

/* Times and special modes of directories. */
bool layer_finish(struct layer *layer);

/* Tells what the reader found. Always false. */
bool layer_fail_reading(struct layer *layer, int error, const struct problem *problem);

/* --- replace.c --- */

/* What stands at the name in the directory of the walk is removed, whole. *ret_hid: it was no directory, so that a
 * directory in its place must hide the ones below. */
bool replace(struct layer *layer, const char *name, bool *ret_hid);

/* Makes a directory hide those of the layers below, where the form is overlay's. */
bool make_opaque(struct layer *layer, int fd);

/* .wh.NAME or .wh..wh..opq in the directory of the walk. */
bool add_whiteout(struct layer *layer, const char *name);

/* --- attributes.c --- */

/* Owner, mode, attributes and times of a new file or directory that is open; of anything in the directory of the
 * walk. */
bool attributes_set(struct layer *layer, int fd, const struct tar_entry *entry);
bool attributes_set_at(struct layer *layer, const char *name, const struct tar_entry *entry);

/* Of a directory: its times, its special mode and its default ACL wait for the end. */
bool attributes_set_directory(struct layer *layer, int fd, const struct tar_entry *entry, bool is_new);

/* --- below.c, link.c, settle.c --- */

enum { BELOW_NONE = -1, BELOW_LINK = -2 };

/* Finds a path in the layers below as they are seen together through this one. The index of the layer; BELOW_NONE:
 * it is not there, or hidden; BELOW_LINK: a directory of the path is a symbolic link, and ret_link, its path. */
int below_find(struct layer *layer, const char *path, struct stat *ret_stat, char ret_link[PATH_MAX]);

/* Opens what was found, which is never followed. */
int below_open(const struct layer *layer, int index, const char *path, int flags);

/* What an open file has, as an entry would say it. The attributes are in the arena of the layer. */
bool below_entry(struct layer *layer, int fd, const struct stat *stat, struct tar_entry *ret_entry);

/* Makes a hard link to a file of this layer, or copies one from below, or notes it for later. */
bool add_hard_link(struct layer *layer, const struct tar_entry *entry, char path[PATH_MAX]);

/* A link that was noted. ret_link as below. */
bool settle_link(struct layer *layer, const char *path, const char *target, char ret_link[PATH_MAX]);

/* Gives the directory of the walk what the one below has, if there is one. */
bool settle_directory(struct layer *layer);

/* See wire/unpack.h. ret_link: what is a symbolic link below; "" when all is settled. */
bool settle(struct layer *layer, char ret_link[PATH_MAX]);
