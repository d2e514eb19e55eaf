/* new_image.h - an image that is made here: one new layer, from the bytes of a tar archive, and the documents about it.
 * For import.c and commit.c.
 */
#pragma once
#include "image/unpacking.h"

struct new_image {
	struct store *store;
	const char *what;		/* the archive, for messages */
	int64_t now;			/* when it is made */
	struct store_holds holds;	/* of what it is made of, until it is in index.json */
	struct unpacking unpacking;
	struct descriptor layer;	/* the new one */
};

/* Reads the archive to its end, compressed or not, into the store: as a blob, and unpacked on the layers whose chain
 * ID is `parent` (NULL: there are none). `squash` as in struct unpacking_input. */
bool new_image_read_layer(struct new_image *new, int input, const struct digest *parent, bool squash,
			  struct problem *problem);

/* Puts the image with this config and these layers, the new one last, into the store. `size`: of the files below the
 * new layer. `name`: "" for none. */
bool new_image_put(struct new_image *new, const struct text *config, struct descriptor *layers, size_t count,
		   uint64_t size, const char *name, struct image *ret_image, struct problem *problem);

/* Gives back what it holds; what was not put is removed. */
void new_image_end(struct new_image *new);

/* Seconds since 1970 as "2026-01-31T12:00:00Z". */
const char *new_image_time(struct arena *arena, int64_t seconds);
