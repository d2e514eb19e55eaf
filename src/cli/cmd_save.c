/* cmd_save.c - `taru save`: images as one file for other machines and tools. */
#include "cli/shelf.h"
#include "image/save.h"

struct save_asked { const char *output, *format; };

static bool read_format(struct command *command, enum save_format *ret_format)
{
	const struct save_asked *asked = command->asked;
	const struct name *format = name_find(save_format_names, asked->format ? asked->format : "docker-archive");

	if (format)
		*ret_format = (enum save_format)format->value;
	else
		problem_set(command->problem, "--format: '%s' is none of docker-archive, oci-archive, oci-dir",
			    asked->format);
	return format != NULL;
}

static void run(struct command *command)
{
	const struct save_asked *asked = command->asked;
	struct save_options options = { .file = asked->output };
	struct shelf shelf;
	size_t count = 0;

	while (command->operand[count])
		count++;
	if (!read_format(command, &options.format) || !shelf_open(command, &shelf))
		return;
	save(&shelf.store, (const char *const *)command->operand, count, &options, command->problem);
	store_close(&shelf.store);
}

static const struct option options[] = {
	{ "format", 0, OPTION_TEXT, offsetof(struct save_asked, format), "FORMAT",
	  N_("docker-archive (default), oci-archive, or oci-dir") },
	{ "output", 'o', OPTION_TEXT, offsetof(struct save_asked, output), "FILE",
	  N_("where to; standard output without it") },
	{ NULL }
};

const struct verb verb_save = {
	.name = "save",
	.operands = "IMAGE...",
	.summary = N_("write images to an archive"),
	.options = options,
	.asked_size = sizeof(struct save_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.run = run,
};
