/* build_limits_v1.c - linux.resources where the controller is in a hierarchy of cgroup v1
 * (Documentation/admin-guide/cgroup-v1 of the kernel). Deprecated there, and kept in this one file.
 */
#include "plan/build_limits.h"
#include <errno.h>

static long long value_of(const struct maybe_i64 *value)
{
	return (long long)value->value;
}

/* Memory and swap together may never be less than memory alone. When both change either may have to be the first: so
 * the limit of memory is tried before, and where that was refused after the other one. No limit to memory is none
 * to both. 0 is «not said», as runc has it. */
static void add_memory_and_swap(const struct limits *limits, const struct cgroup *cgroup)
{
	static const char key[] = "memory.limit", file[] = "memory.limit_in_bytes";
	static const char both_key[] = "memory.swap", both_file[] = "memory.memsw.limit_in_bytes";
	const struct maybe_i64 *limit = &limits->resources->memory.limit, *both = &limits->resources->memory.swap;
	bool tries = limits->update && (both->value || limit->value < 0);
	unsigned first = 0;

	if (limit->value)
		first = limits_try(limits, cgroup, key, file, tries ? EINVAL : 0, 0, "%lld", value_of(limit));
	if (both->value)
		limits_write(limits, cgroup, both_key, both_file, "%lld", value_of(both));
	else if (tries)
		limits_try(limits, cgroup, key, both_file, ENOENT, 0, "-1");
	if (limit->value && tries)
		limits_try(limits, cgroup, key, file, 0, first, "%lld", value_of(limit));
}

void limits_memory_v1(const struct limits *limits, const struct cgroup *cgroup)
{
	const struct resources *r = limits->resources;

	/* Only while there is nothing in it. */
	if (r->memory.use_hierarchy.value)
		limits_write(limits, cgroup, "memory.useHierarchy", "memory.use_hierarchy", "1");
	add_memory_and_swap(limits, cgroup);
	if (r->memory.reservation.value)
		limits_write(limits, cgroup, "memory.reservation", "memory.soft_limit_in_bytes", "%lld",
			     value_of(&r->memory.reservation));
	/* Kernels from 5.16 on refuse it, and count that memory in the limit: Linux 58056f77502f. */
	if (r->memory.kernel.value)
		limits_try(limits, cgroup, "memory.kernel", "memory.kmem.limit_in_bytes", EOPNOTSUPP, 0, "%lld",
			   value_of(&r->memory.kernel));
	if (r->memory.kernel_tcp.value)
		limits_write(limits, cgroup, "memory.kernelTCP", "memory.kmem.tcp.limit_in_bytes", "%lld",
			     value_of(&r->memory.kernel_tcp));
	if (r->memory.swappiness.set)
		limits_write(limits, cgroup, "memory.swappiness", "memory.swappiness", "%llu",
			     (unsigned long long)r->memory.swappiness.value);
	if (r->memory.disable_oom_killer.value)
		limits_write(limits, cgroup, "memory.disableOOMKiller", "memory.oom_control", "1");
}

/* A burst is at most the quota, and the quota in a period at most that of the cgroup above. When several change either
 * may have to be the first. 0 is «not said». */
static void add_quota(const struct limits *limits, const struct cgroup *cgroup)
{
	static const char key[] = "cpu.burst", file[] = "cpu.cfs_burst_us";
	const struct resources *r = limits->resources;
	unsigned long long burst = r->cpu.burst.value, period = r->cpu.period.value;
	bool tries = limits->update && r->cpu.quota.value;
	unsigned first = 0, second = 0;

	if (r->cpu.burst.set && limits->update)
		first = limits_try(limits, cgroup, key, file, EINVAL, 0, "%llu", burst);
	if (period)
		second = limits_try(limits, cgroup, "cpu.period", "cpu.cfs_period_us", tries ? EINVAL : 0, 0, "%llu",
				    period);
	if (r->cpu.quota.value)
		limits_write(limits, cgroup, "cpu.quota", "cpu.cfs_quota_us", "%lld",
			     r->cpu.quota.value > 0 ? value_of(&r->cpu.quota) : -1LL);
	if (period && tries)
		limits_try(limits, cgroup, "cpu.period", "cpu.cfs_period_us", 0, second, "%llu", period);
	if (r->cpu.burst.set)
		limits_try(limits, cgroup, key, file, 0, first, "%llu", burst);
}

