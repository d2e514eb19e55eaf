/* config_limits.c - what a container may use: rlimits, cgroups, devices. */
#include "base/sys.h"
#include "command/options.h"
#include "engine/config_parts.h"
#include "engine/device_words.h"
#include "engine/limits_asked.h"
#include "spec/lists.h"
#include "spec/names.h"
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* --- --ulimit NAME=SOFT[:HARD] --- */

static bool to_limit(const char *text, uint64_t *ret_value)
{
	*ret_value = UINT64_MAX;
	return !strcmp(text, "-1") || !strcmp(text, "unlimited") || text_to_u64(text, ret_value);
}

static void put_rlimit(struct config *config, const char *given)
{
	char *rest = arena_copy(config->arena, given, strlen(given)), *name = strsep(&rest, "=");
	char *soft_text = rest ? strsep(&rest, ":") : NULL;
	const struct name *known = name_find_loosely(rlimit_names, "RLIMIT_", name);
	uint64_t soft = 0, hard = 0;

	if (!known || !soft_text || !to_limit(soft_text, &soft) || !to_limit(rest ? rest : soft_text, &hard)) {
		problem_set(config->problem, "option '--ulimit': '%s' is not NAME=SOFT[:HARD], as in nofile=1024:4096",
			    given);
		return;
	}
	if (soft > hard)
		problem_set(config->problem, "option '--ulimit': '%s': the soft limit is above the hard one", given);
	json_open_object(&config->json, NULL);
	json_put_text(&config->json, "type", known->name);
	json_put_unsigned(&config->json, "soft", soft);
	json_put_unsigned(&config->json, "hard", hard);
	json_close(&config->json);
}

/* Of several for one limit the last counts. */
static bool is_said_again(const struct texts *given, size_t index)
{
	size_t length = strcspn(given->at[index], "=");

	for (size_t i = index + 1; i < given->count; i++)
		if (strcspn(given->at[i], "=") == length && !strncmp(given->at[i], given->at[index], length))
			return true;
	return false;
}

void config_put_rlimits(struct config *config)
{
	const struct texts *given = &config->asked->ulimits;

	if (!given->count)
		return;
	json_open_array(&config->json, "rlimits");
	for (size_t i = 0; i < given->count; i++)
		if (!is_said_again(given, i))
			put_rlimit(config, given->at[i]);
	json_close(&config->json);
}

/* --- --device HOST[:PATH][:RIGHTS] --- */

bool config_read_device(struct config *config, const char *given, struct device_asked *device)
{
	struct device_words words;
	bool known = device_words_read(config->arena, given, &words);

	*device = (struct device_asked){ .host = words.host, .path = words.path, .rights = words.rights };
	if (!known) {
		problem_set(config->problem, "option '--device': '%s' is neither PATH[:PATH-IN-CONTAINER][:rwm] nor "
			    "VENDOR/CLASS=NAME", given);
		return false;
	}
	if (stat(device->host, &device->info) || !(S_ISCHR(device->info.st_mode) || S_ISBLK(device->info.st_mode))) {
		problem_set(config->problem, "option '--device': '%s' is no device of this machine", device->host);
		return false;
	}
	return true;
}

static void put_device(struct config *config, const struct device_asked *device)
{
	const struct stat *info = &device->info;

	json_open_object(&config->json, NULL);
	json_put_text(&config->json, "path", device->path);
	json_put_text(&config->json, "type", S_ISCHR(info->st_mode) ? "c" : "b");
	json_put_unsigned(&config->json, "major", major(info->st_rdev));
	json_put_unsigned(&config->json, "minor", minor(info->st_rdev));
	json_put_unsigned(&config->json, "fileMode", info->st_mode & 07777);
	json_put_unsigned(&config->json, "uid", info->st_uid);
	json_put_unsigned(&config->json, "gid", info->st_gid);
	json_close(&config->json);
}

void config_put_devices(struct config *config)
{
	if (!config->devices.count || config->in_user)
		return;
	json_open_array(&config->json, "devices");
	for (size_t i = 0; i < config->devices.count; i++)
		put_device(config, &config->devices.at[i]);
	json_close(&config->json);
}

/* --- rules for devices --- */

static void put_rule(struct config *config, bool allow, const char *type, int64_t major_number, int64_t minor_number,
		     const char *rights)
{
	json_open_object(&config->json, NULL);
	json_put_bool(&config->json, "allow", allow);
	if (type)
		json_put_text(&config->json, "type", type);
	if (major_number >= 0)
		json_put_signed(&config->json, "major", major_number);
	if (minor_number >= 0)
		json_put_signed(&config->json, "minor", minor_number);
	json_put_text(&config->json, "access", rights);
	json_close(&config->json);
}

