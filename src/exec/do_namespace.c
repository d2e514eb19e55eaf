/* do_namespace.c - processes and namespaces.
 *
 * The container's process dies with the runtime as long as it is being set up
 * (PR_SET_PDEATHSIG). What is left is the moment between clone3 and that call: a runtime
 * that is killed in it has left a container that runs on, just as one that is killed right
 * after execve; and where there is a gate to wait at, the process ends there, since
 * the other end of its socket is closed.
 */
#include "exec/do.h"
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <linux/sched.h>

static const uint64_t clone_flag[NAMESPACES] = {
	[NAMESPACE_USER] = CLONE_NEWUSER,	[NAMESPACE_MOUNT] = CLONE_NEWNS,
	[NAMESPACE_PID] = CLONE_NEWPID,		[NAMESPACE_NETWORK] = CLONE_NEWNET,
	[NAMESPACE_IPC] = CLONE_NEWIPC,		[NAMESPACE_UTS] = CLONE_NEWUTS,
	[NAMESPACE_CGROUP] = CLONE_NEWCGROUP,	[NAMESPACE_TIME] = CLONE_NEWTIME,
};

/* O_NONBLOCK: the path may be anything, a pipe that nobody writes to as well. What it is is
 * seen by setns. */
int do_open_namespace(struct run *run, const struct step *step)
{
	trying(run, __NR_openat, SUBJECT_SOURCE);
	return slot_fill(run, step->open_namespace.slot,
			 sys_openat(AT_FDCWD, step->open_namespace.path,
				    O_RDONLY | O_NONBLOCK | O_NOCTTY, 0));
}

int do_join_namespace(struct run *run, const struct step *step)
{
	trying(run, __NR_setns, SUBJECT_STEP);
	return sys_setns(run->slot[step->join_namespace.slot],
			 (int)clone_flag[step->join_namespace.kind]);
}

int do_unshare(struct run *run, const struct step *step)
{
	trying(run, __NR_unshare, SUBJECT_STEP);
	return sys_unshare(step->unshare.flags);
}

static void tie(struct run *run)
{
	sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	run->tied = true;
}

void untie(struct run *run)
{
	if (run->tied)
		sys_prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
	run->tied = false;
}

static void use_sockets(struct run *run, enum lane lane)
{
	enum lane other = lane == LANE_RUNTIME ? LANE_CONTAINER : LANE_RUNTIME;

	run->lane_socket = run->socket[lane];
	/* Held here too, these would hide that the other process has ended. */
	if (run->socket[other] >= 0)
		sys_close(run->socket[other]);
	run->socket[other] = -1;
	if (run->stepper[other])
		sys_close(run->stepper[other]);
	run->stepper[other] = 0;
}

/* Who may look into this process once it is in a container (CAP_SYS_PTRACE) would find it in /proc/PID/environ. */
static void forget_environment(char **environment)
{
	for (; environment && *environment; environment++)
		memset(*environment, 0, strlen(*environment));
}

/* The umask is 0 until STEP_SET_UMASK, so that what is made has the mode that was asked for. */
static _Noreturn void begin_container(struct run *run, int cgroup)
{
	use_sockets(run, LANE_CONTAINER);
	tie(run);
	/* Of the host's directories none may come along into a container (CVE-2016-9962). */
	if (cgroup)
		sys_close(run->slot[cgroup]);
	/* Held here too, the container would stay locked when the runtime is gone. */
	if (run->lock >= 0)
		sys_close(run->lock);
	forget_environment(run->environment);
	sys_umask(0);
	exec_lane(run, LANE_CONTAINER);
	say_last_words(run);
	sys_exit(255);
}

/* The kernel stores the pid on the tape before the process runs: afterwards it could overwrite what
 * STEP_REFORK has stored there by then. */
int do_clone(struct run *run, const struct step *step)
{
	struct clone_args args = {
		.flags = step->clone.flags | CLONE_PARENT_SETTID | (step->clone.cgroup ? CLONE_INTO_CGROUP : 0),
		.parent_tid = (uint64_t)(uintptr_t)&run->tape->child,
		.exit_signal = SIGCHLD,
		.cgroup = step->clone.cgroup ? (uint64_t)run->slot[step->clone.cgroup] : 0,
	};
	pid_t pid;

	trying(run, __NR_clone3, SUBJECT_STEP);
	pid = sys_clone3(&args);
	if (pid == 0)
		begin_container(run, step->clone.cgroup);
	if (pid < 0)
		return pid;
	run->child = pid;
	use_sockets(run, LANE_RUNTIME);
	if (step->clone.cgroup) {
		scratch_add(run, run->slot[step->clone.cgroup]);
		run->slot[step->clone.cgroup] = -1;
	}
	/* The sources of mounts are the child's business: held here, they would keep what they are
	 * on busy for as long as the container runs. */
	close_all(run->slot + SLOT_SOURCES, (size_t)(run->plan->slots - SLOT_SOURCES));
	for (int slot = SLOT_SOURCES; slot < run->plan->slots; slot++)
		run->slot[slot] = -1;
	return 0;
}

/* With CLONE_PARENT the new process is a child of the runtime, not of this one; its pid is the one that
 * the runtime sees. */
int do_refork(struct run *run, const struct step *step)
{
	struct clone_args args = {
		.flags = step->refork.flags | CLONE_PARENT | CLONE_PARENT_SETTID,
		.parent_tid = (uint64_t)(uintptr_t)&run->tape->child,
	};
	pid_t pid;

	trying(run, __NR_clone3, SUBJECT_STEP);
	pid = sys_clone3(&args);
	if (pid > 0)
		sys_exit(0);
	if (pid == 0)
		tie(run);
	return pid;
}

int reap(pid_t pid)
{
	int status = 0;
	pid_t result;

	do
		result = sys_wait4(pid, &status, 0);
	while (result == -EINTR);
	return result < 0 ? result : status;
}
