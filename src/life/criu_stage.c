/* criu_stage.c - where CRIU works when it restores: a mount namespace of its own.
 *
 * CRIU needs the root file system to be a mount, of which it makes the container's. In a namespace that only CRIU is
 * in nobody else sees that one, and nothing has to be unmounted when CRIU has ended, even if it was killed.
 */
#include "base/fd.h"
#include "life/criu_parts.h"

static bool set_failed(struct problem *problem, const char *what, const char *path, int error)
{
	problem_set(problem, "restore: cannot %s '%s': %s", what, path, criu_error_words(error));
	return false;
}

/* What is mounted on the host still arrives; what is mounted here stays here. */
static bool enter_mount_namespace(struct problem *problem)
{
	const struct mount_attr receiver = { .propagation = MS_SLAVE };
	int error = sys_unshare(CLONE_NEWNS);

	if (!error)
		error = sys_mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &receiver);
	return !error || set_failed(problem, "make a mount namespace for", "criu", error);
}

static bool mount_root(const struct criu_stage *stage, struct problem *problem)
{
	closes int copy = sys_open_tree(AT_FDCWD, stage->rootfs, OPEN_TREE_CLONE | AT_RECURSIVE);
	int error;

	if (copy < 0)
		return set_failed(problem, "open the root file system", stage->rootfs, copy);
	error = sys_move_mount_to(copy, AT_FDCWD, stage->root);
	return !error || set_failed(problem, "mount the root file system on", stage->root, error);
}

/* What CRIU restores is where CRIU is. */
static bool enter_cgroup_namespace(const struct criu_stage *stage, struct problem *problem)
{
	const char *path = stage->cgroup_namespace;
	closes int fd = path ? sys_openat(AT_FDCWD, path, O_RDONLY, 0) : -1;
	int error = 0;

	if (path)
		error = fd < 0 ? fd : sys_setns(fd, CLONE_NEWCGROUP);
	else if (stage->new_cgroup_namespace)
		error = sys_unshare(CLONE_NEWCGROUP);
	return !error || set_failed(problem, "enter the cgroup namespace", path ? path : "(new)", error);
}

bool criu_enter_stage(void *context, struct problem *problem)
{
	const struct criu_stage *stage = context;

	return enter_mount_namespace(problem) && mount_root(stage, problem) &&
	       enter_cgroup_namespace(stage, problem);
}
