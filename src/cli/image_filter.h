/* image_filter.h - the filters of verbs that list or remove images. */
#pragma once
#include "cli/shelf.h"
#include "listing/filter.h"

enum image_filter_for { IMAGE_FILTER_LIST, IMAGE_FILTER_PRUNE };

struct image_filter {
	struct filters filters;
	enum { DANGLING_ANY, DANGLING_ONLY, DANGLING_NOT } dangling;
	int64_t after, before;		/* created then, neither of them included; 0: whenever */
	bool labels, references;	/* there are such */
	const char *pattern;		/* of the operand: a name or a pattern; NULL without */
};

/* Reads --filter; `shelf` has the images that it may name. False after a problem. */
bool image_filter_read(struct arena *arena, const struct texts *given, enum image_filter_for purpose,
		       const struct shelf *shelf, struct image_filter *ret_filter, struct problem *problem);

/* Whether the image is one of those. Its config is read only where labels are asked for. */
bool image_filter_takes(const struct image_filter *filter, const struct shelf *shelf, const struct image *image,
			struct problem *problem);
