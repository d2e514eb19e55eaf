/* usage.h - what a container that runs uses, at one moment. */
#pragma once
#include "engine/container.h"

struct usage_sample {
	uint64_t at_ns;			/* CLOCK_MONOTONIC */
	uint64_t cpu_ns;		/* processor time so far */
	bool counted;			/* it runs, and has cgroups: else only what its network does is known */
	uint64_t memory;		/* without what the kernel can drop at once */
	uint64_t memory_limit;		/* the machine's memory, where there is none */
	uint64_t block_read, block_written, network_received, network_sent;	/* bytes so far */
	uint64_t pids;
};

/* Takes one. Of a container that does not run all is 0, and that is no problem. */
bool engine_usage(struct engine *engine, const struct engine_container *container, struct usage_sample *ret_sample,
		  struct problem *problem);

/* Of one processor, in percent, between two. */
double usage_cpu_percent(const struct usage_sample *before, const struct usage_sample *now);
