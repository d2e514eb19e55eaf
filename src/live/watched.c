/* watched.c - see watched.h */
#include "live/watched.h"
#include "base/text.h"

static struct engine_container *find_named(struct engine *engine, char **names, size_t *ret_count,
					   struct problem *problem)
{
	struct engine_container *list;
	size_t count = 0;

	while (names[count])
		count++;
	list = ARENA_ARRAY(engine->arena, count + 1, struct engine_container);
	for (*ret_count = 0; *ret_count < count; ++*ret_count) {
		if (!engine_find(engine, names[*ret_count], &list[*ret_count], problem))
			return NULL;
		engine_close(&list[*ret_count]);
	}
	return list;
}

static struct engine_container *find_all(struct engine *engine, bool all, size_t *ret_count, struct problem *problem)
{
	struct text warnings = text_new(engine->arena);
	struct engine_container *list;
	size_t count, wanted = 0;

	if (!engine_list(engine, &list, &count, &warnings, problem))
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (all || engine_lives(&list[i]))
			list[wanted++] = list[i];
	*ret_count = wanted;
	return list;
}

struct engine_container *watched_find(struct engine *engine, char **names, bool all, size_t *ret_count,
				      struct problem *problem)
{
	return names[0] ? find_named(engine, names, ret_count, problem) : find_all(engine, all, ret_count, problem);
}
