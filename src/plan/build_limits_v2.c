/* build_limits_v2.c - linux.resources where the controller is in cgroup v2
 * (Documentation/admin-guide/cgroup-v2.rst of the kernel). The config is written in the words of v1; what they
 * mean in v2 is config-linux's and, where that is silent, as runc and crun have it.
 */
#include "plan/build_limits.h"
#include <errno.h>
#include <math.h>

/* -1 is no limit. */
static const char *amount(const struct limits *limits, int64_t value)
{
	return value < 0 ? "max" : arena_printf(limits->b->arena, "%lld", (long long)value);
}

/* --- memory --- */

/* In v1 «swap» is memory and swap together, in v2 swap alone. No limit to memory is none to swap. */
static void add_swap(const struct limits *limits, const struct cgroup *cgroup)
{
	static const char key[] = "memory.swap", file[] = "memory.swap.max";
	const struct maybe_i64 *swap = &limits->resources->memory.swap, *limit = &limits->resources->memory.limit;

	if (!swap->set && limit->set && limit->value < 0)
		limits_write(limits, cgroup, "memory.limit", file, "max");
	/* Some write 0 for «not said». */
	if (!swap->value)
		return;
	if (swap->value > 0 && (!limit->set || limit->value == 0))
		problem_set(limits->b->problem, "linux.resources.%s: is memory and swap together, so it needs "
			    "linux.resources.memory.limit beside it", key);
	else if (swap->value > 0 && limit->value > swap->value)
		problem_set(limits->b->problem,
			    "linux.resources.%s: %lld bytes of memory and swap together are less than the %lld bytes "
			    "of memory in linux.resources.memory.limit", key, (long long)swap->value,
			    (long long)limit->value);
	else if (swap->value > 0 && limit->value < 0)
		problem_set(limits->b->problem,
			    "linux.resources.%s: memory has no limit, so memory and swap together can have none", key);
	else
		limits_write(limits, cgroup, key, file, "%s",
			     amount(limits, swap->value < 0 ? -1 : swap->value - limit->value));
}

void limits_memory_v2(const struct limits *limits, const struct cgroup *cgroup)
{
	const struct resources *r = limits->resources;

	if (r->memory.swappiness.set)
		limits_cannot(limits, "memory.swappiness", "v2", "the machine has one for all (sysctl vm.swappiness)");
	if (r->memory.kernel.set && r->memory.kernel.value >= 0)
		limits_cannot(limits, "memory.kernel", "v2", "the limit of memory holds for that of the kernel too");
	if (r->memory.kernel_tcp.set && r->memory.kernel_tcp.value >= 0)
		limits_cannot(limits, "memory.kernelTCP", "v2", "the limit of memory holds for that of TCP too");
	if (r->memory.disable_oom_killer.value)
		limits_cannot(limits, "memory.disableOOMKiller", "v2", NULL);
	add_swap(limits, cgroup);
	if (r->memory.limit.set && r->memory.limit.value)
		limits_write(limits, cgroup, "memory.limit", "memory.max", "%s", amount(limits, r->memory.limit.value));
	if (r->memory.reservation.set && r->memory.reservation.value)
		limits_write(limits, cgroup, "memory.reservation", "memory.low", "%s",
			     amount(limits, r->memory.reservation.value));
}

/* --- processors --- */

/* Shares of v1 (2 … 262144, 1024 by default) as a weight of v2 (1 … 10000, 100 by default), so that the least, the
 * default and the most of both meet, and what is between on a curve through these three: the formula that
 * runc 1.3 and crun 1.23 have (opencontainers/cgroups, ConvertCPUSharesToCgroupV2Value). */
unsigned limits_cpu_weight(uint64_t shares)
{
	const double logarithm = log2((double)shares);

	if (shares <= 2)
		return 1;
	if (shares >= 262144)
		return 10000;
	return (unsigned)ceil(pow(10, (logarithm * logarithm + 125 * logarithm) / 612 - 7.0 / 34));
}

/* One file has both; the period may be left out. (An update that changes the period alone has read the quota:
 * life/update.c.) */
