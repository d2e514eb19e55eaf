/* build_root.c - the root of the container's mount tree: how it begins and how it ends.
 *
 * It begins as a copy of the tree at root.path, mounted in a mount namespace that no longer
 * passes anything back to the host. It ends masked, read-only where asked, and as "/".
 */
#include "plan/build.h"
#include "base/text.h"
#include <errno.h>
#include <linux/mount.h>
#include <string.h>

/* --- layers --- */

enum { MOUNT_OPTIONS_MAX = 4095 };	/* mount(2): a page, with its NUL */

static const char *layers_options(struct arena *arena, const struct plan_layers *layers)
{
	struct text options = text_new(arena);

	text_printf(&options, "%s%slowerdir=", layers->user_xattr ? "userxattr," : "",
		    layers->temporary ? "volatile," : "");
	for (size_t i = 0; i < layers->lower.count; i++)
		text_printf(&options, "%s%s", i ? ":" : "", layers->lower.at[i]);
	for (size_t i = 0; i < layers->data.count; i++)
		text_printf(&options, "::%s", layers->data.at[i]);
	text_printf(&options, ",upperdir=%s,workdir=%s", layers->upper, layers->work);
	return options.length <= MOUNT_OPTIONS_MAX ? options.at : NULL;
}

/* Within the idmapped mount of the layers, which the process is in by then: the path that the host has for it may not
 * be open to the ids of the container. */
static const char *path_within(struct builder *b, const char *path)
{
	size_t length = strlen(b->request->layers->from);

	if (build_has_hooks_before_root(b))
		problem_set(b->problem,
			    "hooks: root's container with ids of its own (linux.uidMappings) cannot have any that "
			    "look for its files at root.path, as those of CDI devices do");
	if (strncmp(path, b->request->layers->from, length) == 0 && path[length] == '/')
		return path + length + 1;
	problem_set(b->problem, "root.path: '%s' is not below '%s', where its layers are", path,
		    b->request->layers->from);
	return path;
}

static void add_layers(struct builder *b, const char *path)
{
	const struct plan_layers *layers = b->request->layers;

	if (layers)
		ADD_CONTAINER(b, STEP_MOUNT_LAYERS, "root.path",
			      .mount_layers = { path, layers, b->opened ? NULL : layers_options(b->arena, layers),
						b->layers, b->opened });
}

/* What the container's root may not reach is looked up before the process becomes that; overlayfs is made after it, so
 * that it works on the layers as that root. */
static void open_layers(struct builder *b, const char *path)
{
	if (build_has_hooks_before_root(b))
		problem_set(b->problem,
			    "hooks: an ordinary user's container without the user's own id (linux.uidMappings) cannot "
			    "have any that look for its files at root.path, as those of CDI devices do");
	if (!host_kernel_at_least(b->host, 6, 7))
		problem_set(b->problem,
			    "linux.uidMappings: this kernel is %u.%u: overlayfs takes the layers of a container "
			    "without the user's own id since Linux 6.7: map that id too, as --userns keep-id does",
			    b->host->kernel_major, b->host->kernel_minor);
	b->opened = b->next_slot++;
	ADD_CONTAINER(b, STEP_OPEN_LAYERS, "root.path", .open_layers = { b->opened, path, b->request->layers });
}

static void add_open_root(struct builder *b, const char *path)
{
	ADD_CONTAINER(b, STEP_OPEN_ROOT, "root.path",
		      .open_root = { path, build_has_hooks_before_root(b), b->layers, b->opened });
}

/* What the container gets of the user's is opened by who is still the user, and only then its root goes on. */
static void begin_strangers_root(struct builder *b, const char *path)
{
	build_open_streams(b);
	build_own_sources(b);
	if (!b->request->layers) {
		add_open_root(b, path);
		build_become_root(b);
		return;
	}
	open_layers(b, path);
	build_become_root(b);
	add_layers(b, path);
	add_open_root(b, path);
}

/* --- where it begins --- */

static bool passes_to_host(uint64_t propagation)
{
	return propagation & MS_SHARED;
}

