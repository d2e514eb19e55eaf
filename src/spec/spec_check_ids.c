/* spec_check_ids.c - rules for namespaces and maps of ids: see spec_check.c */
#include "spec/spec_check.h"
#include <inttypes.h>

/* What /proc/PID/uid_map takes since Linux 4.15. */
enum { MAP_LINES = 340 };

static void check_namespace_paths(const struct spec *spec, struct problem *problem)
{
	for (enum namespace_kind kind = 0; kind < NAMESPACES; kind++) {
		const struct namespace *namespace = &spec->namespace[kind];

		if (spec_joins_namespace(spec, kind) && namespace->path[0] != '/')
			problem_set(problem, "linux.namespaces[%zu].path: '%s' is not an absolute path",
				    namespace->index, namespace->path);
	}
}

static void check_map(const struct id_map *map, const char *key, size_t index,
		      struct problem *problem)
{
	uint32_t begin = map->inside > map->outside ? map->inside : map->outside;

	if (!map->count)
		problem_set(problem, "%s[%zu].size: 0 ids are no mapping", key, index);
	else if (map->count > UINT32_MAX - begin)
		problem_set(problem, "%s[%zu].size: %" PRIu32 " ids from %" PRIu32
			    " on reach past the last id, 4294967294", key, index, map->count, begin);
}

static bool overlaps(uint32_t one, uint32_t one_count, uint32_t other, uint32_t other_count)
{
	return one < (uint64_t)other + other_count && other < (uint64_t)one + one_count;
}

static void check_overlap(const struct id_maps *maps, const char *key, size_t index,
			  struct problem *problem)
{
	const struct id_map *map = &maps->at[index];

	for (size_t i = 0; i < index; i++) {
		const struct id_map *other = &maps->at[i];

		if (overlaps(map->inside, map->count, other->inside, other->count))
			problem_set(problem, "%s[%zu].containerID: some of its ids are in %s[%zu] too",
				    key, index, key, i);
		if (overlaps(map->outside, map->count, other->outside, other->count))
			problem_set(problem, "%s[%zu].hostID: some of its ids are in %s[%zu] too",
				    key, index, key, i);
	}
}

static void check_maps(const struct id_maps *maps, const char *key, struct problem *problem)
{
	if (maps->count > MAP_LINES) {
		problem_set(problem, "%s: has %zu entries, and the kernel takes %d", key, maps->count,
			    MAP_LINES);
		return;
	}
	for (size_t i = 0; i < maps->count; i++) {
		check_map(&maps->at[i], key, i, problem);
		check_overlap(maps, key, i, problem);
	}
}

void spec_check_id_maps(const struct id_maps *uid, const struct id_maps *gid, const char *uid_key,
			const char *gid_key, struct problem *problem)
{
	if (uid->count && !gid->count)
		problem_set(problem, "%s: is missing, and %s is there", gid_key, uid_key);
	if (gid->count && !uid->count)
		problem_set(problem, "%s: is missing, and %s is there", uid_key, gid_key);
	check_maps(uid, uid_key, problem);
	check_maps(gid, gid_key, problem);
}

static void check_user_namespace(const struct spec *spec, struct problem *problem)
{
	const char *given = spec->uid_map.count ? "linux.uidMappings" : "linux.gidMappings";

	if (!spec->namespace[NAMESPACE_USER].asked && (spec->uid_map.count || spec->gid_map.count))
		problem_set(problem, "%s: needs a user namespace; add {\"type\": \"user\"} to "
			    "linux.namespaces", given);
	if (spec_new_namespace(spec, NAMESPACE_USER) && !spec->uid_map.count && !spec->gid_map.count)
		problem_set(problem, "linux.uidMappings: is missing, and a new user namespace needs it and "
			    "linux.gidMappings, such as "
			    "[{\"containerID\": 0, \"hostID\": 1000, \"size\": 1}]");
	spec_check_id_maps(&spec->uid_map, &spec->gid_map, "linux.uidMappings", "linux.gidMappings",
			   problem);
}

static bool is_mapped(const struct id_maps *maps, uint32_t id)
{
	for (size_t i = 0; i < maps->count; i++)
		if (id >= maps->at[i].inside && id - maps->at[i].inside < maps->at[i].count)
			return true;
	return false;
}

/* In a new user namespace an id that is not mapped is no id at all. */
static void check_user_is_mapped(const struct spec *spec, struct problem *problem)
{
	const struct user *user = &spec->process.user;

	if (!spec_new_namespace(spec, NAMESPACE_USER) || !spec->process.asked)
		return;
	if (!is_mapped(&spec->uid_map, user->uid))
		problem_set(problem, "process.user.uid: %" PRIu32 " is not in linux.uidMappings",
			    user->uid);
	if (!is_mapped(&spec->gid_map, user->gid))
		problem_set(problem, "process.user.gid: %" PRIu32 " is not in linux.gidMappings",
			    user->gid);
	for (size_t i = 0; i < user->groups; i++)
		if (!is_mapped(&spec->gid_map, user->group[i]))
			problem_set(problem, "process.user.additionalGids[%zu]: %" PRIu32
				    " is not in linux.gidMappings", i, user->group[i]);
}

static void check_time_offsets(const struct spec *spec, struct problem *problem)
{
	if ((spec->monotonic.set || spec->boottime.set) &&
	    !spec_new_namespace(spec, NAMESPACE_TIME))
		problem_set(problem, "linux.timeOffsets: needs a new time namespace; add "
			    "{\"type\": \"time\"} to linux.namespaces");
}

void spec_check_namespaces(const struct spec *spec, struct problem *problem)
{
	check_namespace_paths(spec, problem);
	check_user_namespace(spec, problem);
	if (!problem->found)
		check_user_is_mapped(spec, problem);
	check_time_offsets(spec, problem);
}
