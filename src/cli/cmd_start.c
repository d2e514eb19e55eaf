/* cmd_start.c - `taru start`: starts containers that were made, or have ended. */
#include "cli/chosen.h"
#include "cli/input.h"
#include "cli/starting.h"
#include "engine/run.h"

struct start_asked {
	struct attached_asked attached;
	struct chosen_asked chosen;
	bool attach, interactive;
};

/* What has no need of a monitor needs no more processes than its own. */
static void stay(struct command *command, struct place *place, struct engine_container *container,
		 struct prepared *prepared)
{
	const struct start_asked *asked = command->asked;
	const struct run_request request = { .trace = TRACE_NONE };
	const struct keep_asked keep = { .attach = true, .close_input = asked->interactive };
	struct attached_asked attached = asked->attached;
	struct text warnings = text_new(command->arena);
	struct run_result result;

	container->folder = -1;		/* closed with it */
	attached.input = asked->interactive;
	if (engine_wants_monitor(prepared)) {
		starting_attached(command, place, prepared, &keep, &attached);
		return;
	}
	if (!input_prepare(asked->interactive, command->problem))
		return;
	engine_run(&place->engine, prepared, &request, &warnings, &result, command->problem);
	command_warn(command, &warnings);
	command->status = command->failed = result.status;
}

static void start_attached(struct command *command, struct place *place)
{
	const struct start_asked *asked = command->asked;
	struct engine_container container;
	struct prepared prepared;

	if (command->operand[1])
		problem_set(command->problem, "options '--attach' and '--interactive' are for one container");
	if (engine_check_detach_keys(asked->attached.detach_keys, command->problem) &&
	    engine_find(&place->engine, command->operand[0], &container, command->problem)) {
		if (starting_prepare(command, place, &container, &prepared, command->problem) &&
		    input_check(asked->interactive, prepared.bundle.spec.process.terminal, command->problem))
			stay(command, place, &container, &prepared);
		engine_close(&container);
	}
}

/* One that runs is content, as with docker. */
static void start_one(struct command *command, struct place *place, struct engine_container *container,
		      struct problem *problem)
{
	if (!engine_lives(container))
		starting_unless_running(command, place, container, problem);
}

static void run(struct command *command)
{
	const struct start_asked *asked = command->asked;
	struct place place;

	if (!place_open(command, false, &place))
		return;
	if (!chosen_read(command, &place, &asked->chosen, CHOSEN_CREATED | CHOSEN_EXITED))
		;
	else if (asked->attach || asked->interactive)
		start_attached(command, &place);
	else
		place_each(command, &place, start_one);
	store_close(&place.store);
}

static const struct option options[] = {
	{ "all", 0, OPTION_FLAG, offsetof(struct start_asked, chosen.all), NULL, N_("all that do not run") },
	{ "attach", 'a', OPTION_FLAG, offsetof(struct start_asked, attach), NULL, N_("stay until it ends") },
	{ .kind = OPTION_TABLE, .offset = offsetof(struct start_asked, attached), .table = attached_options },
	{ "interactive", 'i', OPTION_FLAG, offsetof(struct start_asked, interactive), NULL,
	  N_("the same, and it reads what the caller types") },
	{ "filter", 'f', OPTION_TEXTS, offsetof(struct start_asked, chosen.filter), "KEY=VALUE",
	  N_("those that `ps --filter` shows and that do not run") },
	{ "latest", 'l', OPTION_FLAG, offsetof(struct start_asked, chosen.latest), NULL, N_("the newest") },
	{ NULL }
};

const struct verb verb_start = {
	.name = "start",
	.operands = "[CONTAINER...]",
	.summary = N_("start containers that were made, or have ended"),
	.notes = N_("With --attach it ends as `run` does.\n"),
	.options = options,
	.asked_size = sizeof(struct start_asked),
	.operands_max = OPERANDS_ANY,
	.starts_container = true,
	.run = run,
};