void build_root_begin(struct builder *b)
{
	uint64_t asked = b->spec->rootfs_propagation;
	const char *why = asked ? "linux.rootfsPropagation" : NULL;
	const char *path = b->spec->root_path;

	/* "shared" is about what lies below the root: mounts that are bound from the host go on passing
	 * mount events both ways. Only the host's own root, on which the container's will be mounted, must
	 * not. Otherwise everything becomes a receiver at most, as with runc. */
	if (passes_to_host(asked))
		ADD_CONTAINER(b, STEP_SET_PROPAGATION, why, .propagation = { MS_PRIVATE, false });
	else
		ADD_CONTAINER(b, STEP_SET_PROPAGATION, why,
			      .propagation = { asked & MS_PRIVATE ? MS_PRIVATE : MS_SLAVE, true });
	if (path[0] != '/')
		path = arena_printf(b->arena, "%s/%s", b->request->bundle, path);
	if (b->layers)
		path = path_within(b, path);
	build_root_sources(b);
	if (b->stranger) {
		begin_strangers_root(b, path);
	} else {
		add_layers(b, path);
		add_open_root(b, path);
	}
	/* A copy of a shared mount is its peer: what is mounted in it would appear on the host. */
	if (passes_to_host(asked))
		ADD_CONTAINER(b, STEP_CHANGE_MOUNT, why,
			      .change_mount = { .target = "/",
						.change = { .propagation = MS_PRIVATE,
							    .propagation_all = true } });
}

static void add_masked(struct builder *b)
{
	const struct texts *masked = &b->spec->masked_paths;

	if (!masked->count)
		return;
	ADD_CONTAINER(b, STEP_OPEN_NULL, "linux.maskedPaths");
	ADD_CONTAINER(b, STEP_OPEN_EMPTY, "linux.maskedPaths");
	for (size_t i = 0; i < masked->count; i++)
		ADD_CONTAINER(b, STEP_MASK, arena_printf(b->arena, "linux.maskedPaths[%zu]", i),
			      .mask = { masked->at[i] });
}

static void add_readonly(struct builder *b)
{
	const struct texts *paths = &b->spec->readonly_paths;

	for (size_t i = 0; i < paths->count; i++)
		ADD_CONTAINER(b, STEP_MAKE_READONLY,
			      arena_printf(b->arena, "linux.readonlyPaths[%zu]", i),
			      .readonly = { paths->at[i] });
}

/* tmpfs mounts that others are mounted in are made writable first and read-only here. */
static void add_late_readonly(struct builder *b)
{
	for (size_t i = 0; i < b->spec->mounts; i++)
		if (build_mount_late_readonly(b, i))
			ADD_CONTAINER(b, STEP_CHANGE_MOUNT,
				      arena_printf(b->arena, "mounts[%zu].options", i),
				      .change_mount = {
					      .target = b->spec->mount[i].destination,
					      .change = { .set = MOUNT_ATTR_RDONLY } });
}

/* The working directory is made if it is missing, as runc does. */
static void add_cwd(struct builder *b)
{
	if (strcmp(b->spec->process.cwd, "/") != 0)
		ADD_CONTAINER(b, STEP_MAKE_PATH, "process.cwd", .tolerate = EROFS,
			      .make_path = { b->spec->process.cwd, 0755 });
}

static void add_root_readonly(struct builder *b)
{
	if (b->spec->root_readonly)
		ADD_CONTAINER(b, STEP_CHANGE_MOUNT, "root.readonly",
			      .change_mount = { .target = "/", .change = { .set = MOUNT_ATTR_RDONLY } });
}

/* Only now, since pivot_root(2) refuses a root that is shared. */
static void add_root_propagation(struct builder *b)
{
	uint64_t propagation = b->spec->rootfs_propagation & (MS_SHARED | MS_UNBINDABLE);

	if (propagation)
		ADD_CONTAINER(b, STEP_CHANGE_MOUNT, "linux.rootfsPropagation",
			      .change_mount = {
				      .target = "/",
				      .change = { .propagation = propagation,
						  .propagation_all = b->spec->rootfs_propagation_all } });
}

void build_root_end(struct builder *b)
{
	add_readonly(b);
	add_masked(b);
	add_cwd(b);
	add_late_readonly(b);
	add_root_readonly(b);
	if (b->request->no_pivot)
		ADD_CONTAINER(b, STEP_MOVE_ROOT, "root.path",
			      .move_root = { build_has_hooks_before_root(b) });
	else
		ADD_CONTAINER(b, STEP_PIVOT_ROOT, "root.path");
	add_root_propagation(b);
}