void limits_cpu_v1(const struct limits *limits, const struct cgroup *cgroup)
{
	const struct resources *r = limits->resources;

	if (r->cpu.shares.value)
		limits_write(limits, cgroup, "cpu.shares", "cpu.shares", "%llu",
			     (unsigned long long)r->cpu.shares.value);
	add_quota(limits, cgroup);
	if (r->cpu.realtime_period.value)
		limits_write(limits, cgroup, "cpu.realtimePeriod", "cpu.rt_period_us", "%llu",
			     (unsigned long long)r->cpu.realtime_period.value);
	if (r->cpu.realtime_runtime.value)
		limits_write(limits, cgroup, "cpu.realtimeRuntime", "cpu.rt_runtime_us", "%lld",
			     value_of(&r->cpu.realtime_runtime));
	if (r->cpu.idle.set)
		limits_write(limits, cgroup, "cpu.idle", "cpu.idle", "%lld", value_of(&r->cpu.idle));
}

/* --- block devices --- */

/* With the scheduler BFQ the weight is its own file's; without one that knows weights there is none. */
static void add_weight(const struct limits *limits, const struct cgroup *cgroup, const char *key, const char *name,
		       const char *device, unsigned weight)
{
	struct arena *arena = limits->b->arena;
	unsigned first = limits_try(limits, cgroup, key, arena_printf(arena, "blkio.%s", name), ENOENT, 0, "%s%u",
				    device, weight);

	limits_try(limits, cgroup, key, arena_printf(arena, "blkio.bfq.%s", name), 0, first, "%s%u", device, weight);
}

static void add_rates(const struct limits *limits, const struct cgroup *cgroup, const char *key, const char *file,
		      const struct block_devices *devices)
{
	for (size_t i = 0; i < devices->count; i++)
		limits_write(limits, cgroup, arena_printf(limits->b->arena, "blockIO.%s[%zu]", key, i),
			     arena_printf(limits->b->arena, "blkio.throttle.%s", file), "%lld:%lld %llu",
			     (long long)devices->at[i].major, (long long)devices->at[i].minor,
			     (unsigned long long)devices->at[i].rate);
}

void limits_block_io_v1(const struct limits *limits, const struct cgroup *cgroup)
{
	const struct resources *r = limits->resources;

	if (r->block_io.weight.value)
		add_weight(limits, cgroup, "blockIO.weight", "weight", "", r->block_io.weight.value);
	if (r->block_io.leaf_weight.value)
		add_weight(limits, cgroup, "blockIO.leafWeight", "leaf_weight", "", r->block_io.leaf_weight.value);
	for (size_t i = 0; i < r->block_io.weight_device.count; i++) {
		const struct block_device *at = &r->block_io.weight_device.at[i];
		const char *key = arena_printf(limits->b->arena, "blockIO.weightDevice[%zu]", i);
		const char *device = arena_printf(limits->b->arena, "%lld:%lld ", (long long)at->major,
						  (long long)at->minor);

		if (at->weight.value)
			add_weight(limits, cgroup, key, "weight_device", device, at->weight.value);
		if (at->leaf_weight.value)
			add_weight(limits, cgroup, key, "leaf_weight_device", device, at->leaf_weight.value);
	}
	add_rates(limits, cgroup, "throttleReadBpsDevice", "read_bps_device", &r->block_io.read_bps);
	add_rates(limits, cgroup, "throttleWriteBpsDevice", "write_bps_device", &r->block_io.write_bps);
	add_rates(limits, cgroup, "throttleReadIOPSDevice", "read_iops_device", &r->block_io.read_iops);
	add_rates(limits, cgroup, "throttleWriteIOPSDevice", "write_iops_device", &r->block_io.write_iops);
}
