/* cmd_create.c - `taru-oci create`: makes a container, up to where its program would begin. */
#include "oci/start.h"

static void run(struct command *command)
{
	const struct start_asked *asked = command->asked;
	struct bundle *bundle = ARENA_NEW(command->arena, struct bundle);
	struct text warnings = text_new(command->arena);
	struct start_options options = { .root = command_root(command) };

	if (command->problem->found || !start_read(command, asked, END_CREATED, bundle))
		return;
	life_create(command->arena, bundle, &options, &warnings, command->problem);
	command_warn(command, &warnings);
	log_debug(command->log, "%s: the plan has %zu steps", bundle->config, bundle->plan.count);
}

const struct verb verb_create = {
	.name = "create",
	.operands = "ID",
	.summary = N_("make a container from a bundle, up to where its program would begin"),
	.notes = N_("`start` lets it begin; `delete` removes the container.\n"),
	.options = start_table,
	.asked_size = sizeof(struct start_asked),
	.operands_min = 1,
	.operands_max = 1,
	.starts_container = true,
	.run = run,
};
