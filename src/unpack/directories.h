/* directories.h - the directories of a layer: what can only be set when nothing more is put into them (times,
 * special modes, default ACLs), and which of them no entry has spoken of (implied).
 *
 * A table by paths and a tree at once, so that what an archive does with a directory costs no more than the entries
 * that made it, whatever its names are: removing one visits what is below it and nothing else.
 */
#pragma once
#include "base/arena.h"
#include "tar/tar.h"

struct directory {
	struct directory *next;			/* the one made before */
	struct directory **made;		/* what points to it in that list; NULL: it is not there */
	struct directory *chain;		/* with the same hash */
	struct directory *child, *sibling;	/* the tree, where also what is only in the paths of others stands */
	struct directory **place;		/* what points to it in the tree; NULL: it is not in it */
	struct tar_time mtime, atime;
	const char *acl;			/* system.posix_acl_default; NULL: none */
	uint32_t acl_size;
	uint16_t mode;				/* set at the end where it has more than permissions */
	bool implied;
	char path[];				/* in the layer, without symbolic links; "" is its root */
};

struct directories {
	struct arena *arena;
	struct directory *newest, *root;	/* newest: of those that are there */
	struct directory **buckets;
	size_t bucket_count, count;
	size_t bytes;				/* of memory */
	uint64_t implied;
	uint64_t key[2];			/* of the hash; nobody outside knows it */
};

/* The directory at this path, which is new where *ret_new. */
struct directory *directories_add(struct directories *directories, const char *path, bool *ret_new);

/* The directory and all below it have been removed. */
void directories_forget(struct directories *directories, const char *path);
