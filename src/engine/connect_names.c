/* connect_names.c - the resolver of a network (src/names), as a step of a container's plan: see connect_parts.h. */
#include "engine/connect.h"
#include "engine/connect_parts.h"
#include "engine/shared.h"
#include "image/helper.h"
#include "net/address.h"
#include "net/lease.h"
#include "net/roster.h"
#include "spec/lists.h"
#include <string.h>
#include <unistd.h>

enum { WORDS = 12, EACH = 2 };

static void add(struct plan_tool *tool, const char *word)
{
	tool->args.at[tool->args.count++] = (char *)(uintptr_t)word;
}

/* A machine that has its own resolver at a loopback address is asked there: this is in the machine's namespace. */
static void add_upstream(struct engine *engine, struct plan_tool *tool, const struct network *network)
{
	const char *folder = arena_printf(engine->arena, "%s/networks/%s/" ROSTER_FOLDER, engine->store->root,
					  network->name);

	if (network->internal) {
		add(tool, "--no-forward");
		return;
	}
	add(tool, "--servers");
	add(tool, arena_printf(engine->arena, "%s/" ROSTER_SERVERS_FILE, folder));
	add(tool, "--upstream");
	add(tool, geteuid() ? shared_servers(engine) : "/etc/resolv.conf");
}

void connect_add_resolver(struct engine *engine, const struct network *network, struct plan_tool *ret_tool)
{
	struct arena *arena = engine->arena;
	const char *path = helper_path(arena, "taru-names");

	*ret_tool = (struct plan_tool){ .network = network->name };
	ret_tool->args.at = ARENA_ARRAY(arena, WORDS + EACH * network->subnets, char *);
	add(ret_tool, path ? path : "/usr/libexec/taru/taru-names");
	add(ret_tool, "--background");
	add(ret_tool, "--port");
	add(ret_tool, arena_printf(arena, "%d", RESOLVER_PORT));
	for (size_t i = 0; i < network->subnets; i++) {
		if (!network->subnet[i].gateway.family)
			continue;
		add(ret_tool, "--listen");
		add(ret_tool, arena_printf(arena, "%s%%%s", address_text(arena, &network->subnet[i].gateway),
					   network->interface));
	}
	add(ret_tool, "--hosts");
	add(ret_tool, arena_printf(arena, "%s/networks/%s/" ROSTER_FOLDER "/" ROSTER_FILE, engine->store->root,
				   network->name));
	add_upstream(engine, ret_tool, network);
}

bool network_lacks_names(const struct network *network)
{
	return network_has_names(network) && network->folder >= 0 && roster_is_unserved(network);
}

int network_serve_names(struct engine *engine, const struct network *network)
{
	struct plan_tool tool;

	connect_add_resolver(engine, network, &tool);
	return roster_serve(tool.args.at);
}

/* --- other networks --- */

/* One of each: all addresses of a network's resolver are the same process. */
static struct texts resolvers_of_others(struct arena *arena, const struct endpoints *endpoints, size_t index)
{
	struct texts resolvers = { 0 };

	for (size_t i = 0; i < endpoints->count; i++)
		if (i != index && endpoints->at[i].resolvers.count)
			texts_add(arena, &resolvers, endpoints->at[i].resolvers.at[0]);
	return resolvers;
}

/* As the resolver has them, by twos. */
static struct texts words_of_links(struct arena *arena, const struct pairs *links)
{
	struct texts words = { 0 };

	for (size_t i = 0; i < links->count; i++) {
		texts_add(arena, &words, links->at[i].key);
		texts_add(arena, &words, links->at[i].value);
	}
	return words;
}

static int write_asked(struct engine *engine, const struct made *made, const struct endpoints *endpoints, size_t index,
		       const struct network *network, const struct texts *servers)
{
	struct arena *arena = engine->arena;
	const struct endpoint *endpoint = &endpoints->at[index];
	const struct texts resolvers = resolvers_of_others(arena, endpoints, index);
	const struct texts links = words_of_links(arena, &made->links);
	struct host_address *address = ARENA_ARRAY(arena, endpoint->addresses.count + 1, struct host_address);
	size_t addresses = 0;
	int error = 0;

	for (size_t i = 0; i < endpoint->addresses.count; i++)
		addresses += address_read(endpoint_bare(arena, endpoint->addresses.at[i]), &address[addresses]);
	if (endpoints->count > 1 || !servers->count)
		error = roster_set_asked(arena, network, made->id, address, addresses, ROSTER_PEERS, &resolvers);
	if (servers->count && !error)
		error = roster_set_asked(arena, network, made->id, address, addresses, ROSTER_SERVERS, servers);
	if (links.count && !error)
		error = roster_set_asked(arena, network, made->id, address, addresses, ROSTER_LINKS, &links);
	return error;
}

int network_write_asked(struct engine *engine, const struct made *made, const struct endpoints *endpoints,
			const struct texts *servers)
{
	int error = 0;

	for (size_t i = 0; i < endpoints->count && !error; i++) {
		const struct endpoint *endpoint = &endpoints->at[i];
		struct problem gone = { 0 };
		struct network network;

		if (!endpoint->resolvers.count ||
		    !network_find(engine->store, endpoint->network, NULL, &network, &gone))
			continue;
		/* Not one that was made under that name later. */
		if (!strcmp(network.id, endpoint->network_id) && network_lock(&network, &gone)) {
			error = write_asked(engine, made, endpoints, i, &network, servers);
			network_unlock(&network);
		}
		network_close(&network);
	}
	return error;
}

int network_rename_container(struct engine *engine, const struct engine_container *container, const char *old)
{
	const struct made *made = &container->made;
	struct endpoints endpoints = { 0 };
	int error = 0;

	endpoints_read(engine, container->folder, &endpoints);
	for (size_t i = 0; i < endpoints.count && !error; i++) {
		struct problem gone = { 0 };
		struct network network;

		if (!endpoints.at[i].resolvers.count ||
		    !network_find(engine->store, endpoints.at[i].network, NULL, &network, &gone))
			continue;
		if (!strcmp(network.id, endpoints.at[i].network_id) && network_lock(&network, &gone)) {
			error = roster_rename(engine->arena, &network, made->id, old, made->name);
			network_unlock(&network);
		}
		network_close(&network);
	}
	return error;
}
