/* heal.c - puts away what those were to put away that were killed before they could: see keep.h.
 *
 * A container whose process has ended, and that nobody keeps. It is looked for where those are that run, so that
 * this costs nothing for the others.
 */
#include "base/fd.h"
#include "engine/keep.h"
#include "engine/parts.h"

static bool has_ended(struct engine *engine, const char *id)
{
	struct problem ignored = { 0 };
	struct container life;
	bool ended;

	if (!container_open(engine->arena, engine->run, id, &life, &ignored))
		return false;
	ended = life.status == STATUS_STOPPED;
	container_close(&life);
	return ended;
}

void engine_heal_one(struct engine *engine, const char *id, struct text *warnings)
{
	struct problem problem = { 0 };
	struct engine_container container;
	closes int keeper = -1;
	bool alone;

	if (!has_ended(engine, id))
		return;
	if (!engine_find(engine, id, &container, &problem)) {
		/* Its folder was removed by other hands. */
		problem = (struct problem){ 0 };
		life_delete(engine->arena, engine->run, id, true, warnings, &problem);
		return;
	}
	alone = !engine_has_keeper(container.folder);
	engine_close(&container);
	if (alone)
		engine_cleanup(engine, id, &(struct ending){ .known = false, .keeper = -1 }, warnings, &problem);
	if (problem.found)
		text_printf(warnings, "%s\n", problem.text);
}

void engine_heal(struct engine *engine, struct text *warnings)
{
	struct problem none = { 0 };
	struct texts ids = container_list(engine->arena, engine->run, &none);

	for (size_t i = 0; i < ids.count; i++)
		if (is_container_id(ids.at[i]))
			engine_heal_one(engine, ids.at[i], warnings);
}
