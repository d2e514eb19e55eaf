/* parse_lines.c - maps of ids, cgroups, and where a descriptor is: see parse.h */
#include "xray/parse.h"
#include <string.h>

static bool take_id(const char **at, uint32_t *ret_id)
{
	uint64_t value;

	*at += strspn(*at, " \t");
	if (!xray_number(at, 10, &value) || value > UINT32_MAX)
		return false;
	*ret_id = (uint32_t)value;
	return true;
}

struct id_maps xray_parse_id_map(struct arena *arena, const char *text)
{
	struct id_maps maps = { ARENA_ARRAY(arena, xray_count_lines(text), struct id_map), 0 };
	const char *line;

	while ((line = xray_line(arena, &text))) {
		struct id_map map;

		if (take_id(&line, &map.inside) && take_id(&line, &map.outside) && take_id(&line, &map.count))
			maps.at[maps.count++] = map;
	}
	return maps;
}

bool xray_inside(const struct id_maps *maps, uint32_t outside, uint32_t *ret_inside)
{
	for (size_t i = 0; i < maps->count; i++) {
		const struct id_map *map = &maps->at[i];

		if (outside >= map->outside && outside - map->outside < map->count) {
			*ret_inside = map->inside + (outside - map->outside);
			return true;
		}
	}
	return false;
}

/* "5:cpu,cpuacct:/path"; the path may hold anything but a newline. */
struct xray_cgroups xray_parse_cgroups(struct arena *arena, const char *text)
{
	struct xray_cgroups cgroups = { ARENA_ARRAY(arena, xray_count_lines(text), struct xray_cgroup), 0 };
	const char *line;

	while ((line = xray_line(arena, &text))) {
		const char *colon;
		uint64_t hierarchy;

		if (!xray_number(&line, 10, &hierarchy) || hierarchy > UINT32_MAX || *line != ':')
			continue;
		colon = strchr(line + 1, ':');
		if (colon && colon[1] == '/')
			cgroups.at[cgroups.count++] = (struct xray_cgroup){
				.hierarchy = (uint32_t)hierarchy,
				.controllers = arena_copy(arena, line + 1, (size_t)(colon - line) - 1),
				.path = colon + 1 };
	}
	return cgroups;
}

static void take_number(const char *line, const char *word, unsigned base, uint64_t *ret_value)
{
	const size_t length = strlen(word);

	if (!strncmp(line, word, length)) {
		line += length;
		xray_number(&line, base, ret_value);
	}
}

struct xray_fdinfo xray_parse_fdinfo(struct arena *arena, const char *text)
{
	struct xray_fdinfo info = { 0, 0, 0 };
	const char *line;

	while ((line = xray_line(arena, &text))) {
		take_number(line, "flags:\t", 8, &info.flags);
		take_number(line, "mnt_id:\t", 10, &info.mount);
		take_number(line, "Pid:\t", 10, &info.process);
	}
	return info;
}
