/* cmd_rename.c - `taru rename`: gives a container another name. */
#include "cli/place.h"

static void run(struct command *command)
{
	struct engine_container container;
	struct place place;

	if (!place_open(command, false, &place))
		return;
	if (engine_find(&place.engine, command->operand[0], &container, command->problem) &&
	    engine_lock(&place.engine, &container, command->problem))
		engine_rename(&place.engine, &container, command->operand[1], command->problem);
	engine_close(&container);
	store_close(&place.store);
}

static const struct option options[] = { { NULL } };

const struct verb verb_rename = {
	.name = "rename",
	.operands = "CONTAINER NAME",
	.summary = N_("give a container another name"),
	.options = options,
	.operands_min = 2,
	.operands_max = 2,
	.run = run,
};
