/* starting.c - see starting.h */
#include "cli/starting.h"
#include "base/clock.h"
#include "base/sys_file.h"
#include "engine/stepping.h"
#include <string.h>
#include <sys/file.h>

/* Its keeper may be about to put it away, and somebody else to start it. One that is about to be started again by its
 * policy is started by us. */
static bool is_unsettled(const struct engine_container *container)
{
	if (engine_lives(container) || !engine_has_keeper(container->folder))
		return false;
	if (container->status == CONTAINER_RESTARTING)
		engine_set_stopped(container->folder, true);
	return true;
}

static bool is_free(struct place *place, struct engine_container *container, struct problem *problem)
{
	enum { PATIENCE_MS = 10000, LOOK_MS = 5 };
	const uint64_t until = clock_ms() + PATIENCE_MS;

	while (stepping_check(container, problem) && engine_lock(&place->engine, container, problem) &&
	       is_unsettled(container) && clock_ms() < until) {
		/* A keeper needs the lock to go on. */
		sys_flock(container->folder, LOCK_UN);
		clock_sleep_ms(LOOK_MS);
	}
	if (!problem->found && engine_lives(container))
		problem_set(problem, "container %s is %s already", container->made.name,
			    engine_status_name(container->status));
	return !problem->found;
}

bool starting_prepare(struct command *command, struct place *place, struct engine_container *container,
		      struct prepared *ret_prepared, struct problem *problem)
{
	struct text warnings = text_new(command->arena);
	bool ready = is_free(place, container, problem) &&
		     /* What a run that was killed has left. */
		     engine_end_life(&place->engine, container, false, &warnings, problem) &&
		     engine_prepare_start(&place->engine, container, ret_prepared, problem);

	command_warn(command, &warnings);
	if (!ready)
		return false;
	engine_set_stopped(container->folder, false);
	engine_take_restart(container->folder);
	return true;
}

/* What it wrote went to its caller, and now there is none. */
static bool keep_log(struct place *place, struct engine_container *container, struct prepared *prepared,
		     struct problem *problem)
{
	if (strcmp(container->made.upkeep.log_driver, "passthrough") != 0)
		return true;
	container->made.upkeep.log_driver = "json-file";
	prepared->made = container->made;
	return engine_write_made(&place->engine, container, problem);
}

void starting_alone(struct command *command, struct place *place, struct engine_container *container,
		    struct problem *problem)
{
	const struct keep_asked keep = { .attach = false };
	struct text warnings = text_new(command->arena);
	struct prepared prepared;
	struct run_result result;
	int none;

	if (!starting_prepare(command, place, container, &prepared, problem) ||
	    !keep_log(place, container, &prepared, problem))
		return;
	if (!engine_keep(&place->engine, &prepared, &keep, &none, &warnings, &result, problem))
		container->folder = -1;		/* closed with it */
	command_warn(command, &warnings);
}

void starting_unless_running(struct command *command, struct place *place, struct engine_container *container,
			     struct problem *problem)
{
	struct problem bad = { 0 };

	starting_alone(command, place, container, &bad);
	if (bad.found && !engine_lives(container))
		*problem = bad;
}

void starting_attached(struct command *command, struct place *place, struct prepared *prepared,
		       const struct keep_asked *keep, const struct attached_asked *asked)
{
	struct text warnings = text_new(command->arena);
	struct run_result result;
	int socket;

	if (engine_keep(&place->engine, prepared, keep, &socket, &warnings, &result, command->problem))
		attached_stay(command, place, &prepared->made, prepared->bundle.spec.process.terminal, socket, asked);
	else
		command->failed = result.status;
	command_warn(command, &warnings);
}
