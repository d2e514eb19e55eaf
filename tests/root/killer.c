/* killer.c - runs a command and kills it before one of its system calls: killer N FILE COMMAND...
 *
 * Only the process itself is followed, not its children, and it goes on through execve. Ends with 0 where it was
 * killed, 1 where the command ended before, and writes to the file how many calls it had begun by then. With N = 0 it
 * is not killed, and its calls are only counted.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static void become(char **command)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	execvp(command[0], command);
	fprintf(stderr, "killer: %s: %s\n", command[0], strerror(errno));
	_exit(127);
}

/* The signal that the process is to get when it goes on: not those that are ptrace's own. */
static int signal_of(int status)
{
	int signal = WSTOPSIG(status);

	return signal == (SIGTRAP | 0x80) || signal == SIGTRAP || signal == SIGSTOP ? 0 : signal;
}

int main(int argc, char **argv)
{
	long at = argc > 3 ? atol(argv[1]) : -1, calls = 0;
	FILE *file;
	int status;
	pid_t pid;

	if (at < 0) {
		fputs("usage: killer N FILE COMMAND...\n", stderr);
		return 2;
	}
	pid = fork();
	if (pid == 0)
		become(argv + 3);
	waitpid(pid, &status, 0);
	ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	for (int stops = 0; WIFSTOPPED(status); waitpid(pid, &status, 0)) {
		/* Each call stops twice: before and after. */
		if (WSTOPSIG(status) == (SIGTRAP | 0x80) && stops++ % 2 == 0 && ++calls == at)
			kill(pid, SIGKILL);
		ptrace(PTRACE_SYSCALL, pid, NULL, signal_of(status));
	}
	file = fopen(argv[2], "w");
	if (file) {
		fprintf(file, "%ld\n", calls);
		fclose(file);
	}
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? 0 : 1;
}
