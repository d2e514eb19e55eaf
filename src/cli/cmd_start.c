/* cmd_start.c - `taru start`: starts a container that was made, or has ended, and waits for its end. */
#include "cli/input.h"
#include "cli/place.h"
#include "engine/run.h"

struct start_asked { bool attach, interactive; };

static bool may_start(struct command *command, struct place *place, struct engine_container *container)
{
	const struct start_asked *asked = command->asked;
	struct text warnings = text_new(command->arena);

	if (container->status == CONTAINER_RUNNING || container->status == CONTAINER_PAUSED)
		problem_set(command->problem, "container %s is %s already", container->made.name,
			    engine_status_name(container->status));
	else if (!asked->attach && !asked->interactive)
		problem_set(command->problem, "start: a container runs only as long as who started it, for now: use "
			    "'--attach'");
	else	/* What a run that was killed has left. */
		engine_end_life(&place->engine, container, false, &warnings, command->problem);
	command_warn(command, &warnings);
	return !command->problem->found;
}

static void start(struct command *command, struct place *place, struct engine_container *container)
{
	const struct start_asked *asked = command->asked;
	const struct run_request request = { .trace = TRACE_NONE };
	struct text warnings = text_new(command->arena);
	struct prepared prepared;
	struct run_result result;
	bool terminal;

	if (!may_start(command, place, container) ||
	    !engine_prepare(&place->engine, container, &prepared, command->problem))
		return;
	terminal = prepared.bundle.spec.process.terminal;
	if (!input_check(asked->interactive, terminal, command->problem) ||
	    !input_prepare(asked->interactive, command->problem))
		return;
	engine_run(&place->engine, &prepared, &request, &warnings, &result, command->problem);
	container->folder = -1;	/* closed with it */
	command_warn(command, &warnings);
	command->status = command->failed = result.status;
}

static void run(struct command *command)
{
	struct engine_container container;
	struct place place;

	if (!place_open(command, false, &place))
		return;
	if (engine_find(&place.engine, command->operand[0], &container, command->problem) &&
	    engine_lock(&place.engine, &container, command->problem))
		start(command, &place, &container);
	engine_close(&container);
	store_close(&place.store);
}

static const struct option options[] = {
	{ "attach", 'a', OPTION_FLAG, offsetof(struct start_asked, attach), NULL, "stay until it ends" },
	{ "interactive", 'i', OPTION_FLAG, offsetof(struct start_asked, interactive), NULL,
	  "the same, and it reads what the caller types" },
	{ NULL }
};

const struct verb verb_start = {
	.name = "start",
	.operands = "CONTAINER",
	.summary = "start a container that was made, or has ended",
	.notes = "Ends as `run` does.\n",
	.options = options,
	.asked_size = sizeof(struct start_asked),
	.operands_min = 1,
	.operands_max = 1,
	.starts_container = true,
	.run = run,
};
