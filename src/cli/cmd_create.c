/* cmd_create.c - `taru create`: makes a container from an image, to be started later. */
#include "cli/run_options.h"
#include "cli/wanted.h"
#include "engine/run.h"

struct create_asked {
	struct run_asked run;
	struct image_asked image;
};

static void create(struct command *command, struct place *place, const struct run_request *request)
{
	struct prepared prepared;
	struct text out = text_new(command->arena);

	if (!engine_create(&place->engine, request, &prepared, command->problem))
		return;
	if (prepared.note)
		log_message(command->log, "warning", prepared.note);
	text_printf(&out, "%s\n", prepared.made.id);
	command_print(command, &out);
}

static void run(struct command *command)
{
	struct create_asked *asked = (struct create_asked *)(uintptr_t)command->asked;
	struct run_request request = {
		.asked = &asked->run, .words = command->operand + 1, .kept = true,
		.image_name = command->operand[0],
	};
	struct place place;

	asked->run.entrypoint_given = asked->run.entrypoint;
	if (!place_open(command, true, &place))
		return;
	if (asked->run.rootfs ||
	    wanted_image(command, &place, request.image_name, &asked->image, &request.image))
		create(command, &place, &request);
	store_close(&place.store);
}

static const struct option options[] = {
	{ .kind = OPTION_TABLE, .offset = offsetof(struct create_asked, run), .table = run_options },
	{ .kind = OPTION_TABLE, .offset = offsetof(struct create_asked, image), .table = image_options },
	{ NULL }
};

const struct verb verb_create = {
	.name = "create",
	.operands = "IMAGE [COMMAND...]",
	.summary = N_("make a container from an image, to be started later"),
	.notes = N_("Prints its ID.\n"),
	.options = options,
	.asked_size = sizeof(struct create_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.in_order = true,
	.run = run,
};
