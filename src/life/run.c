/* run.c - `run` in the foreground: does a plan, waits for the end, tells what went wrong. */
#include "base/file.h"
#include "base/fd.h"
#include "life/parts.h"
#include "life/wait.h"
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The tape is shared with the container's lane until that becomes the container's program. */
static struct tape *map_tape(const struct plan *plan, struct problem *problem)
{
	size_t size = sizeof(struct tape) + plan->count * sizeof(struct mark);
	void *tape = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (tape == MAP_FAILED) {
		problem_set(problem, "cannot map %zu bytes of shared memory", size);
		return NULL;
	}
	return tape;
}

static bool open_run(struct arena *arena, struct run *run, const struct bundle *bundle,
		     struct problem *problem)
{
	*run = (struct run){ .plan = &bundle->plan, .socket = { -1, -1 }, .lane_socket = -1 };
	run->tape = map_tape(&bundle->plan, problem);
	run->slot = ARENA_ARRAY(arena, (size_t)bundle->plan.slots, int);
	for (int i = 0; i < bundle->plan.slots; i++)
		run->slot[i] = -1;
	if (run->tape && exec_needs_socket(run->plan) &&
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, run->socket) < 0)
		problem_set(problem, "cannot make a socket pair");
	run->lane_socket = run->socket[LANE_RUNTIME];
	listener_prepare(arena, run, bundle);
	return !problem->found;
}

/* Folders that this start has made on the host (resctrl groups), the last one first. One that was there
 * before is not ours to remove. */
static void remove_directories(const struct run *run)
{
	for (size_t i = run->plan->count; i-- > 0;) {
		const struct step *step = &run->plan->step[i];
		const struct mark *mark = &run->tape->mark[i];

		if (step->kind == STEP_MAKE_DIRECTORY && mark->ended && mark->error == 0)
			rmdir(step->make_directory.path);
	}
}

/* Whether the container's lane got as far as its program. */
static bool has_started(const struct run *run)
{
	for (size_t i = 0; i < run->plan->count; i++)
		if (run->plan->step[i].kind == STEP_EXEC)
			return run->tape->mark[i].began && run->tape->mark[i].error == 0;
	return false;
}

static void kill_child(const struct run *run)
{
	pid_t left[] = { run->child, run->stage };

	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
		if (left[i] <= 0)
			continue;
		kill(left[i], SIGKILL);
		while (waitpid(left[i], NULL, 0) < 0 && errno == EINTR)
			;
	}
}

static void tell_failure(struct arena *arena, const struct bundle *bundle, const struct run *run,
			 int status, struct problem *problem)
{
	struct text text = text_new(arena);

	if (why_failed(&text, run->plan, &bundle->request, run->tape))
		problem_set(problem, "%s", text.at);
	else if (WIFSIGNALED(status))
		problem_set(problem, "the container's process was ended by signal %d before its program began",
			    WTERMSIG(status));
	else
		problem_set(problem, "the container's process ended before its program began");
}

static void write_trace_file(const char *path, const struct text *text, struct problem *problem)
{
	closes int fd = sys_openat(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	int error = fd < 0 ? fd : file_write_all(fd, text->at, text->length);

	if (error < 0)
		problem_set(problem, "option '--trace': cannot write '%s': %s", path, strerror(-error));
}

static void tell_trace(struct arena *arena, const struct run *run, const struct run_options *options,
		       struct problem *problem)
{
	struct text text = text_new(arena);

	switch (options->trace) {
	case TRACE_NONE:
		return;
	case TRACE_TABLE:
		trace_table(&text, run->plan, run->tape);
		file_write_all(STDERR_FILENO, text.at, text.length);
		return;
	case TRACE_FILE:
		trace_events(&text, run->plan, run->tape, getpid());
		write_trace_file(options->trace_file, &text, problem);
		return;
	}
}

static int wait_for_end(const struct bundle *bundle, struct run *run, struct problem *problem)
{
	const struct process *process = &bundle->spec.process;

	if (run->slot[SLOT_PTY] < 0)
		return wait_for_child(run->child);
	return wait_with_terminal(run->child, run->slot[SLOT_PTY], process->console_height > 0, problem);
}

void life_run(struct arena *arena, struct bundle *bundle, const struct run_options *options,
	      int *ret_status, struct problem *problem)
{
	struct run run;
	uint64_t caller_signals;
	bool failed;
	int status = 0;

	if (!open_run(arena, &run, bundle, problem))
		return;
	run.tape->timed = options->trace != TRACE_NONE;
	caller_signals = signals_block();
	/* The runtime's lane may fail when the program has begun: nobody listens for seccomp, say. */
	failed = exec_lane(&run, LANE_RUNTIME) < 0;
	if (failed)
		kill_child(&run);
	else
		status = wait_for_end(bundle, &run, problem);
	if (failed || !has_started(&run))
		tell_failure(arena, bundle, &run, status, problem);
	*ret_status = exit_status(status);
	remove_directories(&run);
	tell_trace(arena, &run, options, problem);
	signals_restore(caller_signals);
}
