/* tell_spec_mounts.c - mounts, maskedPaths and readonlyPaths of a config: see tell.h */
#include "xray/mounts.h"
#include "xray/parse.h"
#include "xray/shown.h"
#include "xray/tell.h"
#include <string.h>

static const char cgroup_root[] = "/sys/fs/cgroup";

static bool is_type(const struct xray_mount *mount, const char *type)
{
	return !strcmp(mount->type, type);
}

static bool is_cgroup(const struct xray_mount *mount)
{
	return is_type(mount, "cgroup") || is_type(mount, "cgroup2");
}

/* --- options --- */

static void put_flags(const struct xray_mount *mount, struct json_writer *json)
{
	const struct { bool is; const char *word; } flags[] = {
		{ mount->readonly || mount->super_readonly, "ro" },
		{ mount->nosuid, "nosuid" },
		{ mount->nodev, "nodev" },
		{ mount->noexec, "noexec" },
		{ xray_has_option(mount->options, "noatime"), "noatime" },
		{ xray_has_option(mount->options, "relatime"), "relatime" },
		{ xray_has_option(mount->options, "nosymfollow"), "nosymfollow" },
		{ mount->shared, "shared" },
		{ mount->master && !mount->shared, "slave" },
		{ mount->unbindable, "unbindable" },
	};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (flags[i].is)
			json_put_text(json, NULL, flags[i].word);
}

/* Owners are told as who looks has them: where the process has others, its own stand for them. */
static void put_data(const struct xray *xray, const struct xray_mount *mount, struct json_writer *json)
{
	static const struct { const char *type, *word; bool id; } words[] = {
		{ "tmpfs", "size", false },	{ "tmpfs", "nr_inodes", false },
		{ "tmpfs", "mode", false },	{ "tmpfs", "uid", true },
		{ "tmpfs", "gid", true },	{ "devpts", "gid", true },
		{ "devpts", "mode", false },	{ "devpts", "ptmxmode", false },
	};
	const bool others = xray_own_user(xray) && !xray->namespace[NAMESPACE_USER].caller;

	if (is_type(mount, "devpts"))
		json_put_text(json, NULL, "newinstance");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *value = is_type(mount, words[i].type) ?
					    xray_option(xray->arena, mount->super, words[i].word) : NULL;
		const char *at = value;
		uint64_t id;
		uint32_t inside;

		if (!value)
			continue;
		if (words[i].id && others) {
			const struct id_maps *maps = !strcmp(words[i].word, "uid") ? &xray->uids : &xray->gids;

			if (!xray_number(&at, 10, &id) || id > UINT32_MAX || !xray_inside(maps, (uint32_t)id, &inside))
				continue;
			value = arena_printf(xray->arena, "%u", inside);
		}
		json_put_text(json, NULL, arena_printf(xray->arena, "%s=%s", words[i].word, value));
	}
}

/* --- a mount --- */

static void put_mount(const struct xray *xray, const struct xray_mount *mount, const char *bound,
		      struct json_writer *json)
{
	/* In a user namespace one mount of a tree may not be taken without those on it (mount_namespaces(7)). */
	const char *bind = xray_own_user(xray) ? "rbind" : "bind";

	json_open_object(json, NULL);
	json_put_text(json, "destination", mount->target);
	json_put_text(json, "type", bound ? "bind" : mount->type);
	json_put_text(json, "source", bound ? bound : mount->source);
	json_open_array(json, "options");
	if (bound)
		json_put_text(json, NULL, bind);
	put_flags(mount, json);
	if (!bound)
		put_data(xray, mount, json);
	json_close(json);
	json_close(json);
}

/* One for all hierarchies, which the runtime makes as it finds them. */
static void put_cgroups(const struct xray_mount *mount, struct json_writer *json)
{
	json_open_object(json, NULL);
	json_put_text(json, "destination", cgroup_root);
	json_put_text(json, "type", "cgroup");
	json_put_text(json, "source", "cgroup");
	json_open_array(json, "options");
	put_flags(mount, json);
	json_close(json);
	json_close(json);
}

/* New ones show what the namespaces of who mounts them have. A sysfs of a network that it does not own cannot be
 * new. */
