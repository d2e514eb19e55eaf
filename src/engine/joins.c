/* joins.c - see joins.h */
#include "engine/joins.h"
#include "base/file.h"
#include "base/fd.h"
#include "engine/ids.h"
#include <fcntl.h>
#include <inttypes.h>
#include <linux/nsfs.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
	const char *kind, *file;
	size_t namespace;
} kinds[] = {
	{ "network", "net", NAMESPACE_NETWORK }, { "pid", "pid", NAMESPACE_PID }, { "ipc", "ipc", NAMESPACE_IPC },
	{ "uts", "uts", NAMESPACE_UTS }, { "cgroupns", "cgroup", NAMESPACE_CGROUP },
	{ "userns", "user", NAMESPACE_USER },
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

/* Whether a file such as /proc/PID/uid_map (user_namespaces(7)) has these maps, in this order. */
static bool has_maps(struct engine *engine, const char *path, const struct id_maps *maps)
{
	enum { LONGEST = 65536 };
	struct text wanted = text_new(engine->arena), there = text_new(engine->arena);
	char *text, *number;
	size_t length;

	if (file_read(engine->arena, AT_FDCWD, path, LONGEST, &text, &length))
		return false;
	while ((number = strsep(&text, " \n")))
		if (*number)
			text_printf(&there, "%s ", number);
	for (size_t i = 0; i < maps->count; i++)
		text_printf(&wanted, "%" PRIu32 " %" PRIu32 " %" PRIu32 " ", maps->at[i].inside, maps->at[i].outside,
			    maps->at[i].count);
	return !strcmp(wanted.at, there.at);
}

/* What an ordinary user's cannot be while it is in another's user namespace. NULL: it can be there. */
static const char *hindrance(const struct made *made, const struct spec *spec)
{
	uint32_t inside;

	/* Who is in it from the begin would reach no file of the user's. */
	if (!ids_find_inside(&spec->uid_map, geteuid(), &inside))
		return "has not the user's own id ('--userns nomap')";
	if (made->networks)
		return "is in a network of its own ('--network none', 'host' or 'container:NAME' can be)";
	return NULL;
}

/* `path`: /proc/PID/ns/FILE. */
static void join_user(struct engine *engine, const struct made *made, const struct pair *join, const char *path,
		      struct spec *spec, struct problem *problem)
{
	const char *process = arena_copy(engine->arena, path, (size_t)(strstr(path, "/ns/") - path)), *wrong;

	if (!spec->namespace[NAMESPACE_USER].asked || (geteuid() == 0 && strcmp(join->key, "userns") != 0))
		return;
	wrong = geteuid() == 0 ? NULL : hindrance(made, spec);
	if (wrong)
		problem_set(problem, "option '--%s': an ordinary user's container can be in no namespace of another "
			    "where it %s", join->key, wrong);
	else if (has_maps(engine, arena_printf(engine->arena, "%s/uid_map", process), &spec->uid_map) &&
		 has_maps(engine, arena_printf(engine->arena, "%s/gid_map", process), &spec->gid_map))
		spec->namespace[NAMESPACE_USER].path = arena_printf(engine->arena, "%s/ns/user", process);
	else
		problem_set(problem, "option '--%s': container %.12s has other ids; give both the same, by "
			    "'--userns container:%.12s'", join->key, join->value, join->value);
}

static bool is_same(int one, int other)
{
	struct stat first, second;

	return !sys_fstat(one, &first) && !sys_fstat(other, &second) && first.st_dev == second.st_dev &&
	       first.st_ino == second.st_ino;
}

/* Whether the namespace belongs to that user namespace, NULL: one that is not made yet, or to one below it. Also where
 * that cannot be seen. */
static bool belongs_to(const char *path, const char *user)
{
	closes int namespace = sys_openat(AT_FDCWD, path, O_RDONLY, 0);
	closes int wanted = user ? sys_openat(AT_FDCWD, user, O_RDONLY, 0) : -1;
	int owner = namespace < 0 ? namespace : sys_ioctl(namespace, NS_GET_USERNS, NULL);
	bool found = namespace < 0 || (user && wanted < 0);

	while (owner >= 0 && !found) {
		const int above = sys_ioctl(owner, NS_GET_PARENT, NULL);

		found = wanted >= 0 && is_same(owner, wanted);
		sys_close(owner);
		owner = above;
	}
	if (owner >= 0)
		sys_close(owner);
	return found;
}

/* Of a namespace of host names nothing is mounted: root may join any. */
static void check_owners(const struct spec *spec, struct problem *problem)
{
	const struct namespace *user = &spec->namespace[NAMESPACE_USER];

	for (size_t i = 0; i < KINDS && user->asked; i++) {
		const char *path = spec->namespace[kinds[i].namespace].path;
		const bool needed = kinds[i].namespace != NAMESPACE_UTS || geteuid() != 0;

		if (path && needed && kinds[i].namespace != NAMESPACE_USER && !belongs_to(path, user->path))
			problem_set(problem, "option '--%s': the namespace belongs to other ids than the container is "
				    "to have, which have no rights in it: give it those of the container that made it, "
				    "by '--userns container:NAME', or leave '--userns', '--uidmap' and '--subuidname' "
				    "out", kinds[i].kind);
	}
}

bool joins_find(struct engine *engine, const struct made *made, struct spec *spec, struct problem *problem)
{
	for (size_t i = 0; i < made->joins.count; i++) {
		const struct pair *join = &made->joins.at[i];
		struct problem wrong = { 0 };
		const char *id, *path = path_of(engine, join->key, join->value, &id, &wrong);

		if (!path)
			problem_set(problem, "container %s is in namespaces of another: %s", made->name, wrong.text);
		for (size_t j = 0; j < KINDS && path; j++)
			if (!strcmp(kinds[j].kind, join->key) && kinds[j].namespace != NAMESPACE_USER)
				spec->namespace[kinds[j].namespace].path = path;
		if (path)
			join_user(engine, made, join, path, spec, problem);
	}
	check_owners(spec, problem);
	return !problem->found;
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
