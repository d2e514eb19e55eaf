/* exec.c - the walk over a lane: takes each step, and writes on the tape what came of it.
 *
 * Descriptors. A step that opens something and is done with it does not close it: it
 * hands it to scratch_add(). Every so often, between two steps, all of these are closed
 * together. Since the kernel always gives out the lowest free number, they are mostly
 * consecutive, and a run of numbers is one close_range; the slots that lie among them are
 * not touched. So a start makes a handful of calls to close a hundred descriptors, and
 * 10,000 mounts never hold more than SCRATCH_HIGH + what one step opens. Loops inside
 * of a step (paths with many directories, copies of trees) close what they open.
 */
#include "exec/do.h"
#include "exec/stepper.h"
#include <assert.h>
#include <time.h>

/* Closed when there are so many, between two steps. A step adds fewer than the array has left. */
enum { SCRATCH_HIGH = 96 };

#define DOER_ENTRY(kind, function) [kind] = function,
#define DOER_COUNT(kind, function) + 1

static int (*const doer[STEP_KINDS])(struct run *, const struct step *) = { STEP_DOERS(DOER_ENTRY) };

static_assert(STEP_DOERS(DOER_COUNT) == STEP_KINDS, "a step kind has nobody who does it");

int scratch_add(struct run *run, int fd)
{
	struct scratch *scratch = &run->scratch;

	/* One that has no room any more is closed by STEP_CLOSE_DESCRIPTORS or execve. */
	if (fd >= 0 && scratch->count < sizeof(scratch->fd) / sizeof(scratch->fd[0]))
		scratch->fd[scratch->count++] = fd;
	return fd;
}

void close_all(const int *fd, size_t count)
{
	for (size_t i = 0; i < count;) {
		int first = fd[i], last = fd[i];

		for (i++; i < count && fd[i] == last + 1; i++)
			last++;
		if (first >= 0)
			sys_close_range((unsigned)first, (unsigned)last, 0);
	}
}

static void sort(int *fd, unsigned count)
{
	for (unsigned i = 1; i < count; i++) {
		int one = fd[i];
		unsigned at = i;

		for (; at > 0 && fd[at - 1] > one; at--)
			fd[at] = fd[at - 1];
		fd[at] = one;
	}
}

void scratch_close(struct run *run)
{
	struct scratch *scratch = &run->scratch;

	sort(scratch->fd, scratch->count);
	close_all(scratch->fd, scratch->count);
	scratch->count = 0;
	run->parent.length = 0;		/* its descriptor is gone */
}

int slot_fill(struct run *run, int slot, int fd)
{
	if (fd < 0)
		return fd;
	scratch_add(run, run->slot[slot]);
	run->slot[slot] = fd;
	return 0;
}

static uint64_t now(const struct tape *tape)
{
	struct timespec time;

	if (!tape->timed)
		return 1;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000U + (uint64_t)time.tv_nsec;
}

static int take(struct run *run, const struct step *step, struct mark *mark)
{
	mark->began = now(run->tape);
	if (step->kind == STEP_EXEC)
		mark->ended = mark->began;	/* if it works, nobody comes back to say so */
	run->mark = mark;
	mark->error = doer[step->kind](run, step);
	mark->ended = now(run->tape);
	return mark->error;
}

static bool is_due(const struct run *run, const struct step *step)
{
	return !step->fallback_of || run->tape->mark[step->fallback_of - 1].error;
}

/* Where somebody steps through the plan. A step that is skipped leaves no mark. */
static int take_if_let(struct run *run, size_t index)
{
	const struct step *step = &run->plan->step[index];
	struct mark *mark = &run->tape->mark[index];

	switch (stepper_ask(run->stepper[step->lane], (uint32_t)index)) {
	case STEPPER_GO: return take(run, step, mark);
	case STEPPER_SKIP: return 0;
	case STEPPER_QUIT: break;
	}
	mark->began = mark->ended = now(run->tape);
	mark->error = -ECANCELED;
	return mark->error;
}

int exec_lane(struct run *run, enum lane lane)
{
	for (size_t i = 0; i < run->plan->count; i++) {
		const struct step *step = &run->plan->step[i];
		int error;

		if (step->lane != lane || !is_due(run, step))
			continue;
		error = run->stepper[lane] ? take_if_let(run, i) : take(run, step, &run->tape->mark[i]);
		if (error && error != -step->tolerate)
			return error;
		if (run->scratch.count >= SCRATCH_HIGH)
			scratch_close(run);
	}
	scratch_close(run);
	return 0;
}

static bool passes_something(enum step_kind kind)
{
	return kind == STEP_OPEN_GATE || kind == STEP_AWAIT_GATE || kind == STEP_SEND_SLOT ||
	       kind == STEP_RECEIVE_SLOT || kind == STEP_AWAIT_EXEC;
}

bool exec_needs_socket(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (passes_something(plan->step[i].kind))
			return true;
	return false;
}
