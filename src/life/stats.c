/* stats.c - what a container uses: see stats.h. */
#include "life/stats.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

/* --- numbers --- */

uint64_t stats_number(const struct stats *stats, const struct cgroup *cgroup, const char *file)
{
	uint64_t number = 0;

	return cgroup && cgroup_read_number(stats->arena, cgroup, file, &number) == 0 ? number : 0;
}

uint64_t stats_entry(const struct stats *stats, const struct cgroup *cgroup, const char *file, const char *word)
{
	uint64_t number = 0;

	return cgroup && cgroup_read_entry(stats->arena, cgroup, file, word, &number) == 0 ? number : 0;
}

void stats_put(const struct stats *stats, const char *key, uint64_t number)
{
	if (number)
		json_put_unsigned(stats->json, key, number);
}

/* --- pressure: "some avg10=0.39 avg60=0.11 avg300=0.02 total=82428" --- */

/* As Go prints it: "0.10" is 0.1. */
static void put_decimal(const struct stats *stats, const char *key, const char *text, size_t length)
{
	if (memchr(text, '.', length)) {
		while (length && text[length - 1] == '0')
			length--;
		if (length && text[length - 1] == '.')
			length--;
	}
	json_put_value(stats->json, key,
		       &(struct json){ .kind = JSON_NUMBER,
				       .text = length && strspn(text, "0123456789.") >= length ?
						       arena_copy(stats->arena, text, length) : "0" });
}

static void put_pressure(const struct stats *stats, const char *which, const char *text)
{
	static const char *const keys[] = { "avg10", "avg60", "avg300", "total" };
	const char *line = strstr(text, which);

	json_open_object(stats->json, which);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *at = line ? strstr(line, arena_printf(stats->arena, " %s=", keys[i])) : NULL;

		at = at ? at + strlen(keys[i]) + 2 : "";
		put_decimal(stats, keys[i], at, strcspn(at, " \n"));
	}
	json_close(stats->json);
}

void stats_pressure(const struct stats *stats, const char *file)
{
	const struct cgroup *cgroup = cgroups_unified(stats->cgroups);
	const char *text;

	if (!cgroup || cgroup_read(stats->arena, cgroup, file, &text))
		return;
	json_open_object(stats->json, "psi");
	put_pressure(stats, "some", text);
	put_pressure(stats, "full", text);
	json_close(stats->json);
}

/* --- processors --- */

/* Each number of a line; left out where there are none. `column` 0 is all of the first line, others are a column of
 * the lines below it. */
static void put_percpu(const struct stats *stats, const struct cgroup *cgroup, const char *key, const char *file,
		       unsigned column)
{
	const char *text;
	char *end;

	if (cgroup_read(stats->arena, cgroup, file, &text) || !*text)
		return;
	json_open_array(stats->json, key);
	if (column == 0)
		for (unsigned long long number = strtoull(text, &end, 10); end != text;
		     text = end, number = strtoull(text, &end, 10))
			json_put_unsigned(stats->json, NULL, number);
	else
		while ((text = strchr(text, '\n'))) {
			const char *at = ++text;

			for (unsigned i = 0; i < column; i++) {
				at += strcspn(at, " \n");
				at += *at == ' ';
			}
			json_put_unsigned(stats->json, NULL, strtoull(at, NULL, 10));
		}
	json_close(stats->json);
}

static void put_usage_v1(const struct stats *stats, const struct cgroup *cgroup)
{
	const uint64_t tick_ns = 10000000;	/* USER_HZ is 100 on all machines */

	stats_put(stats, "total", stats_number(stats, cgroup, "cpuacct.usage"));
	put_percpu(stats, cgroup, "percpu", "cpuacct.usage_percpu", 0);
	/* Lines of "CPU USER SYSTEM". */
	put_percpu(stats, cgroup, "percpu_kernel", "cpuacct.usage_all", 2);
	put_percpu(stats, cgroup, "percpu_user", "cpuacct.usage_all", 1);
	json_put_unsigned(stats->json, "kernel", stats_entry(stats, cgroup, "cpuacct.stat", "system") * tick_ns);
	json_put_unsigned(stats->json, "user", stats_entry(stats, cgroup, "cpuacct.stat", "user") * tick_ns);
}

