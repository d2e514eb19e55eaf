/* cmd_resume.c - `taru-oci resume`: lets a paused container go on. */
#include "life/life.h"
#include "oci/globals.h"

static void run(struct command *command)
{
	if (life_check_id(command->operand[0], command->problem))
		life_resume(command->arena, command_root(command), command->operand[0], command->problem);
}

static const struct option options[] = { { NULL } };

const struct verb verb_resume = {
	.name = "resume",
	.operands = "ID",
	.summary = N_("let a paused container go on"),
	.options = options,
	.operands_min = 1,
	.operands_max = 1,
	.run = run,
};
