/* why_mount.c - causes of failures in the mount tree. */
#include "show/why.h"
#include <errno.h>
#include <string.h>

#define SOURCE_LOST "create it, or correct the path"
#define LOCKED \
	"in a user namespace, attributes that a mount of the host has (ro, nosuid, nodev, noexec, atime) cannot be " \
	"taken away: add the same words to the options"
#define CAP_MOUNT \
	"it needs CAP_SYS_ADMIN in the user namespace that the mount namespace belongs to, and no security " \
	"module may be against it (dmesg)"

const struct cause mount_causes[] = {
	/* the root */
	{ STEP_MOUNT_LAYERS, ENOENT, ANY, "a layer of the image, or the container's own folder, is not there",
	  "they are below @source: pull the image again, or make the container anew" },
	{ STEP_OPEN_LAYERS, ENOENT, ANY, "a layer of the image, or the container's own folder, is not there",
	  "they are below @source: pull the image again, or make the container anew" },
	{ STEP_OPEN_LAYERS, EACCES, ANY, "@source cannot be reached", "it must be open to the user who runs this" },
	{ STEP_OPEN_LAYERS, ENODEV, ANY, "this kernel has no overlayfs", "load its module (modprobe overlay)" },
	{ STEP_OPEN_LAYERS, EPERM, ANY, "mounting an overlayfs is not allowed", CAP_MOUNT },
	{ STEP_OPEN_LAYERS, EINVAL, ANY, "@source cannot be the layers of the container",
	  "they must be directories that overlayfs takes" },
	{ STEP_MOUNT_LAYERS, ENODEV, ANY, "this kernel has no overlayfs", "load its module (modprobe overlay)" },
	{ STEP_MOUNT_LAYERS, EPERM, ANY, "mounting an overlayfs is not allowed", CAP_MOUNT },
	{ STEP_MOUNT_LAYERS, EINVAL, SUBJECT_OPTION, "this kernel does not take so many layers",
	  "more than some fifty need Linux 6.7" },
	{ STEP_MOUNT_LAYERS, EINVAL, ANY, "@source cannot hold what containers change",
	  "overlayfs wants a file system with extended attributes and d_type there, which is no overlayfs itself" },
	{ STEP_MOUNT_LAYERS, EBUSY, ANY, "the container's changes are in use by another mount",
	  "it may be running, or being looked at, at this moment" },
	{ STEP_MOUNT_LAYERS, ESTALE, ANY, "the container's changes were made over other layers",
	  "make the container anew" },
	{ STEP_MOUNT_LAYERS, E2BIG, ANY, "there are too many layers", "overlayfs takes 500" },
	{ STEP_OPEN_ROOT, ENOENT, SUBJECT_SOURCE, "@source does not exist on the host",
	  "the bundle must hold the root file system there" },
	{ STEP_OPEN_ROOT, ENOTDIR, ANY, "@source is no folder", "it must be the directory that becomes '/'" },
	{ STEP_OPEN_ROOT, EACCES, ANY, "@source cannot be reached",
	  "each directory above it must be open (chmod o+x) to the ids that the container is mapped to" },
	{ STEP_OPEN_ROOT, ELOOP, ANY, "@source leads through too many symbolic links", NULL },
	{ STEP_OPEN_ROOT, EPERM, ANY, "mounting @source on '/' is not allowed", CAP_MOUNT },
	{ STEP_OPEN_ROOT, EINVAL, ANY, "@source cannot be mounted on '/'",
	  "it is in a mount that is locked or unbindable (findmnt -o TARGET,PROPAGATION)" },
	{ STEP_PIVOT_ROOT, EINVAL, ANY, "pivot_root(2) cannot leave the host's root",
	  "where the system runs from a ramdisk, use the option '--no-pivot'" },
	{ STEP_PIVOT_ROOT, EPERM, ANY, "changing the root is not allowed", CAP_MOUNT },
	{ STEP_PIVOT_ROOT, EBUSY, ANY, "the new root is the root already", NULL },
	{ STEP_SET_PROPAGATION, EPERM, ANY, "changing how mounts are passed on is not allowed", CAP_MOUNT },
	{ STEP_SET_PROPAGATION, EINVAL, ANY, "'/' of the host is no mount",
	  "the runtime itself runs in a chroot: mount its root on itself first (mount --bind / /)" },

	/* new file systems */
	{ STEP_MOUNT, ENODEV, SUBJECT_STEP, "this kernel has no file system @type",
	  "correct the type, or load its module on the host (modprobe)" },
	{ STEP_MOUNT, EPERM, SUBJECT_STEP, "mounting a new @type is not allowed here",
	  "an ordinary user may mount only some types (proc, sysfs, tmpfs, devpts, mqueue, cgroup2, overlay, fuse), "
	  "proc only with a new pid namespace, sysfs with a new network namespace, and neither where the host "
	  "has covered parts of its own; bind the host's instead" },
	{ STEP_MOUNT, EACCES, SUBJECT_STEP, "mounting @type is refused",
	  "a security module of the host is against it (dmesg)" },
	{ STEP_MOUNT, EBUSY, SUBJECT_STEP, "@source is in use, or mounted with other options", NULL },
	{ STEP_MOUNT, EINVAL, SUBJECT_STEP, "the kernel does not mount @type with these options", NULL },
	{ STEP_MOUNT, ENOENT, SUBJECT_STEP, "a path in the options or @source does not exist", SOURCE_LOST },
	{ STEP_MOUNT, ENOTBLK, ANY, "@source is no block device", "@type is read from one" },
	{ STEP_MOUNT, ENOMEM, ANY, "there is not enough memory for @type", NULL },
	{ STEP_MOUNT, ENOSPC, ANY, "a limit on mounts is reached", "see /proc/sys/fs/mount-max" },
	{ STEP_MOUNT, EINVAL, SUBJECT_OPTION, "@type does not know the option @option, or not with this value",
	  NULL },
	{ STEP_MOUNT, EPERM, SUBJECT_OPTION, "the option @option of @type is not allowed here",
	  "some options are for the host's root alone" },
	{ STEP_MOUNT, EOVERFLOW, SUBJECT_OPTION, "the option @option names an id that is not mapped",
	  "add it to linux.uidMappings or linux.gidMappings" },
	{ STEP_MOUNT, ENOENT, SUBJECT_OPTION, "the option @option names a path that does not exist", NULL },
	{ STEP_MOUNT, E2BIG, ANY, "the options are longer than the kernel takes (one page)", NULL },
	{ STEP_MOUNT, ENOTDIR, SUBJECT_TARGET, "@target is no folder, or a symbolic link leads to it",
	  "where proc and sysfs are mounted there must be a real directory in the image" },

	/* bind mounts */
	{ STEP_BIND, ENOENT, SUBJECT_SOURCE, "@source does not exist on the host", SOURCE_LOST },
	{ STEP_OPEN_SOURCE, ENOENT, ANY, "@source does not exist on the host", SOURCE_LOST },
	{ STEP_BIND, ENOTDIR, SUBJECT_SOURCE, "a part of the path @source is a file", SOURCE_LOST },
	{ STEP_OPEN_SOURCE, ENOTDIR, SUBJECT_SOURCE, "a part of the path @source is a file", SOURCE_LOST },
	{ STEP_BIND, EACCES, SUBJECT_SOURCE, "@source cannot be reached by the container's process",
	  "each directory above it must be open (chmod o+x) to it" },
	{ STEP_OPEN_SOURCE, EACCES, SUBJECT_SOURCE, "@source cannot be reached",
	  "each directory above it must be open (chmod o+x) to the caller" },
	{ STEP_BIND, EINVAL, SUBJECT_SOURCE, "@source cannot be bound",
	  "its mount is unbindable, or a mount below it must stay covered: try 'rbind'" },
	{ STEP_OPEN_SOURCE, EINVAL, SUBJECT_SOURCE, "@source cannot be bound",
	  "its mount is unbindable, or its file system does not know idmapped mounts" },
	{ STEP_OPEN_SOURCE, EINVAL, SUBJECT_OPTION, "the file system of @source does not know idmapped mounts",
	  "ext4, xfs, btrfs, and tmpfs since Linux 6.3 do: have it on one of these" },
	{ STEP_OPEN_SOURCE, EPERM, SUBJECT_OPTION, "the ids of @source cannot be mapped",
	  "an idmapped mount needs CAP_SYS_ADMIN where the file system was mounted" },
	{ STEP_BIND, EPERM, SUBJECT_OPTION, "the attributes of @source cannot be changed so", LOCKED },
	{ STEP_BIND, ENOTDIR, SUBJECT_TARGET, "@source is a folder and @target is a file",
	  "a folder can only be bound to a folder" },
	{ STEP_BIND, EISDIR, SUBJECT_TARGET, "@source is a file and @target is a folder",
	  "a file can only be bound to a file" },

	/* changes of mounts */
	{ STEP_CHANGE_MOUNT, EINVAL, ANY, "@target is no mount, or does not take this change",
	  "it must have been mounted by an earlier entry of mounts" },
	{ STEP_CHANGE_MOUNT, EPERM, ANY, "the mount at @target may not be changed so", LOCKED },
	{ STEP_CHANGE_MOUNT, EBUSY, ANY, "@target is in use: a file in it is open for writing", NULL },
	{ STEP_MAKE_READONLY, EPERM, ANY, "@target may not be made read-only", CAP_MOUNT },
	{ STEP_MAKE_READONLY, EINVAL, ANY, "@target cannot be mounted on itself",
	  "its mount is unbindable, or a mount below it must stay covered" },
	{ STEP_MASK, EINVAL, ANY, "@target cannot be covered", NULL },
	{ STEP_OPEN_NULL, ENOENT, ANY, "the host has no '/dev/null'", "covering files needs it (mknod -m 666)" },
	{ STEP_OPEN_NULL, ENODEV, ANY, "'/dev/null' of the host is not the null device",
	  "somebody has replaced it: make it anew (mknod -m 666 /dev/null c 1 3)" },
	{ STEP_OPEN_PROC, ENODEV, ANY, "'/proc' of the host is not a procfs", "mount one there" },
	{ STEP_OPEN_PROC, EPERM, ANY, "a procfs of its own is not allowed here, nor is a copy of the host's",
	  CAP_MOUNT },
	{ STEP_NEW_ID_MAPPING, EPERM, ANY, "the maps of an idmapped mount cannot be made",
	  "it needs a user namespace and the rights of the host's root" },
	{ STEP_NEW_ID_MAPPING, EINVAL, ANY, "the kernel does not take the maps",
	  "entries must not overlap, and at most 340 are taken" },

	/* tmpcopyup */
	{ STEP_COPY_UP, ENOSPC, ANY, "the files of @target do not fit into the tmpfs", "raise its size=" },
	{ STEP_COPY_UP, ELOOP, ANY, "the directories of @target are nested too deep to be copied (64)", NULL },
	{ STEP_COPY_UP, EINVAL, ANY, "a file in @target belongs to an id that is not mapped",
	  "map it, or leave out 'tmpcopyup'" },
	{ STEP_COPY_UP, EOVERFLOW, ANY, "a file in @target belongs to an id that is not mapped",
	  "map it, or leave out 'tmpcopyup'" },

	/* devices and links */
	{ STEP_MAKE_DEVICE, EPERM, ANY, "making the device @target is not allowed",
	  "it needs CAP_MKNOD on the host; in a user namespace the host's device is bound instead" },
	{ STEP_MAKE_DEVICE, EEXIST, ANY, "@target is in the image already, and is another thing",
	  "take it out of the image, or mount a tmpfs on '/dev'" },
	{ STEP_MAKE_LINK, EEXIST, ANY, "@target exists already", NULL },
	{ STEP_BIND_CONSOLE, EEXIST, ANY, "@target exists already, and is no file",
	  "take it out of the image, or mount a tmpfs on '/dev'" },

	/* targets of whatever kind: rows of their own come before */
	{ ANY, ELOOP, SUBJECT_TARGET, "@target leads through too many symbolic links, or one where none may be",
	  "make it a real directory in the image" },
	{ ANY, EXDEV, SUBJECT_TARGET, "@target leads out of the root file system", NULL },
	{ ANY, ENOTDIR, SUBJECT_TARGET, "a part of the path @target is no folder", "it is a file in the image" },
	{ ANY, EISDIR, SUBJECT_TARGET, "@target is a folder, a file is needed", NULL },
	{ ANY, EROFS, SUBJECT_TARGET, "@target cannot be made: it is in a read-only file system",
	  "put it into the image, or leave out 'ro' of the mount that it is in" },
	{ ANY, ENOSPC, SUBJECT_TARGET, "no space is left to make @target", NULL },
	{ ANY, EDQUOT, SUBJECT_TARGET, "the quota is used up: @target cannot be made", NULL },
	{ ANY, EACCES, SUBJECT_TARGET, "@target cannot be reached or made",
	  "the directory that it is in belongs to an id that is not mapped, or is closed to this one" },
	{ ANY, ENAMETOOLONG, SUBJECT_TARGET, "@target is too long for a path", NULL },
	{ ANY, EOVERFLOW, SUBJECT_TARGET, "@target would belong to an id that is not mapped",
	  "the owner of the directory must be in linux.uidMappings and gidMappings" },
	{ 0, 0, 0, NULL, NULL }
};

