/* mounts.c - see mounts.h */
#include "xray/mounts.h"
#include <string.h>

bool xray_is_below(const char *path, const char *folder)
{
	const size_t length = strcmp(folder, "/") ? strlen(folder) : 0;

	return !strncmp(path, folder, length) && (!path[length] || path[length] == '/');
}

bool xray_mounts_have(const struct xray_mounts *mounts, uint64_t id)
{
	for (size_t i = 0; i < mounts->count; i++)
		if (mounts->at[i].id == id)
			return true;
	return false;
}

/* The one that all others are in. */
static const struct xray_mount *find_first(const struct xray_mounts *mounts)
{
	for (size_t i = 0; i < mounts->count; i++) {
		const struct xray_mount *mount = &mounts->at[i];

		if (!strcmp(mount->target, "/") &&
		    (mount->parent == mount->id || !xray_mounts_have(mounts, mount->parent)))
			return mount;
	}
	return NULL;
}

/* On the way from a mount to the path: the first mount that one meets. */
static const struct xray_mount *find_next(const struct xray_mounts *mounts, const struct xray_mount *from,
					  const char *path)
{
	const struct xray_mount *next = NULL;

	for (size_t i = 0; i < mounts->count; i++) {
		const struct xray_mount *mount = &mounts->at[i];

		if (mount->parent == from->id && mount->id != from->id && xray_is_below(path, mount->target) &&
		    (!next || strlen(mount->target) < strlen(next->target)))
			next = mount;
	}
	return next;
}

/* What is mounted on a mount has it as its parent (proc_pid_mountinfo(5)). */
const struct xray_mount *xray_mount_of(const struct xray_mounts *mounts, const char *path)
{
	const struct xray_mount *found = find_first(mounts), *next = found;

	for (size_t i = 0; next && i < mounts->count; i++) {
		found = next;
		next = find_next(mounts, found, path);
	}
	return found;
}

bool xray_mount_has_below(const struct xray_mounts *mounts, const struct xray_mount *mount)
{
	for (size_t i = 0; i < mounts->count; i++)
		if (mounts->at[i].parent == mount->id && mounts->at[i].id != mount->id)
			return true;
	return false;
}

/* A file is masked by /dev/null, a directory by an empty tmpfs that is read-only; systemd has places of its own for
 * what is inaccessible (systemd.exec(5)). */
static bool masks(const struct xray_mounts *mounts, const struct xray_mount *mount)
{
	const char *const null = strrchr(mount->root, '/');

	if (!strcmp(mount->target, "/") || xray_is_below(mount->target, "/dev"))
		return false;
	if (null && !strcmp(null, "/null") && (!strcmp(mount->type, "devtmpfs") || !strcmp(mount->type, "tmpfs")))
		return true;
	if (strstr(mount->root, "/systemd/inaccessible/"))
		return true;
	return !strcmp(mount->type, "tmpfs") && mount->readonly && !strcmp(mount->root, "/") &&
	       !xray_mount_has_below(mounts, mount);
}

/* "/proc/sys" of the same proc that "/proc" is. */
static bool keeps(const struct xray_mounts *mounts, const struct xray_mount *mount)
{
	const bool kernel = !strcmp(mount->type, "proc") || !strcmp(mount->type, "sysfs");

	if (!kernel || !mount->readonly || !strcmp(mount->root, "/"))
		return false;
	for (size_t i = 0; i < mounts->count; i++) {
		const struct xray_mount *whole = &mounts->at[i];

		if (whole->id == mount->parent && whole->major == mount->major && whole->minor == mount->minor)
			return true;
	}
	return false;
}

static bool is_covered(const struct xray_mounts *mounts, const struct xray_mount *mount)
{
	const struct xray_mount *top = xray_mount_of(mounts, mount->target);

	return top && top != mount;
}

static bool escapes(const struct xray_mount *mount, const struct xray_mounts *host)
{
	for (size_t i = 0; mount->shared && i < host->count; i++)
		if (host->at[i].shared == mount->shared)
			return true;
	return false;
}

/* A mount of the host's with the same file system shows the same files, if it begins at them or above. */
static const char *find_on_host(struct arena *arena, const struct xray_mount *mount, const struct xray_mounts *host)
{
	const struct xray_mount *best = NULL;
	const char *below;

	for (size_t i = 0; i < host->count; i++) {
		const struct xray_mount *other = &host->at[i];

		if (other->major == mount->major && other->minor == mount->minor &&
		    xray_is_below(mount->root, other->root) && (!best || strlen(other->root) > strlen(best->root)))
			best = other;
	}
	if (!best)
		return NULL;
	below = mount->root + (strcmp(best->root, "/") ? strlen(best->root) : 0);
	if (!strcmp(below, "/"))
		below = "";
	if (!strcmp(best->target, "/") && *below)
		return below;
	return arena_printf(arena, "%s%s", best->target, below);
}

void xray_judge_mounts(struct arena *arena, struct xray_mounts *mounts, const struct xray_mounts *host)
{
	for (size_t i = 0; i < mounts->count; i++) {
		struct xray_mount *mount = &mounts->at[i];

		mount->masks = masks(mounts, mount);
		mount->keeps = !mount->masks && keeps(mounts, mount);
		mount->covered = is_covered(mounts, mount);
		mount->escapes = escapes(mount, host);
		mount->host = find_on_host(arena, mount, host);
	}
}
