/* cmd_pause.c - `taru-oci pause`: stops all processes of a container where they are. */
#include "oci/find.h"

static void run(struct command *command)
{
	find_no_cgroup(command, "pause");
}

static const struct option options[] = { { NULL } };

const struct verb verb_pause = {
	.name = "pause",
	.operands = "ID",
	.summary = "stop all processes of a container (not in this version)",
	.options = options,
	.operands_min = 1,
	.operands_max = 1,
	.run = run,
};