static void add_quota(const struct limits *limits, const struct cgroup *cgroup)
{
	static const char key[] = "cpu.burst", file[] = "cpu.max.burst";
	const struct resources *r = limits->resources;
	const char *quota = r->cpu.quota.set && r->cpu.quota.value > 0 ? amount(limits, r->cpu.quota.value) : "max";
	unsigned long long burst = r->cpu.burst.value;
	unsigned first = 0;

	/* A burst is at most the quota. When both change either may have to be the first. */
	if (r->cpu.burst.set && limits->update)
		first = limits_try(limits, cgroup, key, file, EINVAL, 0, "%llu", burst);
	if (r->cpu.period.value)
		limits_write(limits, cgroup, r->cpu.quota.set ? "cpu.quota" : "cpu.period", "cpu.max", "%s %llu", quota,
			     (unsigned long long)r->cpu.period.value);
	else if (r->cpu.quota.value)
		limits_write(limits, cgroup, "cpu.quota", "cpu.max", "%s", quota);
	if (r->cpu.burst.set)
		limits_try(limits, cgroup, key, file, 0, first, "%llu", burst);
}

void limits_cpu_v2(const struct limits *limits, const struct cgroup *cgroup)
{
	const struct resources *r = limits->resources;

	if (r->cpu.realtime_runtime.value > 0)
		limits_cannot(limits, "cpu.realtimeRuntime", "v2", NULL);
	if (r->cpu.realtime_period.value)
		limits_cannot(limits, "cpu.realtimePeriod", "v2", NULL);
	if (r->cpu.idle.set && !r->cpu.idle.value)
		limits_write(limits, cgroup, "cpu.idle", "cpu.idle", "0");
	if (r->cpu.shares.value)
		limits_write(limits, cgroup, "cpu.shares", "cpu.weight", "%u", limits_cpu_weight(r->cpu.shares.value));
	add_quota(limits, cgroup);
	/* What is idle has no weight that could be set. */
	if (r->cpu.idle.value)
		limits_write(limits, cgroup, "cpu.idle", "cpu.idle", "%lld", (long long)r->cpu.idle.value);
}

/* --- block devices --- */

/* 10 … 1000 of v1 to 1 … 10000. */
unsigned limits_io_weight(unsigned weight)
{
	return weight <= 10 ? 1 : 1 + (weight - 10) * 9999 / 990;
}

/* BFQ has a file of its own with v1's numbers; the other is there with the I/O cost model. */
static void add_weight(const struct limits *limits, const struct cgroup *cgroup, const char *key, const char *device,
		       unsigned weight)
{
	const char *bare = *device ? arena_printf(limits->b->arena, "%s ", device) : "";
	unsigned first = limits_try(limits, cgroup, key, "io.bfq.weight", ENOENT, 0, "%s%u", bare, weight);

	limits_try(limits, cgroup, key, "io.weight", 0, first, "%s %u", *device ? device : "default",
		   limits_io_weight(weight));
}

/* 0 takes the limit away in v1. */
static void add_rates(const struct limits *limits, const struct cgroup *cgroup, const char *key, const char *name,
		      const struct block_devices *devices)
{
	for (size_t i = 0; i < devices->count; i++) {
		const struct block_device *at = &devices->at[i];
		const char *rate = "max";

		if (at->rate)
			rate = arena_printf(limits->b->arena, "%llu", (unsigned long long)at->rate);
		limits_write(limits, cgroup, arena_printf(limits->b->arena, "blockIO.%s[%zu]", key, i), "io.max",
			     "%lld:%lld %s=%s", (long long)at->major, (long long)at->minor, name, rate);
	}
}

void limits_block_io_v2(const struct limits *limits, const struct cgroup *cgroup)
{
	const struct resources *r = limits->resources;

	if (r->block_io.leaf_weight.value)
		limits_cannot(limits, "blockIO.leafWeight", "v2", NULL);
	if (r->block_io.weight.value)
		add_weight(limits, cgroup, "blockIO.weight", "", r->block_io.weight.value);
	for (size_t i = 0; i < r->block_io.weight_device.count; i++) {
		const struct block_device *at = &r->block_io.weight_device.at[i];
		const char *key = arena_printf(limits->b->arena, "blockIO.weightDevice[%zu]", i);
		const char *device = arena_printf(limits->b->arena, "%lld:%lld", (long long)at->major,
						  (long long)at->minor);

		if (at->weight.value)
			add_weight(limits, cgroup, key, device, at->weight.value);
		if (at->leaf_weight.value)
			limits_cannot(limits, arena_printf(limits->b->arena, "%s.leafWeight", key), "v2", NULL);
	}
	add_rates(limits, cgroup, "throttleReadBpsDevice", "rbps", &r->block_io.read_bps);
	add_rates(limits, cgroup, "throttleWriteBpsDevice", "wbps", &r->block_io.write_bps);
	add_rates(limits, cgroup, "throttleReadIOPSDevice", "riops", &r->block_io.read_iops);
	add_rates(limits, cgroup, "throttleWriteIOPSDevice", "wiops", &r->block_io.write_iops);
}