static void put_usage_v2(const struct stats *stats, const struct cgroup *cgroup)
{
	stats_put(stats, "total", stats_entry(stats, cgroup, "cpu.stat", "usage_usec") * 1000);
	json_put_unsigned(stats->json, "kernel", stats_entry(stats, cgroup, "cpu.stat", "system_usec") * 1000);
	json_put_unsigned(stats->json, "user", stats_entry(stats, cgroup, "cpu.stat", "user_usec") * 1000);
}

static void put_cpu(const struct stats *stats)
{
	const struct cgroup *account = cgroups_with(stats->cgroups, "cpuacct");
	const struct cgroup *cpu = cgroups_with(stats->cgroups, "cpu");
	bool unified = cpu && cpu->unified;

	json_open_object(stats->json, "cpu");
	json_open_object(stats->json, "usage");
	if (account)
		put_usage_v1(stats, account);
	else
		put_usage_v2(stats, cgroups_unified(stats->cgroups));
	json_close(stats->json);
	json_open_object(stats->json, "throttling");
	stats_put(stats, "periods", stats_entry(stats, cpu, "cpu.stat", "nr_periods"));
	stats_put(stats, "throttledPeriods", stats_entry(stats, cpu, "cpu.stat", "nr_throttled"));
	stats_put(stats, "throttledTime", unified ? stats_entry(stats, cpu, "cpu.stat", "throttled_usec") * 1000 :
						    stats_entry(stats, cpu, "cpu.stat", "throttled_time"));
	json_close(stats->json);
	stats_pressure(stats, "cpu.pressure");
	json_close(stats->json);
}

/* --- cpuset, of v1 --- */

/* "0-2,7" as [0,1,2,7]. */
static void put_list(const struct stats *stats, const struct cgroup *cgroup, const char *key, const char *file)
{
	enum { LIMIT = 65536 };
	const char *at;
	char *end;

	if (!cgroup || cgroup_read(stats->arena, cgroup, file, &at) || !*at)
		return;
	json_open_array(stats->json, key);
	for (unsigned count = 0; *at;) {
		unsigned long first = strtoul(at, &end, 10), last = first;

		if (*end == '-')
			last = strtoul(end + 1, &end, 10);
		for (; first <= last && count < LIMIT; first++, count++)
			json_put_unsigned(stats->json, NULL, first);
		if (end == at)
			break;
		at = end + (*end == ',');
	}
	json_close(stats->json);
}

static int64_t signed_number(const struct stats *stats, const struct cgroup *cgroup, const char *file)
{
	const char *text;

	return cgroup && cgroup_read(stats->arena, cgroup, file, &text) == 0 ? strtoll(text, NULL, 10) : 0;
}

static void put_cpuset(const struct stats *stats)
{
	static const char *const flags[] = { "mem_hardwall", "mem_exclusive", "memory_migrate", "memory_spread_page",
					     "memory_spread_slab", "memory_pressure", "sched_load_balance",
					     "sched_relax_domain_level" };
	const struct cgroup *cgroup = cgroups_with(stats->cgroups, "cpuset");

	if (cgroup && cgroup->unified)
		cgroup = NULL;
	json_open_object(stats->json, "cpuset");
	put_list(stats, cgroup, "cpus", "cpuset.cpus");
	json_put_unsigned(stats->json, "cpu_exclusive", stats_number(stats, cgroup, "cpuset.cpu_exclusive"));
	put_list(stats, cgroup, "mems", "cpuset.mems");
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		json_put_signed(stats->json, flags[i],
				signed_number(stats, cgroup, arena_printf(stats->arena, "cpuset.%s", flags[i])));
	json_close(stats->json);
}

