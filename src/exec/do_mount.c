/* do_mount.c - mounts that are parts of a tree that is there: bind mounts and changes.
 *
 * A mount is made detached (open_tree), changed while nobody can see it, and only then
 * attached, to a descriptor and never to a path (CVE-2021-30465).
 */
#include "exec/do.h"
#include <linux/mount.h>
#include <sys/stat.h>

/* The part of a change that goes through the whole tree, and the part for the top of it alone. */
static struct mount_attr attr_all(const struct mount_change *change)
{
	return (struct mount_attr){
		.attr_set = change->set_all,
		.attr_clr = change->clear_all,
		.propagation = change->propagation_all ? change->propagation : 0,
	};
}

static struct mount_attr attr_top(const struct mount_change *change)
{
	return (struct mount_attr){
		.attr_set = change->set,
		.attr_clr = change->clear,
		.propagation = change->propagation_all ? 0 : change->propagation,
	};
}

/* Where there is one mount only the two are one: the top's part has the last word. */
static struct mount_attr attr_single(const struct mount_change *change)
{
	return (struct mount_attr){
		.attr_set = (change->set_all & ~change->clear) | change->set,
		.attr_clr = (change->clear_all & ~change->set) | change->clear,
		.propagation = change->propagation,
	};
}

static bool is_something(const struct mount_attr *attr)
{
	return attr->attr_set || attr->attr_clr || attr->propagation;
}

static int set_attr(struct run *run, int fd, unsigned flags, const struct mount_attr *attr)
{
	if (!is_something(attr))
		return 0;
	trying(run, __NR_mount_setattr, SUBJECT_OPTION);
	return sys_mount_setattr(fd, "", AT_EMPTY_PATH | flags, attr);
}

int mount_change(struct run *run, int fd, const struct mount_change *change)
{
	struct mount_attr all = attr_all(change), top = attr_top(change);
	int error = set_attr(run, fd, AT_RECURSIVE, &all);

	return error ? error : set_attr(run, fd, 0, &top);
}

static int clone_with(struct run *run, int dir, const char *path, unsigned flags,
		      const struct mount_attr *attr)
{
	int error, mount = -ENOSYS;

	if (is_something(attr) && !run->no_open_tree_attr) {
		trying(run, __NR_open_tree_attr, SUBJECT_SOURCE);
		mount = sys_open_tree_attr(dir, path, flags, attr);
		run->no_open_tree_attr = mount == -ENOSYS;
	}
	if (mount >= 0)
		return scratch_add(run, mount);
	/* In two calls, where one is not there, or to see which of the two is refused. */
	trying(run, __NR_open_tree, SUBJECT_SOURCE);
	mount = scratch_add(run, sys_open_tree(dir, path, flags));
	if (mount < 0)
		return mount;
	error = set_attr(run, mount, flags & AT_RECURSIVE, attr);
	return error ? error : mount;
}

int mount_clone(struct run *run, int dir, const char *path, bool all, const struct mount_change *change)
{
	static const struct mount_change none;
	unsigned flags = OPEN_TREE_CLONE | (*path ? 0U : AT_EMPTY_PATH);
	struct mount_attr attr;
	int error, mount;

	if (!change)
		change = &none;
	if (!all) {
		attr = attr_single(change);
		return clone_with(run, dir, path, flags, &attr);
	}
	attr = attr_all(change);
	mount = clone_with(run, dir, path, flags | AT_RECURSIVE, &attr);
	if (mount < 0)
		return mount;
	attr = attr_top(change);
	error = set_attr(run, mount, 0, &attr);
	return error ? error : mount;
}

/* move_mount says EINVAL for many reasons; this one is the most likely. */
static int explain_refusal(int mount, int to)
{
	struct stat from_stat, to_stat;

	if (sys_fstat(mount, &from_stat) || sys_fstat(to, &to_stat) ||
	    S_ISDIR(from_stat.st_mode) == S_ISDIR(to_stat.st_mode))
		return -EINVAL;
	return S_ISDIR(to_stat.st_mode) ? -EISDIR : -ENOTDIR;
}

int mount_attach_at(struct run *run, int mount, int to)
{
	int error;

	trying(run, __NR_move_mount, SUBJECT_TARGET);
	error = sys_move_mount(mount, to);
	run->parent.length = 0;		/* it may be hidden now */
	return error == -EINVAL ? explain_refusal(mount, to) : error;
}

static mode_t kind_of(int mount)
{
	struct stat stat;

	return sys_fstat(mount, &stat) == 0 && !S_ISDIR(stat.st_mode) ? S_IFREG | 0644 : S_IFDIR | 0755;
}

/* Where the last thing was made, the next one is likely to be missing too. */
static int open_or_make(struct run *run, int mount, const char *target, mode_t missing, uint64_t resolve,
			bool *ret_made)
{
	int to = -EAGAIN;

	if (!resolve && target_has_neighbour(run, target))
		to = target_make_beside(run, target, missing ? missing : kind_of(mount));
	*ret_made = to >= 0;
	if (to >= 0)
		return to;
	to = target_open(run, target, O_PATH, resolve);
	if (to != -ENOENT)
		return to;
	*ret_made = true;
	return target_create(run, target, missing ? missing : kind_of(mount), resolve);
}

int mount_attach(struct run *run, int mount, const char *target, mode_t missing, uint64_t resolve)
{
	bool made;
	int error, to = open_or_make(run, mount, target, missing, resolve, &made);
	struct parent parent = run->parent;

	if (scratch_add(run, to) < 0)
		return to;
	error = mount_attach_at(run, mount, to);
	/* A mount on what was just made hides nothing. */
	if (made)
		run->parent = parent;
	return error;
}

int do_bind(struct run *run, const struct step *step)
{
	mode_t missing = step->bind.make_file ? S_IFREG | 0644 : 0;
	int error = 0, mount;

	if (step->bind.slot == SLOT_NONE) {
		mount = mount_clone(run, AT_FDCWD, step->bind.source, step->bind.all, &step->bind.change);
	} else {
		mount = scratch_add(run, run->slot[step->bind.slot]);
		run->slot[step->bind.slot] = -1;
		error = mount < 0 ? 0 : mount_change(run, mount, &step->bind.change);
	}
	if (mount < 0)
		return mount == -1 ? -EBADF : mount;
	return error ? error : mount_attach(run, mount, step->bind.target, missing, 0);
}

static int reconfigure(struct run *run, int target, const struct pairs *data)
{
	int error, fs;

	trying(run, __NR_fspick, SUBJECT_TARGET);
	fs = scratch_add(run, sys_fspick(target, "", FSPICK_EMPTY_PATH));
	if (fs < 0)
		return fs;
	error = fs_configure(run, fs, data);
	return error ? error : fs_command(run, fs, FSCONFIG_CMD_RECONFIGURE);
}

int do_change_mount(struct run *run, const struct step *step)
{
	const char *target = step->change_mount.target;
	bool root = target[0] == '/' && target[1] == '\0';
	int error = 0;
	int fd = root ? run->slot[SLOT_ROOTFS] : scratch_add(run, target_open(run, target, O_PATH, 0));

	if (fd < 0)
		return fd;
	if (step->change_mount.data)
		error = reconfigure(run, fd, step->change_mount.data);
	return error ? error : mount_change(run, fd, &step->change_mount.change);
}
