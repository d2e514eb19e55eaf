/* links.c - see links.h */
#include "engine/links.h"
#include "engine/connect_parts.h"
#include <string.h>

struct reading {
	struct engine *engine;
	const struct made *made;
	struct pairs *links;
	struct problem *problem;
};

static bool is_in(const struct made *made, const char *network)
{
	for (size_t i = 0; i < made->networks; i++)
		if (!strcmp(made->network[i].network, network))
			return true;
	return false;
}

/* The network whose resolver the container asks (connect_files.c): the first that has names and leads outward, else
 * the first that has names. NULL: there is none. The default one may not be made yet. */
static const char *asked_network(const struct reading *reading)
{
	const char *internal = NULL, *open = NULL;

	for (size_t i = 0; i < reading->made->networks && !open; i++) {
		const char *name = reading->made->network[i].network;
		struct problem unknown = { 0 };		/* told where it gets into its networks */
		struct network network;

		if (!network_look(reading->engine->store, name, record_now(reading->engine->arena), &network, &unknown))
			continue;
		if (network_has_names(&network) && !network.internal)
			open = name;
		else if (network_has_names(&network) && !internal)
			internal = name;
		network_close(&network);
	}
	return open ? open : internal;
}

static void check_network(const struct reading *reading, const struct made *other)
{
	const char *network = asked_network(reading);

	if (!network)
		problem_set(reading->problem, "option '--link': the container is in no network in which containers "
			    "have names: give both one by '--network'");
	else if (!is_in(other, network))
		problem_set(reading->problem, "option '--link': container %s is not in the network '%s', whose names "
			    "this one asks for: 'taru network connect %s %s' brings it there", other->name, network,
			    network, other->name);
}

static void check_alias(const struct reading *reading, const char *alias)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
	const size_t length = strlen(alias);

	if (!length || length > CONTAINER_NAME_MAX || strspn(alias, letters) != length || strchr(".-", alias[0]))
		problem_set(reading->problem, "option '--link': '%s' is no name: it is made of letters, digits, '_', "
			    "'.' and '-'", alias);
}

static void read_one(const struct reading *reading, const char *given)
{
	struct arena *arena = reading->engine->arena;
	const char *colon = strchr(given, ':');
	const char *name = colon ? arena_copy(arena, given, (size_t)(colon - given)) : given;
	const char *alias = colon ? colon + 1 : name;
	struct problem missing = { 0 };
	struct engine_container other;

	check_alias(reading, alias);
	if (!engine_find(reading->engine, name, &other, &missing)) {
		problem_set(reading->problem, "option '--link': %s", missing.text);
		return;
	}
	engine_close(&other);
	check_network(reading, &other.made);
	reading->links->at[reading->links->count++] = (struct pair){ alias, other.made.name };
}

void links_read(struct engine *engine, const struct run_asked *asked, const struct made *made, struct pairs *ret_links,
		struct problem *problem)
{
	const struct reading reading = { engine, made, ret_links, problem };

	*ret_links = (struct pairs){ ARENA_ARRAY(engine->arena, asked->links.count + 1, struct pair), 0 };
	for (size_t i = 0; i < asked->links.count && !problem->found; i++)
		read_one(&reading, asked->links.at[i]);
}
