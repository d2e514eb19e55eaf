/* do_cover.c - what the container may not see, or not change, of /proc and /sys.
 *
 * A masked file is covered by the host's /dev/null, which was opened and looked at before
 * the container's files came into it (CVE-2025-31133); a masked directory by an empty
 * read-only tmpfs, the same one for all. What is not there needs no cover.
 */
#include "exec/do.h"
#include <linux/mount.h>
#include <sys/stat.h>

static bool is_null(const struct stat *stat)
{
	return S_ISCHR(stat->st_mode) && stat->st_rdev == (1U << 8 | 3);
}

int do_open_null(struct run *run, const struct step *step)
{
	struct stat stat;
	int error, fd;

	trying(run, __NR_openat, SUBJECT_SOURCE);
	fd = sys_openat(AT_FDCWD, "/dev/null", O_PATH | O_NOFOLLOW, 0);
	error = slot_fill(run, SLOT_NULL, fd);
	if (error)
		return error;
	trying(run, __NR_fstat, SUBJECT_SOURCE);
	error = sys_fstat(fd, &stat);
	return error ? error : is_null(&stat) ? 0 : -ENODEV;
}

/* With its root it has all the files that it can ever have, whoever makes it writable. */
int do_open_empty(struct run *run, const struct step *step)
{
	static const struct pair option[] = { { "mode", "555" }, { "nr_inodes", "1" } };
	static const struct pairs data = { (struct pair *)(uintptr_t)option, 2 };
	int error, fs;

	trying(run, __NR_fsopen, SUBJECT_STEP);
	fs = scratch_add(run, sys_fsopen("tmpfs"));
	if (fs < 0)
		return fs;
	error = fs_configure(run, fs, &data);
	if (!error)
		error = fs_command(run, fs, FSCONFIG_CMD_CREATE);
	if (error)
		return error;
	trying(run, __NR_fsmount, SUBJECT_STEP);
	run->empty_attached = false;
	return slot_fill(run, SLOT_EMPTY,
			 sys_fsmount(fs, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
						 MOUNT_ATTR_NOEXEC));
}

/* The first time it is the tmpfs itself that is attached: before Linux 6.15 only a mount that is
 * attached can be copied. */
static int cover_directory(struct run *run, int target)
{
	int error, mount = run->slot[SLOT_EMPTY];

	if (run->empty_attached)
		mount = mount_clone(run, mount, "", false, NULL);
	if (mount < 0)
		return mount;
	error = mount_attach_at(run, mount, target);
	run->empty_attached |= error == 0;
	return error;
}

static int cover_file(struct run *run, int target)
{
	int mount = mount_clone(run, run->slot[SLOT_NULL], "", false, NULL);

	return mount < 0 ? mount : mount_attach_at(run, mount, target);
}

static bool is_missing(int error)
{
	return error == -ENOENT || error == -ENOTDIR;
}

int do_mask(struct run *run, const struct step *step)
{
	struct stat stat;
	int error, target = scratch_add(run, target_open(run, step->mask.target, O_PATH, 0));

	if (target < 0)
		return is_missing(target) ? 0 : target;
	trying(run, __NR_fstat, SUBJECT_TARGET);
	error = sys_fstat(target, &stat);
	if (error)
		return error;
	return S_ISDIR(stat.st_mode) ? cover_directory(run, target) : cover_file(run, target);
}

/* A copy of what is there, so that its other attributes (nosuid …) stay. */
int do_make_readonly(struct run *run, const struct step *step)
{
	static const struct mount_change readonly = { .set_all = MOUNT_ATTR_RDONLY };
	int mount, target = scratch_add(run, target_open(run, step->readonly.target, O_PATH, 0));

	if (target < 0)
		return is_missing(target) ? 0 : target;
	mount = mount_clone(run, target, "", true, &readonly);
	return mount < 0 ? mount : mount_attach_at(run, mount, target);
}
