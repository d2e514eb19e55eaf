/* caller.c - see caller.h */
#include "debug/caller.h"
#include "base/sys.h"
#include <signal.h>

static const int heard[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };

enum { HEARD = sizeof(heard) / sizeof(heard[0]) };

/* A handler has no other way to it. */
static struct {
	int pipe;
	volatile sig_atomic_t signal;
	struct sigaction before[HEARD];
	sigset_t mask;
} caller = { .pipe = -1 };

static void note(int signal)
{
	caller.signal = signal;
	sys_write(caller.pipe, "q", 1);
}

/* What the runtime waits for meanwhile it goes on waiting for: the debugger decides. */
void caller_hear(int pipe)
{
	const struct sigaction action = { .sa_handler = note, .sa_flags = SA_RESTART };
	sigset_t open;

	caller.pipe = pipe;
	caller.signal = 0;
	sigemptyset(&open);
	for (int i = 0; i < HEARD; i++) {
		sigaction(heard[i], NULL, &caller.before[i]);
		if (caller.before[i].sa_handler == SIG_IGN)
			continue;
		sigaction(heard[i], &action, NULL);
		sigaddset(&open, heard[i]);
	}
	sigprocmask(SIG_UNBLOCK, &open, &caller.mask);
}

int caller_end(void)
{
	if (caller.pipe < 0)
		return 0;
	sigprocmask(SIG_SETMASK, &caller.mask, NULL);
	for (int i = 0; i < HEARD; i++)
		sigaction(heard[i], &caller.before[i], NULL);
	sys_close(caller.pipe);
	caller.pipe = -1;
	return caller.signal;
}
