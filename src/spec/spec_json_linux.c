/* spec_json_linux.c - config-linux.md of runtime-spec, but for resources (spec_json_resources.c) and seccomp
 * (spec_json_seccomp.c). */
#include "spec/spec_json.h"
#include <linux/mount.h>
#include <string.h>

/* --- namespaces --- */

struct namespace_entry { uint32_t kind; const char *path; };

static const struct field namespace_fields[] = {
	{ "type", FIELD_NAME, FIELD_AT(struct namespace_entry, kind), .names = namespace_names,
	  .what = "a kind of namespace", .required = true },
	{ "path", FIELD_TEXT, FIELD_AT(struct namespace_entry, path) },
	{ 0 }
};

static void read_namespace(struct decoder *decoder, const struct json *value, struct spec *spec)
{
	struct namespace_entry entry = { 0 };
	struct namespace *namespace;

	json_decode(decoder, value, namespace_fields, &entry);
	if (decoder->problem->found)
		return;
	namespace = &spec->namespace[entry.kind];
	if (namespace->asked)
		decode_problem(decoder, value, "a second %s namespace (linux.namespaces[%zu] is one)",
			       name_of(namespace_names, entry.kind), namespace->index);
	*namespace = (struct namespace){ true, entry.path, value->index };
}

static void read_namespaces(struct decoder *decoder, const struct json *value, void *to)
{
	if (!decode_kind(decoder, value, JSON_ARRAY))
		return;
	for (const struct json *item = value->first; item; item = item->next)
		read_namespace(decoder, item, to);
}

static const struct field time_offset_fields[] = {
	{ "secs", FIELD_SIGNED, FIELD_AT(struct time_offset, secs) },
	{ "nanosecs", FIELD_UNSIGNED, FIELD_AT(struct time_offset, nanosecs), .max = 999999999 },
	{ 0 }
};

static const struct field clock_fields[] = {
	{ "monotonic", FIELD_OBJECT, FIELD_AT(struct spec, monotonic),
	  .fields = time_offset_fields, .asked = true },
	{ "boottime", FIELD_OBJECT, FIELD_AT(struct spec, boottime),
	  .fields = time_offset_fields, .asked = true },
	{ 0 }
};

/* The keys are names of clocks here, so an unknown one is a fault, not a newer spec. */
static void read_time_offsets(struct decoder *decoder, const struct json *value, void *to)
{
	json_decode(decoder, value, clock_fields, to);
	for (const struct json *item = value->first; item; item = item->next)
		if (item->key && strcmp(item->key, "monotonic") != 0 &&
		    strcmp(item->key, "boottime") != 0)
			decode_problem(decoder, item,
				       "only the clocks monotonic and boottime can have an offset");
}

/* --- devices --- */

static void read_device_type(struct decoder *decoder, const struct json *value, void *to)
{
	static const struct name types[] = {
		{ "c", 'c' }, { "u", 'c' }, { "b", 'b' }, { "p", 'p' }, { 0 }
	};

	*(char *)to = (char)decode_name(decoder, value, types, "a type of device (c, b, u or p)");
}

/* Linux has 12 bits for the major and 20 for the minor number. */
static const struct field device_fields[] = {
	{ "type", FIELD_READ, FIELD_AT(struct device, type), .read = read_device_type,
	  .required = true },
	{ "path", FIELD_TEXT, FIELD_AT(struct device, path), .required = true },
	{ "major", FIELD_SIGNED, FIELD_AT(struct device, major), .max = 4095 },
	{ "minor", FIELD_SIGNED, FIELD_AT(struct device, minor), .max = 1048575 },
	{ "fileMode", FIELD_UNSIGNED, FIELD_MAYBE(struct device, mode) },
	{ "uid", FIELD_UNSIGNED, FIELD_MAYBE(struct device, uid), .max = LAST_ID },
	{ "gid", FIELD_UNSIGNED, FIELD_MAYBE(struct device, gid), .max = LAST_ID },
	{ 0 }
};

/* Some engines write st_mode as it is, with the type of the file (8630 is S_IFCHR | 0666). */
static void read_device(struct decoder *decoder, const struct json *value, struct device *device)
{
	device->major = device->minor = -1;
	json_decode(decoder, value, device_fields, device);
	device->mode.value &= 07777;
}

static void read_devices(struct decoder *decoder, const struct json *value, void *to)
{
	struct spec *spec = to;

	if (!decode_kind(decoder, value, JSON_ARRAY))
		return;
	spec->device = ARENA_ARRAY(decoder->arena, value->count, struct device);
	for (const struct json *item = value->first; item; item = item->next)
		read_device(decoder, item, &spec->device[spec->devices++]);
}

static const struct field net_device_fields[] = {
	{ "name", FIELD_TEXT, FIELD_AT(struct net_device, new_name) },
	{ 0 }
};

