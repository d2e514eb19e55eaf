/* reach_parts.h - what the files reach*.c share. */
#pragma once
#include "engine/reach.h"
#include "engine/run.h"
#include "image/id_map.h"

struct reaching {
	struct engine *engine;
	const struct reach_request *request;
	struct problem *problem;	/* of the child */
	bool runs;
	int root;			/* of the container; -1: not open yet */
	int user;			/* its user namespace; -1: it is ours */
	const struct user_ids *ids;	/* NULL: those of the store */
	struct prepared prepared;	/* where it does not run */
	struct spec spec;		/* with the mounts that are to be seen */
};

/* The mount that the root is, without what is mounted in it: a descriptor, or -errno. `root` is closed. */
int reach_without_mounts(int process, int root, int user);

/* Finds out what is to be mounted. */
bool reach_prepare_mount(struct reaching *reaching, struct problem *problem);

/* Mounts it in a mount namespace of this process's own, and opens the root: 0, or -errno with a problem. */
int reach_mount(struct reaching *reaching, struct problem *problem);

/* Does `work` in a child, which ends with us; reach_end() waits for it. */
bool reach_start(struct reach *ret_reach, int (*work)(void *data, struct problem *problem), void *data,
		 struct problem *problem);
