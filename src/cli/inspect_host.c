/* inspect_host.c - see inspect_host.h */
#include "cli/inspect_host.h"
#include "engine/cdi.h"
#include "engine/device_words.h"
#include "engine/joins.h"
#include "image/digest.h"
#include "spec/lists.h"
#include "spec/names.h"
#include <string.h>

/* --- limits --- */

static void put_limits(struct json_writer *out, const struct resources *resources)
{
	const int64_t nano = 1000000000;
	const struct maybe_u64 period = resources->cpu.period;
	const int64_t quota = resources->cpu.quota.value;
	const bool of_cpus = quota > 0 && period.value > 0 && quota < INT64_MAX / nano;

	json_put_signed(out, "Memory", resources->memory.limit.value);
	json_put_signed(out, "MemoryReservation", resources->memory.reservation.value);
	json_put_signed(out, "MemorySwap", resources->memory.swap.value);
	if (resources->memory.swappiness.set)
		json_put_unsigned(out, "MemorySwappiness", resources->memory.swappiness.value);
	else
		json_put_null(out, "MemorySwappiness");
	json_put_bool(out, "OomKillDisable", resources->memory.disable_oom_killer.value);
	json_put_signed(out, "NanoCpus", of_cpus ? quota * nano / (int64_t)period.value : 0);
	json_put_unsigned(out, "CpuShares", resources->cpu.shares.value);
	json_put_unsigned(out, "CpuPeriod", period.value);
	json_put_signed(out, "CpuQuota", quota);
	json_put_unsigned(out, "CpuRealtimePeriod", resources->cpu.realtime_period.value);
	json_put_signed(out, "CpuRealtimeRuntime", resources->cpu.realtime_runtime.value);
	json_put_text(out, "CpusetCpus", resources->cpu.cpus ? resources->cpu.cpus : "");
	json_put_text(out, "CpusetMems", resources->cpu.mems ? resources->cpu.mems : "");
	json_put_signed(out, "PidsLimit", resources->pids_limit.value);
	json_put_unsigned(out, "BlkioWeight", resources->block_io.weight.value);
}

/* Of each device its path as it was given, "PATH:RATE"; where the record does not have it, by its numbers. */
static void put_rates(struct json_writer *out, struct arena *arena, const char *key, const struct texts *given,
		      const struct block_devices *devices)
{
	json_open_array(out, key);
	for (size_t i = 0; i < devices->count; i++) {
		const struct block_device *device = &devices->at[i];
		const char *text = i < given->count ? given->at[i] : "", *colon = strrchr(text, ':');
		const bool weight = device->weight.set;

		json_open_object(out, NULL);
		json_put_text(out, "Path", colon ? arena_copy(arena, text, (size_t)(colon - text)) :
			      arena_printf(arena, "/dev/block/%lld:%lld", (long long)device->major,
					   (long long)device->minor));
		json_put_unsigned(out, weight ? "Weight" : "Rate", weight ? device->weight.value : device->rate);
		json_close(out);
	}
	json_close(out);
}

/* Of these docker has the first as [] where there is none, and the others as null. */
static void put_block_io(struct json_writer *out, struct arena *arena, const struct made_asked *asked,
			 const struct resources *resources)
{
	const struct { const char *key; const struct texts *given; const struct block_devices *devices; } rates[] = {
		{ "BlkioDeviceReadBps", &asked->read_bps, &resources->block_io.read_bps },
		{ "BlkioDeviceWriteBps", &asked->write_bps, &resources->block_io.write_bps },
		{ "BlkioDeviceReadIOps", &asked->read_iops, &resources->block_io.read_iops },
		{ "BlkioDeviceWriteIOps", &asked->write_iops, &resources->block_io.write_iops },
	};

	put_rates(out, arena, "BlkioWeightDevice", &asked->weight_devices, &resources->block_io.weight_device);
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
		if (rates[i].devices->count)
			put_rates(out, arena, rates[i].key, rates[i].given, rates[i].devices);
		else
			json_put_null(out, rates[i].key);
}

