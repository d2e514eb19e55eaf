/* push.h - sends an image of the store to a registry. */
#pragma once
#include "image/remote.h"
#include "image/store.h"

struct push_options {
	bool quiet;
	int output;			/* where progress goes */
};

struct pushed {
	struct reference reference;
	struct digest digest;
	uint64_t size;			/* of the manifest */
};

/* Sends the image with this name (as a person writes it) to where the name says. Blobs that the registry has are
 * not sent; those that another repository of it has are mounted from there. */
bool push(struct store *store, const struct remotes *remotes, const char *name, const struct push_options *options,
	  struct pushed *ret_pushed, struct problem *problem);
