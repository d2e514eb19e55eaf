/* tell_spec_resources.c - linux.resources of a config: see tell.h */
#include "xray/parse.h"
#include "xray/tell.h"
#include <string.h>

/* What a file of one of its cgroups says; NULL where there is none. What the root of a hierarchy says is of the
 * machine. */
static const char *file_of(const struct xray *xray, const char *file)
{
	for (size_t i = 0; i < xray->cgroups.count; i++) {
		const struct xray_cgroup *cgroup = &xray->cgroups.at[i];

		for (size_t j = 0; j < cgroup->file.count && strcmp(cgroup->path, "/") != 0; j++)
			if (!strcmp(cgroup->file.at[j].key, file))
				return cgroup->file.at[j].value;
	}
	return NULL;
}

static struct maybe_u64 number_of(const struct xray *xray, const char *file)
{
	const char *at = file_of(xray, file);
	struct maybe_u64 number = { 0 };

	number.set = at && xray_number(&at, 10, &number.value) && number.value < (uint64_t)INT64_MAX - 0xffff;
	return number;
}

static void put(struct json_writer *json, const char *key, const struct maybe_u64 *number)
{
	if (number->set)
		json_put_unsigned(json, key, number->value);
}

/* --- devices --- */

/* "c 136:* rwm" */
static void put_rule(const char *line, struct json_writer *json)
{
	const char type[] = { line[0], '\0' }, *at = line + 2;
	uint64_t number;

	json_open_object(json, NULL);
	json_put_bool(json, "allow", true);
	json_put_text(json, "type", type);
	if (xray_number(&at, 10, &number))
		json_put_unsigned(json, "major", number);
	at += strcspn(at, ":");
	at += *at == ':';
	if (xray_number(&at, 10, &number))
		json_put_unsigned(json, "minor", number);
	at += strcspn(at, " ");
	json_put_text(json, "access", at + strspn(at, " "));
	json_close(json);
}

static void put_rules(struct arena *arena, const char *list, struct json_writer *json)
{
	while (*list) {
		const size_t length = strcspn(list, ";");

		if (length > 2 && strchr("abc", list[0]))
			put_rule(arena_copy(arena, list, length), json);
		list += length;
		list += strspn(list, "; ");
	}
}

static void put_devices(const struct xray *xray, struct json_writer *json, struct text *warnings)
{
	const struct maybe_bool *all = &xray->limits.all_devices;
	const char *list = file_of(xray, "devices.list");

	json_open_array(json, "devices");
	json_open_object(json, NULL);
	json_put_bool(json, "allow", all->set && all->value);
	json_put_text(json, "access", "rwm");
	json_close(json);
	if (all->set && !all->value && list)
		put_rules(xray->arena, list, json);
	else if (!all->set || !all->value)
		text_add(warnings, "linux.resources.devices: which devices it may use cannot be read; those that all "
			 "containers may use stand for them\n");
	json_close(json);
}

/* --- the rest --- */

static void put_memory(const struct xray *xray, struct json_writer *json)
{
	const struct maybe_u64 swap = number_of(xray, "memory.memsw.limit_in_bytes");

	json_open_object(json, "memory");
	put(json, "limit", &xray->limits.memory);
	if (xray->limits.memory.set)
		put(json, "swap", &swap);
	json_close(json);
}

/* v2: "max 100000" */
static void put_cpu(const struct xray *xray, struct json_writer *json)
{
	struct maybe_u64 quota = number_of(xray, "cpu.cfs_quota_us"), period = number_of(xray, "cpu.cfs_period_us");
	struct maybe_u64 shares = number_of(xray, "cpu.shares");
	const char *max = file_of(xray, "cpu.max"), *cpus = file_of(xray, "cpuset.cpus");
	const char *nodes = file_of(xray, "cpuset.mems");

	if (max && xray_number(&max, 10, &quota.value) && *max++ == ' ') {
		quota.set = true;
		period.set = xray_number(&max, 10, &period.value);
	}
	json_open_object(json, "cpu");
	put(json, "shares", &shares);
	put(json, "quota", &quota);
	if (quota.set)
		put(json, "period", &period);
	if (cpus && *cpus)
		json_put_text(json, "cpus", cpus);
	if (nodes && *nodes)
		json_put_text(json, "mems", nodes);
	json_close(json);
}

static void put_pids(const struct xray *xray, struct json_writer *json)
{
	if (!xray->limits.pids.set)
		return;
	json_open_object(json, "pids");
	json_put_unsigned(json, "limit", xray->limits.pids.value);
	json_close(json);
}

/* What v2 alone has, and what has another scale there. */
static void put_unified(const struct xray *xray, struct json_writer *json)
{
	static const char *const files[] = { "cpu.weight", "memory.high", "memory.swap.max", "io.weight" };

	json_open_object(json, "unified");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		const char *text = file_of(xray, files[i]);

		if (text && *text && strcmp(text, "max") != 0)
			json_put_text(json, files[i], text);
	}
	json_close(json);
}

static bool has_v2(const struct xray *xray)
{
	return file_of(xray, "memory.high") || file_of(xray, "cpu.weight");
}

void xray_spec_resources(const struct xray *xray, struct json_writer *json, struct text *warnings)
{
	json_open_object(json, "resources");
	put_devices(xray, json, warnings);
	put_memory(xray, json);
	put_cpu(xray, json);
	put_pids(xray, json);
	if (has_v2(xray))
		put_unified(xray, json);
	json_close(json);
}
