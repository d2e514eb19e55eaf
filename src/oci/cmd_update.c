/* cmd_update.c - `taru-oci update`: changes the limits of a container. */
#include "oci/find.h"

struct update_asked {
	const char *resources;		/* a file, or "-" */
	struct maybe_u64 blkio_weight, cpu_period, cpu_burst, cpu_share, cpu_rt_period;
	struct maybe_i64 cpu_quota, cpu_rt_runtime, cpu_idle;
	const char *cpuset_cpus, *cpuset_mems;
	struct maybe_i64 kernel_memory, kernel_memory_tcp, memory, memory_reservation, memory_swap;
	struct maybe_i64 pids_limit;
	const char *l3_cache_schema, *mem_bw_schema;
};

static void run(struct command *command)
{
	find_no_cgroup(command, "update");
}

static const struct option options[] = {
	{ "resources", 'r', OPTION_TEXT, offsetof(struct update_asked, resources), "FILE",
	  "a file with linux.resources as in config.json, or - for standard input" },
	{ "blkio-weight", 0, OPTION_UNSIGNED, offsetof(struct update_asked, blkio_weight), "N",
	  "weight of its input and output, 10 to 1000" },
	{ "cpu-period", 0, OPTION_UNSIGNED, offsetof(struct update_asked, cpu_period), "US",
	  "length of a period of processor time" },
	{ "cpu-quota", 0, OPTION_SIGNED, offsetof(struct update_asked, cpu_quota), "US",
	  "processor time in a period; -1 for no limit" },
	{ "cpu-burst", 0, OPTION_UNSIGNED, offsetof(struct update_asked, cpu_burst), "US",
	  "processor time that may be saved up" },
	{ "cpu-share", 0, OPTION_UNSIGNED, offsetof(struct update_asked, cpu_share), "N",
	  "weight of its processor time" },
	{ "cpu-rt-period", 0, OPTION_UNSIGNED, offsetof(struct update_asked, cpu_rt_period), "US",
	  "the same as --cpu-period for real-time processes" },
	{ "cpu-rt-runtime", 0, OPTION_SIGNED, offsetof(struct update_asked, cpu_rt_runtime), "US",
	  "the same as --cpu-quota for real-time processes" },
	{ "cpu-idle", 0, OPTION_SIGNED, offsetof(struct update_asked, cpu_idle), "N",
	  "1: only when no one else runs (SCHED_IDLE)" },
	{ "cpuset-cpus", 0, OPTION_TEXT, offsetof(struct update_asked, cpuset_cpus), "LIST",
	  "processors that it may use" },
	{ "cpuset-mems", 0, OPTION_TEXT, offsetof(struct update_asked, cpuset_mems), "LIST",
	  "memory nodes that it may use" },
	{ "memory", 0, OPTION_BYTES, offsetof(struct update_asked, memory), "BYTES",
	  "limit of memory; -1 for none" },
	{ "memory-reservation", 0, OPTION_BYTES, offsetof(struct update_asked, memory_reservation), "BYTES",
	  "memory that it keeps when memory is short" },
	{ "memory-swap", 0, OPTION_BYTES, offsetof(struct update_asked, memory_swap), "BYTES",
	  "limit of memory and swap together; -1 for none" },
	{ "kernel-memory", 0, OPTION_BYTES, offsetof(struct update_asked, kernel_memory), "BYTES",
	  "no kernel has this limit any more" },
	{ "kernel-memory-tcp", 0, OPTION_BYTES, offsetof(struct update_asked, kernel_memory_tcp), "BYTES",
	  "limit of memory for TCP (cgroup v1)" },
	{ "pids-limit", 0, OPTION_SIGNED, offsetof(struct update_asked, pids_limit), "N",
	  "limit of processes; -1 for none" },
	{ "l3-cache-schema", 0, OPTION_TEXT, offsetof(struct update_asked, l3_cache_schema), "TEXT",
	  "share of the level 3 cache (resctrl)" },
	{ "mem-bw-schema", 0, OPTION_TEXT, offsetof(struct update_asked, mem_bw_schema), "TEXT",
	  "share of the memory's bandwidth (resctrl)" },
	{ NULL }
};

const struct verb verb_update = {
	.name = "update",
	.operands = "ID",
	.summary = "change the limits of a container (not in this version)",
	.options = options,
	.asked_size = sizeof(struct update_asked),
	.operands_min = 1,
	.operands_max = 1,
	.run = run,
};
