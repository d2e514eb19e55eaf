/* reach.c - see reach.h */
#include "engine/reach.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/sys_process.h"
#include "engine/reach_parts.h"
#include "image/helper.h"
#include "life/life.h"
#include "spec/reason.h"
#include <linux/sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

struct reach_shared {
	struct problem problem;
};

/* --- one that runs --- */

/* The directory of its first process in /proc, which is that of no other for as long as it is open. -1: it does not
 * run. */
static int open_process(struct engine *engine, const char *id)
{
	struct problem ignored = { 0 };
	struct container life;
	int process = -1;

	if (!container_open(engine->arena, engine->run, id, &life, &ignored))
		return -1;
	if (life.process >= 0 && (life.status == STATUS_RUNNING || life.status == STATUS_PAUSED)) {
		process = sys_openat(AT_FDCWD, arena_printf(engine->arena, "/proc/%d", (int)life.record.pid),
				     O_RDONLY | O_DIRECTORY, 0);
		container_refresh(&life);
		if (process >= 0 && life.status == STATUS_STOPPED)
			sys_close(take_fd(&process));
	}
	container_close(&life);
	return process < 0 ? -1 : process;
}

/* Its user namespace, where that is not ours; -1: it is. */
static int open_other_user(int process)
{
	closes int theirs = sys_openat(process, "ns/user", O_RDONLY, 0);
	closes int ours = sys_openat(AT_FDCWD, "/proc/self/ns/user", O_RDONLY, 0);

	if (theirs < 0 || ours < 0)
		return theirs < 0 ? theirs : ours;
	return file_is_same(theirs, ours) ? -1 : take_fd(&theirs);
}

static bool open_running(int process, struct reaching *reaching, struct problem *problem)
{
	const struct engine_container *container = reaching->request->container;

	reaching->user = open_other_user(process);
	reaching->root = sys_openat(process, "root", O_PATH | O_DIRECTORY, 0);
	if (reaching->root >= 0 && reaching->request->without_mounts)
		reaching->root = reach_without_mounts(process, take_fd(&reaching->root), reaching->user);
	if (reaching->root < 0)
		problem_set(problem, "container %s: its files cannot be reached: %s", container->made.name,
			    reason_words(reaching->root));
	return !problem->found;
}

/* As root of the container's user namespace, whose processes may not look at this one. */
static int become_owner(int user)
{
	int error = sys_setns(user, CLONE_NEWUSER);

	if (error)
		return error;
	sys_setgroups(0, NULL);		/* an ordinary user who maps one id may not */
	error = sys_setresgid(0, 0, 0);
	if (!error)
		error = sys_setresuid(0, 0, 0);
	if (!error)
		error = sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);	/* which another uid has undone */
	return error ? error : sys_prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/* --- one that does not --- */

/* Holds it: it is not started meanwhile. Whoever is just starting it has the lock of what runs. */
static bool hold(struct engine *engine, struct engine_container *container, struct problem *problem)
{
	struct problem ignored = { 0 };
	struct container life;

	if (!engine_lock(engine, container, problem))
		return false;
	container_open_locked(engine->arena, engine->run, container->made.id, &life, &ignored);
	container_close(&life);
	return engine_lock(engine, container, problem);
}

static void let_go(struct engine_container *container)
{
	sys_flock(container->folder, LOCK_UN);
}

static int run_mounted(void *data)
{
	struct reaching *reaching = data;
	struct problem *problem = reaching->problem;
	int error = sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);

	if (!error)
		error = reach_mount(reaching, problem);
	return error ? error : reaching->request->work(reaching->request->data, reaching->root, problem);
}

/* --- the child --- */

static int run_child(void *data, struct problem *problem)
{
	struct reaching *reaching = data;
	const struct reach_request *request = reaching->request;
	int error = 0;

	reaching->problem = problem;
	if (!reaching->runs)
		return helper_with_ids(reaching->engine->arena, reaching->ids, run_mounted, reaching, problem);
	if (reaching->user >= 0)
		error = become_owner(reaching->user);
	return error ? error : request->work(request->data, reaching->root, problem);
}

/* Who reads what it writes may end first: an error, and no signal. */
static _Noreturn void run_work(int (*work)(void *data, struct problem *problem), void *data, struct problem *problem)
{
	int error = sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);

	signal(SIGPIPE, SIG_IGN);
	if (!error)
		error = work(data, problem);
	sys_exit(-error & 0x7f);
}

bool reach_start(struct reach *ret_reach, int (*work)(void *data, struct problem *problem), void *data,
		 struct problem *problem)
{
	struct reach_shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
					   -1, 0);

	if (shared == MAP_FAILED) {
		problem_set(problem, "there is no memory for another process");
		return false;
	}
	ret_reach->shared = shared;
	ret_reach->pid = sys_fork();
	if (ret_reach->pid == 0)
		run_work(work, data, &shared->problem);
	if (ret_reach->pid > 0)
		return true;
	problem_set(problem, "cannot start a process: %s", reason_words(ret_reach->pid));
	munmap(shared, sizeof(*shared));
	return false;
}

bool reach_begin(struct engine *engine, const struct reach_request *request, struct reach *ret_reach,
		 struct problem *problem)
{
	struct engine_container *container = request->container;
	struct reaching reaching = { .engine = engine, .request = request, .root = -1, .user = -1 };
	closes int process = open_process(engine, container->made.id);
	bool begun;

	*ret_reach = (struct reach){ 0 };
	if (process < 0) {
		if (!hold(engine, container, problem))
			return false;
		ret_reach->locked = container;
		process = open_process(engine, container->made.id);
	}
	if (process >= 0 && ret_reach->locked) {
		let_go(container);
		ret_reach->locked = NULL;
	}
	reaching.runs = process >= 0;
	begun = (reaching.runs ? open_running(process, &reaching, problem) :
				 reach_prepare_mount(&reaching, problem)) &&
		reach_start(ret_reach, run_child, &reaching, problem);
	fd_close_at(&reaching.root);
	fd_close_at(&reaching.user);
	if (!begun && ret_reach->locked)
		let_go(container);
	return begun;
}

int reach_end(struct reach *reach, struct problem *problem)
{
	int status = -1, error;

	while (sys_wait4(reach->pid, &status, 0) == -EINTR)
		;
	error = WIFEXITED(status) ? -WEXITSTATUS(status) : -EINTR;
	if (reach->shared->problem.found)
		problem_set(problem, "%s", reach->shared->problem.text);
	munmap(reach->shared, sizeof(*reach->shared));
	if (reach->locked)
		let_go(reach->locked);
	return error;
}
