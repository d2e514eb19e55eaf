/* cmd_stop.c - `taru stop`: asks containers to end, and ends those that do not. */
#include "cli/chosen.h"
#include "engine/limits_asked.h"

struct stop_asked {
	struct chosen_asked chosen;
	const char *signal;
	struct maybe_i64 time;
};

static void stop_one(struct command *command, struct place *place, struct engine_container *container,
		     struct problem *problem)
{
	const struct stop_asked *asked = command->asked;

	place_stop(place, container, asked->signal, &asked->time, problem);
}

static void run(struct command *command)
{
	const struct stop_asked *asked = command->asked;

	if (limits_check_least("--time", asked->time, command->problem) &&
	    place_check_signal(asked->signal, command->problem))
		chosen_each(command, &asked->chosen, CHOSEN_LIVES | CHOSEN_RESTARTING, stop_one);
}

static const struct option options[] = {
	{ .kind = OPTION_TABLE, .offset = offsetof(struct stop_asked, chosen), .table = chosen_short_options },
	{ "signal", 's', OPTION_TEXT, offsetof(struct stop_asked, signal), "SIGNAL",
	  N_("instead of the one that it was made with") },
	{ "time", 't', OPTION_SIGNED, offsetof(struct stop_asked, time), "SECONDS",
	  N_("how long it may take before it is killed; -1: for ever") },
	{ "timeout", 0, OPTION_SIGNED, offsetof(struct stop_asked, time), "SECONDS", NULL },
	{ NULL }
};

const struct verb verb_stop = {
	.name = "stop",
	.operands = "[CONTAINER...]",
	.summary = N_("ask containers to end, and kill those that do not"),
	.options = options,
	.asked_size = sizeof(struct stop_asked),
	.operands_max = OPERANDS_ANY,
	.run = run,
};