const char *why_type(const struct step *step)
{
	switch ((int)step->kind) {
	case STEP_MOUNT: return step->mount.type;
	case STEP_MAKE_BRIDGE: return "bridge";
	case STEP_ADD_LINK: return words_link_kind(step->add_link.link);
	}
	return NULL;
}

static const char *option_at(const struct pairs *data, unsigned index, struct arena *arena)
{
	const struct pair *pair;

	if (!data || index >= data->count)
		return NULL;
	pair = &data->at[index];
	return pair->value ? arena_printf(arena, "%s=%s", pair->key, pair->value) : pair->key;
}

const char *why_option(const struct failure *failure)
{
	const struct step *step = failure->step;

	if (failure->subject != SUBJECT_OPTION)
		return NULL;
	if (step->kind == STEP_MOUNT)
		return option_at(step->mount.data, failure->detail, failure->plan->arena);
	if (step->kind == STEP_CHANGE_MOUNT)
		return option_at(step->change_mount.data, failure->detail, failure->plan->arena);
	if (step->kind == STEP_WRITE_FILE)
		return step->write_file.text;
	if (step->kind == STEP_WRITE_LINES && failure->detail < step->write_lines.lines->count)
		return step->write_lines.lines->at[failure->detail];
	if (step->kind == STEP_ADD_ELEMENTS && failure->detail < step->add_elements.count)
		return step->add_elements.element[failure->detail].shown;
	return NULL;
}
