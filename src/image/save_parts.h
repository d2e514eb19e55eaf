/* save_parts.h - what the files save*.c share among themselves. */
#pragma once
#include "image/archive_file.h"
#include "image/save.h"

/* One image that is saved. */
struct saved_image {
	const struct image *row;	/* the first that was meant */
	const char **names;		/* of rows, in the order of their bytes; a NULL follows the last */
	size_t names_count;
	struct document manifest;
	struct image_config config;
};

struct saving {
	struct store *store;
	struct images images;
	struct saved_image *image;
	size_t count;
	struct store_holds holds;
};

/* Which images these names mean: save_choose.c. */
bool save_choose(struct saving *saving, const char *const *names, size_t count, struct problem *problem);

/* The blobs of all images, each once, in the order of their digests. */
struct descriptor *save_blobs(const struct saving *saving, size_t *ret_count);

/* The formats: save_docker.c, save_oci.c. `folder` is open on one that is empty. False after a problem. */
bool save_docker(const struct saving *saving, struct archive_file *file, struct problem *problem);
bool save_oci(const struct saving *saving, struct archive_file *file, struct problem *problem);
bool save_oci_folder(const struct saving *saving, int folder, struct problem *problem);

/* --- entries of an archive that is made of texts and files: save_entry.c; false after a problem --- */

struct save_archive {
	struct tar_writer tar;
	struct arena *arena;
	const char *path;		/* for problems */
};

/* Begins one; `arena` is for what its headers need. */
struct save_archive save_archive_begin(struct arena *arena, struct archive_file *file);

/* Adds a folder. */
bool save_put_folder(struct save_archive *archive, const char *name, struct problem *problem);

/* Adds a file that holds the text. */
bool save_put_text(struct save_archive *archive, const char *name, const struct text *text, struct problem *problem);

/* `size` bytes of a file, from its begin. `what` is what the file is called in problems. */
bool save_put_file(struct save_archive *archive, const char *name, int file, uint64_t size, const char *what,
		   struct problem *problem);

/* Ends it; the file is still open. */
bool save_archive_end(struct save_archive *archive, struct problem *problem);
