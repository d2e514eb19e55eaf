/* do_enter.c - into a container that is there: its first process, and all its namespaces at once. */
#include "base/proc.h"
#include "base/sys_process.h"
#include "exec/do.h"

/* A descriptor of a process stays with that process; so it is opened first, and then looked whether it is
 * the one that was meant. */
int do_open_process(struct run *run, const struct step *step)
{
	struct proc_stat stat;
	int error;

	trying(run, __NR_pidfd_open, SUBJECT_STEP);
	error = slot_fill(run, SLOT_PROCESS, sys_pidfd_open(step->open_process.pid, 0));
	if (error)
		return error == -EINVAL ? -ESRCH : error;
	trying(run, __NR_openat, SUBJECT_STEP);
	error = proc_read_stat(step->open_process.pid, &stat);
	if (error)
		return error;
	return stat.state != 'Z' && stat.start_time == step->open_process.start_time ? 0 : -ESRCH;
}

/* setns(2) of a pidfd takes them all or none, since Linux 5.8. The root and working directory are then those of
 * the mount namespace. */
int do_join_process(struct run *run, const struct step *step)
{
	int error;

	trying(run, __NR_setns, SUBJECT_STEP);
	error = sys_setns(run->slot[SLOT_PROCESS], (int)step->join_process.flags);
	if (error)
		return error;
	scratch_add(run, run->slot[SLOT_PROCESS]);
	run->slot[SLOT_PROCESS] = -1;
	trying(run, __NR_openat, SUBJECT_STEP);
	return slot_fill(run, SLOT_ROOTFS, sys_openat(AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0));
}

int do_set_affinity(struct run *run, const struct step *step)
{
	enum { WORD = 8 * sizeof(unsigned long) };
	size_t words = (step->affinity.bits + WORD - 1) / WORD;

	trying(run, __NR_sched_setaffinity, SUBJECT_STEP);
	return sys_sched_setaffinity(0, words * sizeof(unsigned long), step->affinity.processors);
}
