/* option_words.c - see option_words.h */
#include "engine/option_words.h"
#include "base/text.h"
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define LIMITS "linux.resources."
#define MAYBE(member) offsetof(struct resources, member.set)

/* Those of linux.resources that an option is for; `set`: where it says whether it is asked for; 0: nowhere. */
static const struct row { const char *key, *option; size_t set; } rows[] = {
	{ LIMITS "memory.limit", "--memory", MAYBE(memory.limit) },
	{ LIMITS "memory.reservation", "--memory-reservation", MAYBE(memory.reservation) },
	{ LIMITS "memory.swap", "--memory-swap", MAYBE(memory.swap) },
	{ LIMITS "memory.swappiness", "--memory-swappiness", MAYBE(memory.swappiness) },
	{ LIMITS "memory.disableOOMKiller", "--oom-kill-disable", MAYBE(memory.disable_oom_killer) },
	{ LIMITS "cpu.quota", "--cpu-quota", MAYBE(cpu.quota) },
	{ LIMITS "cpu.period", "--cpu-period", MAYBE(cpu.period) },
	{ LIMITS "cpu.shares", "--cpu-shares", MAYBE(cpu.shares) },
	{ LIMITS "cpu.cpus", "--cpuset-cpus", 0 },
	{ LIMITS "cpu.mems", "--cpuset-mems", 0 },
	{ LIMITS "pids.limit", "--pids-limit", MAYBE(pids_limit) },
	{ LIMITS "blockIO.weight", "--blkio-weight", MAYBE(block_io.weight) },
	{ LIMITS "blockIO.weightDevice", "--blkio-weight-device", 0 },
	{ LIMITS "blockIO.throttleReadBpsDevice", "--device-read-bps", 0 },
	{ LIMITS "blockIO.throttleWriteBpsDevice", "--device-write-bps", 0 },
	{ LIMITS "blockIO.throttleReadIOPSDevice", "--device-read-iops", 0 },
	{ LIMITS "blockIO.throttleWriteIOPSDevice", "--device-write-iops", 0 },
	{ LIMITS "unified", "--cgroup-conf", 0 },
	{ LIMITS "devices", "--device' or '--device-cgroup-rule", 0 },
	{ "process.oomScoreAdj", "--oom-score-adj", 0 },
	{ "process.rlimits", "--ulimit", 0 },
	{ "process.apparmorProfile", "--security-opt", 0 },
	{ "process.selinuxLabel", "--security-opt", 0 },
	{ "linux.sysctl", "--sysctl", 0 },
	{ "linux.cgroupsPath", "--cgroup-parent", 0 },
};

/* What taru-oci has for --cgroups disabled. */
static const char manager[] = "--cgroup-manager";

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

/* --- limits --- */

/* --cpus is a quota of this period, and --memory alone asks for as much swap again (config_limits.c). */
static const char *option_of(const struct row *row, const struct resources *limits)
{
	enum { PERIOD = 100000 };
	const bool cpus = limits->cpu.quota.set && limits->cpu.period.set && limits->cpu.period.value == PERIOD;
	const bool doubled = limits->memory.limit.set && limits->memory.swap.value / 2 == limits->memory.limit.value;

	if (cpus && !strncmp(row->key, LIMITS "cpu.quota", strlen(row->key)))
		return "--cpus' or '--cpu-quota";
	if (doubled && !strcmp(row->key, LIMITS "memory.swap"))
		return "--memory' or '--memory-swap";
	return row->option;
}

static bool is_asked(const struct row *row, const struct resources *limits)
{
	return row->set && *((const bool *)limits + row->set);
}

static size_t key_length(const char *text)
{
	size_t length = 0;

	while ((text[length] >= 'a' && text[length] <= 'z') || (text[length] >= 'A' && text[length] <= 'Z') ||
	       (text[length] == '.' && text[length + 1] != ' ' && text[length + 1]))
		length++;
	return length;
}

/* A key, or one that is above several, as where a cgroup has no controller: of these the first that is asked for.
 * Behind it may stand which of several: [0]. */
static const char *option_for(const char *key, size_t length, const struct resources *limits)
{
	for (size_t i = 0; i < ROWS; i++) {
		const char *known = rows[i].key;

		if (strncmp(known, key, length) != 0)
			continue;
		if (!known[length] || (known[length] == '.' && is_asked(&rows[i], limits)))
			return option_of(&rows[i], limits);
	}
	return NULL;
}

/* [0], or ["net.ipv4.ip_forward"], of which the name stays. Returns what is behind it. */
static const char *put_index(struct text *out, const char *text)
{
	const bool named = !strncmp(text, "[\"", 2);
	const char *end = text[0] == '[' ? strstr(text, named ? "\"]" : "]") : NULL;

	if (!end)
		return text;
	if (named)
		text_printf(out, " %.*s", (int)(end - text) - 2, text + 2);
	return end + (named ? 2 : 1);
}

/* --- mounts --- */

static bool is_bound(const struct made *made, const char *destination)
{
	for (size_t i = 0; i < made->mounts; i++)
		if (!strcmp(made->mount[i].destination, destination))
			return true;
	return false;
}

/* "mounts[3].options: …", of one that an option has asked for: with its place in the container, which is what the
 * option says of it. */
static bool put_mount(struct text *out, const char *text, const struct made *made, const struct spec *spec)
{
	static const char key[] = "mounts[";
	char *end;
	const unsigned long index = strtoul(text + sizeof(key) - 1, &end, 10);
	const struct mount *mount = index < spec->mounts ? &spec->mount[index] : NULL;
	const char *rest = strstr(end, ": ");

	if (strncmp(text, key, sizeof(key) - 1) != 0 || !mount || !mount->destination || !rest)
		return false;
	if (is_bound(made, mount->destination))
		text_printf(out, "option '--volume' or '--mount', at '%s'%s", mount->destination, rest);
	else if (!strcmp(mount->destination, "/dev/shm"))
		text_printf(out, "option '--shm-size'%s", rest);
	else if (mount->type && !strcmp(mount->type, "tmpfs") && strcmp(mount->destination, "/dev") != 0)
		text_printf(out, "option '--tmpfs' or '--mount', at '%s'%s", mount->destination, rest);
	else
		return false;
	return true;
}

/* --- all of it --- */

static void put_words(struct text *out, const char *text, const struct resources *limits)
{
	while (*text) {
		const size_t length = key_length(text);
		const char *option = length ? option_for(text, length, limits) : NULL;

		if (option) {
			text_printf(out, "%s'%s", out->length ? "" : "option ", option);
			text = put_index(out, text + length);
			text_add(out, "'");
		} else if (!strncmp(text, manager, sizeof(manager) - 1)) {
			text_add(out, "--cgroups");
			text += sizeof(manager) - 1;
		} else {
			text_printf(out, "%.*s", (int)(length ? length : 1), text);
			text += length ? length : 1;
		}
	}
}

void option_words(struct arena *arena, const struct made *made, const struct spec *spec, struct problem *problem)
{
	struct text text = text_new(arena);

	if (!problem->found)
		return;
	if (!put_mount(&text, problem->text, made, spec))
		put_words(&text, problem->text, &spec->resources);
	*problem = (struct problem){ 0 };
	problem_set(problem, "%s", text.at);
}

void option_words_in(struct text *warnings, const struct spec *spec)
{
	const struct text said = *warnings;

	if (!strstr(said.at, "linux."))
		return;
	*warnings = text_new(said.arena);
	put_words(warnings, said.at, &spec->resources);
}
