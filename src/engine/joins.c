/* joins.c - see joins.h */
#include "engine/joins.h"
#include <string.h>

static const struct {
	const char *kind, *file;
	size_t namespace;
} kinds[] = {
	{ "network", "net", NAMESPACE_NETWORK }, { "pid", "pid", NAMESPACE_PID }, { "ipc", "ipc", NAMESPACE_IPC },
	{ "uts", "uts", NAMESPACE_UTS }, { "cgroupns", "cgroup", NAMESPACE_CGROUP }
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* Of one that runs: "/proc/PID/ns/FILE". NULL after a problem. */
static const char *path_of(struct engine *engine, const char *kind, const char *name, const char **ret_id,
			   struct problem *problem)
{
	struct engine_container other;
	const char *path = NULL;

	if (!engine_find(engine, name, &other, problem))
		return NULL;
	engine_close(&other);
	for (size_t i = 0; i < KINDS; i++)
		if (!strcmp(kinds[i].kind, kind))
			path = arena_printf(engine->arena, "/proc/%d/ns/%s", (int)other.pid, kinds[i].file);
	*ret_id = other.made.id;
	if (engine_lives(&other) && other.pid > 0)
		return path;
	problem_set(problem, "option '--%s': container %s is not running", kind, other.made.name);
	return NULL;
}

const char *joins_read(struct engine *engine, struct pairs *joins, const char *kind, const char *given,
		       struct problem *problem)
{
	static const char prefix[] = "container:";
	struct pair *more = ARENA_ARRAY(engine->arena, joins->count + 1, struct pair);
	const char *path, *id;

	if (!given || strncmp(given, prefix, sizeof(prefix) - 1) != 0)
		return given;
	path = path_of(engine, kind, given + sizeof(prefix) - 1, &id, problem);
	if (!path)
		return given;
	for (size_t i = 0; i < joins->count; i++)
		more[i] = joins->at[i];
	more[joins->count] = (struct pair){ kind, id };
	*joins = (struct pairs){ more, joins->count + 1 };
	return arena_printf(engine->arena, "ns:%s", path);
}

void joins_find(struct engine *engine, const struct made *made, struct spec *spec, struct problem *problem)
{
	for (size_t i = 0; i < made->joins.count; i++) {
		const struct pair *join = &made->joins.at[i];
		struct problem wrong = { 0 };
		const char *id, *path = path_of(engine, join->key, join->value, &id, &wrong);

		if (!path)
			problem_set(problem, "container %s is in namespaces of another: %s", made->name, wrong.text);
		for (size_t j = 0; j < KINDS && path; j++)
			if (!strcmp(kinds[j].kind, join->key))
				spec->namespace[kinds[j].namespace].path = path;
	}
}

const char *joins_words(struct arena *arena, const struct made *made, const char *kind)
{
	for (size_t i = 0; i < made->joins.count; i++)
		if (!strcmp(made->joins.at[i].key, kind))
			return arena_printf(arena, "container:%s", made->joins.at[i].value);
	return NULL;
}

/* --- who is in whose --- */

static bool stands_on(const struct made *made, const char *id)
{
	for (size_t i = 0; i < made->joins.count; i++)
		if (!strcmp(made->joins.at[i].value, id))
			return true;
	return false;
}

/* Whether a container is what is called so: by name, by ID or by the begin of that. */
static bool is_called(const struct made *made, const char *name)
{
	return !strcmp(made->name, name) || (*name && !strncmp(made->id, name, strlen(name)));
}

static bool is_in(char *const *list, size_t count, const struct made *made)
{
	for (size_t i = 0; i < count; i++)
		if (is_called(made, list[i]))
			return true;
	return false;
}

/* Adds those that are in namespaces of the one. */
static void add_others(const struct engine_container *list, size_t count, const struct made *one, char **order,
		       size_t *found)
{
	for (size_t i = 0; i < count; i++)
		if (stands_on(&list[i].made, one->id) && !is_in(order, *found, &list[i].made))
			order[(*found)++] = (char *)(uintptr_t)list[i].made.id;
}

char **joins_before(struct engine *engine, char **names, struct problem *problem)
{
	struct text warnings = text_new(engine->arena);
	struct engine_container *list;
	size_t count, found = 0;
	char **order;

	if (!engine_list(engine, &list, &count, &warnings, problem))
		return names;
	while (names[found])
		found++;
	order = ARENA_ARRAY(engine->arena, found + count + 1, char *);
	memcpy(order, names, found * sizeof(*order));
	/* What is added is looked at too. */
	for (size_t i = 0; i < found; i++)
		for (size_t j = 0; j < count; j++)
			if (is_called(&list[j].made, order[i]))
				add_others(list, count, &list[j].made, order, &found);
	for (size_t i = 0; i < found / 2; i++) {
		char *one = order[i];

		order[i] = order[found - 1 - i];
		order[found - 1 - i] = one;
	}
	return order;
}
