/* usage.c - see usage.h */
#include "engine/usage.h"
#include "base/file.h"
#include "base/json.h"
#include "life/life.h"
#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FILE_MAX = 1 << 20 };

static uint64_t number(const struct json *value, const char *key)
{
	uint64_t found = 0;

	json_unsigned(value, key, &found);
	return found;
}

/* --- this machine --- */

static uint64_t memory_of_machine(struct arena *arena)
{
	char *text;
	size_t length;
	const char *line;

	if (file_read(arena, AT_FDCWD, "/proc/meminfo", FILE_MAX, &text, &length))
		return 0;
	line = strstr(text, "MemTotal:");
	return line ? strtoull(line + strlen("MemTotal:"), NULL, 10) * 1024 : 0;
}

/* --- what its cgroups say --- */

/* Entries {"op":"Read","value":…} of each device. */
static uint64_t sum_of(const struct json *list, const char *operation)
{
	uint64_t sum = 0;

	for (const struct json *at = list ? list->first : NULL; at; at = at->next)
		if (!strcmp(json_text(at, "op"), operation))
			sum += number(at, "value");
	return sum;
}

/* Pages of files that nobody has used lately can be dropped: they are in v1 and v2 by different words. */
static uint64_t memory_used(const struct json *memory)
{
	const struct json *raw = json_get(memory, "raw");
	const char *word = json_get(raw, "total_inactive_file") ? "total_inactive_file" : "inactive_file";
	uint64_t used = number(json_get(memory, "usage"), "usage"), idle = number(raw, word);

	return idle < used ? used - idle : used;
}

/* "psi": {"some": {"avg10": 0.39, …}, …}, as Documentation/accounting/psi.rst has it. */
static void take_pressure(const struct json *data, struct usage_sample *sample)
{
	static const char *const parts[] = { [USAGE_CPU] = "cpu", [USAGE_MEMORY] = "memory", [USAGE_BLOCK] = "blkio" };
	static_assert(sizeof(parts) / sizeof(parts[0]) == USAGE_PRESSED, "a kind of pressure has no name");

	for (size_t i = 0; i < USAGE_PRESSED; i++) {
		const struct json *some = json_get(json_get(json_get(data, parts[i]), "psi"), "some");
		const struct json *average = json_get(some, "avg10");

		if (!average || average->kind != JSON_NUMBER)
			continue;
		sample->pressured = true;
		sample->pressure[i] = strtod(average->text, NULL);
	}
}

static void take_stats(struct arena *arena, const struct json *data, struct usage_sample *sample)
{
	const struct json *memory = json_get(data, "memory");
	const struct json *bytes = json_get(json_get(data, "blkio"), "ioServiceBytesRecursive");
	uint64_t machine = memory_of_machine(arena), limit = number(json_get(memory, "usage"), "limit");

	sample->cpu_ns = number(json_get(json_get(data, "cpu"), "usage"), "total");
	sample->memory = memory_used(memory);
	sample->memory_limit = limit && limit < machine ? limit : machine;
	sample->pids = number(json_get(data, "pids"), "current");
	sample->counted = sample->cpu_ns || sample->pids;
	sample->block_read = sum_of(bytes, "Read");
	sample->block_written = sum_of(bytes, "Write");
	take_pressure(data, sample);
}

/* --- its network --- */

/* "  eth0: BYTES PACKETS … (8 of what came) BYTES …". What a container sends to itself is none. */
static void add_line(const char *line, struct usage_sample *sample)
{
	enum { SENT = 8 };
	const char *colon = strchr(line, ':');
	char *at;

	line += strspn(line, " ");
	if (!colon || !strncmp(line, "lo:", 3))
		return;
	sample->network_received += strtoull(colon + 1, &at, 10);
	for (int i = 1; i < SENT; i++)
		strtoull(at, &at, 10);
	sample->network_sent += strtoull(at, NULL, 10);
}

static void take_network(struct arena *arena, pid_t pid, struct usage_sample *sample)
{
	char *text, *line, *rest;
	size_t length;

	if (file_read(arena, AT_FDCWD, arena_printf(arena, "/proc/%d/net/dev", (int)pid), FILE_MAX, &text, &length))
		return;
	rest = text;
	while ((line = strsep(&rest, "\n")))
		add_line(line, sample);
}

/* --- */

bool engine_usage(struct engine *engine, const struct engine_container *container, struct usage_sample *ret_sample,
		  struct problem *problem)
{
	struct text line = text_new(engine->arena);
	struct problem ended = { 0 };
	struct timespec now;
	const struct json *value;

	clock_gettime(CLOCK_MONOTONIC, &now);
	*ret_sample = (struct usage_sample){ .at_ns = (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec };
	if (container->status != CONTAINER_RUNNING && container->status != CONTAINER_PAUSED)
		return true;
	life_stats(engine->arena, engine->run, container->made.id, &line, &ended);
	if (ended.found)
		return true;		/* since it was looked at */
	value = json_read(engine->arena, line.at, line.length, "stats", problem);
	if (value)
		take_stats(engine->arena, json_get(value, "data"), ret_sample);
	take_network(engine->arena, container->pid, ret_sample);
	return !problem->found;
}

double usage_rate(const struct usage_sample *before, const struct usage_sample *now, uint64_t first, uint64_t second)
{
	if (now->at_ns <= before->at_ns || second <= first)
		return 0;
	return (double)(second - first) / (double)(now->at_ns - before->at_ns) * 1e9;
}

double usage_cpu_percent(const struct usage_sample *before, const struct usage_sample *now)
{
	return usage_rate(before, now, before->cpu_ns, now->cpu_ns) / 1e7;
}

const struct usage_sample *usage_find(const struct usage_seen *seen, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(seen[i].id, id))
			return &seen[i].sample;
	return NULL;
}
