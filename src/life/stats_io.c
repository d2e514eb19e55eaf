/* stats_io.c - "blkio": see stats.h. */
#include "life/stats.h"
#include <stdlib.h>
#include <string.h>

/* --- entries --- */

static void put_entry(const struct stats *stats, uint64_t major, uint64_t minor, const char *operation, uint64_t value)
{
	json_open_object(stats->json, NULL);
	stats_put(stats, "major", major);
	stats_put(stats, "minor", minor);
	if (*operation)
		json_put_text(stats->json, "op", operation);
	stats_put(stats, "value", value);
	json_close(stats->json);
}

/* "8:16" at the beginning of a line. What is behind it, or NULL where it is none. */
static const char *read_device(const char *line, uint64_t *ret_major, uint64_t *ret_minor)
{
	char *end;

	*ret_major = strtoull(line, &end, 10);
	if (end == line || *end != ':')
		return NULL;
	line = end + 1;
	*ret_minor = strtoull(line, &end, 10);
	return end == line ? NULL : end + strspn(end, " ");
}

static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return line + (*line == '\n');
}

/* --- v1: "8:0 Read 4096"; for sectors and times "8:0 4096" --- */

static const struct { const char *key, *file; } tables[] = {
	{ "ioServiceBytesRecursive", "io_service_bytes" }, { "ioServicedRecursive", "io_serviced" },
	{ "ioQueueRecursive", "io_queued" },		   { "ioServiceTimeRecursive", "io_service_time" },
	{ "ioWaitTimeRecursive", "io_wait_time" },	   { "ioMergedRecursive", "io_merged" },
	{ "ioTimeRecursive", "time" },			   { "sectorsRecursive", "sectors" },
};

/* Who counts depends on the scheduler; the first that has counted anything is taken, as runc does. */
static const struct { const char *before, *behind; } counters[] = {
	{ "blkio.bfq.", "_recursive" },
	{ "blkio.", "_recursive" },
	{ "blkio.throttle.", "_recursive" },
	{ "blkio.throttle.", "" },
};

static const char *read_v1(const struct stats *stats, const struct cgroup *cgroup, size_t counter, const char *file)
{
	const char *text, *name = arena_printf(stats->arena, "%s%s%s", counters[counter].before, file,
					       counters[counter].behind);
	uint64_t major, minor;

	if (cgroup_read(stats->arena, cgroup, name, &text) || !read_device(text, &major, &minor))
		return NULL;
	return text;
}

static void put_lines(const struct stats *stats, const char *key, const char *text)
{
	json_open_array(stats->json, key);
	for (; *text; text = next_line(text)) {
		uint64_t major, minor;
		const char *rest = read_device(text, &major, &minor);
		size_t length = rest ? strspn(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") : 0;

		if (rest)
			put_entry(stats, major, minor, arena_copy(stats->arena, rest, length),
				  strtoull(rest + length, NULL, 10));
	}
	json_close(stats->json);
}

static void put_v1(const struct stats *stats, const struct cgroup *cgroup)
{
	size_t counter = 0;

	while (counter < sizeof(counters) / sizeof(counters[0]) && !read_v1(stats, cgroup, counter, "io_serviced"))
		counter++;
	if (counter == sizeof(counters) / sizeof(counters[0]))
		return;
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		const char *text = read_v1(stats, cgroup, counter, tables[i].file);

		if (text)
			put_lines(stats, tables[i].key, text);
	}
}

/* --- v2: "8:0 rbytes=4096 wbytes=0 rios=1 wios=0 …" --- */

static void put_word(const struct stats *stats, const char *line, const char *word, const char *operation)
{
	uint64_t major, minor;
	const char *rest = read_device(line, &major, &minor), *end;
	size_t length = strlen(word);

	for (; rest && *rest && *rest != '\n'; rest = end + strspn(end, " ")) {
		end = rest + strcspn(rest, " \n");
		if (strncmp(rest, word, length) == 0 && rest[length] == '=')
			put_entry(stats, major, minor, operation, strtoull(rest + length + 1, NULL, 10));
	}
}

static void put_v2(const struct stats *stats, const struct cgroup *cgroup)
{
	static const struct { const char *key, *read, *write; } table[] = {
		{ "ioServiceBytesRecursive", "rbytes", "wbytes" },
		{ "ioServicedRecursive", "rios", "wios" },
	};
	const char *text;

	if (cgroup_read(stats->arena, cgroup, "io.stat", &text) || !strchr(text, '='))
		return;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		json_open_array(stats->json, table[i].key);
		for (const char *line = text; *line; line = next_line(line)) {
			put_word(stats, line, table[i].read, "Read");
			put_word(stats, line, table[i].write, "Write");
		}
		json_close(stats->json);
	}
}

void stats_io(const struct stats *stats)
{
	const struct cgroup *v1 = cgroups_with(stats->cgroups, "blkio"), *v2 = cgroups_with(stats->cgroups, "io");

	json_open_object(stats->json, "blkio");
	if (v1)
		put_v1(stats, v1);
	else if (v2)
		put_v2(stats, v2);
	stats_pressure(stats, "io.pressure");
	json_close(stats->json);
}
