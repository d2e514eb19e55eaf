/* cmd_export.c - `taru export`: the files of a container, or of an image, as a tar archive. */
#include "cli/chosen.h"
#include "cli/shelf.h"
#include "engine/export.h"
#include "image/export.h"

struct export_asked { const char *output; };

static void run_image(struct command *command)
{
	const struct export_asked *asked = command->asked;
	const struct export_notes notes = { command_warn_of, command };
	const struct image *image;
	struct shelf shelf;

	if (!shelf_open(command, &shelf))
		return;
	image = shelf_find(command->arena, &shelf.images, command->operand[0], NULL, command->problem);
	if (image)
		export_image(&shelf.store, image, asked->output, &notes, command->problem);
	store_close(&shelf.store);
}

/* False where there is no such container: `problem` says so. */
static bool export_container(struct command *command, struct place *place, struct problem *problem)
{
	const struct export_asked *asked = command->asked;
	const struct export_notes notes = { command_warn_of, command };
	struct engine_container container;
	bool found = engine_find(&place->engine, command->operand[0], &container, problem);

	if (found)
		engine_export(&place->engine, &container, asked->output, &notes, command->problem);
	engine_close(&container);
	return found;
}

static void run_container(struct command *command)
{
	struct place place;

	if (!place_open(command, false, &place))
		return;
	export_container(command, &place, command->problem);
	store_close(&place.store);
}

/* A container goes before an image of its name, as with inspect. */
static void run(struct command *command)
{
	struct problem not_found = { 0 };
	struct place place;
	bool done;

	if (!place_open(command, false, &place))
		return;
	done = export_container(command, &place, &not_found);
	store_close(&place.store);
	if (done)
		return;
	run_image(command);
	if (!shelf_is_missing(command->problem))
		return;
	*command->problem = not_found;
	if (!chosen_is_missing(&not_found))
		return;
	*command->problem = (struct problem){ 0 };
	problem_set(command->problem, "no such container or image: %s", command->operand[0]);
}

static const struct option options[] = {
	{ "output", 'o', OPTION_TEXT, offsetof(struct export_asked, output), "FILE",
	  N_("where to; standard output without it") },
	{ NULL }
};

const struct verb verb_export = {
	.name = "export",
	.operands = "CONTAINER|IMAGE",
	.summary = N_("write the files of a container or of an image to a tar archive"),
	.notes = N_("What is mounted in a container is not in it.\n"),
	.options = options,
	.asked_size = sizeof(struct export_asked),
	.operands_min = 1,
	.operands_max = 1,
	.run = run,
};

const struct verb verb_container_export = {
	.name = "container export",
	.operands = "CONTAINER",
	.summary = N_("write the files of a container to a tar archive"),
	.notes = N_("What is mounted in it is not in it.\n"),
	.options = options,
	.asked_size = sizeof(struct export_asked),
	.operands_min = 1,
	.operands_max = 1,
	.run = run_container,
};

const struct verb verb_image_export = {
	.name = "image export",
	.operands = "IMAGE",
	.summary = N_("write the files of an image to a tar archive"),
	.options = options,
	.asked_size = sizeof(struct export_asked),
	.operands_min = 1,
	.operands_max = 1,
	.run = run_image,
};