static void put_ulimits(struct json_writer *out, struct arena *arena, const struct process *process)
{
	static const char prefix[] = "RLIMIT_";

	if (!process->rlimits) {
		json_put_null(out, "Ulimits");
		return;
	}
	json_open_array(out, "Ulimits");
	for (size_t i = 0; i < process->rlimits; i++) {
		const struct process_limit *limit = &process->rlimit[i];
		const char *known = name_of(rlimit_names, limit->resource);
		char *name = arena_printf(arena, "%s", known ? known + sizeof(prefix) - 1 : "");

		for (char *at = name; *at; at++)
			*at |= 0x20;
		json_open_object(out, NULL);
		json_put_text(out, "Name", name);
		json_put_signed(out, "Soft", (int64_t)limit->soft);
		json_put_signed(out, "Hard", (int64_t)limit->hard);
		json_close(out);
	}
	json_close(out);
}

/* --- namespaces --- */

/* docker's words: `own` for one of its own, "host", "container:ID", "ns:PATH". */
static void put_mode(struct json_writer *out, struct arena *arena, const char *key, const char *kind, const char *own,
		     const struct made *made, const struct namespace *namespace)
{
	const char *joined = joins_words(arena, made, kind);

	if (!joined && namespace->asked && namespace->path)
		joined = arena_printf(arena, "ns:%s", namespace->path);
	json_put_text(out, key, joined ? joined : namespace->asked ? own : "host");
}

static void put_modes(struct json_writer *out, struct arena *arena, const struct made *made, const struct spec *spec)
{
	static const struct { const char *key, *kind, *own; enum namespace_kind namespace; } modes[] = {
		{ "PidMode", "pid", "", NAMESPACE_PID }, { "IpcMode", "ipc", "private", NAMESPACE_IPC },
		{ "UTSMode", "uts", "", NAMESPACE_UTS }, { "CgroupnsMode", "cgroupns", "private", NAMESPACE_CGROUP },
		{ "UsernsMode", "userns", "private", NAMESPACE_USER },
	};

	const char *path = spec->cgroups_path ? spec->cgroups_path : "", *last = strrchr(path, '/');
	const char *parent = arena_copy(arena, path, last ? (size_t)(last - path) : 0);

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		put_mode(out, arena, modes[i].key, modes[i].kind, modes[i].own, made,
			 &spec->namespace[modes[i].namespace]);
	json_put_text(out, "CgroupParent", parent);
}

/* --- files --- */

/* Of docker's lists most are null where there is nothing in them. */
static void put_list(struct json_writer *out, const char *key, const struct texts *list)
{
	if (list->count)
		texts_put(out, key, list);
	else
		json_put_null(out, key);
}

/* "/OTHER:/NAME/ALIAS", as docker has it. */
static void put_links(struct json_writer *out, struct arena *arena, const struct made *made)
{
	struct texts links = { 0 };

	for (size_t i = 0; i < made->links.count; i++)
		texts_add(arena, &links, arena_printf(arena, "/%s:/%s/%s", made->links.at[i].value, made->name,
						      made->links.at[i].key));
	put_list(out, "Links", &links);
}

/* "SOURCE:DESTINATION[:OPTIONS]", as they would be given to --volume. */
static void put_binds(struct json_writer *out, struct arena *arena, const struct made *made)
{
	struct texts binds = { 0 };

	for (size_t i = 0; i < made->mounts; i++) {
		const struct made_mount *mount = &made->mount[i];
		const char *options = texts_join(arena, &mount->options, ",");

		if (!mount->anonymous)
			texts_add(arena, &binds, arena_printf(arena, "%s:%s%s%s",
							      mount->name[0] ? mount->name : mount->source,
							      mount->destination, options[0] ? ":" : "", options));
	}
	put_list(out, "Binds", &binds);
	json_put_text(out, "VolumeDriver", "");
}

