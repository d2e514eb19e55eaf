/* cmd_kill.c - `taru kill`: sends a signal to containers. */
#include "cli/chosen.h"
#include "engine/event.h"
#include "life/life.h"
#include "spec/names.h"
#include <signal.h>

struct kill_asked {
	struct chosen_asked chosen;
	const char *signal;
};

static void kill_one(struct command *command, struct place *place, struct engine_container *container,
		     struct problem *problem)
{
	const struct kill_asked *asked = command->asked;
	const int signal = asked->signal ? signal_number(asked->signal) : SIGKILL;

	if (!engine_lives(container)) {
		problem_set(problem, "container %s is not running", container->made.name);
		return;
	}
	/* Who kills it, or sends it what stops it, does not want it again, as with docker. */
	if (signal == SIGKILL || signal == signal_number(container->made.stop_signal))
		engine_set_stopped(container->folder, true);
	event_kill(&place->engine, &container->made, signal);
	life_kill(command->arena, place->engine.run, container->made.id, signal, false, problem);
}

static void run(struct command *command)
{
	const struct kill_asked *asked = command->asked;

	if (place_check_signal(asked->signal, command->problem))
		chosen_each(command, &asked->chosen, CHOSEN_LIVES, kill_one);
}

static const struct option options[] = {
	{ .kind = OPTION_TABLE, .offset = offsetof(struct kill_asked, chosen), .table = chosen_options },
	{ "signal", 's', OPTION_TEXT, offsetof(struct kill_asked, signal), "SIGNAL", N_("which one (KILL)") },
	{ NULL }
};

const struct verb verb_kill = {
	.name = "kill",
	.operands = "[CONTAINER...]",
	.summary = N_("send a signal to containers"),
	.notes = N_("KILL, and what stops it, ends a container for good, whatever its --restart says.\n"),
	.options = options,
	.asked_size = sizeof(struct kill_asked),
	.operands_max = OPERANDS_ANY,
	.run = run,
};
