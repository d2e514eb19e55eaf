/* tar_read.h - reads a tar archive from any source of bytes, entry after entry.
 *
 * Whatever the bytes are, the memory is bounded: about 3 MiB at the extreme, a few KiB as a rule. Nothing is copied
 * of what files hold: the source shows where its bytes are. What could be read in two ways is refused: numbers that
 * are negative, too large or cut; names with a NUL; pax records that are not as long as they say.
 *
 *	tar_reader_init(&reader, source);
 *	while ((result = tar_read_entry(&reader, &entry, &problem)) == 1)
 *		while ((got = tar_read_data(&reader, &bytes, &offset, &problem)) > 0)
 *			...
 *	tar_reader_release(&reader);
 */
#pragma once
#include "base/arena.h"
#include "base/problem.h"
#include "tar/tar.h"
#include "tar/tar_pax.h"
#include <sys/types.h>

/* Shows at most `most` (never 0) of the next bytes, which are then taken, and which stay until the next call.
 * How many these are; 0 at the end; or -errno, which the reader hands on. */
struct tar_source {
	ssize_t (*read)(void *context, const unsigned char **ret_bytes, size_t most);
	void *context;
	/* Passes over so many bytes, without reading them: how many there are. NULL: they are read. */
	uint64_t (*pass)(void *context, uint64_t bytes);
};

enum { TAR_READER_FIRST = 8 * 1024 };

struct tar_reader {
	struct tar_source source;
	uint64_t taken;			/* bytes, up to now */
	uint64_t left, padding;		/* of what the entry holds, and behind it */
	struct tar_entry entry;
	size_t piece;			/* of the sparse file that is being read */
	uint64_t in_piece;
	struct pax global;
	struct arena arena;		/* of one entry */
	bool ended;
	unsigned char block[TAR_BLOCK];
	_Alignas(16) unsigned char first[TAR_READER_FIRST];
};

/* Begins at the first byte of the source. */
void tar_reader_init(struct tar_reader *reader, struct tar_source source);

/* The next entry, which stays until the next call. What was not read of the one before is passed over. 1; 0 at the
 * end of the archive (two blocks of zeros, or the end of the source between entries; the source may hold more,
 * which is not touched); or -errno, with a problem unless it came from the source:
 * -EBADMSG no tar archive, or a damaged one; -ENODATA it ends too soon; -E2BIG beyond the limits of tar.h;
 * -EILSEQ a name
 * that has a NUL or is empty; -ENOTSUP a kind of entry that is none of enum tar_kind. */
int tar_read_entry(struct tar_reader *reader, struct tar_entry *ret_entry, struct problem *problem);

/* The next bytes of the file, and where in it they belong; of a sparse file the pieces only. How many; 0 at its end;
 * or -errno as above. */
ssize_t tar_read_data(struct tar_reader *reader, const unsigned char **ret_bytes, uint64_t *ret_offset,
		      struct problem *problem);

/* Gives its memory back. */
void tar_reader_release(struct tar_reader *reader);
