/* tar_sparse.h - where the pieces of a sparse file stand. For tar_read.c only. */
#pragma once
#include "tar/tar_read.h"

/* Shows the next block of the archive. 1; 0 at the end of the source between blocks; -ENODATA within one; or what the
 * source says. */
int tar_reader_block(struct tar_reader *reader, const unsigned char **ret_block);

/* GNU tar's old form (type S): four pieces in the header, more in the blocks behind it. Fills pax->pieces, and
 * pax->real_size. 0 or -errno. */
int tar_sparse_old(struct tar_reader *reader, const unsigned char *header, struct pax *pax, struct problem *problem);

/* Form 1.0: decimal lines at the beginning of what the entry holds, filled up to a block; *left, the bytes of the
 * entry, becomes less. 0 or -errno. */
int tar_sparse_lines(struct tar_reader *reader, struct pax *pax, uint64_t *left, struct problem *problem);

/* Whether the pieces are in order, within the size, and as many bytes as the entry holds. 0 or -EBADMSG. */
int tar_sparse_check(const struct pax *pax, uint64_t size, uint64_t left, struct problem *problem);
