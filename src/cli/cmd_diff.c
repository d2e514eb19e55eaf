/* cmd_diff.c - `taru diff`: what a container has changed of its image's files. */
#include "cli/place.h"
#include "engine/changes.h"

static void run(struct command *command)
{
	struct text out = text_new(command->arena);
	struct engine_container container;
	struct place place;

	if (!place_open(command, false, &place))
		return;
	if (engine_find(&place.engine, command->operand[0], &container, command->problem) &&
	    engine_diff(&place.engine, &container, &out, command->problem))
		command_print(command, &out);
	engine_close(&container);
	store_close(&place.store);
}

static const struct option options[] = { { NULL } };

const struct verb verb_diff = {
	.name = "diff",
	.operands = "CONTAINER",
	.summary = N_("show what a container has changed of its image's files"),
	.notes = N_("A: added, C: changed, D: deleted.\n"),
	.options = options,
	.operands_min = 1,
	.operands_max = 1,
	.run = run,
};
