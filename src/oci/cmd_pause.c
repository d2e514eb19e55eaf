/* cmd_pause.c - `taru-oci pause`: stops all processes of a container where they are. */
#include "life/life.h"
#include "oci/globals.h"

static void run(struct command *command)
{
	if (life_check_id(command->operand[0], command->problem))
		life_pause(command->arena, command_root(command), command->operand[0], command->problem);
}

static const struct option options[] = { { NULL } };

const struct verb verb_pause = {
	.name = "pause",
	.operands = "ID",
	.summary = N_("stop all processes of a container where they are"),
	.options = options,
	.operands_min = 1,
	.operands_max = 1,
	.run = run,
};
