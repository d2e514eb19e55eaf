/* cmd_export.c - `taru export`: the files of an image as a tar archive. */
#include "cli/shelf.h"
#include "image/export.h"

struct export_asked { const char *output; };

static void warn(void *context, const char *text)
{
	const struct command *command = context;
	struct text line = text_new(command->arena);

	text_add(&line, text);
	command_warn(command, &line);
}

static void run(struct command *command)
{
	const struct export_asked *asked = command->asked;
	const struct export_notes notes = { warn, command };
	const struct image *image;
	struct shelf shelf;

	if (!shelf_open(command, &shelf))
		return;
	image = shelf_find(command->arena, &shelf.images, command->operand[0], NULL, command->problem);
	if (image)
		export_image(&shelf.store, image, asked->output, &notes, command->problem);
	store_close(&shelf.store);
}

static const struct option options[] = {
	{ "output", 'o', OPTION_TEXT, offsetof(struct export_asked, output), "FILE",
	  "where to; standard output without it" },
	{ NULL }
};

const struct verb verb_export = {
	.name = "export",
	.operands = "IMAGE",
	.summary = "write the files of an image to a tar archive",
	.options = options,
	.asked_size = sizeof(struct export_asked),
	.operands_min = 1,
	.operands_max = 1,
	.run = run,
};
