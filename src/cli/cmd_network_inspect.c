/* cmd_network_inspect.c - `taru network inspect`: all that is known of a network, with docker's keys. */
#include "cli/network_picture.h"
#include "cli/networks.h"
#include "listing/rows.h"
#include <stdlib.h>

struct network_inspect_asked { const char *format; };

/* Where what is known of networks goes. */
struct inspecting {
	struct command *command;
	struct place place;
	struct json_writer *out;
	struct picture *picture;	/* NULL: none is asked for */
};

static bool put(struct inspecting *inspecting, const struct network *network, struct problem *problem)
{
	if (inspecting->picture)
		return network_picture_add(&inspecting->place, network, inspecting->picture, problem);
	return networks_put(&inspecting->place, inspecting->out, network, problem);
}

static void put_each(struct inspecting *inspecting)
{
	struct command *command = inspecting->command;
	const char *now = record_now(command->arena);

	for (char **name = command->operand; *name; name++) {
		struct problem problem = { 0 };
		struct network network = { .folder = -1 };
		bool shown = network_find(&inspecting->place.store, *name, now, &network, &problem) &&
			     put(inspecting, &network, &problem);

		network_close(&network);
		if (shown)
			continue;
		log_message(command->log, "error", problem.text);
		command->status = EXIT_FAILURE;
	}
}

static void run_picture(struct command *command, const char *format)
{
	struct inspecting inspecting = { .command = command };
	struct text out = text_new(command->arena);
	struct picture picture;
	size_t count = 0;

	while (command->operand[count])
		count++;
	if (!place_open(command, true, &inspecting.place))
		return;
	network_picture_begin(command, count, &picture);
	inspecting.picture = &picture;
	put_each(&inspecting);
	store_close(&inspecting.place.store);
	if (picture.networks)
		network_picture_draw(&out, format, &picture);
	command_print(command, &out);
}

static void run_json(struct command *command, const char *format)
{
	struct text networks = text_new(command->arena), out = text_new(command->arena);
	struct json_writer writer = json_writer_new(&networks, format ? NULL : "    ");
	struct inspecting inspecting = { .command = command, .out = &writer };

	if (!place_open(command, true, &inspecting.place))
		return;
	json_open_array(&writer, NULL);
	put_each(&inspecting);
	json_close(&writer);
	store_close(&inspecting.place.store);
	if (format)
		rows_add_values(&out, format, &networks, command->problem);
	if (!command->problem->found)
		command_print(command, format ? &out : &networks);
}

/* The default network is made where it is not there: its subnet is what people look for. */
static void run(struct command *command)
{
	static const char *const pictures[] = { "text", "svg", NULL };
	const struct network_inspect_asked *asked = command->asked;

	if (asked->format && text_is_one_of(asked->format, pictures))
		run_picture(command, asked->format);
	else
		run_json(command, asked->format);
}

static const struct option options[] = {
	{ "format", 'f', OPTION_TEXT, offsetof(struct network_inspect_asked, format), "FORMAT",
	  N_("json, a template of Go's, or a picture: text, svg") },
	{ NULL }
};

const struct verb verb_network_inspect = {
	.name = "network inspect",
	.operands = "NETWORK...",
	.summary = N_("show all that is known of a network, as JSON or a picture"),
	.options = options,
	.asked_size = sizeof(struct network_inspect_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.run = run,
};