/* Of /dev/shm, in bytes. */
static uint64_t shm_size(const struct mount *mount)
{
	static const char key[] = "size=";
	uint64_t size = 0;

	for (size_t i = 0; i < mount->option.count; i++)
		if (!strncmp(mount->option.at[i], key, sizeof(key) - 1))
			text_to_u64(mount->option.at[i] + sizeof(key) - 1, &size);
	return size;
}

/* Those that every container has are left out. */
static bool is_own(const struct mount *mount)
{
	return !strncmp(mount->destination, "/dev", 4) && (!mount->destination[4] || mount->destination[4] == '/');
}

static void put_memory_files(struct json_writer *out, struct arena *arena, const struct spec *spec)
{
	uint64_t shm = 0;

	json_open_object(out, "Tmpfs");
	for (size_t i = 0; i < spec->mounts; i++) {
		const struct mount *mount = &spec->mount[i];

		if (mount->type && !strcmp(mount->type, "tmpfs") && !is_own(mount))
			json_put_text(out, mount->destination, texts_join(arena, &mount->option, ","));
		if (!strcmp(mount->destination, "/dev/shm"))
			shm = shm_size(mount);
	}
	json_close(out);
	json_put_unsigned(out, "ShmSize", shm);
}

/* --- rights --- */

/* --privileged, in records of earlier versions: all devices, and none of the paths that others cannot see. */
static bool looks_privileged(const struct spec *spec)
{
	const struct resources *resources = &spec->resources;

	return !spec->masked_paths.count && !spec->seccomp.asked && resources->devices && resources->device[0].allow &&
	       resources->device[0].type == 'a';
}

/* Records of earlier versions do not have the options: what can be seen of them is shown. */
static void put_security(struct json_writer *out, struct arena *arena, const struct texts *asked,
			 const struct spec *spec)
{
	struct texts options = *asked;

	if (!options.count && spec->process.no_new_privileges)
		texts_add(arena, &options, "no-new-privileges");
	put_list(out, "SecurityOpt", &options);
}

static void put_rights(struct json_writer *out, struct arena *arena, const struct made_asked *asked,
		       const struct spec *spec)
{
	json_put_bool(out, "Privileged", asked->privileged || looks_privileged(spec));
	put_list(out, "CapAdd", &asked->cap_add);
	put_list(out, "CapDrop", &asked->cap_drop);
	put_list(out, "GroupAdd", &asked->groups);
	put_security(out, arena, &asked->security_options, spec);
	json_put_texts(out, "MaskedPaths", (const char *const *)spec->masked_paths.at);
	json_put_texts(out, "ReadonlyPaths", (const char *const *)spec->readonly_paths.at);
	json_open_object(out, "Sysctls");
	for (size_t i = 0; i < spec->sysctl.count; i++)
		json_put_text(out, spec->sysctl.at[i].key, spec->sysctl.at[i].value);
	json_close(out);
}

static void put_capabilities(struct json_writer *out, const char *key, uint64_t set)
{
	json_open_array(out, key);
	for (uint64_t i = 0; i < 64; i++)
		if (set >> i & 1 && name_of(capability_names, i))
			json_put_text(out, NULL, name_of(capability_names, i));
	json_close(out);
}

void inspect_rights(struct json_writer *out, const struct spec *spec)
{
	put_capabilities(out, "BoundingCaps", spec->process.capabilities.bounding);
	put_capabilities(out, "EffectiveCaps", spec->process.capabilities.effective);
	json_put_text(out, "AppArmorProfile", spec->process.apparmor_profile ? spec->process.apparmor_profile : "");
	json_put_text(out, "ProcessLabel", spec->process.selinux_label ? spec->process.selinux_label : "");
	json_put_text(out, "MountLabel", spec->mount_label ? spec->mount_label : "");
}

/* --- devices --- */

