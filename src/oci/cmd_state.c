/* cmd_state.c - `taru-oci state`: tells what a container is. */
#include "oci/find.h"
#include "oci/owner.h"
#include "oci/state_json.h"

static void run(struct command *command)
{
	struct text out = text_new(command->arena);
	struct json_writer writer = json_writer_new(&out, "  ");
	struct container container;

	if (!find_container(command, &container))
		return;
	state_json(&writer, &container,
		   owner_name(command->arena, owner_passwd(command->arena), container.record.owner));
	container_close(&container);
	command_print(command, &out);
}

static const struct option options[] = { { NULL } };

const struct verb verb_state = {
	.name = "state",
	.operands = "ID",
	.summary = N_("show what a container is, as JSON"),
	.options = options,
	.operands_min = 1,
	.operands_max = 1,
	.run = run,
};
