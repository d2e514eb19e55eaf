/* cmd_pause.c - `taru pause` and `taru unpause`: the processes of containers stop where they are, and go on. */
#include "cli/chosen.h"
#include "engine/event.h"
#include "life/life.h"

static void pause_one(struct command *command, struct place *place, struct engine_container *container,
		      struct problem *problem)
{
	if (container->status != CONTAINER_RUNNING)
		problem_set(problem, "container %s is not running but %s", container->made.name,
			    engine_status_name(container->status));
	else
		life_pause(command->arena, place->engine.run, container->made.id, problem);
	if (!problem->found)
		event_container(&place->engine, &container->made, "pause", NULL);
}

static void unpause_one(struct command *command, struct place *place, struct engine_container *container,
			struct problem *problem)
{
	if (container->status != CONTAINER_PAUSED)
		problem_set(problem, "container %s is not paused but %s", container->made.name,
			    engine_status_name(container->status));
	else
		life_resume(command->arena, place->engine.run, container->made.id, problem);
	if (!problem->found)
		event_container(&place->engine, &container->made, "unpause", NULL);
}

static void run_pause(struct command *command)
{
	chosen_each(command, command->asked, CHOSEN_RUNNING, pause_one);
}

static void run_unpause(struct command *command)
{
	chosen_each(command, command->asked, CHOSEN_PAUSED, unpause_one);
}

const struct verb verb_pause = {
	.name = "pause",
	.operands = "[CONTAINER...]",
	.summary = N_("stop all processes of containers where they are"),
	.options = chosen_short_options,
	.asked_size = sizeof(struct chosen_asked),
	.operands_max = OPERANDS_ANY,
	.run = run_pause,
};

const struct verb verb_unpause = {
	.name = "unpause",
	.operands = "[CONTAINER...]",
	.summary = N_("let the processes of paused containers go on"),
	.options = chosen_short_options,
	.asked_size = sizeof(struct chosen_asked),
	.operands_max = OPERANDS_ANY,
	.run = run_unpause,
};
