/* index.h - index.json of the store: which images there are, and what they are called.
 *
 * It is an index of the OCI image layout (image-layout.md), so other tools read and write it too. A name is the
 * annotation org.opencontainers.image.ref.name: in full, "docker.io/library/busybox:latest". An image with two
 * names has two rows; one without a name is a row without that annotation.
 *
 * So that `taru images` need not open two files for each image, what it shows stands in annotations of our own,
 * dev.taru.*; rows of other tools lack them, and then it is read from the blobs (store_images()).
 */
#pragma once
#include "base/text.h"
#include "image/manifest.h"
#include <stdint.h>

struct image {
	const char *name;		/* "" where it has none; "NAME@sha256:…" where it was pulled by digest */
	struct descriptor manifest;	/* with the annotations of others */
	struct digest id;		/* of its config: what docker calls its ID */
	struct digest repo_digest;	/* of what the registry has there: maybe an index; none: only here */
	int64_t created;		/* seconds since 1970; 0: unknown */
	uint64_t size;			/* of its files, unpacked */
	bool complete;			/* the last four are known */
};

struct images {
	struct image *at;
	size_t count;
};

/* Reads index.json. `text` as with document_read(). */
bool images_read(struct arena *arena, char *text, size_t length, struct images *ret_images,
		 struct problem *problem);

/* The text of index.json. */
void images_write(struct text *out, const struct images *images);

/* A row for an image: what its manifest and config say. `size` and `repo_digest` are the caller's to fill. */
struct image image_row(const char *name, const struct document *manifest, const struct digest *digest, uint64_t size,
		       const struct image_config *config);

/* Adds a row. The row that had its name, if it has one, loses it: it is left without a name, unless the same manifest
 * has another. The texts are not copied. */
void images_put(struct arena *arena, struct images *images, const struct image *image);

/* Takes the row at `index` out. */
void images_remove(struct images *images, size_t index);

/* The first row of a manifest, or NULL. */
struct image *images_with_manifest(const struct images *images, const struct digest *digest);

/* The row with this name in full, or NULL. */
struct image *images_named(const struct images *images, const char *name);
