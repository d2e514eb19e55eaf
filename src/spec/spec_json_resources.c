/* spec_json_resources.c - linux.resources: what goes to cgroups. */
#include "spec/spec_json.h"

/* --- the rules for devices --- */

static void read_type(struct decoder *decoder, const struct json *value, void *to)
{
	static const struct name types[] = {
		{ "a", 'a' }, { "b", 'b' }, { "c", 'c' }, { "", 'a' }, { 0 }
	};

	*(char *)to = (char)decode_name(decoder, value, types, "a type of device (a, b or c)");
}

static void read_access(struct decoder *decoder, const struct json *value, void *to)
{
	struct device_rule *rule = to;

	if (!decode_kind(decoder, value, JSON_STRING))
		return;
	for (const char *letter = value->text; *letter; letter++) {
		if (*letter == 'r')
			rule->read = true;
		else if (*letter == 'w')
			rule->write = true;
		else if (*letter == 'm')
			rule->mknod = true;
		else
			decode_problem(decoder, value, "'%s' holds more than the letters r, w and m",
				       value->text);
	}
}

/* -1 is an old way to say «any». */
static const struct field device_rule_fields[] = {
	{ "allow", FIELD_BOOL, FIELD_AT(struct device_rule, allow), .required = true },
	{ "type", FIELD_READ, FIELD_AT(struct device_rule, type), .read = read_type },
	{ "major", FIELD_SIGNED, FIELD_MAYBE(struct device_rule, major), .min = -1, .max = 4095 },
	{ "minor", FIELD_SIGNED, FIELD_MAYBE(struct device_rule, minor), .min = -1, .max = 1048575 },
	{ "access", FIELD_READ, .read = read_access },
	{ 0 }
};

/* What is not said means all: of both types, with every access. */
static void read_device_rule(struct decoder *decoder, const struct json *value,
			     struct device_rule *rule)
{
	rule->type = 'a';
	json_decode(decoder, value, device_rule_fields, rule);
	rule->major.set = rule->major.set && rule->major.value >= 0;
	rule->minor.set = rule->minor.set && rule->minor.value >= 0;
	if (!rule->read && !rule->write && !rule->mknod)
		rule->read = rule->write = rule->mknod = true;
}

static void read_device_rules(struct decoder *decoder, const struct json *value, void *to)
{
	struct resources *resources = to;

	if (!decode_kind(decoder, value, JSON_ARRAY))
		return;
	resources->device = ARENA_ARRAY(decoder->arena, value->count, struct device_rule);
	for (const struct json *item = value->first; item; item = item->next)
		read_device_rule(decoder, item, &resources->device[resources->devices++]);
}

/* --- memory, cpu, pids --- */

static const struct field memory_fields[] = {
	{ "limit", FIELD_SIGNED, FIELD_MAYBE(struct resources, memory.limit) },
	{ "reservation", FIELD_SIGNED, FIELD_MAYBE(struct resources, memory.reservation) },
	{ "swap", FIELD_SIGNED, FIELD_MAYBE(struct resources, memory.swap) },
	{ "kernel", FIELD_SIGNED, FIELD_MAYBE(struct resources, memory.kernel) },
	{ "kernelTCP", FIELD_SIGNED, FIELD_MAYBE(struct resources, memory.kernel_tcp) },
	{ "swappiness", FIELD_UNSIGNED, FIELD_MAYBE(struct resources, memory.swappiness) },
	{ "disableOOMKiller", FIELD_BOOL, FIELD_MAYBE(struct resources, memory.disable_oom_killer) },
	{ "useHierarchy", FIELD_BOOL, FIELD_MAYBE(struct resources, memory.use_hierarchy) },
	{ "checkBeforeUpdate", FIELD_BOOL, FIELD_MAYBE(struct resources, memory.check_before_update) },
	{ 0 }
};

static const struct field cpu_fields[] = {
	{ "shares", FIELD_UNSIGNED, FIELD_MAYBE(struct resources, cpu.shares) },
	{ "quota", FIELD_SIGNED, FIELD_MAYBE(struct resources, cpu.quota) },
	{ "burst", FIELD_UNSIGNED, FIELD_MAYBE(struct resources, cpu.burst) },
	{ "period", FIELD_UNSIGNED, FIELD_MAYBE(struct resources, cpu.period) },
	{ "realtimeRuntime", FIELD_SIGNED, FIELD_MAYBE(struct resources, cpu.realtime_runtime) },
	{ "realtimePeriod", FIELD_UNSIGNED, FIELD_MAYBE(struct resources, cpu.realtime_period) },
	{ "cpus", FIELD_TEXT, FIELD_AT(struct resources, cpu.cpus) },
	{ "mems", FIELD_TEXT, FIELD_AT(struct resources, cpu.mems) },
	{ "idle", FIELD_SIGNED, FIELD_MAYBE(struct resources, cpu.idle) },
	{ 0 }
};

