/* cmd_network_inspect.c - `taru network inspect`: all that is known of a network, with docker's keys. */
#include "cli/named.h"
#include "cli/network_picture.h"
#include "cli/networks.h"

struct network_inspect_asked { const char *format; };

struct picturing {
	struct place place;
	struct picture picture;
};

static bool add_to_picture(void *context, const char *name, struct problem *problem)
{
	struct picturing *picturing = context;
	const struct place *place = &picturing->place;
	struct network network = { .folder = -1 };
	bool added = network_find(&place->store, name, record_now(place->engine.arena), &network, problem) &&
		     network_picture_add(&picturing->place, &network, &picturing->picture, problem);

	network_close(&network);
	return added;
}

static bool put(struct place *place, const char *name, struct json_writer *out, struct problem *problem)
{
	struct network network = { .folder = -1 };
	bool shown = network_find(&place->store, name, record_now(place->engine.arena), &network, problem) &&
		     networks_put(place, out, &network, problem);

	network_close(&network);
	return shown;
}

static void run_picture(struct command *command, const char *format)
{
	struct text out = text_new(command->arena);
	struct picturing picturing;
	size_t count = 0;

	while (command->operand[count])
		count++;
	if (!place_open(command, true, &picturing.place))
		return;
	network_picture_begin(command, count, &picturing.picture);
	named_each(command, add_to_picture, &picturing, NULL);
	store_close(&picturing.place.store);
	if (picturing.picture.networks)
		network_picture_draw(&out, format, &picturing.picture);
	command_print(command, &out);
}

/* The default network is made where it is not there: its subnet is what people look for. */
static void run(struct command *command)
{
	static const char *const pictures[] = { "text", "svg", NULL };
	const struct network_inspect_asked *asked = command->asked;

	if (asked->format && text_is_one_of(asked->format, pictures))
		run_picture(command, asked->format);
	else
		named_inspect(command, asked->format, true, put);
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
