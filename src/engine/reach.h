/* reach.h - the files of a container, from outside.
 *
 * What a container has on disk is not ours to trust, and while it runs it can change under our hands. So a child of
 * ours opens the root directory once, and has the rights of the files' owner: root of the container's user namespace.
 * Where it runs, that is the root of its first process, with all that is mounted there; else its layers and volumes
 * are mounted in a namespace of the child's, and it cannot be started meanwhile. The child never enters the
 * container's mount namespace: what it looks up by a path of its own is this machine's.
 */
#pragma once
#include "engine/container.h"

struct reach_request {
	struct engine_container *container;	/* open */
	bool without_mounts;		/* its own files alone: nothing that is mounted there is seen */
	/* Done by the child. 0, or -errno; a problem reaches the caller. */
	int (*work)(void *data, int root, struct problem *problem);
	void *data;			/* as it is now: what the child writes there stays in it */
};

struct reach {
	pid_t pid;
	struct reach_shared *shared;
	struct engine_container *locked;
};

/* Begins it. False after a problem. */
bool reach_begin(struct engine *engine, const struct reach_request *request, struct reach *ret_reach,
		 struct problem *problem);

/* Waits for its end. 0 or -errno; without a problem of its own the caller says what it was about. */
int reach_end(struct reach *reach, struct problem *problem);