static const struct field pids_fields[] = {
	{ "limit", FIELD_SIGNED, FIELD_MAYBE(struct resources, pids_limit) },
	{ 0 }
};

/* --- block devices --- */

static const struct field weight_device_fields[] = {
	{ "major", FIELD_SIGNED, FIELD_AT(struct block_device, major), .max = 4095, .required = true },
	{ "minor", FIELD_SIGNED, FIELD_AT(struct block_device, minor), .max = 1048575,
	  .required = true },
	{ "weight", FIELD_UNSIGNED, FIELD_MAYBE(struct block_device, weight), .max = UINT16_MAX },
	{ "leafWeight", FIELD_UNSIGNED, FIELD_MAYBE(struct block_device, leaf_weight),
	  .max = UINT16_MAX },
	{ 0 }
};

static const struct field throttle_device_fields[] = {
	{ "major", FIELD_SIGNED, FIELD_AT(struct block_device, major), .max = 4095, .required = true },
	{ "minor", FIELD_SIGNED, FIELD_AT(struct block_device, minor), .max = 1048575,
	  .required = true },
	{ "rate", FIELD_UNSIGNED, FIELD_AT(struct block_device, rate), .required = true },
	{ 0 }
};

#define BLOCK_DEVICES(key, member, table) \
	{ key, FIELD_LIST, \
	  FIELD_ARRAY(struct resources, block_io.member.at, block_io.member.count), .fields = table }

static const struct field block_io_fields[] = {
	{ "weight", FIELD_UNSIGNED, FIELD_MAYBE(struct resources, block_io.weight),
	  .max = UINT16_MAX },
	{ "leafWeight", FIELD_UNSIGNED, FIELD_MAYBE(struct resources, block_io.leaf_weight),
	  .max = UINT16_MAX },
	BLOCK_DEVICES("weightDevice", weight_device, weight_device_fields),
	BLOCK_DEVICES("throttleReadBpsDevice", read_bps, throttle_device_fields),
	BLOCK_DEVICES("throttleWriteBpsDevice", write_bps, throttle_device_fields),
	BLOCK_DEVICES("throttleReadIOPSDevice", read_iops, throttle_device_fields),
	BLOCK_DEVICES("throttleWriteIOPSDevice", write_iops, throttle_device_fields),
	{ 0 }
};

/* --- the others --- */

static const struct field hugepage_fields[] = {
	{ "pageSize", FIELD_TEXT, FIELD_AT(struct hugepage_limit, page_size), .required = true },
	{ "limit", FIELD_UNSIGNED, FIELD_AT(struct hugepage_limit, limit), .required = true },
	{ 0 }
};

static const struct field net_priority_fields[] = {
	{ "name", FIELD_TEXT, FIELD_AT(struct net_priority, name), .required = true },
	{ "priority", FIELD_UNSIGNED, FIELD_AT(struct net_priority, priority), .required = true },
	{ 0 }
};

static const struct field network_fields[] = {
	{ "classID", FIELD_UNSIGNED, FIELD_MAYBE(struct resources, class_id) },
	{ "priorities", FIELD_LIST, FIELD_ARRAY(struct resources, net_priority, net_priorities),
	  .fields = net_priority_fields },
	{ 0 }
};

static const struct field rdma_fields[] = {
	{ "hcaHandles", FIELD_UNSIGNED, FIELD_MAYBE(struct rdma_limit, handles) },
	{ "hcaObjects", FIELD_UNSIGNED, FIELD_MAYBE(struct rdma_limit, objects) },
	{ 0 }
};

/* The key is the device's name. */
static void read_rdma(struct decoder *decoder, const struct json *value, void *to)
{
	struct resources *resources = to;

	if (!decode_kind(decoder, value, JSON_OBJECT))
		return;
	resources->rdma = ARENA_ARRAY(decoder->arena, value->count, struct rdma_limit);
	for (const struct json *item = value->first; item; item = item->next) {
		struct rdma_limit *limit = &resources->rdma[resources->rdmas++];

		limit->name = item->key;
		json_decode(decoder, item, rdma_fields, limit);
	}
}

const struct field resources_fields[] = {
	{ "devices", FIELD_READ, .read = read_device_rules },
	{ "memory", FIELD_OBJECT, .fields = memory_fields },
	{ "cpu", FIELD_OBJECT, .fields = cpu_fields },
	{ "pids", FIELD_OBJECT, .fields = pids_fields },
	{ "blockIO", FIELD_OBJECT, .fields = block_io_fields },
	{ "hugepageLimits", FIELD_LIST, FIELD_ARRAY(struct resources, hugepage, hugepages),
	  .fields = hugepage_fields },
	{ "network", FIELD_OBJECT, .fields = network_fields },
	{ "rdma", FIELD_READ, .read = read_rdma },
	{ "unified", FIELD_PAIRS, FIELD_ARRAY(struct resources, unified.at, unified.count) },
	{ 0 }
};
