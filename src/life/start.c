/* start.c - `start`: the program of a created container begins.
 *
 * The container's process waits at a FIFO. It gets a byte, and then either becomes the program, which closes
 * the other FIFO, or says there what was in the way; so the message is here, where somebody waits for
 * it, and is the one that `run` would give.
 */
#include "base/fd.h"
#include "life/launch.h"
#include "spec/reason.h"
#include <fcntl.h>
#include <signal.h>
#include <string.h>

/* The plan's end is made again from the record, and the last words are put on a tape of it. */
static void tell_failure(const struct container *container, const struct last_words *words,
			 struct problem *problem)
{
	struct arena *arena = container->arena;
	struct host host = { .last_capability = 63, .kernel_major = 5, .kernel_minor = 14 };
	const struct bpf_program filter = { 0 };
	struct plan_request request = {
		.spec = &container->record.spec, .host = &host, .id = container->id,
		.bundle = container->record.bundle, .state = container->path, .end = END_CREATED,
		.filter = &filter,
	};
	struct problem echo = { 0 };
	struct plan plan;
	struct tape *tape;
	struct text text = text_new(arena);

	plan_build_rest(arena, &request, &plan, &echo);
	tape = arena_alloc(arena, sizeof(*tape) + (plan.count + 1) * sizeof(struct mark));
	if (words->after < plan.count && plan.step[words->after].kind == (enum step_kind)words->kind) {
		tape->mark[words->after] = words->mark;
		memcpy(tape->note, words->note, sizeof(tape->note));
	}
	if (why_failed(&text, &plan, &request, tape))
		problem_set(problem, "%s", text.at);
	else
		problem_set(problem, "container '%s': its program could not begin: %s", container->id,
			    reason_words(words->mark.error));
}

/* Waits until the process has become the program, or has ended. */
static void await_program(const struct container *container, int answer, struct problem *problem)
{
	struct last_words words;
	ssize_t got;

	do
		got = sys_read(answer, &words, sizeof(words));
	while (got == -EINTR);
	words.note[sizeof(words.note) - 1] = '\0';
	if (got == (ssize_t)sizeof(words))
		tell_failure(container, &words, problem);
	else if (got < 0)
		problem_set(problem, "container '%s': cannot read '%s/" RECORD_ANSWER "': %s", container->id,
			    container->path, reason_words((int)got));
}

/* The FIFO for the answer is opened first, so that nothing that is said is lost. */
static void open_gate(const struct container *container, struct problem *problem)
{
	closes int answer = sys_openat(container->folder, RECORD_ANSWER, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, 0);
	closes int gate = sys_openat(container->folder, RECORD_START, O_WRONLY | O_NONBLOCK | O_NOFOLLOW, 0);
	const char byte = 1;

	if (answer < 0 || gate < 0 || sys_fcntl(answer, F_SETFL, 0) < 0 || sys_write(gate, &byte, 1) != 1) {
		problem_set(problem, "container '%s' cannot be started: its process does not wait any more",
			    container->id);
		return;
	}
	await_program(container, answer, problem);
	sys_unlinkat(container->folder, RECORD_START, 0);
	sys_unlinkat(container->folder, RECORD_ANSWER, 0);
}

static void check_status(const struct container *container, struct problem *problem)
{
	switch (container->status) {
	case STATUS_CREATED:
		return;
	case STATUS_CREATING:
		problem_set(problem, "container '%s' cannot be started: it is still being created, or its "
			    "creation was cut off; 'delete --force' removes it (taru: 'rm --force')", container->id);
		return;
	case STATUS_RUNNING:
	case STATUS_PAUSED:
		problem_set(problem, "container '%s' cannot be started: it is %s already", container->id,
			    status_name(container->status));
		return;
	case STATUS_STOPPED:
		problem_set(problem, "container '%s' cannot be started: it is stopped; delete it, and create it "
			    "again", container->id);
		return;
	}
}

static void run_hooks(const struct container *container, struct problem *problem)
{
	size_t count = container->record.spec.hook[HOOK_POSTSTART].count;

	for (size_t i = 0; i < count && !problem->found; i++)
		hook_do(container, HOOK_POSTSTART, i, STATUS_RUNNING, problem);
	if (problem->found)
		container_signal(container, SIGKILL);
}

void life_start(struct arena *arena, const char *root, const char *id, struct problem *problem)
{
	struct container container;
	struct notify *notify = NULL;

	signal(SIGCHLD, SIG_DFL);
	/* The container can be killed while it is told to go on. */
	signal(SIGPIPE, SIG_IGN);
	if (!container_open_locked(arena, root, id, &container, problem))
		return;
	check_status(&container, problem);
	if (!problem->found)
		notify = notify_open(&container, problem);
	if (!problem->found)
		open_gate(&container, problem);
	container_unlock(&container);
	if (!problem->found)
		run_hooks(&container, problem);
	if (!problem->found && notify)
		notify_wait(notify, &container);
	container_close(&container);
}
