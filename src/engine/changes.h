/* changes.h - what a container has changed of its image's files, whether it runs or not.
 *
 * It is read from the directory that overlayfs keeps for it (image/difference.h), by a child that has the rights of the
 * files' owner; nothing of the container is run, and nothing that is mounted in it is seen.
 */
#pragma once
#include "engine/container.h"
#include "engine/reach.h"

/* One directory of changes. */
struct changes_part {
	int upper, lower;		/* what has changed, and what is below it: the merged layers */
	const char *prefix;		/* where in the container it is: "", or "usr" */
	const struct texts *mounts;	/* for difference_walk() */
};

struct changes_request {
	const struct engine_container *container;	/* open */
	/* Done by the child for each directory of changes. 0, or -errno; a problem reaches the caller. */
	int (*work)(void *data, const struct changes_part *part, struct problem *problem);
	void *data;
};

/* Begins it: reach_end() waits for its end. `request` stays. */
bool changes_begin(struct engine *engine, const struct changes_request *request, struct reach *ret_reach,
		   struct problem *problem);

/* Adds the lines of docker's `diff`: "A /new", "C /etc", "D /gone". */
bool engine_diff(struct engine *engine, const struct engine_container *container, struct text *out,
		 struct problem *problem);
