/* export_parts.h - what the files export*.c share among themselves. */
#pragma once
#include "base/text.h"
#include "image/export.h"
#include "image/export_links.h"
#include <sys/stat.h>

/* --- extended attributes: export_xattrs.c --- */

enum { XATTRS_SIZE_MAX = 64 * 1024 };	/* of a list and of a value: XATTR_LIST_MAX, XATTR_SIZE_MAX of Linux */

/* Those of the file that `handle` is open on (O_PATH will do). 0 or -errno. A name that an archive cannot have is
 * left out, and *ret_odd is it. */
int export_xattrs_read(struct arena *arena, int handle, struct tar_entry *ret_entry, const char **ret_odd);

/* --- entries: export_entry.c --- */

struct exporting {
	struct tar_writer tar;
	struct arena arena;		/* of the whole */
	struct export_links links;
	struct text path;		/* of the entry */
	bool mounts;			/* what is mounted below belongs to it */
	const struct export_notes *notes;
	struct problem *problem;
	unsigned char *piece;
};

enum { EXPORT_PIECE = 256 * 1024 };

/* Tells that the entry was left out. */
void export_note(const struct exporting *exporting, const char *why);

/* Notes that a system call failed. Returns `error`. */
int export_failed(const struct exporting *exporting, const char *what, int error);

/* Opens again what a handle is open on: the way through /proc is of our own, nothing is looked up. */
int export_reopen(int handle, int flags);

/* Writes the entry of what `handle` is open on, and what it holds. 0, or -errno with a problem. */
int export_entry(struct exporting *exporting, int handle, const struct stat *info);

/* --- trees: export_tree.c --- */

struct export_names {
	const char **at;
	size_t count, room;
};

/* The names in a directory, without "." and "..", in the order of their bytes; the same added to others. 0 or
 * -errno. */
int export_names_read(struct arena *arena, int dir, struct export_names *ret_names);
int export_names_add(struct arena *arena, int dir, struct export_names *names);

/* Where `tar`, `notes` and `problem` are set: fills the rest; and ends the archive. Returns `error`, or that of the
 * end. */
void export_begin(struct exporting *exporting);
int export_finish(struct exporting *exporting, int error);