/* "*" is -1. */
static bool to_number(const char *text, int64_t *ret_number)
{
	uint64_t value;

	*ret_number = -1;
	if (!strcmp(text, "*"))
		return true;
	if (!text_to_u64(text, &value) || value > INT32_MAX)
		return false;
	*ret_number = (int64_t)value;
	return true;
}

/* "c 10:200 rwm" */
static void put_given_rule(struct config *config, const char *given)
{
	char *rest = arena_copy(config->arena, given, strlen(given)), *type = strsep(&rest, " ");
	char *first = rest ? strsep(&rest, ":") : NULL, *second = rest ? strsep(&rest, " ") : NULL;
	int64_t major_number, minor_number;

	if (!second || !rest || !device_are_rights(rest) || strlen(type) != 1 || !strchr("abc", type[0]) ||
	    !to_number(first, &major_number) || !to_number(second, &minor_number)) {
		problem_set(config->problem, "option '--device-cgroup-rule': '%s' is not like 'c 10:200 rwm'", given);
		return;
	}
	put_rule(config, true, type, major_number, minor_number, rest);
}

static void put_device_rules(struct config *config)
{
	const struct run_asked *asked = config->asked;

	json_open_array(&config->json, "devices");
	put_rule(config, asked->privileged, NULL, -1, -1, "rwm");
	for (size_t i = 0; i < config->devices.count && !asked->privileged; i++) {
		const struct device_asked *device = &config->devices.at[i];

		put_rule(config, true, S_ISCHR(device->info.st_mode) ? "c" : "b", major(device->info.st_rdev),
			 minor(device->info.st_rdev), device->rights);
	}
	for (size_t i = 0; i < asked->device_rules.count; i++)
		put_given_rule(config, asked->device_rules.at[i]);
	json_close(&config->json);
}

/* --- cgroups --- */

static void put_signed(struct config *config, const char *key, struct maybe_i64 value)
{
	if (value.set)
		json_put_signed(&config->json, key, value.value);
}

static void put_memory(struct config *config)
{
	const struct run_asked *asked = config->asked;
	struct maybe_i64 swap = asked->memory_swap;

	if (swap.value == 0)
		swap.set = false;
	/* As docker has it: as much swap again as memory, where nothing is said. */
	if (asked->memory.set && asked->memory.value > 0 && !swap.set)
		swap = (struct maybe_i64){ true, asked->memory.value > INT64_MAX / 2 ? -1 : 2 * asked->memory.value };
	if (swap.set && asked->memory_swap.value > 0 && !asked->memory.set)
		problem_set(config->problem, "option '--memory-swap' is memory and swap together, and needs "
			    "'--memory'");
	else if (swap.set && swap.value >= 0 && swap.value < asked->memory.value)
		problem_set(config->problem, "option '--memory-swap' is memory and swap together: it cannot be less "
			    "than '--memory'");
	json_open_object(&config->json, "memory");
	if (asked->memory.value)
		put_signed(config, "limit", asked->memory);
	if (asked->memory_reservation.value)
		put_signed(config, "reservation", asked->memory_reservation);
	put_signed(config, "swap", swap);
	if (asked->memory_swappiness.set)
		json_put_unsigned(&config->json, "swappiness", asked->memory_swappiness.value);
	if (asked->oom_kill_disable)
		json_put_bool(&config->json, "disableOOMKiller", true);
	json_close(&config->json);
}

static void put_cpus(struct config *config)
{
	const struct run_asked *asked = config->asked;
	int64_t quota;
	uint64_t period;

	if (!limits_read_cpus(asked->cpus, asked->cpu_quota.set || asked->cpu_period.set, &quota, &period,
			      config->problem))
		return;
	json_put_signed(&config->json, "quota", quota);
	json_put_unsigned(&config->json, "period", period);
}

static void put_set(struct config *config, const char *key, const char *option, const char *given)
{
	if (limits_check_set(option, given, config->problem) && given)
		json_put_text(&config->json, key, given);
}

