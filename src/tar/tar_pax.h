/* tar_pax.h - the records of a pax extension header: "27 mtime=1700000000.123456\n". For tar_read.c only.
 *
 * Records with no place in struct tar_entry (comment, ctime, uname, star's and others' own) are passed over.
 */
#pragma once
#include "base/arena.h"
#include "base/problem.h"
#include "tar/tar.h"

struct pax {
	const char *path, *link;	/* NULL: the header's own */
	const char *sparse_name;
	bool has_size, has_uid, has_gid, has_mtime, has_atime;
	bool has_sparse, has_real_size;
	uint64_t size, uid, gid;
	struct tar_time mtime, atime;
	uint64_t sparse_major, sparse_minor, real_size;
	struct tar_xattr *xattrs;
	size_t xattr_count;
	struct tar_piece *pieces;	/* sparse 0.0 and 0.1 */
	size_t piece_count, piece_room;
	bool piece_open;		/* sparse 0.0: an offset whose size has not come yet */
};

/* Adds the records in `length` bytes at `text`, which it changes and which must live as long as the result;
 * text[length] must be writable too. 0, or -errno with a problem: -EBADMSG what is no record; -EILSEQ a name with a
 * NUL in it;
 * -E2BIG more than the limits of tar.h. */
int pax_read(struct pax *pax, struct arena *arena, char *text, size_t length, struct problem *problem);

/* Whether there is something in it that may not stand in a global header, since it could hold for one file only. */
bool pax_is_of_one_file(const struct pax *pax);

/* Adds a piece of a sparse file. 0, or -E2BIG with a problem. */
int pax_add_piece(struct pax *pax, struct arena *arena, struct tar_piece piece, struct problem *problem);

/* Fills what the entry's own header does not say: owner and times. */
void pax_add_global(struct pax *pax, const struct pax *global);
