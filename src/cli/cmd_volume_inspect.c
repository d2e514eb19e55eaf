/* cmd_volume_inspect.c - `taru volume inspect`: all that is known of a volume, with docker's keys. */
#include "cli/named.h"
#include "cli/volumes.h"

struct volume_inspect_asked { const char *format; };

static void run(struct command *command)
{
	const struct volume_inspect_asked *asked = command->asked;

	named_inspect(command, asked->format, false, volumes_show);
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
