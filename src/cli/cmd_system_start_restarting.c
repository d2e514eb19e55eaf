/* cmd_system_start_restarting.c - `taru system start-restarting`: for the begin of the machine. */
#include "cli/starting.h"
#include "engine/check.h"
#include <stdlib.h>

static void start(struct command *command, struct place *place, const char *id, struct text *out)
{
	struct engine_container container;
	struct problem problem = { 0 };

	if (engine_find(&place->engine, id, &container, &problem) && engine_starts_at_boot(&container)) {
		const char *name = container.made.name;

		starting_alone(command, place, &container, &problem);
		if (!problem.found)
			text_printf(out, "%s\n", name);
	}
	engine_close(&container);
	if (problem.found) {
		log_message(command->log, "error", problem.text);
		command->status = EXIT_FAILURE;
	}
}

static void run(struct command *command)
{
	struct text out = text_new(command->arena), warnings = text_new(command->arena);
	struct engine_container *list;
	struct place place;
	size_t count;

	if (!place_open(command, false, &place))
		return;
	if (engine_list_healed(&place.engine, &list, &count, &warnings, command->problem))
		for (size_t i = count; i-- > 0;)	/* the oldest first */
			start(command, &place, list[i].made.id, &out);
	command_warn(command, &warnings);
	command_print(command, &out);
	store_close(&place.store);
}

static const struct option options[] = { { NULL } };

const struct verb verb_system_start_restarting = {
	.name = "system start-restarting",
	.operands = "",
	.summary = N_("start the containers that have a restart policy and ran when the machine went down"),
	.notes = N_("A systemd unit for this is in dist/.\n"),
	.options = options,
	.starts_container = true,
	.run = run,
};
