/* cmd_resume.c - `taru-oci resume`: lets the processes of a paused container go on. */
#include "oci/find.h"

static void run(struct command *command)
{
	find_no_cgroup(command, "resume");
}

static const struct option options[] = { { NULL } };

const struct verb verb_resume = {
	.name = "resume",
	.operands = "ID",
	.summary = "let a paused container go on (not in this version)",
	.options = options,
	.operands_min = 1,
	.operands_max = 1,
	.run = run,
};
