/* cmd_stop.c - `taru stop`: asks containers to end, and ends those that do not. */
#include "cli/chosen.h"
#include "engine/event.h"
#include "engine/limits_asked.h"
#include "engine/stop.h"

struct stop_asked {
	struct chosen_asked chosen;
	struct maybe_i64 time;
};

static void stop_one(struct command *command, struct place *place, struct engine_container *container,
		     struct problem *problem)
{
	const struct stop_asked *asked = command->asked;

	/* One that has ended by itself is content, as with docker. */
	if (engine_stop(&place->engine, container, place_stop_timeout(&asked->time, container), problem))
		event_container(&place->engine, &container->made, "stop", NULL);
}

static void run(struct command *command)
{
	const struct stop_asked *asked = command->asked;

	if (limits_check_least("--time", asked->time, command->problem))
		chosen_each(command, &asked->chosen, CHOSEN_LIVES | CHOSEN_RESTARTING, stop_one);
}

static const struct option options[] = {
	{ .kind = OPTION_TABLE, .offset = offsetof(struct stop_asked, chosen), .table = chosen_options },
	{ "time", 't', OPTION_SIGNED, offsetof(struct stop_asked, time), "SECONDS",
	  N_("how long it may take before it is killed; -1: for ever") },
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
