/* cmd_system_check.c - `taru system check`: whether what is on disk about containers fits together. */
#include "cli/place.h"
#include "engine/check.h"
#include <stdlib.h>

struct check_asked { bool repair; };

static void run(struct command *command)
{
	const struct check_asked *asked = command->asked;
	struct text out = text_new(command->arena), warnings = text_new(command->arena);
	struct place place;

	if (!place_open(command, false, &place))
		return;
	if (engine_check(&place.engine, asked->repair, &out, &warnings))
		command->status = EXIT_FAILURE;
	command_warn(command, &warnings);
	command_print(command, &out);
	store_close(&place.store);
}

static const struct option options[] = {
	{ "repair", 0, OPTION_FLAG, offsetof(struct check_asked, repair), NULL, N_("mend what can be mended") },
	{ NULL }
};

const struct verb verb_system_check = {
	.name = "system check",
	.operands = "",
	.summary = N_("tell what of the containers on disk does not fit together"),
	.notes = N_("Ends with 1 where something is found that was not mended. Nothing has to be mended by hand after\n"
		    "a crash: the next commands do so where they meet it.\n"),
	.options = options,
	.asked_size = sizeof(struct check_asked),
	.starts_container = true,
	.run = run,
};
