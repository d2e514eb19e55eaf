/* refused.c - see refused.h */
#include "cli/refused.h"
#include "base/file.h"
#include "cli/input.h"
#include "engine/shared.h"
#include <unistd.h>

static void tell(struct command *command, const struct text *refused)
{
	struct text out = text_new(command->arena);

	if (refused->length)
		text_printf(&out, "\nWhat the kernel refused, or allowed without the usual right, in its order. What "
			    "was refused last is mostly the cause.\n%s", refused->at);
	else
		text_add(&out, "\nThe kernel refused nothing to it.\n");
	file_write_all(STDERR_FILENO, out.at, out.length);
}

bool refused_check(const struct prepared *prepared, struct problem *problem)
{
	if (prepared->bundle.spec.process.terminal)
		problem_set(problem, "container %s has a terminal, so it cannot be traced: make one without --tty",
			    prepared->made.name);
	else if (shared_is_for(&prepared->made))
		problem_set(problem, "container %s is in an ordinary user's networks, so it cannot be traced: make "
			    "one with --network none, host or pasta", prepared->made.name);
	return !problem->found;
}

void refused_run(struct command *command, struct place *place, struct prepared *prepared, bool interactive)
{
	struct text refused = text_new(command->arena), warnings = text_new(command->arena);
	const struct run_request request = { .trace = TRACE_NONE, .refused = &refused };
	struct run_result result;

	if (!input_prepare(interactive, command->problem))
		return;
	engine_run(&place->engine, prepared, &request, &warnings, &result, command->problem);
	command_warn(command, &warnings);
	command->status = command->failed = result.status;
	if (!command->problem->found)
		tell(command, &refused);
}
