/* stats_resctrl.c - "intel_rdt": see stats.h. Whatever the machine has of it. */
#include "base/file.h"
#include "base/sys.h"
#include "life/stats.h"
#include <string.h>

#define INFO "/sys/fs/resctrl/info"

/* "res:/GROUP" */
const char *resctrl_group(struct arena *arena, pid_t pid)
{
	enum { LIMIT = 4096 };
	char *text;
	size_t length;

	if (file_read(arena, AT_FDCWD, arena_printf(arena, "/proc/%d/cpu_resctrl_groups", (int)pid), LIMIT, &text,
		      &length) || strncmp(text, "res:/", 5) != 0)
		return NULL;
	text += 5;
	text[strcspn(text, "\n")] = '\0';
	return *text ? text : NULL;
}

static const char *read_text(const struct stats *stats, const char *folder, const char *file)
{
	const struct cgroup at = { .path = folder };
	const char *text;

	return cgroup_read(stats->arena, &at, file, &text) ? NULL : text;
}

/* The line of a resource ("L3:0=ff;1=ff"), which begins with blanks. */
static void put_schema(const struct stats *stats, const char *key, const char *folder, const char *resource)
{
	const char *text = read_text(stats, folder, "schemata");

	for (; text && *text; text += strcspn(text, "\n"), text += *text == '\n') {
		text += strspn(text, " ");
		if (strncmp(text, resource, strlen(resource)) == 0) {
			json_put_text(stats->json, key, arena_copy(stats->arena, text, strcspn(text, "\n")));
			return;
		}
	}
}

static void put_number(const struct stats *stats, const char *key, const char *folder)
{
	const struct cgroup at = { .path = folder };

	stats_put(stats, key, stats_number(stats, &at, key));
}

static void put_cache(const struct stats *stats, const char *group)
{
	const char *mask = read_text(stats, INFO "/L3", "cbm_mask");

	if (!mask)
		return;
	json_open_object(stats->json, "l3_cache_info");
	json_put_text(stats->json, "cbm_mask", mask);
	put_number(stats, "min_cbm_bits", INFO "/L3");
	put_number(stats, "num_closids", INFO "/L3");
	json_close(stats->json);
	put_schema(stats, "l3_cache_schema_root", "/sys/fs/resctrl", "L3:");
	put_schema(stats, "l3_cache_schema", group, "L3:");
}

static void put_bandwidth(const struct stats *stats, const char *group)
{
	static const char *const numbers[] = { "bandwidth_gran", "delay_linear", "min_bandwidth", "num_closids" };

	if (!read_text(stats, INFO "/MB", "min_bandwidth"))
		return;
	json_open_object(stats->json, "mem_bw_info");
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		put_number(stats, numbers[i], INFO "/MB");
	json_close(stats->json);
	put_schema(stats, "mem_bw_schema_root", "/sys/fs/resctrl", "MB:");
	put_schema(stats, "mem_bw_schema", group, "MB:");
}

void stats_resctrl(const struct stats *stats, const char *group)
{
	json_open_object(stats->json, "intel_rdt");
	if (group) {
		const char *path = arena_printf(stats->arena, "/sys/fs/resctrl/%s", group);

		put_cache(stats, path);
		put_bandwidth(stats, path);
	}
	json_close(stats->json);
}
