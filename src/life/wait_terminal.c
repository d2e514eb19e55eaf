/* wait_terminal.c - waits for a container that has a terminal: the loop around terminal.h. */
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
		if (!is_terminal_signal(terminal, (int)info.ssi_signo) &&
		    signals_handle((int)info.ssi_signo, child, ret_status))
			return true;
	return false;
}

int wait_with_terminal(pid_t child, int master, bool size_given, struct problem *problem)
{
	struct pollfd fds[TERMINAL_FDS + 1];
	struct terminal terminal;
	sigset_t all;
	int status = 0;
	bool ended = false;

	sigfillset(&all);
	fds[TERMINAL_FDS].fd = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
	fds[TERMINAL_FDS].events = POLLIN;
	if (fds[TERMINAL_FDS].fd < 0) {
		problem_set(problem, "cannot wait for signals (signalfd)");
		return wait_for_child(child);
	}
	terminal_begin(&terminal, master, size_given);
	while (!ended) {
		int timeout_ms = terminal_prepare(&terminal, fds);

		if (poll(fds, TERMINAL_FDS + 1, timeout_ms) <= 0)
			continue;
		terminal_work(&terminal, fds);
		ended = take_signals(fds[TERMINAL_FDS].fd, &terminal, child, &status);
	}
	terminal_end(&terminal);
	close(fds[TERMINAL_FDS].fd);
	return status;
}
