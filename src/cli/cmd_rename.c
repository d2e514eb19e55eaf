/* cmd_rename.c - `taru rename`: gives a container another name. */
#include "cli/place.h"
#include "engine/connect.h"
#include "spec/reason.h"

static void rename_one(struct place *place, struct engine_container *container, const char *name,
		       struct problem *problem)
{
	const char *old = container->made.name;
	int error;

	if (!engine_rename(&place->engine, container, name, problem))
		return;
	error = network_rename_container(&place->engine, container, old);
	if (error)
		problem_set(problem, "container %s: its networks know it as %s until it is restarted: %s", name, old,
			    reason_words(error));
}

static void run(struct command *command)
{
	struct engine_container container;
	struct place place;

	if (!place_open(command, false, &place))
		return;
	if (engine_find(&place.engine, command->operand[0], &container, command->problem) &&
	    engine_lock(&place.engine, &container, command->problem))
		rename_one(&place, &container, command->operand[1], command->problem);
	engine_close(&container);
	store_close(&place.store);
}

static const struct option options[] = { { NULL } };

const struct verb verb_rename = {
	.name = "rename",
	.operands = "CONTAINER NAME",
	.summary = N_("give a container another name"),
	.options = options,
	.operands_min = 2,
	.operands_max = 2,
	.run = run,
};
