/* container_filter.h - the filters of verbs that list containers, or choose some of them. */
#pragma once
#include "cli/place.h"
#include "listing/filter.h"

struct container_filter {
	struct filters filters;
	const char *after, *before;	/* made then, neither of them included, as struct made has it; NULL: whenever */
	int64_t until;			/* the same, in s; 0: whenever */
};

enum container_filter_for { CONTAINER_FILTER_CHOICE, CONTAINER_FILTER_PRUNE };

/* The known keys, as help tells of them. */
extern const char container_filter_notes[];

/* Reads --filter. A container that `before` or `since` names must be there. PRUNE: only labels and times, as docker has
 * it. False after a problem. */
bool container_filter_read(struct place *place, const struct texts *given, enum container_filter_for purpose,
			   struct container_filter *ret_filter, struct problem *problem);

/* Whether the container is one of those. Its health and its networks are read only where they are asked for. */
bool container_filter_takes(const struct container_filter *filter, struct engine *engine,
			    const struct engine_container *container);
