/* connect_names.c - the resolver of a network (src/names), as a step of a container's plan: see connect_parts.h. */
#include "engine/connect_parts.h"
#include "image/helper.h"
#include "net/address.h"
#include "net/roster.h"

enum { WORDS = 8, EACH = 2 };

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
	add(tool, "--upstream");
	add(tool, network->dns_servers.count ? arena_printf(engine->arena, "%s/" ROSTER_SERVERS, folder) :
					       "/etc/resolv.conf");
}

void connect_add_resolver(struct engine *engine, const struct network *network, struct plan_tool *ret_tool)
{
	struct arena *arena = engine->arena;
	const char *path = helper_path(arena, "taru-names");

	*ret_tool = (struct plan_tool){ .network = network->name };
	ret_tool->args.at = ARENA_ARRAY(arena, WORDS + EACH * network->subnets, char *);
	add(ret_tool, path ? path : "/usr/libexec/taru/taru-names");
	add(ret_tool, "--background");
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
