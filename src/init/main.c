/* main.c - libexec/taru/init: process 1 of a container with `--init`.
 *
 *	taru-init [--] PROGRAM [ARGUMENT...]
 *
 * The kernel treats process 1 as it treats no other: signals that it has no handler for do not reach it, and it is
 * the parent of all whose own have ended. Most programs are not made for that. So this one is process 1, and the
 * program its child: signals are passed on to it, what has ended is reaped, and when the program ends, so does this
 * one, in the same way. It uses nothing of the container's files but the program.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CANNOT_FORK = 125, CANNOT_EXECUTE = 126, NOT_FOUND = 127, BY_SIGNAL = 128 };

/* All that can be waited for. Those that mean a fault of our own must end us. */
static void take_signals(sigset_t *ret_taken, sigset_t *ret_before)
{
	static const int faults[] = { SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP };

	sigfillset(ret_taken);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		sigdelset(ret_taken, faults[i]);
	sigprocmask(SIG_SETMASK, ret_taken, ret_before);
}

static int complain(const char *program)
{
	int error = errno;

	if (error == ENOENT && !strchr(program, '/'))
		(void)fprintf(stderr, "taru-init: exec: \"%s\": executable file not found in $PATH\n", program);
	else
		(void)fprintf(stderr, "taru-init: exec: \"%s\": %s\n", program, strerror(error));
	return error == ENOENT ? NOT_FOUND : CANNOT_EXECUTE;
}

/* A process group of its own is what a key such as ^C reaches. Where there is a terminal it must be the one in
 * front, or the program could not read from it; SIGTTOU, which says that we are not, is blocked here. */
static _Noreturn void become(char **words, const sigset_t *before)
{
	setpgid(0, 0);
	(void)tcsetpgrp(STDIN_FILENO, getpid());
	sigprocmask(SIG_SETMASK, before, NULL);
	execvp(words[0], words);
	_exit(complain(words[0]));
}

/* Reaps all that have ended. Returns whether the program is among them. */
static int reap(pid_t program, int *ret_status)
{
	int status, ended = 0;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != program)
			continue;
		*ret_status = status;
		ended = 1;
	}
	return ended;
}

static int wait_for(pid_t program, const sigset_t *taken)
{
	int status = 0;

	for (;;) {
		int signal = sigwaitinfo(taken, NULL);

		if (signal == SIGCHLD && reap(program, &status))
			return WIFSIGNALED(status) ? BY_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status);
		/* It is not reaped, so the number is still its own. */
		if (signal > 0 && signal != SIGCHLD)
			kill(program, signal);
	}
}

int main(int argc, char **argv)
{
	char **words = argv + (argc > 1 && !strcmp(argv[1], "--") ? 2 : 1);
	sigset_t taken, before;
	pid_t program;

	if (argc < 2 || !*words) {
		(void)fprintf(stderr, "taru-init: there is no program to run\n");
		return CANNOT_FORK;
	}
	take_signals(&taken, &before);
	program = fork();
	if (program == 0)
		become(words, &before);
	if (program < 0) {
		perror("taru-init: fork");
		return CANNOT_FORK;
	}
	return wait_for(program, &taken);
}
