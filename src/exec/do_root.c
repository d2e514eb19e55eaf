/* do_root.c - where the container's mount tree begins and how it becomes "/".
 *
 * The root file system is mounted on top of "/" of the new mount namespace. A lookup of
 * "/" begins below what is mounted on it, so the host's files stay in reach until
 * pivot_root, which then takes the host's "/" away from under it. Where hooks are to see the
 * container's files at root.path it is mounted there.
 */
#include "exec/do.h"
#include <limits.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/stat.h>

int do_set_propagation(struct run *run, const struct step *step)
{
	struct mount_attr attr = { .propagation = step->propagation.propagation };

	run->mounts_private = step->propagation.all && !(attr.propagation & MS_SHARED);
	trying(run, __NR_mount_setattr, SUBJECT_TARGET);
	return sys_mount_setattr(AT_FDCWD, "/", step->propagation.all ? AT_RECURSIVE : 0, &attr);
}

static int set_private(struct run *run, int mount, unsigned flags)
{
	struct mount_attr attr = { .propagation = MS_PRIVATE };

	trying(run, __NR_mount_setattr, SUBJECT_SOURCE);
	return sys_mount_setattr(mount, "", AT_EMPTY_PATH | flags, &attr);
}

/* pivot_root refuses a root that passes mounts on. */
static int make_private(struct run *run, int mount, unsigned flags)
{
	if (run->mounts_private)
		return 0;
	return set_private(run, mount, flags);
}

/* The mount that the path is in, which would pass on to the host what is mounted in it. mount_setattr takes only
 * the root of a mount: it is the path, or the next one above it that is one. */
static int make_parent_private(struct run *run, const char *path)
{
	struct mount_attr attr = { .propagation = MS_PRIVATE };
	char at[PATH_MAX];
	size_t length = strlen(path);
	int error = 0;

	if (run->mounts_private)
		return 0;
	if (length >= sizeof(at))
		return -ENAMETOOLONG;
	put_text(at, path);
	trying(run, __NR_mount_setattr, SUBJECT_TARGET);
	while (length) {
		error = sys_mount_setattr(AT_FDCWD, at, 0, &attr);
		if (error != -EINVAL)
			return error;
		while (length && at[length - 1] != '/')
			length--;
		while (length && at[length - 1] == '/')
			length--;
		at[length] = '\0';
	}
	return sys_mount_setattr(AT_FDCWD, "/", 0, &attr);
}

/* --- layers --- */

static int set_option(struct run *run, int fs, const char *key, const char *value)
{
	trying(run, __NR_fsconfig, SUBJECT_OPTION);
	return value ? sys_fsconfig(fs, FSCONFIG_SET_STRING, key, value, 0)
		     : sys_fsconfig(fs, FSCONFIG_SET_FLAG, key, NULL, 0);
}

static int set_layers(struct run *run, int fs, const struct plan_layers *layers)
{
	int error = layers->user_xattr ? set_option(run, fs, "userxattr", NULL) : 0;

	if (!error && layers->temporary)
		error = set_option(run, fs, "volatile", NULL);
	for (size_t i = 0; i < layers->lower.count && !error; i++)
		error = set_option(run, fs, "lowerdir+", layers->lower.at[i]);
	for (size_t i = 0; i < layers->data.count && !error; i++)
		error = set_option(run, fs, "datadir+", layers->data.at[i]);
	if (!error)
		error = set_option(run, fs, "upperdir", layers->upper);
	if (!error)
		error = set_option(run, fs, "workdir", layers->work);
	return error;
}

/* Of what is set up; returns the mount, or -errno. */
static int mount_it(struct run *run, int fs, const char *path)
{
	int mount, error = fs_command(run, fs, FSCONFIG_CMD_CREATE);

	if (error)
		return error;
	trying(run, __NR_fsmount, SUBJECT_STEP);
	mount = scratch_add(run, sys_fsmount(fs, 0));
	if (mount < 0)
		return mount;
	trying(run, __NR_move_mount, SUBJECT_TARGET);
	error = sys_move_mount_to(mount, AT_FDCWD, path);
	return error ? error : mount;
}

static int mount_one_by_one(struct run *run, const char *path, const struct plan_layers *layers)
{
	int fs, mount, error;

	trying(run, __NR_fsopen, SUBJECT_STEP);
	fs = scratch_add(run, sys_fsopen("overlay"));
	if (fs < 0)
		return fs;
	error = set_layers(run, fs, layers);
	mount = error ? error : mount_it(run, fs, path);
	return mount < 0 ? mount : 0;
}

