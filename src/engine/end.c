/* end.c - what is left of a run: see container.h. */
#include "engine/connect.h"
#include "engine/parts.h"
#include "life/life.h"

/* Whoever starts it holds the container's lock until there is a folder in RUN, and that one's until it runs: so once
 * both are ours it runs or it does not. */
static bool is_at_rest(struct engine *engine, const struct engine_container *container, struct problem *problem)
{
	struct container life;
	struct problem unread = { 0 };
	bool lives;

	if (!container_open_locked(engine->arena, engine->run, container->made.id, &life, &unread)) {
		bool gone = life.missing;

		container_close(&life);
		if (!gone)
			problem_set(problem, "%s", unread.text);
		return gone;
	}
	lives = life.process >= 0 && life.status != STATUS_STOPPED;
	container_close(&life);
	if (lives)
		problem_set(problem, "container %s is running: stop it before, or use --force", container->made.name);
	return !lives;
}

bool engine_end_life(struct engine *engine, const struct engine_container *container, bool force,
		     struct text *warnings, struct problem *problem)
{
	if (!force && !is_at_rest(engine, container, problem))
		return false;
	life_delete(engine->arena, engine->run, container->made.id, true, warnings, problem);
	if (!problem->found)
		network_disconnect(engine, container->folder, container->made.id);
	return !problem->found;
}
