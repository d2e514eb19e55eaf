/* build_mounts.c - mounts[], in their order.
 *
 * Three kinds: a new file system, a part of the host's tree (bind), a change of a mount
 * that is there (remount). Sources of binds are opened by the runtime where the container's
 * process may not reach them: with a user namespace it has no rights over the host's
 * directories, and idmapped mounts are for the host's root alone (mount_setattr(2)).
 */
#include "plan/build.h"
#include <errno.h>
#include <linux/mount.h>
#include <string.h>

static const char *why_mount(struct builder *b, size_t index)
{
	return arena_printf(b->arena, "mounts[%zu]", index);
}

static const char *source_path(struct builder *b, const struct mount *mount)
{
	if (!mount->source || mount->source[0] == '/')
		return mount->source;
	return arena_printf(b->arena, "%s/%s", b->request->bundle, mount->source);
}

/* For those who are told of it. */
static const char *whole_source(struct builder *b, const struct mount *mount)
{
	const char *source = source_path(b, mount);

	return source && mount->options.subpath ? arena_printf(b->arena, "%s/%s", source, mount->options.subpath) :
						  source;
}

static bool is_under(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	return strncmp(path, directory, length) == 0 && (path[length] == '/' || length == 1);
}

static bool is_tmpfs(const struct mount *mount)
{
	return mount->type && strcmp(mount->type, "tmpfs") == 0 && !mount->options.bind &&
	       !mount->options.remount;
}

/* Whether something has to be made in the mount after it was mounted. */
static bool is_written_later(const struct builder *b, size_t index)
{
	const char *destination = b->spec->mount[index].destination;

	if (strcmp(destination, "/dev") == 0)
		return true;
	for (size_t i = index + 1; i < b->spec->mounts; i++)
		if (is_under(b->spec->mount[i].destination, destination))
			return true;
	for (size_t i = 0; i < b->spec->devices; i++)
		if (is_under(b->spec->device[i].path, destination))
			return true;
	return false;
}

bool build_mount_late_readonly(const struct builder *b, size_t index)
{
	const struct mount *mount = &b->spec->mount[index];

	return is_tmpfs(mount) && (mount->options.set & MOUNT_ATTR_RDONLY) &&
	       (mount->options.copy_up || is_written_later(b, index));
}

static struct mount_change change_of(const struct mount_options *options)
{
	return (struct mount_change){
		.set = options->set,
		.clear = options->clear,
		.set_all = options->set_all,
		.clear_all = options->clear_all,
		.propagation = options->propagation,
		.propagation_all = options->propagation_all,
	};
}

/* --- sources that the runtime opens, before the container's process exists --- */

static bool is_idmapped(const struct mount *mount)
{
	return mount->options.idmap || mount->uid_map.count;
}

/* The slot of a mount's source: numbered in the order of the mounts that have one. */
static bool has_slot(const struct builder *b, const struct mount *mount)
{
	if (!mount->options.bind || mount->options.remount)
		return false;
	return is_idmapped(mount) || b->stranger ||
	       (host_privileged(b->host) && b->in_user && !b->host->user_namespace);
}

static void check_idmap(struct builder *b, const struct mount *mount, size_t index)
{
	const struct id_maps *uid = mount->uid_map.count ? &mount->uid_map : &b->spec->uid_map;

	if (!mount->options.bind)
		problem_set(b->problem, "mounts[%zu].options: 'idmap' is for bind mounts, this is a '%s'",
			    index, mount->type ? mount->type : "none");
	if (!uid->count)
		problem_set(b->problem,
			    "mounts[%zu].options: 'idmap' without uidMappings takes the container's, and it has "
			    "none: add mounts[%zu].uidMappings and gidMappings, or a user namespace",
			    index, index);
	if (!host_privileged(b->host))
		problem_set(b->problem,
			    "mounts[%zu]: an idmapped mount needs the rights of the host's root "
			    "(CAP_SYS_ADMIN)",
			    index);
}

static void open_source(struct builder *b, const struct mount *mount, size_t index)
{
	const char *why = why_mount(b, index);
	int mapping = SLOT_NONE;

	if (is_idmapped(mount)) {
		bool own = mount->uid_map.count > 0;

		check_idmap(b, mount, index);
		mapping = b->next_slot++;
		ADD_RUNTIME(b, STEP_NEW_ID_MAPPING, why,
			    .id_mapping = { mapping, own ? &mount->uid_map : &b->spec->uid_map,
					    own ? &mount->gid_map : &b->spec->gid_map });
	}
	ADD_RUNTIME(b, STEP_OPEN_SOURCE, why,
		    .open_source = { .slot = b->next_slot++,
				     .path = source_path(b, mount),
				     .all = mount->options.bind_all,
				     .id_mapping = mapping,
				     .id_mapping_all = mount->options.idmap_all,
				     .beneath = mount->options.subpath });
}

