/* build_cgroup_mount.c - what the container sees of the cgroup file system.
 *
 * With a cgroup namespace it mounts its own, which shows its own cgroup as the root.
 * Without one it gets its part of the host's tree, read-only: a writable one would be
 * the host's (CVE-2023-25809).
 */
#include "plan/build.h"
#include <linux/mount.h>
#include <string.h>

static bool own_view(const struct builder *b)
{
	return b->spec->namespace[NAMESPACE_CGROUP].asked;
}

static struct mount_change change_of(const struct mount *mount, bool readonly)
{
	struct mount_change change = {
		.set = mount->options.set,
		.clear = mount->options.clear,
		.propagation = mount->options.propagation,
		.propagation_all = mount->options.propagation_all,
	};

	if (readonly) {
		change.set |= MOUNT_ATTR_RDONLY;
		change.clear &= ~(uint64_t)MOUNT_ATTR_RDONLY;
	}
	return change;
}

static void add_bind(struct builder *b, const struct mount *mount, const char *why, const char *source,
		     const char *target)
{
	ADD_CONTAINER(b, STEP_BIND, why,
		      .bind = { .source = source, .target = target, .change = change_of(mount, true) });
}

/* Where the host has what the container is to see of the hierarchy: its own cgroup, or the one that it stays in. */
static const char *host_path(struct builder *b, const struct host_cgroup *hierarchy)
{
	const struct cgroups *cgroups = &b->plan->cgroups;
	size_t length = strlen(hierarchy->mount);

	for (size_t i = 0; i < cgroups->count; i++)
		if (strncmp(cgroups->at[i].path, hierarchy->mount, length) == 0 && cgroups->at[i].path[length] == '/')
			return cgroups->at[i].path;
	return arena_printf(b->arena, "%s%s", hierarchy->mount,
			    !hierarchy->path || strcmp(hierarchy->path, "/") == 0 ? "" : hierarchy->path);
}

static void add_v2(struct builder *b, const struct mount *mount, const char *why,
		   const struct host_cgroup *hierarchy, const char *target)
{
	if (own_view(b))
		ADD_CONTAINER(b, STEP_MOUNT, why,
			      .mount = { .type = "cgroup2", .source = "cgroup", .target = target,
					 .data = &mount->options.data,
					 .change = change_of(mount, false) });
	else
		add_bind(b, mount, why, host_path(b, hierarchy), target);
}

/* "cpu,cpuacct" → the options cpu and cpuacct; "name=systemd" → none and name=systemd. */
static const struct pairs *hierarchy_options(struct builder *b, const char *controllers)
{
	struct pairs *data = ARENA_NEW(b->arena, struct pairs);
	char *words = arena_copy(b->arena, controllers, strlen(controllers));

	data->at = ARENA_ARRAY(b->arena, strlen(controllers) + 2, struct pair);
	if (strncmp(words, "name=", 5) == 0) {
		data->at[data->count++] = (struct pair){ "none", NULL };
		data->at[data->count++] = (struct pair){ "name", words + 5 };
		return data;
	}
	for (char *comma; words; words = comma) {
		comma = strchr(words, ',');
		if (comma)
			*comma++ = '\0';
		data->at[data->count++] = (struct pair){ words, NULL };
	}
	return data;
}

/* The last part of where the host has the hierarchy: "cpu,cpuacct", "systemd". */
static const char *hierarchy_name(const struct host_cgroup *hierarchy)
{
	const char *slash = strrchr(hierarchy->mount, '/');

	return slash ? slash + 1 : hierarchy->mount;
}

/* /sys/fs/cgroup/cpu -> cpu,cpuacct, as distributions have it. */
static void add_links(struct builder *b, const char *why, const char *base,
		      const struct host_cgroup *hierarchy)
{
	const char *name = hierarchy_name(hierarchy);
	char *words;

	if (!strchr(hierarchy->controllers, ',') || strcmp(hierarchy->controllers, name) != 0)
		return;
	words = arena_copy(b->arena, name, strlen(name));
	for (char *comma; words; words = comma) {
		comma = strchr(words, ',');
		if (comma)
			*comma++ = '\0';
		ADD_CONTAINER(b, STEP_MAKE_LINK, why,
			      .make_link = { name, arena_printf(b->arena, "%s/%s", base, words) });
	}
}

static void add_hierarchy(struct builder *b, const struct mount *mount, const char *why,
			  const struct host_cgroup *hierarchy)
{
	const char *base = mount->destination;
	const char *target = arena_printf(b->arena, "%s/%s", base, hierarchy_name(hierarchy));

	if (own_view(b))
		ADD_CONTAINER(b, STEP_MOUNT, why,
			      .mount = { .type = "cgroup", .source = "cgroup", .target = target,
					 .data = hierarchy_options(b, hierarchy->controllers),
					 .change = change_of(mount, false) });
	else
		add_bind(b, mount, why, host_path(b, hierarchy), target);
	add_links(b, why, base, hierarchy);
}

/* A folder of hierarchies, as the host's. It is made read-only once they are in it. */
static void add_v1(struct builder *b, const struct mount *mount, const char *why)
{
	static const struct pair mode[] = { { "mode", "755" } };
	struct pairs *data = ARENA_NEW(b->arena, struct pairs);
	struct mount_change change = change_of(mount, false);

	*data = (struct pairs){ ARENA_ARRAY(b->arena, 1, struct pair), 1 };
	data->at[0] = mode[0];
	change.set &= ~(uint64_t)MOUNT_ATTR_RDONLY;
	ADD_CONTAINER(b, STEP_MOUNT, why,
		      .mount = { .type = "tmpfs", .source = "tmpfs", .target = mount->destination,
				 .data = data, .change = change });
	for (size_t i = 0; i < b->host->hierarchies; i++) {
		const struct host_cgroup *hierarchy = &b->host->hierarchy[i];

		if (hierarchy->unified)
			add_v2(b, mount, why, hierarchy, arena_printf(b->arena, "%s/unified", mount->destination));
		else
			add_hierarchy(b, mount, why, hierarchy);
	}
	if (mount->options.set & MOUNT_ATTR_RDONLY)
		ADD_CONTAINER(b, STEP_CHANGE_MOUNT, why,
			      .change_mount = { .target = mount->destination,
						.change = { .set = MOUNT_ATTR_RDONLY } });
}

void build_cgroup_mount(struct builder *b, const struct mount *mount, const char *why)
{
	switch (b->host->hierarchies ? b->host->cgroup : CGROUP_NONE) {
	case CGROUP_V2:
		add_v2(b, mount, why, &b->host->hierarchy[0], mount->destination);
		return;
	case CGROUP_V1:
	case CGROUP_HYBRID:
		add_v1(b, mount, why);
		return;
	case CGROUP_NONE:
	case CGROUP_LAYOUTS:
		break;
	}
	problem_set(b->problem, "%s.type: no cgroup file system is mounted on /sys/fs/cgroup", why);
}
