/* usage.h - what a container that runs uses, at one moment. */
#pragma once
#include "engine/container.h"

enum usage_pressed { USAGE_CPU, USAGE_MEMORY, USAGE_BLOCK, USAGE_PRESSED };

struct usage_sample {
	uint64_t at_ns;			/* CLOCK_MONOTONIC */
	uint64_t cpu_ns;		/* processor time so far */
	bool counted;			/* it runs, and has cgroups: else only what its network does is known */
	uint64_t memory;		/* without what the kernel can drop at once */
	uint64_t memory_limit;		/* the machine's memory, where there is none */
	uint64_t block_read, block_written, network_received, network_sent;	/* bytes so far */
	uint64_t pids;
	bool pressured;			/* its cgroup is in v2 and the kernel has PSI: else what follows is 0 */
	double pressure[USAGE_PRESSED];	/* percent of the last 10 s in which some process waited for it */
};

/* What was seen of a container, by its ID. */
struct usage_seen { const char *id; struct usage_sample sample; };

/* Takes one. Of a container that does not run all is 0, and that is no problem. */
bool engine_usage(struct engine *engine, const struct engine_container *container, struct usage_sample *ret_sample,
		  struct problem *problem);

/* Of one processor, in percent, between two. */
double usage_cpu_percent(const struct usage_sample *before, const struct usage_sample *now);

/* How much more of something there was in a second: `first` and `second` are what these two samples say of it. */
double usage_rate(const struct usage_sample *before, const struct usage_sample *now, uint64_t first, uint64_t second);

/* The sample of that container; NULL: it was not there. */
const struct usage_sample *usage_find(const struct usage_seen *seen, size_t count, const char *id);