/* The layers belong to ids as their image has them, and are to be seen in the container as they are: by a mount
 * that shows them with the ids that the container's are on the host. Where it has the host's, or an ordinary user made
 * the files, they are right as they stand. */
static void open_layers(struct builder *b)
{
	int mapping;

	if (!b->request->layers || !b->spec->uid_map.count || !host_privileged(b->host))
		return;
	if (!host_kernel_at_least(b->host, 5, 19))
		problem_set(b->problem,
			    "linux.uidMappings: this kernel is %u.%u: overlayfs takes the layers of a container with "
			    "ids of its own since Linux 5.19", b->host->kernel_major, b->host->kernel_minor);
	mapping = b->next_slot++;
	b->layers = b->next_slot++;
	ADD_RUNTIME(b, STEP_NEW_ID_MAPPING, "linux.uidMappings",
		    .id_mapping = { mapping, &b->spec->uid_map, &b->spec->gid_map });
	ADD_RUNTIME(b, STEP_OPEN_SOURCE, "linux.uidMappings",
		    .open_source = { .slot = b->layers, .path = b->request->layers->from, .id_mapping = mapping });
}

/* All of the host: "/" in any spelling. */
static bool is_host_tree(const struct builder *b, const struct mount *mount)
{
	return mount->options.bind && mount->options.bind_all && !mount->options.remount && mount->source &&
	       mount->source[0] == '/' && !mount->source[strspn(mount->source, "/.")] &&
	       !strstr(mount->source, "..") && !has_slot(b, mount);
}

/* What the container's lane has to open, though it may reach it by its path too. */
static bool is_opened_first(const struct builder *b, const struct mount *mount)
{
	const bool beneath = mount->options.subpath && mount->options.bind && !mount->options.remount;

	return is_host_tree(b, mount) || (beneath && !has_slot(b, mount));
}

/* All of the host is opened before the container's root is mounted on top of "/": that mount would be a part of the
 * copy, and hide all of it. And what is meant beneath a source has no path that leads nowhere else. */
void build_root_sources(struct builder *b)
{
	b->root_slot = b->next_slot;
	for (size_t i = 0; i < b->spec->mounts; i++) {
		const struct mount *mount = &b->spec->mount[i];

		if (is_opened_first(b, mount))
			ADD_CONTAINER(b, STEP_OPEN_SOURCE, why_mount(b, i),
				      .open_source = { .slot = b->next_slot++,
						       .path = is_host_tree(b, mount) ? "/" : source_path(b, mount),
						       .all = mount->options.bind_all,
						       .beneath = mount->options.subpath });
	}
}

/* Where the container's ids are not those of the user, its root reaches nothing of the user's: what it gets is opened
 * in its namespaces by who is still the user there. */
void build_own_sources(struct builder *b)
{
	int slot = SLOT_SOURCES;

	for (size_t i = 0; i < b->spec->mounts; i++) {
		const struct mount *mount = &b->spec->mount[i];

		if (!has_slot(b, mount))
			continue;
		ADD_CONTAINER(b, STEP_OPEN_SOURCE, why_mount(b, i),
			      .open_source = { .slot = slot, .path = source_path(b, mount),
					       .all = mount->options.bind_all, .beneath = mount->options.subpath });
		slot++;
	}
}

void build_sources(struct builder *b)
{
	for (size_t i = 0; i < b->spec->mounts; i++) {
		const struct mount *mount = &b->spec->mount[i];

		if (has_slot(b, mount) && b->stranger && !is_idmapped(mount))
			b->next_slot++;		/* build_own_sources() */
		else if (has_slot(b, mount))
			open_source(b, mount, i);
		else if (is_idmapped(mount))
			check_idmap(b, mount, i);
	}
	open_layers(b);
}

/* --- the mounts --- */

