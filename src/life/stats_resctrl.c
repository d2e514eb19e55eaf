/* stats_resctrl.c - "intel_rdt": see stats.h. Whatever the machine has of it. */
#include "base/file.h"
#include "base/sys.h"
#include "base/text.h"
#include "life/stats.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

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

/* "info/L3" of the file system. */
static const char *info(const struct stats *stats, const char *root, const char *resource)
{
	return arena_printf(stats->arena, "%s/info/%s", root, resource);
}

static void put_cache(const struct stats *stats, const char *root, const char *group)
{
	const char *l3 = info(stats, root, "L3"), *mask = read_text(stats, l3, "cbm_mask");

	if (!mask)
		return;
	json_open_object(stats->json, "l3_cache_info");
	json_put_text(stats->json, "cbm_mask", mask);
	put_number(stats, "min_cbm_bits", l3);
	put_number(stats, "num_closids", l3);
	json_close(stats->json);
	put_schema(stats, "l3_cache_schema_root", root, "L3:");
	put_schema(stats, "l3_cache_schema", group, "L3:");
}

static void put_bandwidth(const struct stats *stats, const char *root, const char *group)
{
	static const char *const numbers[] = { "bandwidth_gran", "delay_linear", "min_bandwidth", "num_closids" };
	const char *mb = info(stats, root, "MB");

	if (!read_text(stats, mb, "min_bandwidth"))
		return;
	json_open_object(stats->json, "mem_bw_info");
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		put_number(stats, numbers[i], mb);
	json_close(stats->json);
	put_schema(stats, "mem_bw_schema_root", root, "MB:");
	put_schema(stats, "mem_bw_schema", group, "MB:");
}

/* --- what is counted: for each cache, which are as many as there are NUMA nodes --- */

enum { CACHES = 256 };

/* mon_data/mon_L3_00, … */
static struct texts caches_of(const struct stats *stats, const char *group)
{
	struct texts list = { ARENA_ARRAY(stats->arena, CACHES, char *), 0 };
	const char *path = arena_printf(stats->arena, "%s/mon_data", group);
	DIR *folder = opendir(path);

	for (struct dirent *entry = folder ? readdir(folder) : NULL; entry; entry = readdir(folder))
		if (strncmp(entry->d_name, "mon_L3_", 7) == 0 && list.count < CACHES)
			list.at[list.count++] = arena_printf(stats->arena, "%s/%s", path, entry->d_name);
	if (folder)
		closedir(folder);
	qsort(list.at, list.count, sizeof(char *), text_order);
	return list;
}

/* An object for each cache, with the numbers in files of these names. */
static void put_counted(const struct stats *stats, const char *key, const struct texts *caches,
			const char *const *files, size_t count)
{
	if (!caches->count)
		return;
	json_open_array(stats->json, key);
	for (size_t i = 0; i < caches->count; i++) {
		const struct cgroup at = { .path = caches->at[i] };

		json_open_object(stats->json, NULL);
		for (size_t j = 0; j < count; j++)
			json_put_unsigned(stats->json, files[j], stats_number(stats, &at, files[j]));
		json_close(stats->json);
	}
	json_close(stats->json);
}

static void put_monitoring(const struct stats *stats, const char *root, const char *group)
{
	static const char *const bandwidth[] = { "mbm_total_bytes", "mbm_local_bytes" };
	static const char *const occupancy[] = { "llc_occupancy" };
	const char *features = read_text(stats, info(stats, root, "L3_MON"), "mon_features");
	struct texts caches;

	if (!features)
		return;
	caches = caches_of(stats, group);
	if (strstr(features, bandwidth[0]) && strstr(features, bandwidth[1]))
		put_counted(stats, "mbm_stats", &caches, bandwidth, 2);
	if (strstr(features, occupancy[0]))
		put_counted(stats, "cmt_stats", &caches, occupancy, 1);
}

void stats_resctrl(const struct stats *stats, const char *root, const char *group)
{
	json_open_object(stats->json, "intel_rdt");
	if (group) {
		const char *path = arena_printf(stats->arena, "%s/%s", root, group);

		put_cache(stats, root, path);
		put_bandwidth(stats, root, path);
		put_monitoring(stats, root, path);
	}
	json_close(stats->json);
}
