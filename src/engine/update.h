/* update.h - other limits for a container: for the run that there is, and for all that come. */
#pragma once
#include "engine/container.h"

/* What is not set, or NULL, stays as it is. */
struct update_asked {
	struct maybe_i64 memory, memory_reservation, memory_swap, pids_limit, cpu_quota;
	struct maybe_u64 cpu_shares, cpu_period, blkio_weight;
	const char *cpus, *cpuset_cpus, *cpuset_mems;
};

/* Changes them in the kernel, where it runs, and in its config.json. All of them or none. */
bool engine_update(struct engine *engine, struct engine_container *container, const struct update_asked *asked,
		   struct problem *problem);
