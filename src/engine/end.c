/* end.c - what is left of a run: see container.h. */
#include "base/fd.h"
#include "base/tree.h"
#include "engine/connect.h"
#include "engine/endpoint.h"
#include "engine/event.h"
#include "engine/health.h"
#include "engine/parts.h"
#include "engine/stepping.h"
#include "life/life.h"
#include "wire/attach.h"
#include <errno.h>
#include <signal.h>

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

/* Nobody else will tell of its end: whoever looks after it finds it gone. */
static void note_end(const struct engine *engine, const struct engine_container *container)
{
	const struct ended ended = { .started = container->started ? container->started : "",
				     .finished = record_now(engine->arena), .status = 128 + SIGKILL,
				     .by = ENDED_SIGNAL, .known = true };

	event_end(engine, &container->made, &ended);
}

/* What a fault has put in the place of the folder in RUN, or of a file of ours in it, is in the way of its end. */
static void clear_run(const struct engine *engine, const char *id)
{
	const char *path = arena_printf(engine->arena, "%s/%s", engine->run, id);
	closes int folder = sys_openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

	if (folder == -ENOTDIR || folder == -ELOOP)
		sys_unlinkat(AT_FDCWD, path, 0);
	if (folder < 0)
		return;
	tree_remove(folder, ATTACH_SOCKET);
	tree_remove(folder, HEALTH_FILE);
}

static void delete_life(struct engine *engine, const char *id, struct text *warnings, struct problem *problem)
{
	struct problem first = { 0 };

	life_delete(engine->arena, engine->run, id, true, warnings, &first);
	if (!first.found)
		return;
	clear_run(engine, id);
	life_delete(engine->arena, engine->run, id, true, warnings, problem);
}

bool engine_end_life(struct engine *engine, const struct engine_container *container, bool force,
		     struct text *warnings, struct problem *problem)
{
	const bool lives = force && engine_lives(container), ran = engine_has_life(engine, container->made.id);

	if (!stepping_check(container, problem))
		return false;
	if (!force && !is_at_rest(engine, container, problem))
		return false;
	if (lives)
		event_kill(engine, &container->made, SIGKILL);
	delete_life(engine, container->made.id, warnings, problem);
	if (!problem->found && ran && container->made.networks && !network_is_connected(container->folder))
		endpoints_lose(container->folder);
	if (!problem->found)
		network_disconnect(engine, container->folder, container->made.id);
	if (lives && !problem->found)
		note_end(engine, container);
	return !problem->found;
}
