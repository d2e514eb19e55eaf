/* cmd_port.c - `taru port`: which ports of a container can be reached at which of this machine's. */
#include "cli/place.h"

/* No network of the engine's passes ports on: "none" has none, "host" has this machine's own. */
static void run(struct command *command)
{
	struct engine_container container;
	struct place place;

	if (!place_open(command, false, &place))
		return;
	if (engine_find(&place.engine, command->operand[0], &container, command->problem) && command->operand[1])
		problem_set(command->problem, "no public port '%s' published for %s", command->operand[1],
			    container.made.name);
	engine_close(&container);
	store_close(&place.store);
}

static const struct option options[] = { { NULL } };

const struct verb verb_port = {
	.name = "port",
	.operands = "CONTAINER [PORT[/PROTOCOL]]",
	.summary = "show which ports of a container are published",
	.notes = "Networks that publish ports are not there yet, so there are none.\n",
	.options = options,
	.operands_min = 1,
	.operands_max = 2,
	.run = run,
};
