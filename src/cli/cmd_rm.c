/* cmd_rm.c - `taru rm`: removes containers. */
#include "cli/chosen.h"
#include "engine/joins.h"
#include "engine/limits_asked.h"
#include "engine/stop.h"

struct rm_asked {
	struct chosen_asked chosen;
	bool depend, force, volumes;
	struct maybe_i64 time;
};

/* What it was told to remove is gone, whoever has done it: its monitor, with --rm. */
static bool is_gone(struct place *place, const char *id)
{
	struct problem gone;

	return !place_has(place, id, &gone);
}

/* With --force one that is not there is told and no failure, as with docker. */
static void drop_missing(struct command *command, struct place *place)
{
	char **kept = command->operand;

	for (char **name = command->operand; *name; name++) {
		struct problem gone;

		if (place_has(place, *name, &gone) || !chosen_is_missing(&gone))
			*kept++ = *name;
		else
			log_message(command->log, "error", gone.text);
	}
	*kept = NULL;
}

static void remove_one(struct command *command, struct place *place, struct engine_container *container,
		       struct problem *problem)
{
	const struct rm_asked *asked = command->asked;
	struct text warnings = text_new(command->arena);
	struct problem bad = { 0 };

	if (!asked->force && container->status == CONTAINER_RESTARTING) {
		problem_set(problem, "container %s is about to be started again: stop it before, or use --force",
			    container->made.name);
		return;
	}
	if (asked->force)
		engine_stop(&place->engine, container, asked->time.set ?
			    place_stop_timeout(&asked->time, container) : 0, &bad);
	bad = (struct problem){ 0 };
	container->made.remove |= asked->volumes;
	if (engine_lock(&place->engine, container, &bad) &&
	    engine_end_life(&place->engine, container, asked->force, &warnings, &bad))
		engine_remove(&place->engine, container, &bad);
	command_warn(command, &warnings);
	if (bad.found && !(asked->force && is_gone(place, container->made.id)))
		*problem = bad;
}

static void run(struct command *command)
{
	const struct rm_asked *asked = command->asked;
	struct place place;

	if (!limits_check_least("--time", asked->time, command->problem) || !place_open(command, false, &place))
		return;
	for (char **name = command->operand; *name && asked->force; name++)
		engine_replace_damaged(&place.engine, *name);
	if (chosen_read(command, &place, &asked->chosen, CHOSEN_ANY) && asked->force)
		drop_missing(command, &place);
	if (!command->problem->found && asked->depend)
		command->operand = joins_before(&place.engine, command->operand, command->problem);
	if (!command->problem->found)
		place_each(command, &place, remove_one);
	engine_sweep(&place.engine);
	store_close(&place.store);
}

static const struct option options[] = {
	{ .kind = OPTION_TABLE, .offset = offsetof(struct rm_asked, chosen), .table = chosen_options },
	{ "depend", 0, OPTION_FLAG, offsetof(struct rm_asked, depend), NULL,
	  N_("also those that are in their namespaces (--network container:NAME)") },
	{ "force", 'f', OPTION_FLAG, offsetof(struct rm_asked, force), NULL, N_("one that runs is killed") },
	{ "time", 't', OPTION_SIGNED, offsetof(struct rm_asked, time), "SECONDS",
	  N_("with --force: how long it may take to end before (0)") },
	{ "volumes", 'v', OPTION_FLAG, offsetof(struct rm_asked, volumes), NULL,
	  N_("also its volumes without a name that no other container uses") },
	{ NULL }
};

const struct verb verb_rm = {
	.name = "rm",
	.operands = "[CONTAINER...]",
	.summary = N_("remove containers"),
	.options = options,
	.asked_size = sizeof(struct rm_asked),
	.operands_max = OPERANDS_ANY,
	.run = run,
};
