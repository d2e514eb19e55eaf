/* directories.h - the directories of a layer: what can only be set when nothing more is put into them (times,
 * special modes, default ACLs), and which of them no entry has spoken of (implied).
 */
#pragma once
#include "base/arena.h"
#include "tar/tar.h"

struct directory {
	struct directory *next;		/* the one made before */
	struct directory *chain;	/* with the same hash */
	struct tar_time mtime, atime;
	const char *acl;		/* system.posix_acl_default; NULL: none */
	size_t acl_size;
	uint16_t mode;			/* set at the end where it has more than permissions */
	bool implied, gone;
	char path[];			/* in the layer, without symbolic links; "" is its root */
};

struct directories {
	struct arena *arena;
	struct directory *newest;
	struct directory **buckets;
	size_t bucket_count, count;
	size_t bytes;			/* of memory */
	uint64_t implied;
};

/* The directory at this path, which is new where *ret_new. */
struct directory *directories_add(struct directories *directories, const char *path, bool *ret_new);

/* The directory and all below it have been removed. */
void directories_forget(struct directories *directories, const char *path);
