/* do_seccomp.c - the filter on system calls.
 *
 * After the filter is there nothing may be called that it could refuse, kill for or send to the
 * listener, but for what it takes to go on: sendmsg for the listener, execve.
 */
#include "base/sys_process.h"
#include "exec/do.h"
#include <linux/filter.h>
#include <linux/seccomp.h>

int do_set_seccomp(struct run *run, const struct step *step)
{
	const struct sock_fprog program = {
		.len = (unsigned short)step->seccomp.program.count,
		.filter = (struct sock_filter *)(uintptr_t)step->seccomp.program.at,
	};
	uint64_t flags = step->seccomp.flags;
	int result;

	if (step->seccomp.program.count > BPF_MAXINSNS)
		return -E2BIG;
	untie(run);
	if (step->seccomp.listener)
		flags |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
	trying(run, __NR_seccomp, SUBJECT_STEP);
	result = sys_seccomp(SECCOMP_SET_MODE_FILTER, flags, &program);
	if (result < 0 || !step->seccomp.listener)
		return result;
	return slot_fill(run, SLOT_LISTENER, result);
}
