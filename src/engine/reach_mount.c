/* reach_mount.c - the root file system of a container as a mount: see reach.h */
#include "base/fd.h"
#include "engine/mapped.h"
#include "engine/reach_parts.h"
#include "life/alone.h"
#include "spec/reason.h"
#include <linux/sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

/* --- one that runs --- */

/* Only who is in a mount namespace may copy a mount of it. Its descriptors are ours as well (CLONE_FILES), so what it
 * opens stays. */
static _Noreturn void copy_mount(int process, int root, int user, int *ret_mount)
{
	closes int mounts = sys_openat(process, "ns/mnt", O_RDONLY, 0);
	int error = mounts < 0 ? mounts : 0;

	sys_prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (!error && user >= 0)
		error = sys_setns(user, CLONE_NEWUSER);
	if (!error)
		error = sys_setns(mounts, CLONE_NEWNS);
	*ret_mount = error ? error : sys_open_tree(root, "", AT_EMPTY_PATH | OPEN_TREE_CLONE);
	fd_close_at(&mounts);
	sys_exit(0);
}

int reach_without_mounts(int process, int root, int user)
{
	const struct clone_args how = { .flags = CLONE_FILES, .exit_signal = SIGCHLD };
	int *mount = mmap(NULL, sizeof(*mount), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int result = -ENOMEM;
	closes int own = root;
	pid_t pid;

	if (mount == MAP_FAILED)
		return result;
	*mount = -EPERM;
	pid = sys_clone3(&how);
	if (pid == 0)
		copy_mount(process, own, user, mount);
	while (pid > 0 && sys_wait4(pid, NULL, 0) == -EINTR)
		;
	result = pid < 0 ? pid : *mount;
	munmap(mount, sizeof(*mount));
	return result;
}

/* --- one that does not --- */

/* Of its mounts, what is bound of this machine: the others are new in each run. */
static void choose_mounts(struct reaching *reaching)
{
	const struct spec *all = &reaching->prepared.bundle.spec;
	struct spec *spec = &reaching->spec;

	*spec = *all;
	spec->mount = ARENA_ARRAY(reaching->engine->arena, all->mounts + 1, struct mount);
	spec->mounts = 0;
	for (size_t i = 0; i < all->mounts && !reaching->request->without_mounts; i++) {
		struct mount mount = all->mount[i];

		if (!mount.options.bind || !mount.source || sys_faccessat2(AT_FDCWD, mount.source, F_OK, 0))
			continue;
		/* On the disk files have the ids that the container knows them by; only mounts need others. */
		mount.options.idmap = mount.options.idmap_all = false;
		mount.uid_map = mount.gid_map = (struct id_maps){ 0 };
		spec->mount[spec->mounts++] = mount;
	}
}

bool reach_prepare_mount(struct reaching *reaching, struct problem *problem)
{
	const struct engine_container *container = reaching->request->container;

	if (!engine_prepare(reaching->engine, container, &reaching->prepared, problem))
		return false;
	reaching->ids = mapped_user(reaching->engine->arena, &reaching->prepared);
	choose_mounts(reaching);
	return !problem->found;
}

static int do_plan(struct reaching *reaching, const struct plan_request *request, const struct plan *plan,
		   struct problem *problem)
{
	struct arena *arena = reaching->engine->arena;
	struct text text = text_new(arena);
	struct run run = run_alone(arena, plan);
	int error = exec_lane(&run, LANE_CONTAINER);

	reaching->root = run.slot[SLOT_ROOTFS];
	if (error && why_failed(&text, plan, request, run.tape))
		problem_set(problem, "%s", text.at);
	return error;
}

int reach_mount(struct reaching *reaching, struct problem *problem)
{
	struct plan_request request = reaching->prepared.bundle.request;
	struct plan plan;
	int error = sys_unshare(CLONE_NEWNS);

	reaching->prepared.layers.temporary = false;
	request.layers = reaching->prepared.layers.lower.count ? &reaching->prepared.layers : NULL;
	request.spec = &reaching->spec;
	plan_build_files(reaching->engine->arena, &request, &plan, problem);
	if (!error && !problem->found)
		error = do_plan(reaching, &request, &plan, problem);
	if (error)
		problem_set(problem, "container %s: its files cannot be mounted: %s",
			    reaching->request->container->made.name, reason_words(error));
	return problem->found ? -EPERM : 0;
}
