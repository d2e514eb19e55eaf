/* wait_watching.c - waits for a process that has a terminal or a socket to be looked after. */
#include "base/sys.h"
#include "life/terminal.h"
#include "life/wait.h"
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* A signal that is for the terminal, or for us; the others are the container's. */
static bool is_terminal_signal(struct terminal *terminal, int signal)
{
	switch (signal) {
	case SIGWINCH:
		terminal_resize(terminal);
		return true;
	case SIGCONT:
		terminal_resume(terminal);
		return true;
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
		/* Someone stops the runtime: the screen is the shell's until it goes on. */
		terminal_suspend(terminal);
		kill(getpid(), SIGSTOP);
		return true;
	}
	return false;
}

static bool take_signals(int signals, struct terminal *terminal, pid_t child, int *ret_status)
{
	struct signalfd_siginfo info;

	while (sys_read(signals, &info, sizeof(info)) == sizeof(info))
		if (!(terminal && is_terminal_signal(terminal, (int)info.ssi_signo)) &&
		    signals_handle((int)info.ssi_signo, child, ret_status))
			return true;
	return false;
}

enum { AT_SIGNALS = TERMINAL_FDS, AT_SOCKET, ALL_FDS };

/* With no terminal its descriptors are not looked at: a signal of its own is then the container's. */
static bool look(const struct watch *watch, struct terminal *terminal, struct pollfd fds[ALL_FDS], pid_t child,
		 int *ret_status)
{
	int timeout_ms = terminal ? terminal_prepare(terminal, fds) : -1;

	if (poll(fds, ALL_FDS, timeout_ms) <= 0)
		return false;
	if (terminal)
		terminal_work(terminal, fds);
	if (terminal && terminal->left)
		return true;
	if (fds[AT_SOCKET].revents)
		watch->readable(watch->context);
	return take_signals(fds[AT_SIGNALS].fd, terminal, child, ret_status);
}

int wait_watching(pid_t child, struct watch *watch, struct problem *problem)
{
	struct pollfd fds[ALL_FDS];
	struct terminal terminal, *used = watch->terminal >= 0 ? &terminal : NULL;
	sigset_t all;
	int status = 0;

	for (int i = 0; i < ALL_FDS; i++)
		fds[i] = (struct pollfd){ -1, POLLIN, 0 };
	sigfillset(&all);
	fds[AT_SIGNALS].fd = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
	fds[AT_SOCKET].fd = watch->socket;
	if (fds[AT_SIGNALS].fd < 0) {
		problem_set(problem, "cannot wait for signals (signalfd)");
		return wait_for_child(child, 0);
	}
	if (used)
		terminal_begin(used, watch->terminal, watch->keys, watch->size_given);
	while (!look(watch, used, fds, child, &status))
		continue;
	watch->left = used && used->left;
	if (watch->left)
		terminal_leave(used);
	else if (used)
		terminal_end(used);
	close(fds[AT_SIGNALS].fd);
	return status;
}
