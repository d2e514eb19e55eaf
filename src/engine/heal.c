/* heal.c - puts away what those were to put away that were killed before they could: see keep.h.
 *
 * They are looked for where those are that run, so that this costs nothing for the others; and only where not all that
 * run were seen to be looked after.
 */
#include "base/fd.h"
#include "base/file.h"
#include "engine/apart.h"
#include "engine/keep.h"
#include "engine/parts.h"
#include <string.h>
#include <unistd.h>

bool engine_is_ours(const struct engine *engine, const struct container *life)
{
	const char *bundle = life->recorded ? life->record.bundle : "";
	const char *end = strstr(bundle, "/" CONTAINERS "/");

	while (end && strchr(end + 1, '/') && strstr(end + 1, "/" CONTAINERS "/"))
		end = strstr(end + 1, "/" CONTAINERS "/");
	/* The store's own path may be a link. */
	return end && file_is_at(engine->store->fd, AT_FDCWD,
				 arena_printf(engine->arena, "%.*s/.", (int)(end - bundle), bundle));
}

/* Its folder was removed by other hands. */
static void remove_orphan(struct engine *engine, const char *id, struct text *warnings)
{
	struct problem problem = { 0 };
	struct container life;
	bool ended;

	if (!container_open(engine->arena, engine->run, id, &life, &problem)) {
		container_close(&life);
		return;
	}
	ended = life.status == STATUS_STOPPED && engine_is_ours(engine, &life);
	container_close(&life);
	if (ended)
		life_delete(engine->arena, engine->run, id, true, warnings, &problem);
	if (problem.found)
		text_printf(warnings, "%s\n", problem.text);
}

bool engine_has_life(const struct engine *engine, const char *id)
{
	/* Not where something else has its place. */
	const char *path = arena_printf(engine->arena, "%s/%s/.", engine->run, id);

	return sys_faccessat2(AT_FDCWD, path, F_OK, 0) == 0;
}

/* Only a process that protects itself may start a container: `ps` does not. */
static void resume(struct engine *engine, const struct engine_container *container)
{
	apart_run(engine, (const char *const[]){ "container", "cleanup", "--again", container->made.id, NULL });
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
	else if (container.status == CONTAINER_RESTARTING)
		resume(engine, &container);
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

bool engine_heal_all(struct engine *engine, struct text *warnings)
{
	char **ids;
	size_t count = list_container_ids(engine, AT_FDCWD, engine->run, "", &ids);
	bool done = false;

	for (size_t i = 0; i < count; i++)
		if (!is_kept(engine, ids[i])) {
			engine_heal_one(engine, ids[i], warnings);
			done = true;
		}
	return done;
}

/* Each that is looked after has a folder in RUN: where there are as many, there is nobody else. */
static bool all_are_attended(struct engine *engine, const struct engine_container *list, size_t count)
{
	size_t attended = 0;
	char **ids;

	for (size_t i = 0; i < count; i++)
		attended += list[i].attended;
	return attended == list_container_ids(engine, AT_FDCWD, engine->run, "", &ids);
}

bool engine_list_healed(struct engine *engine, struct engine_container **ret_list, size_t *ret_count,
			struct text *warnings, struct problem *problem)
{
	struct text unread = text_new(engine->arena);

	if (!engine_list(engine, ret_list, ret_count, &unread, problem))
		return false;
	if (all_are_attended(engine, *ret_list, *ret_count) || !engine_heal_all(engine, warnings))
		text_add(warnings, unread.at);
	else if (!engine_list(engine, ret_list, ret_count, warnings, problem))
		return false;
	/* Who was killed while it made or removed one has left a folder. */
	if (engine->unfinished)
		engine_sweep(engine);
	/* They have no folder in RUN. */
	for (size_t i = 0; i < *ret_count; i++)
		if ((*ret_list)[i].status == CONTAINER_RESTARTING && !is_kept(engine, (*ret_list)[i].made.id))
			resume(engine, &(*ret_list)[i]);
	return true;
}