/* --- pids --- */

static void put_pids(const struct stats *stats)
{
	const struct cgroup *cgroup = cgroups_with(stats->cgroups, "pids");
	uint64_t limit = stats_number(stats, cgroup, "pids.max");

	json_open_object(stats->json, "pids");
	stats_put(stats, "current", stats_number(stats, cgroup, "pids.current"));
	stats_put(stats, "limit", limit == UINT64_MAX ? 0 : limit);
	json_close(stats->json);
}

/* --- huge pages --- */

/* "2MB" of "hugetlb.2MB.current". */
static struct texts page_sizes(const struct stats *stats, const struct cgroup *cgroup, const char *end)
{
	enum { MOST = 32 };
	struct texts list = { ARENA_ARRAY(stats->arena, MOST, char *), 0 };
	DIR *folder = opendir(cgroup->path);

	for (struct dirent *entry = folder ? readdir(folder) : NULL; entry; entry = readdir(folder)) {
		const char *size = entry->d_name + 8, *dot;

		if (strncmp(entry->d_name, "hugetlb.", 8) != 0 || !(dot = strchr(size, '.')))
			continue;
		if (strcmp(dot, end) == 0 && list.count < MOST)
			list.at[list.count++] = arena_copy(stats->arena, size, (size_t)(dot - size));
	}
	if (folder)
		closedir(folder);
	qsort(list.at, list.count, sizeof(char *), text_order);
	return list;
}

static void put_page_size(const struct stats *stats, const struct cgroup *cgroup, const char *size)
{
	const char *usage = cgroup->unified ? "current" : "usage_in_bytes", *text;
	const char *name = arena_printf(stats->arena, "hugetlb.%s.rsvd", size);
	const char *events = arena_printf(stats->arena, "hugetlb.%s.events", size);

	/* What is reserved has been taken: that is what the limit is for. */
	if (cgroup_read(stats->arena, cgroup, arena_printf(stats->arena, "%s.%s", name, usage), &text))
		name = arena_printf(stats->arena, "hugetlb.%s", size);
	json_open_object(stats->json, size);
	stats_put(stats, "usage", stats_number(stats, cgroup, arena_printf(stats->arena, "%s.%s", name, usage)));
	if (cgroup->unified) {
		json_put_unsigned(stats->json, "failcnt", stats_entry(stats, cgroup, events, "max"));
	} else {
		stats_put(stats, "max",
			  stats_number(stats, cgroup, arena_printf(stats->arena, "%s.max_usage_in_bytes", name)));
		json_put_unsigned(stats->json, "failcnt",
				  stats_number(stats, cgroup, arena_printf(stats->arena, "%s.failcnt", name)));
	}
	json_close(stats->json);
}

static void put_hugetlb(const struct stats *stats)
{
	const struct cgroup *cgroup = cgroups_with(stats->cgroups, "hugetlb");
	struct texts sizes = { 0 };

	if (cgroup)
		sizes = page_sizes(stats, cgroup, cgroup->unified ? ".current" : ".usage_in_bytes");
	json_open_object(stats->json, "hugetlb");
	for (size_t i = 0; i < sizes.count; i++)
		put_page_size(stats, cgroup, sizes.at[i]);
	json_close(stats->json);
}

/* --- all --- */

void stats_write(struct arena *arena, const struct cgroups *cgroups, const char *group, struct json_writer *json)
{
	const struct stats stats = { arena, cgroups, json };

	json_open_object(json, "data");
	put_cpu(&stats);
	put_cpuset(&stats);
	stats_memory(&stats);
	put_pids(&stats);
	stats_io(&stats);
	put_hugetlb(&stats);
	stats_resctrl(&stats, "/sys/fs/resctrl", group);
	/* runc knows only those that it made itself, and it makes none. */
	json_put_null(json, "network_interfaces");
	json_close(json);
}
