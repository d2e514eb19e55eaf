/* do_process.c - what a process has beside its ids and rights: names, limits, scheduling, signals. */
#include "base/sys_process.h"
#include "exec/do.h"
#include <limits.h>
#include <linux/keyctl.h>
#include <linux/limits.h>
#include <linux/sched/types.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum {
	IOPRIO_WHO_PROCESS = 1, IOPRIO_CLASS_SHIFT = 13,	/* of ioprio_set(2), in no header of 5.14 */
	NUMBERS_ENOUGH = 256	/* descriptors that steps and their scratch never reach */
};

int do_set_dumpable(struct run *run, const struct step *step)
{
	trying(run, __NR_prctl, SUBJECT_STEP);
	return sys_prctl(PR_SET_DUMPABLE, step->dumpable.dumpable, 0, 0, 0);
}

/* From its execve on it stops wherever the runtime, its parent, wants to look (denial/watch.h). */
int do_accept_tracer(struct run *run, const struct step *step)
{
	trying(run, __NR_ptrace, SUBJECT_STEP);
	return (int)SYS_4(__NR_ptrace, PTRACE_TRACEME, 0, 0, 0);
}

/* The keyring is what its possessor may do everything with, and its user may search it (as with
 * runc): a process that joins the container later has to find it. */
int do_new_keyring(struct run *run, const struct step *step)
{
	enum { POSSESSOR_ALL = 0x3f000000, USER_VIEW_READ_SEARCH_LINK = 0x001b0000 };
	long key;

	trying(run, __NR_keyctl, SUBJECT_STEP);
	key = sys_keyctl(KEYCTL_JOIN_SESSION_KEYRING, (unsigned long)(uintptr_t)step->keyring.name, 0);
	if (key < 0)
		return (int)key;
	return (int)sys_keyctl(KEYCTL_SETPERM, (unsigned long)key,
			       POSSESSOR_ALL | USER_VIEW_READ_SEARCH_LINK);
}

/* Nothing stays blocked, and nothing of what callers are known to ignore stays ignored (nohup, shells
 * that put a job in the background, systemd's and Python's SIGPIPE, Python's SIGXFSZ): a shell in the container could
 * not undo it. Handlers end with execve anyway, and the runtime could not wait for its child if it
 * ignored SIGCHLD. */
int do_reset_signals(struct run *run, const struct step *step)
{
	/* 32 and 33 are the C library's own: glibc's posix_spawn leaves them ignored. */
	static const int often_ignored[] = { SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGXFSZ, 32, 33 };
	uint64_t none = 0;
	int error;

	trying(run, __NR_rt_sigaction, SUBJECT_STEP);
	for (size_t i = 0; i < sizeof(often_ignored) / sizeof(often_ignored[0]); i++) {
		error = sys_default_signal(often_ignored[i]);
		if (error)
			return error;
	}
	trying(run, __NR_rt_sigprocmask, SUBJECT_STEP);
	return sys_sigprocmask(SIG_SETMASK, &none, NULL);
}

int do_new_session(struct run *run, const struct step *step)
{
	pid_t session;

	trying(run, __NR_setsid, SUBJECT_STEP);
	session = sys_setsid();
	return session < 0 ? session : 0;
}

int do_set_hostname(struct run *run, const struct step *step)
{
	trying(run, __NR_sethostname, SUBJECT_STEP);
	return sys_sethostname(step->hostname.name, strlen(step->hostname.name));
}

int do_set_domainname(struct run *run, const struct step *step)
{
	trying(run, __NR_setdomainname, SUBJECT_STEP);
	return sys_setdomainname(step->domainname.name, strlen(step->domainname.name));
}

int do_set_personality(struct run *run, const struct step *step)
{
	int before;

	trying(run, __NR_personality, SUBJECT_STEP);
	before = sys_personality(step->personality.persona);
	return before < 0 ? before : 0;
}

/* The process that a step of the lane is about; 0: the one that takes it. */
static pid_t process_of(const struct run *run, const struct step *step)
{
	return step->lane == LANE_RUNTIME ? run->child : 0;
}

int do_set_rlimit(struct run *run, const struct step *step)
{
	const uint64_t limit[2] = { step->rlimit.soft, step->rlimit.hard };

	if (step->lane == LANE_RUNTIME && run->child <= 0)
		return -ESRCH;
	/* What is open already stays open, but steps to come need numbers below the limit. */
	if (step->rlimit.resource == RLIMIT_NOFILE && step->rlimit.soft < NUMBERS_ENOUGH)
		scratch_close(run);
	trying(run, __NR_prlimit64, SUBJECT_STEP);
	return sys_prlimit(process_of(run, step), (int)step->rlimit.resource, limit);
}

int do_set_scheduler(struct run *run, const struct step *step)
{
	const struct scheduler *asked = step->scheduler.scheduler;
	struct sched_attr attr = {
		.size = SCHED_ATTR_SIZE_VER0,
		.sched_policy = asked->policy,
		.sched_flags = asked->flags,
		.sched_nice = asked->nice,
		.sched_priority = (uint32_t)asked->priority,
		.sched_runtime = asked->runtime,
		.sched_deadline = asked->deadline,
		.sched_period = asked->period,
	};

	trying(run, __NR_sched_setattr, SUBJECT_STEP);
	return sys_sched_setattr(0, &attr);
}

int do_set_io_priority(struct run *run, const struct step *step)
{
	unsigned value = step->io_priority.class << IOPRIO_CLASS_SHIFT | step->io_priority.priority;

	trying(run, __NR_ioprio_set, SUBJECT_STEP);
	return sys_ioprio_set(IOPRIO_WHO_PROCESS, 0, value);
}

int do_set_memory_policy(struct run *run, const struct step *step)
{
	trying(run, __NR_set_mempolicy, SUBJECT_STEP);
	return sys_set_mempolicy(step->memory_policy.mode, step->memory_policy.nodes,
				 step->memory_policy.bits);
}

int do_set_umask(struct run *run, const struct step *step)
{
	trying(run, __NR_umask, SUBJECT_STEP);
	sys_umask(step->umask.mask);
	return 0;
}

/* Only pipes: those are the caller's way to the container's output, and /dev/stdout leads to them. A
 * terminal, a device or a file that the caller redirected to stays whose it is. What may not be given away
 * is not (a pipe whose owner has no id in the user namespace): the program can still use what is open. */
int do_own_streams(struct run *run, const struct step *step)
{
	struct stat stat;

	trying(run, __NR_fchownat, SUBJECT_STEP);
	for (int fd = 0; fd <= 2; fd++) {
		if (sys_fstat(fd, &stat) || !S_ISFIFO(stat.st_mode))
			continue;
		if (step->streams.anybody)
			sys_fchmod(fd, 0666);
		else
			sys_fchownat(fd, "", step->streams.id, (gid_t)-1, AT_EMPTY_PATH);
	}
	return 0;
}

/* A descriptor of the host that leaked would make "/proc/self/fd/7" a way out of the root; the kernel then
 * says that the directory is "(unreachable)" (CVE-2024-21626). */
int do_change_directory(struct run *run, const struct step *step)
{
	char path[PATH_MAX + 1];
	int result;

	trying(run, __NR_chdir, SUBJECT_TARGET);
	result = sys_chdir(step->directory.path);
	if (result)
		return result;
	trying(run, __NR_getcwd, SUBJECT_TARGET);
	result = sys_getcwd(path, sizeof(path));
	if (result < 0)
		return result;
	return path[0] == '/' ? 0 : -EXDEV;
}
