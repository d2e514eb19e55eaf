/* attributes.c - owner, mode, extended attributes and times, in the order in which they don't undo each other: a
 * change of the owner takes special modes and capabilities away. See layer.h.
 *
 * Attributes of overlayfs in an archive are left out: they would speak of layers of another machine
 * (trusted.overlay.redirect), or make this one lie. So is what the kernel does not take (trusted., labels of a
 * security module that is not there, user. on links), as with other engines, but never a capability of a file.
 */
#include "unpack/layer.h"
#include "base/sys_file.h"
#include "base/fd.h"
#include <string.h>

static const char capability[] = "security.capability", acl_default[] = "system.posix_acl_default";

static bool is_overlays(const char *name)
{
	return strncmp(name, "user.overlay.", 13) == 0 || strncmp(name, "trusted.overlay.", 16) == 0;
}

static bool set_owner(struct layer *layer, int dir, const char *name, const struct tar_entry *entry)
{
	int error;

	if (entry->uid == layer->uid && entry->gid == layer->gid)
		return true;
	error = sys_fchownat(dir, name, entry->uid, entry->gid, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW);
	if (error == -EINVAL && layer->squash) {
		/* One of the two may have a place. */
		error = sys_fchownat(dir, name, entry->uid, 0, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW);
		if (error == -EINVAL)
			error = sys_fchownat(dir, name, 0, entry->gid, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW);
		if (error == -EINVAL)
			error = sys_fchownat(dir, name, 0, 0, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW);
	}
	if (error == -EINVAL)
		return fail(layer->failure, UNPACK_ID, layer->entry,
			    "it belongs to uid %u and gid %u, of which one has no place in the user namespace",
					entry->uid,
			    entry->gid);
	return !error || fail_call(layer->failure, error, layer->entry, "change its owner");
}

/* The attribute was set or may be missing. */
static bool told(struct layer *layer, int error, const char *name)
{
	bool may_miss = error == -ENOTSUP || error == -EPERM || error == -EINVAL;

	if (!error || (may_miss && strcmp(name, capability) != 0))
		return true;
	return fail(layer->failure, error == -ENOSPC || error == -EDQUOT ? UNPACK_SPACE : UNPACK_FILE, layer->entry,
		    "cannot set the attribute %s: %s", name, strerror(-error));
}

static bool set_xattrs(struct layer *layer, int fd, const struct tar_entry *entry, const char *but)
{
	for (size_t i = 0; i < entry->xattr_count; i++) {
		const struct tar_xattr *xattr = &entry->xattrs[i];

		if (is_overlays(xattr->name) || (but && strcmp(xattr->name, but) == 0))
			continue;
		if (!told(layer, sys_fsetxattr(fd, xattr->name, xattr->value, xattr->size), xattr->name))
			return false;
	}
	return true;
}

/* No call takes a descriptor and a name before Linux 6.13. */
static bool set_xattrs_at(struct layer *layer, const char *name, const struct tar_entry *entry)
{
	int error = entry->xattr_count ? sys_fchdir(walk_fd(layer)) : 0;

	if (error)
		return fail_call(layer->failure, error, layer->entry, "enter its directory");
	for (size_t i = 0; i < entry->xattr_count; i++) {
		const struct tar_xattr *xattr = &entry->xattrs[i];

		if (!is_overlays(xattr->name) &&
		    !told(layer, sys_lsetxattr(name, xattr->name, xattr->value, xattr->size), xattr->name))
			return false;
	}
	return true;
}

static struct timespec time_of(struct tar_time time)
{
	return (struct timespec){ time.seconds, time.nanoseconds };
}

static bool set_times(struct layer *layer, int dir, const char *name, struct tar_time atime, struct tar_time mtime)
{
	struct timespec times[2] = { time_of(atime), time_of(mtime) };
	int error = sys_utimensat(dir, name, times, name ? AT_SYMLINK_NOFOLLOW : 0);

	return !error || fail_call(layer->failure, error, layer->entry, "set its times");
}

