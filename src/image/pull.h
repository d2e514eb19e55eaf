/* pull.h - brings an image from a registry into the store. */
#pragma once
#include "image/remote.h"
#include "image/platform.h"
#include "image/store.h"

struct pull_options {
	const char *platform;		/* "linux/arm64", or NULL: this machine's */
	bool squash;			/* see struct unpacking_input */
	bool quiet;
	int output;			/* where progress and the lines at the end go */
};

struct pulled {
	struct image image;
	struct reference reference;	/* what the name turned out to mean */
	bool newer;			/* the store did not have it, or not all of it */
	uint64_t left_out;		/* device nodes that could not be made */
};

/* Pulls one name as a person writes it. Where a short name may mean several images, the first that there is. */
bool pull(struct store *store, const struct remotes *remotes, const char *name, const struct pull_options *options,
	  struct pulled *ret_pulled, struct problem *problem);

/* All tags of a repository (`pull --all-tags`), as the registry lists them. */
bool pull_list_tags(struct arena *arena, const struct remotes *remotes, const struct reference *reference,
		    const char *const **ret_tags, size_t *ret_count, struct problem *problem);
