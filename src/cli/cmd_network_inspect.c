/* cmd_network_inspect.c - `taru network inspect`: all that is known of a network, with docker's keys. */
#include "cli/networks.h"
#include "cli/rows.h"
#include <stdlib.h>

struct network_inspect_asked { const char *format; };

static void put_each(struct command *command, struct place *place, struct json_writer *out)
{
	const char *now = record_now(command->arena);

	for (char **name = command->operand; *name; name++) {
		struct problem problem = { 0 };
		struct network network = { .folder = -1 };
		bool shown = network_find(&place->store, *name, now, &network, &problem) &&
			     networks_put(place, out, &network, &problem);

		network_close(&network);
		if (shown)
			continue;
		log_message(command->log, "error", problem.text);
		command->status = EXIT_FAILURE;
	}
}

/* The default network is made where it is not there: its subnet is what people look for. */
static void run(struct command *command)
{
	const struct network_inspect_asked *asked = command->asked;
	struct text networks = text_new(command->arena), out = text_new(command->arena);
	struct json_writer writer = json_writer_new(&networks, asked->format ? NULL : "    ");
	struct place place;

	if (!place_open(command, true, &place))
		return;
	json_open_array(&writer, NULL);
	put_each(command, &place, &writer);
	json_close(&writer);
	store_close(&place.store);
	if (asked->format)
		rows_add_values(&out, asked->format, &networks, command->problem);
	if (!command->problem->found)
		command_print(command, asked->format ? &out : &networks);
}

static const struct option options[] = {
	{ "format", 'f', OPTION_TEXT, offsetof(struct network_inspect_asked, format), "FORMAT",
	  "json, or a template of Go's" },
	{ NULL }
};

const struct verb verb_network_inspect = {
	.name = "network inspect",
	.operands = "NETWORK...",
	.summary = "show all that is known of a network, as JSON",
	.options = options,
	.asked_size = sizeof(struct network_inspect_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.run = run,
};
