/* import.h - makes an image of one layer from a root file system in a tar archive (`docker export |
 * taru import -`). */
#pragma once
#include "image/store.h"
#include "spec/spec.h"

struct import_options {
	const char *name;		/* in full, or NULL */
	const char *message;		/* of its history; NULL: where it came from */
	const char *platform;		/* NULL: this machine's */
	struct texts changes;		/* lines of a Dockerfile: "CMD [\"sh\"]", "ENV A=b" */
	bool squash;			/* see struct unpacking_input */
};

/* Reads the archive at `path` ("-": standard input), compressed or not. False after a problem. */
bool import(struct store *store, const char *path, const struct import_options *options, struct image *ret_image,
	    struct problem *problem);
