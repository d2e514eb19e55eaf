/* do_device.c - device nodes and links, in /dev above all.
 *
 * An image can bring a /dev of its own, with anything in it. What is there already is
 * never followed and never overwritten: it either is the device that was asked for, or that
 * is an error (CVE-2026-88264, CVE-2026-41579).
 */
#include "exec/do.h"
#include <sys/stat.h>

/* As the kernel takes a device's number: 12 bits of major, 20 of minor. */
static unsigned device_number(unsigned major, unsigned minor)
{
	return (minor & 0xff) | (major << 8) | ((minor & ~0xffU) << 12);
}

/* -EEXIST unless it is there as it should be. */
static int accept_existing(struct run *run, int parent, const char *name, mode_t mode, unsigned device)
{
	struct stat stat;
	int error;

	trying(run, __NR_newfstatat, SUBJECT_TARGET);
	error = sys_fstatat(parent, name, &stat, AT_SYMLINK_NOFOLLOW);
	if (error)
		return error;
	if ((stat.st_mode & S_IFMT) != (mode & S_IFMT))
		return -EEXIST;
	return S_ISFIFO(mode) || stat.st_rdev == device ? 0 : -EEXIST;
}

int do_make_device(struct run *run, const struct step *step)
{
	unsigned device = device_number(step->make_device.major, step->make_device.minor);
	uint32_t uid = step->make_device.uid, gid = step->make_device.gid;
	mode_t mode = step->make_device.mode;
	const char *name;
	int error, parent = target_parent(run, step->make_device.target, &name);

	if (parent < 0)
		return parent;
	trying(run, __NR_mknodat, SUBJECT_TARGET);
	error = sys_mknodat(parent, name, mode, device);
	if (error == -EEXIST)
		return accept_existing(run, parent, name, mode, device);
	if (error || (uid == 0 && gid == 0))
		return error;
	trying(run, __NR_fchownat, SUBJECT_TARGET);
	return sys_fchownat(parent, name, uid, gid, AT_SYMLINK_NOFOLLOW);
}

/* What the image has in its place stays, as with runc. */
int do_make_link(struct run *run, const struct step *step)
{
	const char *name;
	int error, parent = target_parent(run, step->make_link.target, &name);

	if (parent < 0)
		return parent;
	trying(run, __NR_symlinkat, SUBJECT_TARGET);
	error = sys_symlinkat(step->make_link.to, parent, name);
	return error == -EEXIST ? 0 : error;
}
