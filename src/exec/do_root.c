/* do_root.c - where the container's mount tree begins and how it becomes "/".
 *
 * The root file system is mounted on top of "/" of the new mount namespace. A lookup of
 * "/" begins below what is mounted on it, so the host's files stay in reach until
 * pivot_root, which then takes the host's "/" away from under it.
 */
#include "exec/do.h"
#include <linux/mount.h>
#include <sys/stat.h>

int do_set_propagation(struct run *run, const struct step *step)
{
	struct mount_attr attr = { .propagation = step->propagation.propagation };

	run->mounts_private = step->propagation.all && !(attr.propagation & MS_SHARED);
	trying(run, __NR_mount_setattr, SUBJECT_TARGET);
	return sys_mount_setattr(AT_FDCWD, "/", step->propagation.all ? AT_RECURSIVE : 0, &attr);
}

/* pivot_root refuses a root that passes mounts on. */
static int make_private(struct run *run, int mount, unsigned flags)
{
	struct mount_attr attr = { .propagation = MS_PRIVATE };

	if (run->mounts_private)
		return 0;
	trying(run, __NR_mount_setattr, SUBJECT_SOURCE);
	return sys_mount_setattr(mount, "", AT_EMPTY_PATH | flags, &attr);
}

int do_open_root(struct run *run, const struct step *step)
{
	int error, mount;

	trying(run, __NR_open_tree, SUBJECT_SOURCE);
	mount = sys_open_tree(AT_FDCWD, step->open_root.path, OPEN_TREE_CLONE | AT_RECURSIVE);
	error = slot_fill(run, SLOT_ROOTFS, mount);
	if (error)
		return error;
	error = make_private(run, mount, 0);
	if (error)
		return error;
	trying(run, __NR_move_mount, SUBJECT_TARGET);
	return sys_move_mount_to(mount, AT_FDCWD, "/");
}

/* The host's tree must be private when it is let go, or mounts that are shared with the host would be
 * unmounted there too. */
static int pivot(struct run *run, int old_root)
{
	int error;

	trying(run, __NR_fchdir, SUBJECT_STEP);
	error = sys_fchdir(run->slot[SLOT_ROOTFS]);
	if (error)
		return error;
	/* The old root is then mounted on top of the new one (pivot_root(2), "."). */
	trying(run, __NR_pivot_root, SUBJECT_STEP);
	error = sys_pivot_root(".", ".");
	if (!error && old_root >= 0)
		error = make_private(run, old_root, AT_RECURSIVE);
	if (error)
		return error;
	trying(run, __NR_umount2, SUBJECT_STEP);
	return sys_umount2(".", MNT_DETACH);
}

/* Afterwards the working directory is the new "/". */
int do_pivot_root(struct run *run, const struct step *step)
{
	int old_root = -1;

	if (!run->mounts_private) {
		trying(run, __NR_openat, SUBJECT_STEP);
		old_root = scratch_add(run, sys_openat(AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0));
		if (old_root < 0)
			return old_root;
	}
	return pivot(run, old_root);
}

/* It is mounted on "/" already. */
int do_move_root(struct run *run, const struct step *step)
{
	int error;

	trying(run, __NR_fchdir, SUBJECT_STEP);
	error = sys_fchdir(run->slot[SLOT_ROOTFS]);
	if (error)
		return error;
	trying(run, __NR_chroot, SUBJECT_STEP);
	return sys_chroot(".");
}

int do_make_path(struct run *run, const struct step *step)
{
	int fd = target_make(run, step->make_path.target, S_IFDIR | step->make_path.mode, 0);

	return scratch_add(run, fd) < 0 ? fd : 0;
}
