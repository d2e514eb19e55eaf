/* spec_check_mounts.c - rules for mounts: see spec_check.c */
#include "spec/spec_check.h"
#include <stdio.h>
#include <string.h>

static void check_destination(const struct mount *mount, size_t index, struct problem *problem)
{
	if (!mount->destination || mount->destination[0] != '/')
		problem_set(problem, "mounts[%zu].destination: '%s' is not an absolute path", index,
			    mount->destination ? mount->destination : "");
}

static bool is_tmpfs(const struct mount *mount)
{
	return !mount->options.bind && mount->type && strcmp(mount->type, "tmpfs") == 0;
}

/* A mount is one of three things, and each needs something else. */
static void check_kind(const struct mount *mount, size_t index, struct problem *problem)
{
	if (mount->options.remount)
		return;
	if (mount->options.bind && !mount->source)
		problem_set(problem, "mounts[%zu].source: is missing, and a bind mount needs it", index);
	if (!mount->options.bind && !mount->type)
		problem_set(problem, "mounts[%zu].type: is missing, and a mount that is no bind mount "
			    "needs it", index);
	if (mount->options.subpath && (!mount->options.subpath[0] || mount->options.subpath[0] == '/'))
		problem_set(problem, "mounts[%zu].options: 'subpath=%s' is no path relative to the source", index,
			    mount->options.subpath);
	if (mount->options.copy_up && !is_tmpfs(mount))
		problem_set(problem, "mounts[%zu].options: 'tmpcopyup' is for a tmpfs only", index);
}

static void check_mappings(const struct spec *spec, const struct mount *mount, size_t index,
			   struct problem *problem)
{
	char uid_key[64], gid_key[64];

	if (mount->options.idmap && !mount->uid_map.count && !mount->gid_map.count &&
	    !spec->namespace[NAMESPACE_USER].asked)
		problem_set(problem, "mounts[%zu].options: '%s' needs uidMappings and gidMappings beside "
			    "it, since the container has no user namespace to take them from", index,
			    mount->options.idmap_all ? "ridmap" : "idmap");
	if (!mount->uid_map.count && !mount->gid_map.count)
		return;
	(void)snprintf(uid_key, sizeof(uid_key), "mounts[%zu].uidMappings", index);
	(void)snprintf(gid_key, sizeof(gid_key), "mounts[%zu].gidMappings", index);
	spec_check_id_maps(&mount->uid_map, &mount->gid_map, uid_key, gid_key, problem);
}

void spec_check_mounts(const struct spec *spec, struct problem *problem)
{
	for (size_t i = 0; i < spec->mounts && !problem->found; i++) {
		const struct mount *mount = &spec->mount[i];

		check_destination(mount, i, problem);
		check_kind(mount, i, problem);
		check_mappings(spec, mount, i, problem);
	}
}
