/* unsupported.c - what a config asks for and this version does not do: limits. A container without them
 * works; that is a warning, which names them.
 */
#include "life/life.h"
#include <linux/capability.h>

static void add(struct text *out, bool asked, const char *name)
{
	if (asked)
		text_printf(out, "%s%s", out->length ? ", " : "", name);
}

/* The rule that every config begins with. */
static bool denies_all(const struct device_rule *rule)
{
	return (!rule->type || rule->type == 'a') && !rule->major.set && !rule->minor.set;
}

/* "Deny all, allow these" is in every config. A container that cannot make device nodes does not
 * notice that it is not applied; one that can reaches every device of the host. */
static bool limits_devices(const struct spec *spec)
{
	bool makes_nodes = spec->process.capabilities.bounding & (1ULL << CAP_MKNOD) &&
			   !spec->namespace[NAMESPACE_USER].asked;

	for (size_t i = 0; i < spec->resources.devices; i++) {
		const struct device_rule *rule = &spec->resources.device[i];

		if (!rule->allow && (makes_nodes || !denies_all(rule)))
			return true;
	}
	return false;
}

static void add_memory(struct text *out, const struct resources *resources)
{
	add(out, resources->memory.limit.set, "memory.limit");
	add(out, resources->memory.reservation.set, "memory.reservation");
	add(out, resources->memory.swap.set, "memory.swap");
	add(out, resources->memory.kernel.set, "memory.kernel");
	add(out, resources->memory.kernel_tcp.set, "memory.kernelTCP");
	add(out, resources->memory.swappiness.set, "memory.swappiness");
	add(out, resources->memory.disable_oom_killer.value, "memory.disableOOMKiller");
}

static void add_cpu(struct text *out, const struct resources *resources)
{
	add(out, resources->cpu.shares.set, "cpu.shares");
	add(out, resources->cpu.quota.set, "cpu.quota");
	add(out, resources->cpu.burst.set, "cpu.burst");
	add(out, resources->cpu.period.set, "cpu.period");
	add(out, resources->cpu.realtime_runtime.set, "cpu.realtimeRuntime");
	add(out, resources->cpu.realtime_period.set, "cpu.realtimePeriod");
	add(out, resources->cpu.idle.set, "cpu.idle");
	add(out, resources->cpu.cpus, "cpu.cpus");
	add(out, resources->cpu.mems, "cpu.mems");
}

static void add_block_io(struct text *out, const struct resources *resources)
{
	add(out, resources->block_io.weight.set, "blockIO.weight");
	add(out, resources->block_io.leaf_weight.set, "blockIO.leafWeight");
	add(out, resources->block_io.weight_device.count, "blockIO.weightDevice");
	add(out, resources->block_io.read_bps.count, "blockIO.throttleReadBpsDevice");
	add(out, resources->block_io.write_bps.count, "blockIO.throttleWriteBpsDevice");
	add(out, resources->block_io.read_iops.count, "blockIO.throttleReadIOPSDevice");
	add(out, resources->block_io.write_iops.count, "blockIO.throttleWriteIOPSDevice");
}

static void add_resources(struct text *out, const struct spec *spec)
{
	const struct resources *resources = &spec->resources;

	add(out, limits_devices(spec), "devices");
	add_memory(out, resources);
	add_cpu(out, resources);
	add(out, resources->pids_limit.set, "pids.limit");
	add_block_io(out, resources);
	add(out, resources->hugepages, "hugepageLimits");
	add(out, resources->class_id.set, "network.classID");
	add(out, resources->net_priorities, "network.priorities");
	add(out, resources->rdmas, "rdma");
	add(out, resources->unified.count, "unified");
}

void life_unsupported(const struct spec *spec, struct text *ret_warnings)
{
	struct text names = text_new(ret_warnings->arena);

	add_resources(&names, spec);
	if (names.length)
		text_printf(ret_warnings, "linux.resources: not applied by this version: %s", names.at);
}
