/* load.h - brings images from an archive or a folder into the store: docker-archive (`docker save`),
 * oci-archive, oci. */
#pragma once
#include "image/archive.h"
#include "image/policy.h"
#include "image/store.h"

struct load_options {
	const char *platform;		/* of an index: which one; NULL: this machine's */
	bool squash;			/* see struct unpacking_input */
	bool quiet;
	int output;			/* where progress goes */
};

/* An image that was loaded: its names, in full; none: it has only its ID. */
struct loaded {
	struct digest id;
	const char **name;
	size_t names;
};

/* Loads all images of it. What the policy does not let in is a problem. False after a problem; images before the one
 * that failed stay. */
bool load(struct store *store, const struct policy *policy, const char *path, const struct load_options *options,
	  struct loaded **ret_loaded, size_t *ret_count, struct problem *problem);