/* `slot` runs along with build_sources(). */
static void add_bind(struct builder *b, const struct mount *mount, size_t index, int *slot)
{
	struct step step = {
		.kind = STEP_BIND,
		.lane = LANE_CONTAINER,
		.why = why_mount(b, index),
		.bind = { .source = whole_source(b, mount),
			  .target = mount->destination,
			  .all = mount->options.bind_all,
			  .change = change_of(&mount->options) },
	};

	if (!mount->source)
		problem_set(b->problem, "mounts[%zu].source: a bind mount needs one", index);
	if (has_slot(b, mount)) {
		*slot += is_idmapped(mount);
		step.bind.slot = (*slot)++;
		/* It comes from the host's mount namespace, where it may be shared. */
		if (!step.bind.change.propagation && !(b->spec->rootfs_propagation & MS_SHARED)) {
			step.bind.change.propagation = MS_SLAVE;
			step.bind.change.propagation_all = true;
		}
	}
	if (is_opened_first(b, mount))
		step.bind.slot = b->root_slot++;
	plan_add(b->plan, step);
}

/* linux.mountLabel goes to file systems that keep labels in memory of their own. */
static bool takes_label(const char *type)
{
	static const char *const without[] = { "proc", "sysfs", "cgroup", "cgroup2", "mqueue", "devpts" };

	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++)
		if (strcmp(type, without[i]) == 0)
			return false;
	return true;
}

/* Every devpts is an instance of its own since Linux 4.7; the word is still in every config. */
static const struct pairs *without_newinstance(struct builder *b, const struct pairs *data)
{
	struct pairs *rest = ARENA_NEW(b->arena, struct pairs);

	rest->at = ARENA_ARRAY(b->arena, data->count, struct pair);
	for (size_t i = 0; i < data->count; i++)
		if (strcmp(data->at[i].key, "newinstance") != 0)
			rest->at[rest->count++] = data->at[i];
	return rest;
}

static const struct pairs *mount_data(struct builder *b, const struct mount *mount)
{
	const struct pairs *data = &mount->options.data;
	struct pairs *labelled;

	if (strcmp(mount->type, "devpts") == 0)
		return without_newinstance(b, data);
	if (!b->spec->mount_label || !b->host->selinux || !takes_label(mount->type))
		return data;
	labelled = ARENA_NEW(b->arena, struct pairs);
	labelled->at = ARENA_ARRAY(b->arena, data->count + 1, struct pair);
	if (data->count)
		memcpy(labelled->at, data->at, data->count * sizeof(*data->at));
	labelled->at[data->count] = (struct pair){ "context", b->spec->mount_label };
	labelled->count = data->count + 1;
	return labelled;
}

static void add_file_system(struct builder *b, const struct mount *mount, size_t index)
{
	struct mount_change change = change_of(&mount->options);
	const char *why = why_mount(b, index);

	if (build_mount_late_readonly(b, index))
		change.set &= ~(uint64_t)MOUNT_ATTR_RDONLY;
	if (mount->options.copy_up)
		ADD_CONTAINER(b, STEP_HOLD_DIRECTORY, why, .tolerate = ENOENT,
			      .hold = { SLOT_HELD, mount->destination });
	ADD_CONTAINER(b, STEP_MOUNT, why,
		      .mount = { .type = mount->type,
				 .source = mount->source && *mount->source ? mount->source : "none",
				 .target = mount->destination,
				 .data = mount_data(b, mount),
				 .change = change });
	if (mount->options.copy_up)
		ADD_CONTAINER(b, STEP_COPY_UP, why, .copy_up = { SLOT_HELD, mount->destination });
}

static void add_remount(struct builder *b, const struct mount *mount, size_t index)
{
	bool reconfigure = !mount->options.bind && mount->options.data.count;

	ADD_CONTAINER(b, STEP_CHANGE_MOUNT, why_mount(b, index),
		      .change_mount = { .target = mount->destination,
					.data = reconfigure ? &mount->options.data : NULL,
					.change = change_of(&mount->options) });
}

static bool is_cgroup(const struct mount *mount)
{
	return mount->type &&
	       (strcmp(mount->type, "cgroup") == 0 || strcmp(mount->type, "cgroup2") == 0);
}

void build_mounts(struct builder *b)
{
	int slot = SLOT_SOURCES;

	for (size_t i = 0; i < b->spec->mounts; i++) {
		const struct mount *mount = &b->spec->mount[i];

		if (mount->options.remount)
			add_remount(b, mount, i);
		else if (mount->options.bind)
			add_bind(b, mount, i, &slot);
		else if (is_cgroup(mount))
			build_cgroup_mount(b, mount, why_mount(b, i));
		else if (mount->type)
			add_file_system(b, mount, i);
		else
			problem_set(b->problem,
				    "mounts[%zu].type: is needed where the options have neither 'bind' nor "
				    "'rbind'",
				    i);
	}
}
