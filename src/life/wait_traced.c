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
	STOPPED_MAX = 2048,		/* more than are looked at at once (denial/watch.c) */
};

/* Those that have stopped are all asked for before the first goes on: waitpid(2) begins with the youngest each time, and
 * some that stop again and again would keep the others waiting for ever. Returns whether the child has ended. Threads
 * are reported too (__WALL). */
static bool take_all(pid_t child, const struct onlooker *onlooker, int *ret_status)
{
	static struct { pid_t pid; int status; } stopped[STOPPED_MAX];
	size_t count = 0;
	bool ended = false;

	do {
		for (count = 0; count < STOPPED_MAX; count++) {
			stopped[count].pid = waitpid(-1, &stopped[count].status, WNOHANG | __WALL);
			if (stopped[count].pid <= 0)
				break;
		}
		for (size_t i = 0; i < count; i++) {
			onlooker->take(onlooker->context, stopped[i].pid, stopped[i].status);
			if (stopped[i].pid == child && !WIFSTOPPED(stopped[i].status)) {
				*ret_status = stopped[i].status;
				ended = true;
			}
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
