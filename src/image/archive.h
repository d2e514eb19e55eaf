/* archive.h - images outside of the store: a tar archive, or a folder with the same files. */
#pragma once
#include "image/compression.h"
#include "image/store.h"

/* A file of the archive. */
struct archive_file {
	const char *name;		/* "blobs/sha256/…", without "./" */
	const char *link;		/* of a link: where to, as it stands there; else NULL */
	uint64_t offset, size;
};

struct archive {
	struct arena *arena;
	const char *path;		/* for problems */
	int folder;			/* -1: it is an archive */
	int file;			/* the archive, not compressed */
	uint64_t length;
	struct archive_file *list;	/* in its order: of two with one name the last counts */
	size_t count;
};

/* Opens what is at `path`, "-" for standard input. What is compressed, or no regular file, is copied to one without a
 * name first. False after a problem. */
bool archive_open(struct archive *archive, const struct store *store, const char *path, struct problem *problem);
void archive_close(struct archive *archive);

/* Whether there is a file of that name. Links in archives are followed, but never out of it. */
bool archive_has(const struct archive *archive, const char *name);

/* Reads a small one, with a NUL behind it. False after a problem. */
bool archive_read(const struct archive *archive, const char *name, size_t limit, char **ret_text,
		  size_t *ret_length, struct problem *problem);

/* Its size, and its first bytes, for compression_of(). 0 or -errno. */
int archive_look(const struct archive *archive, const char *name, uint64_t *ret_size,
		 unsigned char ret_begin[COMPRESSION_BEGIN]);

/* Writes it to the end of an open file. 0 or -errno. */
int archive_copy(const struct archive *archive, const char *name, int file);

/* What such a -errno means here. */
const char *archive_words(int error);
