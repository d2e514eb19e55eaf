/* cmd_check.c - `taru-oci check`: whether a bundle is right and this machine can run it. */
#include "oci/start.h"
#include <string.h>

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
	struct problem unplanned = { 0 };
	size_t count;

	bundle->request.id = "container";
	bundle_plan(command->arena, bundle, &unplanned);
	count = life_preflight(command->arena, bundle, out);
	return count + add_problem(out, &unplanned);
}

static void run(struct command *command)
{
	const struct start_bundle *asked = command->asked;
	struct bundle *bundle = ARENA_NEW(command->arena, struct bundle);
	struct text out = text_new(command->arena);
	size_t faults;

	bundle_read(command->arena, asked->path ? asked->path : ".", asked->config,
		    command_cgroup_manager(command), bundle, command->problem);
	if (command->problem->found)
		return;
	faults = find_faults(command, bundle, &out);
	if (!faults)
		text_printf(&out, "%s: ok\n", bundle->config);
	command_print(command, &out);
	command->status = faults ? 1 : 0;
}

const struct verb verb_check = {
	.name = "check",
	.operands = "",
	.summary = N_("check a bundle, and whether this machine can run it"),
	.notes = N_("Changes nothing. Prints what is wrong, one line each, and ends with status 1; or `ok`.\n"),
	.options = start_bundle_table,
	.asked_size = sizeof(struct start_bundle),
	.run = run,
};