/* overlayfs looks up its directories as each is named (since Linux 6.7), and works on them later as who has made it of
 * them. */
int do_open_layers(struct run *run, const struct step *step)
{
	const struct plan_layers *layers = step->open_layers.layers;
	int error;

	trying(run, __NR_chdir, SUBJECT_SOURCE);
	error = sys_chdir(layers->from);
	if (error)
		return error;
	trying(run, __NR_fsopen, SUBJECT_STEP);
	error = slot_fill(run, step->open_layers.slot, sys_fsopen("overlay"));
	if (!error)
		error = set_layers(run, run->slot[step->open_layers.slot], layers);
	if (error)
		return error;
	trying(run, __NR_chdir, SUBJECT_TARGET);
	return sys_chdir(step->open_layers.path);
}

static int mount_opened(struct run *run, int fs)
{
	int mount = mount_it(run, fs, ".");

	if (mount < 0)
		return mount;
	trying(run, __NR_fchdir, SUBJECT_TARGET);
	return sys_fchdir(mount);
}

/* The idmapped mount of the layers must be a part of this mount namespace: before Linux 6.15 overlayfs takes
 * nothing else. On "/" it is in nobody's way until do_open_root() takes it away. Nothing that is mounted in it may
 * show up in the one that it was copied from. */
static int enter_mapped(struct run *run, int mount)
{
	int error = set_private(run, mount, 0);

	if (error)
		return error;
	trying(run, __NR_move_mount, SUBJECT_SOURCE);
	error = sys_move_mount_to(mount, AT_FDCWD, "/");
	if (error)
		return error;
	trying(run, __NR_fchdir, SUBJECT_SOURCE);
	return sys_fchdir(mount);
}

static int enter_layers(struct run *run, const struct step *step)
{
	if (step->mount_layers.slot)
		return enter_mapped(run, run->slot[step->mount_layers.slot]);
	trying(run, __NR_chdir, SUBJECT_SOURCE);
	return sys_chdir(step->mount_layers.layers->from);
}

int do_mount_layers(struct run *run, const struct step *step)
{
	const char *path = step->mount_layers.path;
	int error;

	if (step->mount_layers.opened)
		return mount_opened(run, run->slot[step->mount_layers.opened]);
	error = enter_layers(run, step);
	if (error)
		return error;
	if (!step->mount_layers.options)
		return mount_one_by_one(run, path, step->mount_layers.layers);
	trying(run, __NR_mount, SUBJECT_STEP);
	return sys_mount("overlay", path, "overlay", 0, step->mount_layers.options);
}

/* --- the root as a mount --- */

/* The layers stay mounted for overlayfs alone. */
static int leave_mapped(struct run *run)
{
	int error;

	trying(run, __NR_umount2, SUBJECT_STEP);
	error = sys_umount2(".", MNT_DETACH);
	if (error)
		return error;
	trying(run, __NR_chdir, SUBJECT_STEP);
	return sys_chdir("/");
}

int do_open_root(struct run *run, const struct step *step)
{
	int error, mount;

	trying(run, __NR_open_tree, SUBJECT_SOURCE);
	mount = sys_open_tree(AT_FDCWD, step->open_root.here ? "." : step->open_root.path,
			      OPEN_TREE_CLONE | AT_RECURSIVE);
	error = slot_fill(run, SLOT_ROOTFS, mount);
	if (error)
		return error;
	error = make_private(run, mount, 0);
	if (!error && step->open_root.leave)
		error = leave_mapped(run);
	if (!error && step->open_root.in_place)
		error = make_parent_private(run, step->open_root.path);
	if (error)
		return error;
	trying(run, __NR_move_mount, SUBJECT_TARGET);
	return sys_move_mount_to(mount, AT_FDCWD, step->open_root.in_place ? step->open_root.path : "/");
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

int do_move_root(struct run *run, const struct step *step)
{
	int error;

	if (step->move_root.in_place) {
		trying(run, __NR_move_mount, SUBJECT_STEP);
		error = sys_move_mount_to(run->slot[SLOT_ROOTFS], AT_FDCWD, "/");
		if (error)
			return error;
	}
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
