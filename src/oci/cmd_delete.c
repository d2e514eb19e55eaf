/* cmd_delete.c - `taru-oci delete`: removes a container that has ended, and what was made for it. */
#include "life/life.h"
#include "oci/globals.h"
#include "oci/find.h"

struct delete_asked {
	bool force, regex;
};

static void delete_one(struct command *command, const char *id, struct problem *problem)
{
	const struct delete_asked *asked = command->asked;
	struct text warnings = text_new(command->arena);

	life_delete(command->arena, command_root(command), id, asked->force, &warnings, problem);
	command_warn(command, &warnings);
}

static void run(struct command *command)
{
	const struct delete_asked *asked = command->asked;

	find_each(command, asked->regex, delete_one);
}

static const struct option options[] = {
	{ "force", 'f', OPTION_FLAG, offsetof(struct delete_asked, force), NULL,
	  N_("one that still runs is killed; one that is not there is no failure") },
	{ "regex", 'r', OPTION_FLAG, offsetof(struct delete_asked, regex), NULL,
	  N_("ID is an extended regular expression: each container that it matches") },
	{ NULL }
};

const struct verb verb_delete = {
	.name = "delete",
	.operands = "ID",
	.summary = N_("remove a container that has ended, and what was made for it"),
	.options = options,
	.asked_size = sizeof(struct delete_asked),
	.operands_min = 1,
	.operands_max = 1,
	.run = run,
};
