/* why_mount.c - causes of failures in the mount tree. */
#include "show/why.h"
#include <errno.h>
#include <sys/syscall.h>

#define SOURCE_LOST N_("create it, or correct the path")
#define LOCKED \
	N_("in a user namespace, attributes that a mount of the host has (ro, nosuid, nodev, noexec, atime) cannot " \
	   "be taken away: add the same words to the options")
#define CAP_MOUNT \
	N_("it needs CAP_SYS_ADMIN in the user namespace that the mount namespace belongs to, and no security " \
	   "module may be against it (dmesg)")

const struct cause mount_causes[] = {
	/* the root */
	{ STEP_MOUNT_LAYERS, ENOENT, ANY, N_("a layer of the image, or the container's own folder, is not there"),
	  N_("they are below @source: pull the image again, or make the container anew") },
	{ STEP_OPEN_LAYERS, ENOENT, ANY, N_("a layer of the image, or the container's own folder, is not there"),
	  N_("they are below @source: pull the image again, or make the container anew") },
	{ STEP_OPEN_LAYERS, EACCES, ANY, N_("@source cannot be reached"),
	  N_("it must be open to the user who runs this") },
	{ STEP_OPEN_LAYERS, ENODEV, ANY, N_("this kernel has no overlayfs"), N_("load its module (modprobe overlay)") },
	{ STEP_OPEN_LAYERS, EPERM, ANY, N_("mounting an overlayfs is not allowed"), CAP_MOUNT },
	{ STEP_OPEN_LAYERS, EINVAL, ANY, N_("@source cannot be the layers of the container"),
	  N_("they must be directories that overlayfs takes") },
	{ STEP_MOUNT_LAYERS, ENODEV, ANY, N_("this kernel has no overlayfs"),
	  N_("load its module (modprobe overlay)") },
	{ STEP_MOUNT_LAYERS, EPERM, ANY, N_("mounting an overlayfs is not allowed"), CAP_MOUNT },
	{ STEP_MOUNT_LAYERS, EINVAL, SUBJECT_OPTION, N_("this kernel does not take so many layers"),
	  N_("more than some fifty need Linux 6.7") },
	{ STEP_MOUNT_LAYERS, EINVAL, ANY, N_("@source cannot hold what containers change"),
	  N_("overlayfs wants a file system with extended attributes and d_type there, which is no overlayfs itself") },
	{ STEP_MOUNT_LAYERS, EBUSY, ANY, N_("the container's changes are in use by another mount"),
	  N_("it may be running, or being looked at, at this moment") },
	{ STEP_MOUNT_LAYERS, ESTALE, ANY, N_("the container's changes were made over other layers"),
	  N_("make the container anew") },
	{ STEP_MOUNT_LAYERS, E2BIG, ANY, N_("there are too many layers"), N_("overlayfs takes 500") },
	{ STEP_OPEN_ROOT, ENOENT, SUBJECT_SOURCE, N_("@source does not exist on the host"),
	  N_("the bundle must hold the root file system there") },
	{ STEP_OPEN_ROOT, ENOTDIR, ANY, N_("@source is no folder"), N_("it must be the directory that becomes '/'") },
	{ STEP_OPEN_ROOT, EACCES, ANY, N_("@source cannot be reached"),
	  N_("each directory above it must be open (chmod o+x) to the ids that the container is mapped to") },
	{ STEP_OPEN_ROOT, ELOOP, ANY, N_("@source leads through too many symbolic links"), NULL },
	{ STEP_OPEN_ROOT, EPERM, ANY, N_("mounting @source on '/' is not allowed"), CAP_MOUNT },
	{ STEP_OPEN_ROOT, EINVAL, ANY, N_("@source cannot be mounted on '/'"),
	  N_("it is in a mount that is locked or unbindable (findmnt -o TARGET,PROPAGATION)") },
	{ STEP_PIVOT_ROOT, EINVAL, ANY, N_("pivot_root(2) cannot leave the host's root"),
	  N_("where the system runs from a ramdisk, use the option '--no-pivot'") },
	{ STEP_PIVOT_ROOT, EPERM, ANY, N_("changing the root is not allowed"), CAP_MOUNT },
	{ STEP_PIVOT_ROOT, EBUSY, ANY, N_("the new root is the root already"), NULL },
	{ STEP_SET_PROPAGATION, EPERM, ANY, N_("changing how mounts are passed on is not allowed"), CAP_MOUNT },
	{ STEP_SET_PROPAGATION, EINVAL, ANY, N_("'/' of the host is no mount"),
	  N_("the runtime itself runs in a chroot: mount its root on itself first (mount --bind / /)") },

	/* new file systems */
	{ STEP_MOUNT, ENODEV, SUBJECT_STEP, N_("this kernel has no file system @type"),
	  N_("correct the type, or load its module on the host (modprobe)") },
	{ STEP_MOUNT, EPERM, SUBJECT_STEP, N_("mounting a new @type is not allowed here"),
	  N_("an ordinary user may mount only some types (proc, sysfs, tmpfs, devpts, mqueue, cgroup2, overlay, fuse), "
	     "proc only with a new pid namespace, sysfs with a new network namespace, and neither where the host has "
	     "covered parts of its own; bind the host's instead") },
	{ STEP_MOUNT, EACCES, SUBJECT_STEP, N_("mounting @type is refused"),
	  N_("a security module of the host is against it (dmesg)") },
	{ STEP_MOUNT, EBUSY, SUBJECT_STEP, N_("@source is in use, or mounted with other options"), NULL },
	{ STEP_MOUNT, EINVAL, SUBJECT_STEP, N_("the kernel does not mount @type with these options"), NULL },
	{ STEP_MOUNT, ENOENT, SUBJECT_STEP, N_("a path in the options or @source does not exist"), SOURCE_LOST },
	{ STEP_MOUNT, ENOTBLK, ANY, N_("@source is no block device"), N_("@type is read from one") },
	{ STEP_MOUNT, ENOMEM, ANY, N_("there is not enough memory for @type"), NULL },
	{ STEP_MOUNT, ENOSPC, ANY, N_("a limit on mounts is reached"), N_("see /proc/sys/fs/mount-max") },
	{ STEP_MOUNT, EINVAL, SUBJECT_OPTION, N_("@type does not know the option @option, or not with this value"),
	  NULL },
	{ STEP_MOUNT, EPERM, SUBJECT_OPTION, N_("the option @option of @type is not allowed here"),
	  N_("some options are for the host's root alone") },
	{ STEP_MOUNT, EOVERFLOW, SUBJECT_OPTION, N_("the option @option names an id that is not mapped"),
	  N_("add it to linux.uidMappings or linux.gidMappings") },
	{ STEP_MOUNT, ENOENT, SUBJECT_OPTION, N_("the option @option names a path that does not exist"), NULL },
	{ STEP_MOUNT, E2BIG, ANY, N_("the options are longer than the kernel takes (one page)"), NULL },
	{ STEP_MOUNT, ENOTDIR, SUBJECT_TARGET, N_("@target is no folder, or a symbolic link leads to it"),
	  N_("where proc and sysfs are mounted there must be a real directory in the image") },

	/* bind mounts */
	{ STEP_BIND, ENOENT, SUBJECT_SOURCE, N_("@source does not exist on the host"), SOURCE_LOST },
	{ STEP_OPEN_SOURCE, ENOENT, SUBJECT_TARGET, N_("@target is not there in @source"),
	  N_("make it there, or correct the subpath") },
	{ STEP_OPEN_SOURCE, EXDEV, SUBJECT_TARGET, N_("@target leads out of @source"),
	  N_("by '..' or a symbolic link; also one with an absolute path does: give the directory that is meant") },
	{ STEP_OPEN_SOURCE, ELOOP, SUBJECT_TARGET,
	  N_("@target leads through too many symbolic links in @source"), NULL },
	{ STEP_OPEN_SOURCE, ENOTDIR, SUBJECT_TARGET, N_("a part of the path @target in @source is a file"),
	  N_("correct the subpath") },
	{ STEP_OPEN_SOURCE, ENOENT, ANY, N_("@source does not exist on the host"), SOURCE_LOST },
	{ STEP_BIND, ENOTDIR, SUBJECT_SOURCE, N_("a part of the path @source is a file"), SOURCE_LOST },
	{ STEP_OPEN_SOURCE, ENOTDIR, SUBJECT_SOURCE, N_("a part of the path @source is a file"), SOURCE_LOST },
	{ STEP_BIND, EACCES, SUBJECT_SOURCE, N_("@source cannot be reached by the container's process"),
	  N_("each directory above it must be open (chmod o+x) to it") },
	{ STEP_OPEN_SOURCE, EACCES, SUBJECT_SOURCE, N_("@source cannot be reached"),
	  N_("each directory above it must be open (chmod o+x) to the caller") },
	{ STEP_BIND, EINVAL, SUBJECT_SOURCE, N_("@source cannot be bound"),
	  N_("its mount is unbindable, or a mount below it must stay covered: try 'rbind'") },
	{ STEP_OPEN_SOURCE, EINVAL, SUBJECT_SOURCE, N_("@source cannot be bound"),
	  N_("its mount is unbindable, or its file system does not know idmapped mounts") },
	{ STEP_OPEN_SOURCE, EINVAL, SUBJECT_OPTION, N_("the file system of @source does not know idmapped mounts"),
	  N_("ext4, xfs, btrfs, and tmpfs since Linux 6.3 do: have it on one of these") },
	{ STEP_OPEN_SOURCE, EPERM, SUBJECT_OPTION, N_("the ids of @source cannot be mapped"),
	  N_("an idmapped mount needs CAP_SYS_ADMIN where the file system was mounted") },
	{ STEP_BIND, EPERM, SUBJECT_OPTION, N_("the attributes of @source cannot be changed so"), LOCKED },
	{ STEP_BIND, ENOTDIR, SUBJECT_TARGET, N_("@source is a folder and @target is a file"),
	  N_("a folder can only be bound to a folder"), .call = __NR_move_mount },
	{ STEP_BIND, EISDIR, SUBJECT_TARGET, N_("@source is a file and @target is a folder"),
	  N_("a file can only be bound to a file"), .call = __NR_move_mount },

	/* changes of mounts */
	{ STEP_CHANGE_MOUNT, EINVAL, ANY, N_("@target is no mount, or does not take this change"),
	  N_("it must have been mounted by an earlier entry of mounts") },
	{ STEP_CHANGE_MOUNT, EPERM, ANY, N_("the mount at @target may not be changed so"), LOCKED },
	{ STEP_CHANGE_MOUNT, EBUSY, ANY, N_("@target is in use: a file in it is open for writing"), NULL },
	{ STEP_MAKE_READONLY, EPERM, ANY, N_("@target may not be made read-only"), CAP_MOUNT },
	{ STEP_MAKE_READONLY, EINVAL, ANY, N_("@target cannot be mounted on itself"),
	  N_("its mount is unbindable, or a mount below it must stay covered") },
	{ STEP_MASK, EINVAL, ANY, N_("@target cannot be covered"), NULL },
	{ STEP_OPEN_NULL, ENOENT, ANY, N_("the host has no '/dev/null'"),
	  N_("covering files needs it (mknod -m 666)") },
	{ STEP_OPEN_NULL, ENODEV, ANY, N_("'/dev/null' of the host is not the null device"),
	  N_("somebody has replaced it: make it anew (mknod -m 666 /dev/null c 1 3)") },
	{ STEP_OPEN_PROC, ENODEV, ANY, N_("'/proc' of the host is not a procfs"), N_("mount one there") },
	{ STEP_OPEN_PROC, EPERM, ANY, N_("a procfs of its own is not allowed here, nor is a copy of the host's"),
	  CAP_MOUNT },
	{ STEP_NEW_ID_MAPPING, EPERM, ANY, N_("the maps of an idmapped mount cannot be made"),
	  N_("it needs a user namespace and the rights of the host's root") },
	{ STEP_NEW_ID_MAPPING, EINVAL, ANY, N_("the kernel does not take the maps"),
	  N_("entries must not overlap, and at most 340 are taken") },

	/* tmpcopyup */
	{ STEP_COPY_UP, ENOSPC, ANY, N_("the files of @target do not fit into the tmpfs"), N_("raise its size=") },
	{ STEP_COPY_UP, ELOOP, ANY, N_("the directories of @target are nested too deep to be copied (64)"), NULL },
	{ STEP_COPY_UP, EINVAL, ANY, N_("a file in @target belongs to an id that is not mapped"),
	  N_("map it, or leave out 'tmpcopyup'") },
	{ STEP_COPY_UP, EOVERFLOW, ANY, N_("a file in @target belongs to an id that is not mapped"),
	  N_("map it, or leave out 'tmpcopyup'") },

	/* devices and links */
	{ STEP_MAKE_DEVICE, EPERM, ANY, N_("making the device @target is not allowed"),
	  N_("it needs CAP_MKNOD on the host; in a user namespace the host's device is bound instead") },
	{ STEP_MAKE_DEVICE, EEXIST, ANY, N_("@target is in the image already, and is another thing"),
	  N_("take it out of the image, or mount a tmpfs on '/dev'") },
	{ STEP_MAKE_LINK, EEXIST, ANY, N_("@target exists already"), NULL },
	{ STEP_BIND_CONSOLE, EEXIST, ANY, N_("@target exists already, and is no file"),
	  N_("take it out of the image, or mount a tmpfs on '/dev'") },

	/* targets of whatever kind: rows of their own come before */
	{ ANY, ELOOP, SUBJECT_TARGET, N_("@target leads through too many symbolic links, or one where none may be"),
	  N_("make it a real directory in the image") },
	{ ANY, EXDEV, SUBJECT_TARGET, N_("@target leads out of the root file system"), NULL },
	{ ANY, ENOTDIR, SUBJECT_TARGET, N_("a part of the path @target is no folder"),
	  N_("it is a file in the image") },
	{ ANY, EISDIR, SUBJECT_TARGET, N_("@target is a folder, a file is needed"), NULL },
	{ ANY, EROFS, SUBJECT_TARGET, N_("@target cannot be made: it is in a read-only file system"),
	  N_("put it into the image, or leave out 'ro' of the mount that it is in") },
	{ ANY, ENOSPC, SUBJECT_TARGET, N_("no space is left to make @target"), NULL },
	{ ANY, EDQUOT, SUBJECT_TARGET, N_("the quota is used up: @target cannot be made"), NULL },
	{ ANY, EACCES, SUBJECT_TARGET, N_("@target cannot be reached or made"),
	  N_("the directory that it is in belongs to an id that is not mapped, or is closed to this one") },
	{ ANY, ENAMETOOLONG, SUBJECT_TARGET, N_("@target is too long for a path"), NULL },
	{ ANY, EOVERFLOW, SUBJECT_TARGET, N_("@target would belong to an id that is not mapped"),
	  N_("the owner of the directory must be in linux.uidMappings and gidMappings") },
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
