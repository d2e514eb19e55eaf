/* cmd_start.c - `taru-oci start`: lets the program of a created container begin. */
#include "life/life.h"
#include "oci/globals.h"

static void run(struct command *command)
{
	const char *root = command_root(command), *id = command->operand[0];

	if (life_check_id(id, command->problem) && !command->problem->found)
		life_start(command->arena, root, id, command->problem);
}

static const struct option options[] = { { NULL } };

const struct verb verb_start = {
	.name = "start",
	.operands = "ID",
	.summary = N_("let the program of a created container begin"),
	.options = options,
	.operands_min = 1,
	.operands_max = 1,
	.run = run,
};
