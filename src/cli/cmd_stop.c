/* cmd_stop.c - `taru stop`: asks containers to end, and ends those that do not. */
#include "cli/place.h"
#include "life/life.h"
#include "spec/names.h"
#include <signal.h>

struct stop_asked { struct maybe_i64 time; };

/* Waits until it has ended, `timeout_ms` at most (-1: without end). */
static bool has_ended(struct command *command, struct place *place, const char *id, int timeout_ms)
{
	struct problem gone = { 0 };
	struct container life;
	bool ended;

	if (!container_open(command->arena, place->engine.run, id, &life, &gone))
		return true;
	ended = life.process < 0 || container_wait(&life, timeout_ms);
	container_close(&life);
	return ended;
}

static int timeout_of(const struct stop_asked *asked, const struct engine_container *container)
{
	enum { MOST = INT32_MAX / 1000 };
	int64_t seconds = asked->time.set ? asked->time.value : container->made.stop_timeout;

	return seconds < 0 ? -1 : (int)(seconds > MOST ? MOST : seconds) * 1000;
}

static void stop_one(struct command *command, struct place *place, struct engine_container *container,
		     struct problem *problem)
{
	const struct made *made = &container->made;
	struct problem ended = { 0 };
	int signal = signal_number(made->stop_signal);

	/* One that has ended by itself is content, as with docker. */
	if (container->status != CONTAINER_RUNNING && container->status != CONTAINER_PAUSED)
		return;
	if (container->status == CONTAINER_PAUSED)
		life_resume(command->arena, place->engine.run, made->id, &ended);
	life_kill(command->arena, place->engine.run, made->id, signal > 0 ? signal : SIGTERM, false, &ended);
	if (has_ended(command, place, made->id, timeout_of(command->asked, container)))
		return;
	ended = (struct problem){ 0 };
	life_kill(command->arena, place->engine.run, made->id, SIGKILL, true, &ended);
	if (!has_ended(command, place, made->id, 10000))
		problem_set(problem, "container %s does not end, 10 s after SIGKILL: the kernel holds its process %d",
			    made->name, (int)container->pid);
}

static void run(struct command *command)
{
	struct place place;

	if (!place_open(command, false, &place))
		return;
	place_each(command, &place, stop_one);
	store_close(&place.store);
}

static const struct option options[] = {
	{ "time", 't', OPTION_SIGNED, offsetof(struct stop_asked, time), "SECONDS",
	  "how long it may take before it is killed; -1: for ever" },
	{ NULL }
};

const struct verb verb_stop = {
	.name = "stop",
	.operands = "CONTAINER...",
	.summary = "ask containers to end, and kill those that do not",
	.options = options,
	.asked_size = sizeof(struct stop_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.run = run,
};
