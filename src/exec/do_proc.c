/* do_proc.c - a procfs of our own, and what is written below it.
 *
 * The /proc of the container can be anything: an image can bring a file named
 * /proc/self/attr/exec, and a label that is written there is not set (CVE-2019-16884);
 * mounts that race can put one sysctl in the place of another (CVE-2025-52881). So these
 * files are found below a new procfs that is not mounted anywhere. Where the kernel does
 * not let us have one (a user namespace without a PID namespace) it is a copy of the host's
 * mount, without what is mounted on it, and looked at before it is used.
 */
#include "exec/do.h"
#include <linux/magic.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

enum {
	PROC_ROOT_INODE = 1,
	RESOLVE_PROC = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS
};

/* Kernels that cannot leave out the rest of it (before 5.8) are none of ours, but it is only a
 * narrowing. */
static int new_proc(struct run *run, bool process_only)
{
	int error, fs;

	trying(run, __NR_fsopen, SUBJECT_STEP);
	fs = scratch_add(run, sys_fsopen("proc"));
	if (fs < 0)
		return fs;
	if (process_only)
		sys_fsconfig(fs, FSCONFIG_SET_STRING, "subset", "pid", 0);
	error = fs_command(run, fs, FSCONFIG_CMD_CREATE);
	if (error)
		return error;
	trying(run, __NR_fsmount, SUBJECT_STEP);
	return sys_fsmount(fs, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
}

static int check_proc(struct run *run, int fd)
{
	struct statfs system;
	struct stat stat;
	int error;

	trying(run, __NR_fstatfs, SUBJECT_SOURCE);
	error = sys_fstatfs(fd, &system);
	if (error)
		return error;
	trying(run, __NR_fstat, SUBJECT_SOURCE);
	error = sys_fstat(fd, &stat);
	if (error)
		return error;
	return system.f_type == PROC_SUPER_MAGIC && stat.st_ino == PROC_ROOT_INODE ? 0 : -ENODEV;
}

int do_open_proc(struct run *run, const struct step *step)
{
	int fd = new_proc(run, step->open_proc.process_only);
	int error;

	if (fd >= 0)
		return slot_fill(run, SLOT_PROC, fd);
	if (fd != -EPERM)
		return fd;
	trying(run, __NR_open_tree, SUBJECT_SOURCE);
	fd = sys_open_tree(AT_FDCWD, "/proc", OPEN_TREE_CLONE);
	if (fd < 0) {
		trying(run, __NR_openat, SUBJECT_SOURCE);
		fd = sys_openat(AT_FDCWD, "/proc", O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
	}
	error = slot_fill(run, SLOT_PROC, fd);
	return error ? error : check_proc(run, fd);
}

/* RESOLVE_BENEATH lets ".." through that stays beneath: "net/../vm/swappiness" would be another file than
 * it looks like. */
int do_set_sysctl(struct run *run, const struct step *step)
{
	char path[512];

	trying(run, __NR_openat2, SUBJECT_TARGET);
	if (strstr(step->sysctl.path, ".."))
		return -EINVAL;
	if (strlen(step->sysctl.path) >= sizeof(path) - sizeof("sys/"))
		return -ENAMETOOLONG;
	put_text(put_text(path, "sys/"), step->sysctl.path);
	return write_at(run, run->slot[SLOT_PROC], path, RESOLVE_PROC | RESOLVE_NO_SYMLINKS,
			step->sysctl.value);
}

/* Where several security modules are stacked, attr/exec is the first one's: AppArmor has its own
 * since Linux 5.8. "thread-self" is a plain link into this procfs. */
int do_set_label(struct run *run, const struct step *step)
{
	char text[4096] = "exec ";
	int error;

	if (!step->label.apparmor)
		return write_at(run, run->slot[SLOT_PROC], "thread-self/attr/exec", RESOLVE_PROC,
				step->label.label);
	if (strlen(step->label.label) >= sizeof(text) - sizeof("exec "))
		return -ENAMETOOLONG;
	put_text(text + strlen(text), step->label.label);
	error = write_at(run, run->slot[SLOT_PROC], "thread-self/attr/apparmor/exec", RESOLVE_PROC, text);
	if (error == -ENOENT && run->mark->call == __NR_openat2)
		error = write_at(run, run->slot[SLOT_PROC], "thread-self/attr/exec", RESOLVE_PROC, text);
	return error;
}
