/* draft.h - the folder of a container that is only told of: `explain` makes it in memory, in a file system that is
 * mounted nowhere. No path leads there and no other process sees it, and it ends with its descriptor, whatever ends
 * this one.
 */
#pragma once
#include "engine/run.h"

/* An empty one with what the folder of a new container has: rootfs, upper, work; its path is where the container's
 * would be. */
bool draft_begin(struct engine *engine, struct container_making *ret_making, struct problem *problem);

/* Gives the container its ID and a name, which nobody takes: it may be another's. */
bool draft_commit(struct engine *engine, const struct container_making *making, struct made *made,
		  struct problem *problem);

/* The same with what the networks of a container read and write of its folder: hosts, resolv.conf, and what was asked
 * for. -1 after a problem. */
int draft_of_networks(struct engine *engine, int folder, struct problem *problem);

/* What is to be made before the container starts, as the first steps of its plan: its folder, as it is in the draft,
 * what is bound into it and not there, and its new volumes. */
const struct plan_draft *draft_tell(struct engine *engine, const struct prepared *prepared, struct plan *plan);
