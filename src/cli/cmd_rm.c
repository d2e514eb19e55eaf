/* cmd_rm.c - `taru rm`: removes containers. */
#include "cli/place.h"
#include "life/life.h"
#include <stdlib.h>
#include <string.h>

struct rm_asked { bool force, volumes; };

/* What of it still runs, or was left of it by a runtime that was killed. */
static void end_life(struct command *command, struct place *place, const struct engine_container *container,
		     struct problem *problem)
{
	struct text warnings = text_new(command->arena);

	life_delete(command->arena, place->engine.run, container->made.id, true, &warnings, problem);
	command_warn(command, &warnings);
}

static void remove_one(struct command *command, struct place *place, struct engine_container *container,
		       struct problem *problem)
{
	const struct rm_asked *asked = command->asked;
	bool lives = container->status == CONTAINER_RUNNING || container->status == CONTAINER_PAUSED;

	if (lives && !asked->force) {
		problem_set(problem, "container %s is %s: stop it before it is removed, or use --force",
			    container->made.name, engine_status_name(container->status));
		return;
	}
	/* First what runs, since whoever waits for it may have it locked. */
	end_life(command, place, container, problem);
	if (!problem->found && engine_lock(&place->engine, container, problem))
		engine_remove(&place->engine, container, problem);
}

static void run(struct command *command)
{
	struct place place;

	if (!place_open(command, false, &place))
		return;
	place_each(command, &place, remove_one);
	engine_sweep(&place.engine);
	store_close(&place.store);
}

static const struct option options[] = {
	{ "force", 'f', OPTION_FLAG, offsetof(struct rm_asked, force), NULL, "one that runs is killed" },
	{ "volumes", 'v', OPTION_FLAG, offsetof(struct rm_asked, volumes), NULL,
	  "accepted: there are no volumes without a name" },
	{ NULL }
};

const struct verb verb_rm = {
	.name = "rm",
	.operands = "CONTAINER...",
	.summary = "remove containers",
	.options = options,
	.asked_size = sizeof(struct rm_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.run = run,
};
