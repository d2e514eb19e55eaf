/* do_terminal.c - the container's own terminal: a pair of master and slave.
 *
 * Both sides are only ever taken as descriptors. The slave is asked for with TIOCGPTPEER,
 * since a path such as /dev/pts/0 can be anything by the time it is opened
 * (CVE-2025-52565); the master is looked at before it is believed.
 */
#include "exec/do.h"
#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

static const uint64_t ptmx_number = 5 << 8 | 2;

/* As the kernel takes it; <sys/ioctl.h> and <asm/termbits.h> do not go together everywhere. */
struct window_size {
	unsigned short rows, columns, width, height;
};

static int check_devpts(struct run *run, int fd)
{
	struct statfs system;
	int error;

	trying(run, __NR_fstatfs, SUBJECT_SOURCE);
	error = sys_fstatfs(fd, &system);
	if (error)
		return error;
	return system.f_type == DEVPTS_SUPER_MAGIC ? 0 : -ENODEV;
}

static int check_master(struct run *run, int fd)
{
	struct stat stat;
	int error;

	trying(run, __NR_fstat, SUBJECT_SOURCE);
	error = sys_fstat(fd, &stat);
	if (error)
		return error;
	return S_ISCHR(stat.st_mode) && stat.st_rdev == ptmx_number ? 0 : -ENODEV;
}

/* In a devpts everything is of the kernel's making, so it is the directory that is looked at: what
 * another file does when it is opened nobody knows. */
static int open_master(struct run *run, const struct step *step)
{
	const char *name = step->terminal.ptmx;
	int dir = AT_FDCWD;

	if (step->terminal.in_root) {
		int error;

		dir = target_parent(run, step->terminal.ptmx, &name);
		error = dir < 0 ? dir : check_devpts(run, dir);
		if (error)
			return error;
	}
	trying(run, __NR_openat, SUBJECT_SOURCE);
	return sys_openat(dir, name, O_RDWR | O_NOCTTY | (step->terminal.in_root ? O_NOFOLLOW : 0), 0);
}

static int set_up(struct run *run, int master, const struct step *step)
{
	const struct window_size size = { .rows = step->terminal.height, .columns = step->terminal.width };
	struct termios modes;
	int error;

	trying(run, __NR_ioctl, SUBJECT_OPTION);
	error = sys_ioctl(master, TCGETS, &modes);
	if (error)
		return error;
	if (step->terminal.plain_newlines)
		modes.c_oflag &= ~(tcflag_t)ONLCR;
	error = sys_ioctl(master, TCSETS, &modes);
	if (!error && size.rows)
		error = sys_ioctl(master, TIOCSWINSZ, &size);
	return error;
}

static int open_slave(struct run *run, int master)
{
	int unlocked = 0, error, fd;

	trying(run, __NR_ioctl, SUBJECT_SOURCE);
	error = sys_ioctl(master, TIOCSPTLCK, &unlocked);
	if (error)
		return error;
	fd = sys_ioctl(master, TIOCGPTPEER, (const void *)(uintptr_t)(O_RDWR | O_NOCTTY | O_CLOEXEC));
	error = slot_fill(run, SLOT_TTY, fd);
	return error ? error : check_devpts(run, fd);
}

/* It was made for who opened the master; its group is the one that the devpts gives to all (tty). */
static int give_slave(struct run *run, uint32_t uid)
{
	if (uid == 0)
		return 0;
	trying(run, __NR_fchownat, SUBJECT_OPTION);
	return sys_fchownat(run->slot[SLOT_TTY], "", uid, (gid_t)-1, AT_EMPTY_PATH);
}

int do_open_terminal(struct run *run, const struct step *step)
{
	int master = open_master(run, step);
	int error = slot_fill(run, SLOT_PTY, master);

	if (!error)
		error = check_master(run, master);
	if (!error)
		error = open_slave(run, master);
	if (!error)
		error = give_slave(run, step->terminal.uid);
	return error ? error : set_up(run, master, step);
}

/* A file to mount on: made, or there already as a file or device, but never a link (CVE-2026-88264). */
static int open_console(struct run *run, const char *target)
{
	const char *name;
	struct stat stat;
	int error, fd, parent = target_parent(run, target, &name);

	if (parent < 0)
		return parent;
	trying(run, __NR_mknodat, SUBJECT_TARGET);
	error = sys_mknodat(parent, name, S_IFREG | 0600, 0);
	if (error && error != -EEXIST)
		return error;
	trying(run, __NR_openat2, SUBJECT_TARGET);
	fd = scratch_add(run, sys_openat2(parent, name, O_PATH, 0, RESOLVE_NO_SYMLINKS));
	if (fd < 0)
		return fd;
	trying(run, __NR_fstat, SUBJECT_TARGET);
	error = sys_fstat(fd, &stat);
	if (error)
		return error;
	return S_ISREG(stat.st_mode) || S_ISCHR(stat.st_mode) ? fd : -EEXIST;
}

int do_bind_console(struct run *run, const struct step *step)
{
	int mount, target = open_console(run, step->console.target);

	if (target < 0)
		return target;
	mount = mount_clone(run, run->slot[SLOT_TTY], "", false, NULL);
	return mount < 0 ? mount : mount_attach_at(run, mount, target);
}

/* Comes after STEP_NEW_SESSION: only who leads a session can take a terminal for it. */
int do_take_terminal(struct run *run, const struct step *step)
{
	int error, terminal = run->slot[SLOT_TTY];

	trying(run, __NR_ioctl, SUBJECT_STEP);
	error = sys_ioctl(terminal, TIOCSCTTY, NULL);
	if (error)
		return error;
	trying(run, __NR_dup3, SUBJECT_STEP);
	for (int fd = 0; fd <= 2 && error >= 0; fd++)
		error = fd == terminal ? sys_fcntl(fd, F_SETFD, 0) : sys_dup3(terminal, fd, 0);
	if (error < 0)
		return error;
	if (terminal > 2)
		scratch_add(run, terminal);
	run->slot[SLOT_TTY] = -1;
	return 0;
}
