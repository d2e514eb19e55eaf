/* wait_traced.c - waits for a program that is traced: whatever stops is looked at and goes on. */
#include "base/clock.h"
#include "base/sys.h"
#include "life/life.h"
#include "life/wait.h"
#include <signal.h>
#include <sys/wait.h>

enum {
	MASK_SIZE = 8,			/* bytes of the kernel's signal set */
	PAUSE_MS = 10,			/* while it is killed */
	CHANGES_MAX = 2048,		/* there may be more than denial/watch.c looks at */
};

struct change { pid_t pid; int status; };

/* Those that have stopped or ended, threads too (__WALL). */
static size_t ask(struct change list[CHANGES_MAX])
{
	size_t count = 0;

	while (count < CHANGES_MAX && (list[count].pid = waitpid(-1, &list[count].status, WNOHANG | __WALL)) > 0)
		count++;
	return count;
}

/* All are asked for before the first goes on: waitpid(2) begins with the youngest each time, and some that stop again
 * and again would keep the others waiting for ever. Returns whether the child has ended. */
static bool take_all(pid_t child, const struct onlooker *onlooker, int *ret_status)
{
	static struct change list[CHANGES_MAX];
	bool ended = false;
	size_t count;

	do {
		count = ask(list);
		for (size_t i = 0; i < count; i++) {
			onlooker->take(onlooker->context, list[i].pid, list[i].status);
			if (list[i].pid != child || WIFSTOPPED(list[i].status))
				continue;
			*ret_status = list[i].status;
			ended = true;
		}
	} while (count && !ended);
	return ended;
}

int wait_traced(pid_t child, const struct onlooker *onlooker, uint64_t timeout_ms)
{
	const uint64_t until = timeout_ms ? clock_ms() + timeout_ms : UINT64_MAX;
	uint64_t all = ~0ULL;
	int status = 0;

	/* What has stopped before signals were waited for. */
	while (!take_all(child, onlooker, &status)) {
		const uint64_t now = timeout_ms ? clock_ms() : 0, rest = now < until ? until - now : 0,
			       pause = rest ? rest : PAUSE_MS;
		const struct timespec left = { (time_t)(pause / 1000), (long)(pause % 1000) * 1000000 };
		const long signal = SYS_4(__NR_rt_sigtimedwait, &all, NULL, timeout_ms ? &left : NULL, MASK_SIZE);

		if (timeout_ms && !rest)
			kill(child, SIGKILL);
		else if (signal > 0 && signal != SIGCHLD)
			signals_handle((int)signal, child, &status);
	}
	return status;
}