/* Those by CDI, as docker has them: one request for all. */
static void put_requests(struct json_writer *out, const struct texts *devices)
{
	size_t named = 0;

	for (size_t i = 0; i < devices->count; i++)
		named += cdi_is_name(devices->at[i]);
	if (!named) {
		json_put_null(out, "DeviceRequests");
		return;
	}
	json_open_array(out, "DeviceRequests");
	json_open_object(out, NULL);
	json_put_text(out, "Driver", "cdi");
	json_put_unsigned(out, "Count", 0);
	json_open_array(out, "DeviceIDs");
	for (size_t i = 0; i < devices->count; i++)
		if (cdi_is_name(devices->at[i]))
			json_put_text(out, NULL, devices->at[i]);
	json_close(out);
	json_put_null(out, "Capabilities");
	json_put_null(out, "Options");
	json_close(out);
	json_close(out);
}

static void put_devices(struct json_writer *out, struct arena *arena, const struct made_asked *asked)
{
	const struct texts *devices = &asked->devices;
	struct device_words words;

	json_open_array(out, "Devices");
	for (size_t i = 0; i < devices->count; i++) {
		if (cdi_is_name(devices->at[i]) || !device_words_read(arena, devices->at[i], &words))
			continue;
		json_open_object(out, NULL);
		json_put_text(out, "PathOnHost", words.host);
		json_put_text(out, "PathInContainer", words.path);
		json_put_text(out, "CgroupPermissions", words.rights);
		json_close(out);
	}
	json_close(out);
	put_list(out, "DeviceCgroupRules", &asked->device_rules);
	put_requests(out, devices);
}

/* --- names --- */

/* Those of DNS are [] with docker. */
static void put_names(struct json_writer *out, const struct made_asked *asked)
{
	texts_put(out, "Dns", &asked->dns);
	texts_put(out, "DnsOptions", &asked->dns_options);
	texts_put(out, "DnsSearch", &asked->dns_search);
	put_list(out, "ExtraHosts", &asked->add_hosts);
	json_put_bool(out, "PublishAllPorts", asked->publish_all);
}

/* --- all --- */

void inspect_host(struct json_writer *out, struct arena *arena, const struct made *made, const struct spec *spec)
{
	const struct texts *args = &spec->process.args;

	put_limits(out, &spec->resources);
	put_block_io(out, arena, &made->asked, &spec->resources);
	json_put_signed(out, "OomScoreAdj", spec->process.oom_score_adj.value);
	put_ulimits(out, arena, &spec->process);
	put_modes(out, arena, made, spec);
	put_links(out, arena, made);
	put_binds(out, arena, made);
	put_memory_files(out, arena, spec);
	put_rights(out, arena, &made->asked, spec);
	put_devices(out, arena, &made->asked);
	put_names(out, &made->asked);
	put_list(out, "VolumesFrom", &made->asked.volumes_from);
	json_put_text(out, "ContainerIDFile", made->asked.cid_file ? made->asked.cid_file : "");
	json_put_bool(out, "Init", args->count > made->command.count);
	json_put_text(out, "Runtime", "taru");
}

void inspect_layers(struct json_writer *out, const struct place *place, const struct engine_container *container)
{
	const struct made *made = &container->made;
	struct arena *arena = place->engine.arena;
	const char *root = place->store.root;
	struct text lower = text_new(arena);
	struct digest chain;

	/* The uppermost first, as overlayfs has it. */
	for (size_t i = made->layer.count; i-- > 0;)
		if (digest_parse(made->layer.at[i], &chain))
			text_printf(&lower, "%s%s/layers/%s/diff", lower.length ? ":" : "", root, digest_hex(&chain));
	json_open_object(out, "GraphDriver");
	json_put_text(out, "Name", "overlay");
	json_open_object(out, "Data");
	json_put_text(out, "LowerDir", lower.at);
	json_put_text(out, "UpperDir", arena_printf(arena, "%s/containers/%s/upper", root, made->id));
	json_put_text(out, "WorkDir", arena_printf(arena, "%s/containers/%s/work", root, made->id));
	if (engine_lives(container))
		json_put_text(out, "MergedDir", arena_printf(arena, "/proc/%d/root", (int)container->pid));
	json_close(out);
	json_close(out);
}
