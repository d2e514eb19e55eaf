/* build_limits.h - what the files plan/build_limits*.c have from each other: linux.resources as writes to the files of
 * cgroups.
 */
#pragma once
#include "plan/build.h"

struct limits {
	struct builder *b;
	const struct resources *resources;
	const struct cgroups *cgroups;
	bool update;			/* of a container that is there: what the files hold is not known */
};

/* The cgroup that has the controller, for `key` ("memory.limit"). NULL after a problem that says why there is none. */
const struct cgroup *limits_need(const struct limits *limits, const char *key, const char *controller);

/* Writes a file of the cgroup: the step's number, see plan_add(). */
__attribute__((format(printf, 5, 6)))
unsigned limits_write(const struct limits *limits, const struct cgroup *cgroup, const char *key, const char *file,
		      const char *format, ...);

/* As limits_write(), of something that may be missing or refused: `tolerate`, and what it stands in for. */
__attribute__((format(printf, 7, 8)))
unsigned limits_try(const struct limits *limits, const struct cgroup *cgroup, const char *key, const char *file,
		    int tolerate, unsigned fallback_of, const char *format, ...);

/* A problem: this version of cgroups cannot do what the key asks for. */
void limits_cannot(const struct limits *limits, const char *key, const char *version, const char *instead);

/* build_limits_v1.c, build_limits_v2.c: each for those controllers that are in such a hierarchy. */
void limits_memory_v1(const struct limits *limits, const struct cgroup *cgroup);
void limits_memory_v2(const struct limits *limits, const struct cgroup *cgroup);
void limits_cpu_v1(const struct limits *limits, const struct cgroup *cgroup);
void limits_cpu_v2(const struct limits *limits, const struct cgroup *cgroup);
void limits_block_io_v1(const struct limits *limits, const struct cgroup *cgroup);
void limits_block_io_v2(const struct limits *limits, const struct cgroup *cgroup);

/* Shares of v1 (2 … 262144) as a weight of v2 (1 … 10000). */
unsigned limits_cpu_weight(uint64_t shares);

/* A weight of v1 for block devices (10 … 1000) as one of v2 (1 … 10000). */
unsigned limits_io_weight(unsigned weight);

/* build_limits_devices.c: which devices the container may use. */
void limits_devices(const struct limits *limits);
