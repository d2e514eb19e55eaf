/* cmd_check.c - `taru-oci check`: whether a bundle is right and this machine can run it. */
#include "life/life.h"
#include "oci/command.h"
#include <string.h>

struct check_asked {
	const char *bundle, *config;
};

/* Whether a line is about the same config key. */
static bool has_key(const struct text *lines, const char *message)
{
	size_t length = strcspn(message, ": ");

	for (const char *line = lines->at; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, message, length + 1))
			return true;
	}
	return false;
}

/* Adds the problem, if there is one and it is not told yet; returns how many that were. */
static size_t add_problem(struct text *lines, const struct problem *problem)
{
	if (!problem->found || has_key(lines, problem->text))
		return 0;
	text_printf(lines, "%s\n", problem->text);
	return 1;
}

/* All that would keep `run` from starting it, one line each. */
static size_t find_faults(struct command *command, struct bundle *bundle, struct text *out)
{
	struct text warnings = text_new(command->arena);
	struct problem refused = { 0 }, unplanned = { 0 };
	size_t count;

	life_unsupported(&bundle->spec, &warnings);
	if (warnings.length)
		log_message(command->log, "warning", warnings.at);
	bundle->request.id = "container";
	bundle_plan(command->arena, bundle, &unplanned);
	count = life_preflight(command->arena, bundle, out);
	return count + add_problem(out, &refused) + add_problem(out, &unplanned);
}

static void run(struct command *command)
{
	const struct check_asked *asked = command->asked;
	struct bundle *bundle = ARENA_NEW(command->arena, struct bundle);
	struct text out = text_new(command->arena);
	size_t faults;

	bundle_read(command->arena, asked->bundle ? asked->bundle : ".", asked->config, bundle,
		    command->problem);
	if (command->problem->found)
		return;
	faults = find_faults(command, bundle, &out);
	if (!faults)
		text_printf(&out, "%s: ok\n", bundle->config);
	command_print(command, &out);
	command->status = faults ? 1 : 0;
}

static const struct option options[] = {
	{ "bundle", 'b', OPTION_TEXT, offsetof(struct check_asked, bundle), "DIR",
	  "the bundle (default: the current directory)" },
	{ "config", 'f', OPTION_TEXT, offsetof(struct check_asked, config), "FILE",
	  "read this file and not the bundle's config.json" },
	{ NULL }
};

const struct verb verb_check = {
	.name = "check",
	.operands = "",
	.summary = "check a bundle, and whether this machine can run it",
	.notes = "Changes nothing. Prints what is wrong, one line each, and ends with status 1; or `ok`.\n",
	.options = options,
	.asked_size = sizeof(struct check_asked),
	.run = run,
};
