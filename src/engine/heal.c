/* heal.c - puts away what those were to put away that were killed before they could: see keep.h.
 *
 * They are looked for where those are that run, so that this costs nothing for the others.
 */
#include "base/fd.h"
#include "engine/keep.h"
#include "engine/parts.h"
#include <unistd.h>

/* Its folder was removed by other hands. */
static void remove_orphan(struct engine *engine, const char *id, struct text *warnings)
{
	struct problem problem = { 0 };
	struct container life;
	bool ended;

	if (!container_open(engine->arena, engine->run, id, &life, &problem))
		return;
	ended = life.status == STATUS_STOPPED;
	container_close(&life);
	if (ended)
		life_delete(engine->arena, engine->run, id, true, warnings, &problem);
	if (problem.found)
		text_printf(warnings, "%s\n", problem.text);
}

bool engine_has_life(struct engine *engine, const char *id)
{
	const char *path = arena_printf(engine->arena, "%s/%s", engine->run, id);

	return sys_faccessat2(AT_FDCWD, path, F_OK, 0) == 0;
}

void engine_heal_one(struct engine *engine, const char *id, struct text *warnings)
{
	const struct ending unknown = { .known = false, .keeper = -1 };
	struct problem problem = { 0 };
	struct engine_container container;

	if (!engine_find(engine, id, &container, &problem)) {
		remove_orphan(engine, id, warnings);
		return;
	}
	if (engine_has_keeper(container.folder)) {
		engine_close(&container);
		return;
	}
	if (engine_lives(&container))
		engine_adopt(engine, &container);
	else if (container.status == CONTAINER_EXITED && engine_has_life(engine, id))
		engine_cleanup(engine, id, &unknown, warnings, &problem);
	engine_close(&container);
	if (problem.found)
		text_printf(warnings, "%s\n", problem.text);
}

/* Nearly all have one, and of these nothing else is read. */
static bool is_kept(struct engine *engine, const char *id)
{
	const char *path = arena_printf(engine->arena, CONTAINERS "/%s", id);
	closes int folder = sys_openat(engine->store->fd, path, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);

	return folder >= 0 && engine_has_keeper(folder);
}

void engine_heal(struct engine *engine, struct text *warnings)
{
	struct problem none = { 0 };
	struct texts ids = container_list(engine->arena, engine->run, &none);

	for (size_t i = 0; i < ids.count; i++)
		if (is_container_id(ids.at[i]) && !is_kept(engine, ids.at[i]))
			engine_heal_one(engine, ids.at[i], warnings);
}
