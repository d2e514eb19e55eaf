/* stats_memory.c - "memory": see stats.h. */
#include "base/text.h"
#include "life/stats.h"
#include <stdlib.h>
#include <string.h>

struct amount { uint64_t limit, usage, max, failures; };

static void put_amount(const struct stats *stats, const char *key, struct amount amount)
{
	json_open_object(stats->json, key);
	json_put_unsigned(stats->json, "limit", amount.limit);
	stats_put(stats, "usage", amount.usage);
	stats_put(stats, "max", amount.max);
	json_put_unsigned(stats->json, "failcnt", amount.failures);
	json_close(stats->json);
}

/* --- v1: "memory.memsw.usage_in_bytes" --- */

static uint64_t number_v1(const struct stats *stats, const struct cgroup *cgroup, const char *which, const char *what)
{
	return stats_number(stats, cgroup, arena_printf(stats->arena, "memory.%s%s", which, what));
}

static struct amount amount_v1(const struct stats *stats, const struct cgroup *cgroup, const char *which)
{
	return (struct amount){
		.limit = number_v1(stats, cgroup, which, "limit_in_bytes"),
		.usage = number_v1(stats, cgroup, which, "usage_in_bytes"),
		.max = number_v1(stats, cgroup, which, "max_usage_in_bytes"),
		.failures = number_v1(stats, cgroup, which, "failcnt"),
	};
}

static void put_v1(const struct stats *stats, const struct cgroup *cgroup)
{
	put_amount(stats, "usage", amount_v1(stats, cgroup, ""));
	put_amount(stats, "swap", amount_v1(stats, cgroup, "memsw."));
	put_amount(stats, "kernel", amount_v1(stats, cgroup, "kmem."));
	put_amount(stats, "kernelTCP", amount_v1(stats, cgroup, "kmem.tcp."));
}

/* --- v2, told as v1 would --- */

static uint64_t sum(uint64_t one, uint64_t other)
{
	uint64_t result;

	return __builtin_add_overflow(one, other, &result) ? UINT64_MAX : result;
}

static void put_v2(const struct stats *stats, const struct cgroup *cgroup)
{
	struct amount memory = {
		.limit = stats_number(stats, cgroup, "memory.max"),
		.usage = stats_number(stats, cgroup, "memory.current"),
		.max = stats_number(stats, cgroup, "memory.peak"),
		.failures = stats_entry(stats, cgroup, "memory.events", "max"),
	};
	/* The most of both together is not known. */
	struct amount both = {
		.limit = sum(stats_number(stats, cgroup, "memory.swap.max"), memory.limit),
		.usage = stats_number(stats, cgroup, "memory.swap.current") + memory.usage,
		.failures = stats_entry(stats, cgroup, "memory.swap.events", "fail"),
	};

	put_amount(stats, "usage", memory);
	put_amount(stats, "swap", both);
	put_amount(stats, "kernel", (struct amount){ 0 });
	put_amount(stats, "kernelTCP", (struct amount){ 0 });
}

/* --- memory.stat, as it is, in the order of its words --- */

static void put_raw(const struct stats *stats, const struct cgroup *cgroup)
{
	enum { MOST = 256 };
	char *line[MOST], *copy;
	const char *text;
	size_t count = 0;

	if (cgroup_read(stats->arena, cgroup, "memory.stat", &text) || !*text)
		return;
	copy = arena_copy(stats->arena, text, strlen(text));
	for (char *at = strtok(copy, "\n"); at && count < MOST; at = strtok(NULL, "\n"))
		line[count++] = at;
	for (size_t i = 0; i < count; i++)
		line[i][strcspn(line[i], " ")] = '\0';
	qsort(line, count, sizeof(line[0]), text_order);
	json_open_object(stats->json, "raw");
	for (size_t i = 0; i < count; i++)
		json_put_unsigned(stats->json, line[i], strtoull(line[i] + strlen(line[i]) + 1, NULL, 10));
	json_close(stats->json);
}

void stats_memory(const struct stats *stats)
{
	const struct cgroup *cgroup = cgroups_with(stats->cgroups, "memory");
	bool unified = cgroup && cgroup->unified;

	json_open_object(stats->json, "memory");
	stats_put(stats, "cache", stats_entry(stats, cgroup, "memory.stat", unified ? "file" : "cache"));
	if (unified)
		put_v2(stats, cgroup);
	else
		put_v1(stats, cgroup);
	if (cgroup)
		put_raw(stats, cgroup);
	stats_pressure(stats, "memory.pressure");
	json_close(stats->json);
}