static void put_cpu(struct config *config)
{
	const struct run_asked *asked = config->asked;

	json_open_object(&config->json, "cpu");
	if (asked->cpu_shares.set)
		json_put_unsigned(&config->json, "shares", asked->cpu_shares.value);
	if (asked->cpus && strcmp(asked->cpus, "0") != 0)
		put_cpus(config);
	put_signed(config, "quota", asked->cpu_quota);
	if (asked->cpu_period.value)
		json_put_unsigned(&config->json, "period", asked->cpu_period.value);
	put_set(config, "cpus", "--cpuset-cpus", asked->cpuset_cpus);
	put_set(config, "mems", "--cpuset-mems", asked->cpuset_mems);
	json_close(&config->json);
}

/* --device-read-bps PATH:RATE and its like; `bytes`: the rate may have a unit. */
static void put_rates(struct config *config, const char *key, const char *option, const struct texts *given, bool bytes)
{
	if (!given->count)
		return;
	json_open_array(&config->json, key);
	for (size_t i = 0; i < given->count; i++) {
		const char *colon = strrchr(given->at[i], ':');
		const char *path = colon ? arena_copy(config->arena, given->at[i], (size_t)(colon - given->at[i])) : "";
		struct stat info;
		int64_t rate;

		if (!colon || !(bytes ? option_to_bytes(colon + 1, &rate) : option_to_i64(colon + 1, &rate)) ||
		    rate < 0) {
			problem_set(config->problem, "option '%s': '%s' is not DEVICE:%s", option, given->at[i],
				    bytes ? "BYTES, as in /dev/sda:1m" : "NUMBER");
			break;
		}
		if (stat(path, &info) || !S_ISBLK(info.st_mode)) {
			problem_set(config->problem, "option '%s': '%s' is no block device", option, path);
			break;
		}
		json_open_object(&config->json, NULL);
		json_put_unsigned(&config->json, "major", major(info.st_rdev));
		json_put_unsigned(&config->json, "minor", minor(info.st_rdev));
		json_put_signed(&config->json, strcmp(key, "weightDevice") ? "rate" : "weight", rate);
		json_close(&config->json);
	}
	json_close(&config->json);
}

static void put_block_io(struct config *config)
{
	const struct run_asked *asked = config->asked;

	if (!asked->blkio_weight.value && !asked->blkio_weight_devices.count && !asked->read_bps.count &&
	    !asked->write_bps.count && !asked->read_iops.count && !asked->write_iops.count)
		return;
	json_open_object(&config->json, "blockIO");
	if (asked->blkio_weight.value)
		json_put_unsigned(&config->json, "weight", asked->blkio_weight.value);
	put_rates(config, "weightDevice", "--blkio-weight-device", &asked->blkio_weight_devices, false);
	put_rates(config, "throttleReadBpsDevice", "--device-read-bps", &asked->read_bps, true);
	put_rates(config, "throttleWriteBpsDevice", "--device-write-bps", &asked->write_bps, true);
	put_rates(config, "throttleReadIOPSDevice", "--device-read-iops", &asked->read_iops, false);
	put_rates(config, "throttleWriteIOPSDevice", "--device-write-iops", &asked->write_iops, false);
	json_close(&config->json);
}

/* --cgroup-conf FILE=VALUE; of several for one file the last counts. */
static void put_cgroup_files(struct config *config)
{
	const struct texts *given = &config->asked->cgroup_files;
	struct pairs files = { ARENA_ARRAY(config->arena, given->count + 1, struct pair), 0 };

	for (size_t i = 0; i < given->count; i++) {
		const char *equals = strchr(given->at[i], '='), *dot = strchr(given->at[i], '.');
		const size_t length = equals ? (size_t)(equals - given->at[i]) : 0;

		if (!equals || !dot || dot > equals || dot == given->at[i] || memchr(given->at[i], '/', length))
			problem_set(config->problem, "option '--cgroup-conf': '%s' is not FILE=VALUE, as in "
				    "memory.high=1073741824", given->at[i]);
		else
			config_put_pair(&files, arena_copy(config->arena, given->at[i], length), equals + 1);
	}
	if (files.count)
		pairs_put(&config->json, "unified", &files);
}

void config_put_resources(struct config *config)
{
	const struct maybe_i64 pids = config->asked->pids_limit;

	json_open_object(&config->json, "resources");
	put_device_rules(config);
	put_memory(config);
	put_cpu(config);
	put_block_io(config);
	put_cgroup_files(config);
	if (pids.set) {
		json_open_object(&config->json, "pids");
		json_put_signed(&config->json, "limit", pids.value > 0 ? pids.value : -1);
		json_close(&config->json);
	}
	json_close(&config->json);
}
