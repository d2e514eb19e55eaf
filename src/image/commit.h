/* commit.h - makes an image of another one and a layer on top of it. */
#pragma once
#include "image/changes.h"
#include "image/store.h"

struct commit_options {
	const char *name;		/* in full, or NULL */
	const char *author, *message;	/* of its history, or NULL */
	const char *created_by;		/* what has changed the files */
	const struct image_run *run;	/* how it is run */
	bool squash;			/* the layer is all of the image: none of the parent's is below it */
};

/* Reads the layer from `input`, a tar archive with OCI's whiteouts, to its end. False after a problem. */
bool commit_image(struct store *store, const struct image *parent, int input, const struct commit_options *options,
		  struct image *ret_image, struct problem *problem);
