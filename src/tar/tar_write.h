/* tar_write.h - writes a tar archive to any sink of bytes, entry after entry.
 *
 * Entries are ustar; what ustar has no room for (a long name, a large number, a time finer than a second or before
 * 1970, extended attributes) goes into pax records before it. The same entries always make the same bytes. GNU tar,
 * libarchive and Go's archive/tar read them.
 */
#pragma once
#include "base/arena.h"
#include "tar/tar.h"

struct tar_sink {
	int (*write)(void *context, const void *bytes, size_t size);	/* 0 or -errno, handed on */
	void *context;
};

struct tar_writer {
	struct tar_sink sink;
	uint64_t left;		/* of what the entry will hold */
	unsigned padding;
};

/* Begins an archive. */
struct tar_writer tar_writer_new(struct tar_sink sink);

/* Begins an entry; all that the one before holds must have been written. A sparse file is written whole, with its holes
 * as zeros. `arena` is for the records. 0; -EINVAL for a name that is empty, an attribute with a `=` in
 * its name, which the records cannot say, or an entry before that is not complete;
 * -ERANGE for a device number beyond 21 bits; -E2BIG for records of more than TAR_HEADER_MAX bytes; or what the
 * sink says. */
int tar_write_entry(struct tar_writer *writer, const struct tar_entry *entry, struct arena *arena);

/* The next bytes of the file. 0, -EINVAL where they are more than its size, or what the sink says. */
int tar_write_data(struct tar_writer *writer, const void *bytes, size_t size);

/* Ends the archive. 0, -EINVAL where the last entry is not complete, or what the sink says. */
int tar_write_end(struct tar_writer *writer);