bool attributes_set(struct layer *layer, int fd, const struct tar_entry *entry)
{
	int error;

	if (!set_owner(layer, fd, "", entry))
		return false;
	error = entry->mode & ~0777U ? sys_fchmod(fd, entry->mode) : 0;
	if (error)
		return fail_call(layer->failure, error, layer->entry, "change its mode");
	return set_xattrs(layer, fd, entry, NULL) &&
	       set_times(layer, fd, NULL, entry->has_atime ? entry->atime : entry->mtime, entry->mtime);
}

bool attributes_set_at(struct layer *layer, const char *name, const struct tar_entry *entry)
{
	int dir = walk_fd(layer), error = 0;

	if (!set_owner(layer, dir, name, entry))
		return false;
	if (entry->kind != TAR_SYMBOLIC_LINK && entry->mode & ~0777U)
		error = sys_fchmodat(dir, name, entry->mode);
	if (error)
		return fail_call(layer->failure, error, layer->entry, "change its mode");
	return set_xattrs_at(layer, name, entry) &&
	       set_times(layer, dir, name, entry->has_atime ? entry->atime : entry->mtime, entry->mtime);
}

static const struct tar_xattr *find_acl(const struct tar_entry *entry)
{
	for (size_t i = 0; i < entry->xattr_count; i++)
		if (strcmp(entry->xattrs[i].name, acl_default) == 0)
			return &entry->xattrs[i];
	return NULL;
}

bool attributes_set_directory(struct layer *layer, int fd, const struct tar_entry *entry, bool is_new)
{
	const struct tar_xattr *acl = find_acl(entry);
	struct directory *directory;
	char path[PATH_MAX];
	bool ignored;
	int error = 0;

	if (!walk_path(layer, "", path))
		return false;
	if (is_new ? !set_owner(layer, fd, "", entry) :
	    sys_fchownat(fd, "", entry->uid, entry->gid, AT_EMPTY_PATH) != 0 && !set_owner(layer, fd, "", entry))
		return false;
	if (!is_new)
		error = sys_fchmod(fd, entry->mode & 0777);
	if (error)
		return fail_call(layer->failure, error, layer->entry, "change its mode");
	directory = directories_add(&layer->directories, path, &ignored);
	layer->directories.implied -= directory->implied;
	directory->implied = false;
	directory->mtime = entry->mtime;
	directory->atime = entry->has_atime ? entry->atime : entry->mtime;
	directory->mode = (uint16_t)entry->mode;
	directory->acl_size = acl ? (uint32_t)acl->size : 0;
	directory->acl = acl ? arena_copy(layer->arena, acl->value, acl->size) : NULL;
	layer->directories.bytes += directory->acl_size;
	if (layer->directories.bytes > LAYER_TABLE)
		return fail(layer->failure, UNPACK_LIMIT, layer->entry, "there are too many directories");
	return set_xattrs(layer, fd, entry, acl_default);
}

static bool finish_directory(struct layer *layer, const struct directory *directory)
{
	const char *path = *directory->path ? directory->path : ".";
	int error = 0;

	layer->entry = directory->path;
	if (directory->mode & ~0777U)
		error = sys_fchmodat(layer->root, path, directory->mode);
	if (error)
		return fail_call(layer->failure, error, layer->entry, "change its mode");
	if (directory->acl && sys_fchdir(layer->root) == 0 &&
	    !told(layer, sys_lsetxattr(path, acl_default, directory->acl, directory->acl_size), acl_default))
		return false;
	return set_times(layer, layer->root, path, directory->atime, directory->mtime);
}

bool layer_finish(struct layer *layer)
{
	for (const struct directory *at = layer->directories.newest; at; at = at->next)
		if (!at->implied && !finish_directory(layer, at))
			return false;
	return true;
}
