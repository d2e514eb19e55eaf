/* tool.c - programs of the machine that a step runs to their end. */
#include "exec/do.h"
#include <linux/sched.h>
#include <signal.h>
#include <string.h>

enum { NOT_RUN = 127 };		/* exit status where there is no such tool */

static _Noreturn void become(char *const *args, int input, int output)
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	char *const env[] = { path, NULL };

	if (input >= 0)
		sys_dup3(input, 0, 0);
	sys_dup3(output, 2, 0);
	sys_execve(args[0], args, env);
	sys_exit(NOT_RUN);
}

/* What the tool complains about, to its end, so that it never waits for us. Its first line is kept. */
static void read_output(struct tape *tape, int output)
{
	char rest[256];
	size_t used = 0;
	ssize_t got;

	while (used < sizeof(tape->note) - 1 &&
	       (got = sys_read(output, tape->note + used, sizeof(tape->note) - 1 - used)) > 0)
		used += (size_t)got;
	tape->note[used] = '\0';
	tape->note[strcspn(tape->note, "\n")] = '\0';
	while (sys_read(output, rest, sizeof(rest)) > 0)
		;
}

int do_run_tool(struct run *run, const struct step *step)
{
	const struct plan_tool *tool = step->run_tool.tool;

	trying(run, __NR_clone3, SUBJECT_STEP);
	if (tool->process && run->child <= 0)
		return -ESRCH;
	if (tool->process)
		put_number(tool->process, (uint64_t)run->child);
	return tool_run(run, tool->args.at, -1);
}

int tool_run(struct run *run, char *const *args, int input)
{
	struct clone_args how = { .exit_signal = SIGCHLD };
	closes int output = -1;
	int ends[2], status;
	pid_t pid;

	trying(run, __NR_pipe2, SUBJECT_STEP);
	status = sys_pipe2(ends, 0);
	if (status)
		return status;
	output = ends[0];
	trying(run, __NR_clone3, SUBJECT_STEP);
	pid = sys_clone3(&how);
	if (pid == 0)
		become(args, input, ends[1]);
	sys_close(ends[1]);
	if (pid < 0)
		return pid;
	read_output(run->tape, output);
	trying(run, __NR_execve, SUBJECT_STEP);
	status = reap(pid);
	if (status <= 0)
		return status;
	return status == NOT_RUN << 8 ? -ENOENT : -EPERM;
}