static bool is_of_kernel(const struct xray *xray, const struct xray_mount *mount)
{
	static const char *const types[] = { "proc", "sysfs", "mqueue", NULL };

	if (mount->host && xray_own_user(xray))
		return false;
	return !strcmp(mount->root, "/") && text_is_one_of(mount->type, types) &&
	       (!mount->host || !strcmp(mount->host, mount->target));
}

static bool is_new(const struct xray_mount *mount)
{
	static const char *const types[] = { "tmpfs", "devpts", NULL };

	return !mount->host && !strcmp(mount->root, "/") && text_is_one_of(mount->type, types);
}

/* --- all of them --- */

struct listing {
	const struct xray *xray;
	struct json_writer *json;
	struct text *warnings;
	bool *bound;			/* of each mount: it is of the host, by itself or with the one that it is on */
	bool cgroups;			/* they are in the list */
};

/* What is mounted on a tree that is bound as a whole comes with it. */
static bool comes_along(const struct listing *listing, const struct xray_mount *mount)
{
	const struct xray_mounts *mounts = &listing->xray->mounts;

	for (size_t i = 0; i < mounts->count && xray_own_user(listing->xray) && mount->host; i++) {
		const struct xray_mount *on = &mounts->at[i];
		const size_t length = strlen(on->target);

		if (on->id == mount->parent && listing->bound[i] && !strncmp(mount->target, on->target, length) &&
		    !strncmp(mount->host, on->host, strlen(on->host)))
			return !strcmp(mount->target + length, mount->host + strlen(on->host));
	}
	return false;
}

/* Each runtime makes these by itself (runtime-spec, config-linux.md, default devices). */
static bool is_usual_device(const struct xray_mount *mount)
{
	static const char *const devices[] = { "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom",
					       "/dev/tty", NULL };

	return mount->host && !strcmp(mount->host, mount->target) && text_is_one_of(mount->target, devices);
}

static void list_mount(struct listing *listing, size_t index)
{
	const struct xray *xray = listing->xray;
	const struct xray_mount *mount = &xray->mounts.at[index];

	if (comes_along(listing, mount)) {
		listing->bound[index] = true;
	} else if (xray_is_below(mount->target, cgroup_root) && (is_cgroup(mount) || is_type(mount, "tmpfs"))) {
		if (is_cgroup(mount) && !listing->cgroups)
			put_cgroups(mount, listing->json);
		listing->cgroups |= is_cgroup(mount);
	} else if (is_of_kernel(xray, mount) || is_new(mount)) {
		put_mount(xray, mount, NULL, listing->json);
	} else if (mount->host) {
		put_mount(xray, mount, mount->host, listing->json);
		listing->bound[index] = true;
	} else {
		text_printf(listing->warnings, "mounts: '%s' (%s) is nowhere on the host, so it is left out\n",
			    shown(xray->arena, mount->target), shown(xray->arena, mount->type));
	}
}

void xray_spec_mounts(const struct xray *xray, struct json_writer *json, struct text *warnings)
{
	const struct xray_mounts *mounts = &xray->mounts;
	struct listing listing = { xray, json, warnings, ARENA_ARRAY(xray->arena, mounts->count + 1, bool), false };

	json_open_array(json, "mounts");
	for (size_t i = 0; i < mounts->count; i++) {
		const struct xray_mount *mount = &mounts->at[i];

		if (!mount->masks && !mount->keeps && strcmp(mount->target, "/") != 0 && !is_usual_device(mount))
			list_mount(&listing, i);
	}
	json_close(json);
}

void xray_spec_paths(const struct xray *xray, struct json_writer *json)
{
	json_open_array(json, "maskedPaths");
	for (size_t i = 0; i < xray->mounts.count; i++)
		if (xray->mounts.at[i].masks)
			json_put_text(json, NULL, xray->mounts.at[i].target);
	json_close(json);
	json_open_array(json, "readonlyPaths");
	for (size_t i = 0; i < xray->mounts.count; i++)
		if (xray->mounts.at[i].keeps)
			json_put_text(json, NULL, xray->mounts.at[i].target);
	json_close(json);
}
