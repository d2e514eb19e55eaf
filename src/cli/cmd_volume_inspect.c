/* cmd_volume_inspect.c - `taru volume inspect`: all that is known of a volume, with docker's keys. */
#include "base/json_write.h"
#include "cli/volumes.h"
#include "listing/rows.h"
#include <stdlib.h>

struct volume_inspect_asked { const char *format; };

static void put_each(struct command *command, struct place *place, struct json_writer *out)
{
	for (char **name = command->operand; *name; name++) {
		struct problem problem = { 0 };
		struct volume volume;

		if (volume_find(&place->engine, *name, &volume, &problem)) {
			volumes_put(command->arena, out, &volume);
			volume_close(&volume);
			continue;
		}
		log_message(command->log, "error", problem.text);
		command->status = EXIT_FAILURE;
	}
}

static void run(struct command *command)
{
	const struct volume_inspect_asked *asked = command->asked;
	struct text volumes = text_new(command->arena), out = text_new(command->arena);
	struct json_writer writer = json_writer_new(&volumes, asked->format ? NULL : "    ");
	struct place place;

	if (!place_open(command, false, &place))
		return;
	json_open_array(&writer, NULL);
	put_each(command, &place, &writer);
	json_close(&writer);
	store_close(&place.store);
	if (asked->format)
		rows_add_values(&out, asked->format, &volumes, command->problem);
	if (!command->problem->found)
		command_print(command, asked->format ? &out : &volumes);
}

static const struct option options[] = {
	{ "format", 'f', OPTION_TEXT, offsetof(struct volume_inspect_asked, format), "FORMAT",
	  N_("json, or a template of Go's") },
	{ NULL }
};

const struct verb verb_volume_inspect = {
	.name = "volume inspect",
	.operands = "VOLUME...",
	.summary = N_("show all that is known of a volume, as JSON"),
	.options = options,
	.asked_size = sizeof(struct volume_inspect_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.run = run,
};
