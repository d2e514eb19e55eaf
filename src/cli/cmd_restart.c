/* cmd_restart.c - `taru restart`: stops containers and starts them again. */
#include "cli/chosen.h"
#include "cli/starting.h"
#include "engine/event.h"
#include "engine/limits_asked.h"
#include "engine/stepping.h"

struct restart_asked {
	struct chosen_asked chosen;
	bool running;
	const char *signal;
	struct maybe_i64 time;
};

static void restart_one(struct command *command, struct place *place, struct engine_container *container,
			struct problem *problem)
{
	const struct restart_asked *asked = command->asked;

	if (!stepping_check(container, problem))
		return;
	place_stop(place, container, asked->signal, &asked->time, problem);
	if (!problem->found)
		starting_unless_running(command, place, container, problem);
	if (!problem->found)
		event_container(&place->engine, &container->made, "restart", NULL);
}

static void run(struct command *command)
{
	const struct restart_asked *asked = command->asked;
	struct chosen_asked chosen = asked->chosen;

	chosen.all |= asked->running;
	if (limits_check_least("--time", asked->time, command->problem) &&
	    place_check_signal(asked->signal, command->problem))
		chosen_each(command, &chosen, asked->running ? CHOSEN_RUNNING : CHOSEN_ANY, restart_one);
}

static const struct option options[] = {
	{ .kind = OPTION_TABLE, .offset = offsetof(struct restart_asked, chosen), .table = chosen_short_options },
	{ "running", 0, OPTION_FLAG, offsetof(struct restart_asked, running), NULL, N_("all that run") },
	{ "signal", 's', OPTION_TEXT, offsetof(struct restart_asked, signal), "SIGNAL",
	  N_("instead of the one that it was made with") },
	{ "time", 't', OPTION_SIGNED, offsetof(struct restart_asked, time), "SECONDS",
	  N_("how long it may take before it is killed; -1: for ever") },
	{ "timeout", 0, OPTION_SIGNED, offsetof(struct restart_asked, time), "SECONDS", NULL },
	{ NULL }
};

const struct verb verb_restart = {
	.name = "restart",
	.operands = "[CONTAINER...]",
	.summary = N_("stop containers and start them again"),
	.options = options,
	.asked_size = sizeof(struct restart_asked),
	.operands_max = OPERANDS_ANY,
	.starts_container = true,
	.run = run,
};