/* The key is the device's name on the host. */
static void read_net_devices(struct decoder *decoder, const struct json *value, void *to)
{
	struct spec *spec = to;

	if (!decode_kind(decoder, value, JSON_OBJECT))
		return;
	spec->net_device = ARENA_ARRAY(decoder->arena, value->count, struct net_device);
	for (const struct json *item = value->first; item; item = item->next) {
		struct net_device *device = &spec->net_device[spec->net_devices++];

		device->name = item->key;
		json_decode(decoder, item, net_device_fields, device);
	}
}

/* --- the rest --- */

/* runc and crun take the plain names as recursive, and engines count on it. */
static void read_rootfs_propagation(struct decoder *decoder, const struct json *value, void *to)
{
	struct spec *spec = to;

	if (value->kind == JSON_STRING && !*value->text)
		return;
	spec->rootfs_propagation =
		decode_name(decoder, value, propagation_names, "a propagation") & ~(uint64_t)MS_REC;
	spec->rootfs_propagation_all = true;
}

static void read_personality_flags(struct decoder *decoder, const struct json *value, void *to)
{
	if (decode_kind(decoder, value, JSON_ARRAY) && value->count)
		decode_problem(decoder, value, "no flag is defined for it");
}

static const struct field personality_fields[] = {
	{ "domain", FIELD_NAME, FIELD_MAYBE(struct spec, personality), .names = personality_names,
	  .what = "a personality (LINUX or LINUX32)", .required = true },
	{ "flags", FIELD_READ, .read = read_personality_flags },
	{ 0 }
};

static const struct field intel_rdt_fields[] = {
	{ "closID", FIELD_TEXT, FIELD_AT(struct intel_rdt, clos_id) },
	{ "l3CacheSchema", FIELD_TEXT, FIELD_AT(struct intel_rdt, l3_cache_schema) },
	{ "memBwSchema", FIELD_TEXT, FIELD_AT(struct intel_rdt, mem_bw_schema) },
	{ "schemata", FIELD_TEXTS, FIELD_ARRAY(struct intel_rdt, schemata.at, schemata.count) },
	{ "enableMonitoring", FIELD_BOOL, FIELD_AT(struct intel_rdt, enable_monitoring) },
	{ 0 }
};

static const struct field memory_policy_fields[] = {
	{ "mode", FIELD_NAME, FIELD_AT(struct memory_policy, mode), .names = memory_mode_names,
	  .what = "a memory policy", .required = true },
	{ "nodes", FIELD_TEXT, FIELD_AT(struct memory_policy, nodes) },
	{ "flags", FIELD_NAMES_OR, FIELD_AT(struct memory_policy, flags),
	  .names = memory_flag_names, .what = "a flag of a memory policy" },
	{ 0 }
};

const struct field linux_fields[] = {
	{ "namespaces", FIELD_READ, .read = read_namespaces },
	{ "uidMappings", FIELD_LIST, FIELD_ARRAY(struct spec, uid_map.at, uid_map.count),
	  .fields = id_map_fields },
	{ "gidMappings", FIELD_LIST, FIELD_ARRAY(struct spec, gid_map.at, gid_map.count),
	  .fields = id_map_fields },
	{ "timeOffsets", FIELD_READ, .read = read_time_offsets },
	{ "devices", FIELD_READ, .read = read_devices },
	{ "netDevices", FIELD_READ, .read = read_net_devices },
	{ "cgroupsPath", FIELD_TEXT, FIELD_AT(struct spec, cgroups_path) },
	{ "resources", FIELD_OBJECT, FIELD_AT(struct spec, resources), .fields = resources_fields,
	  .asked = true },
	{ "rootfsPropagation", FIELD_READ, .read = read_rootfs_propagation },
	{ "seccomp", FIELD_OBJECT, FIELD_AT(struct spec, seccomp), .fields = seccomp_fields,
	  .asked = true },
	{ "maskedPaths", FIELD_TEXTS, FIELD_ARRAY(struct spec, masked_paths.at, masked_paths.count) },
	{ "readonlyPaths", FIELD_TEXTS,
	  FIELD_ARRAY(struct spec, readonly_paths.at, readonly_paths.count) },
	{ "mountLabel", FIELD_TEXT, FIELD_AT(struct spec, mount_label) },
	{ "sysctl", FIELD_PAIRS, FIELD_ARRAY(struct spec, sysctl.at, sysctl.count) },
	{ "personality", FIELD_OBJECT, .fields = personality_fields },
	{ "intelRdt", FIELD_OBJECT, FIELD_AT(struct spec, intel_rdt), .fields = intel_rdt_fields,
	  .asked = true },
	{ "memoryPolicy", FIELD_OBJECT, FIELD_AT(struct spec, memory_policy),
	  .fields = memory_policy_fields, .asked = true },
	{ 0 }
};
