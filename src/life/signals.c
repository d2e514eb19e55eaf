/* signals.c - signals that reach the runtime are for the container's process. */
#include "base/clock.h"
#include "base/sys.h"
#include "life/wait.h"
#include <signal.h>
#include <sys/wait.h>

enum { MASK_SIZE = 8 };		/* bytes of the kernel's signal set */

uint64_t signals_block(void)
{
	uint64_t all = ~0ULL, old = 0;

	/* A caller that ignores it would have the kernel reap for us, and the status would be lost. */
	signal(SIGCHLD, SIG_DFL);
	SYS_4(__NR_rt_sigprocmask, SIG_SETMASK, &all, &old, MASK_SIZE);
	return old;
}

void signals_restore(uint64_t mask)
{
	SYS_4(__NR_rt_sigprocmask, SIG_SETMASK, &mask, NULL, MASK_SIZE);
}

/* Returns whether the child has ended. Others may end too where the runtime is init or a subreaper. */
static bool reap(pid_t child, int *ret_status)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == child) {
			*ret_status = status;
			return true;
		}
	return false;
}

bool signals_handle(int signal, pid_t child, int *ret_status)
{
	switch (signal) {
	case SIGCHLD:
		return reap(child, ret_status);
	case SIGWINCH:			/* the container's terminal has a size of its own */
	case SIGURG:
	case SIGPIPE:
		return false;
	}
	/* Not reaped yet, so the pid is still the child's. */
	kill(child, signal);
	return false;
}

int wait_for_child(pid_t child, uint64_t timeout_ms)
{
	const uint64_t until = timeout_ms ? clock_ms() + timeout_ms : UINT64_MAX;
	uint64_t all = ~0ULL, now;
	struct timespec left;
	int status = 0;
	long signal;

	for (;;) {
		now = timeout_ms ? clock_ms() : 0;
		if (now >= until) {
			kill(child, SIGKILL);
			return wait_for_child(child, 0);
		}
		left = (struct timespec){ (time_t)((until - now) / 1000), (long)((until - now) % 1000) * 1000000 };
		signal = SYS_4(__NR_rt_sigtimedwait, &all, NULL, timeout_ms ? &left : NULL, MASK_SIZE);
		if (signal > 0 && signals_handle((int)signal, child, &status))
			return status;
	}
}

int exit_status(int wait_status)
{
	if (WIFSIGNALED(wait_status))
		return 128 + WTERMSIG(wait_status);
	return WEXITSTATUS(wait_status);
}
