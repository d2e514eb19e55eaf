/* explain_network.c - what makes a network, as a plan: its files now, and the rest when its first container starts. */
#include "base/sys.h"
#include "base/translate.h"
#include "engine/connect_parts.h"
#include "engine/explain.h"
#include "engine/explain_parts.h"
#include <sys/socket.h>

static void add(struct plan *plan, enum step_kind kind, const char *why, struct step step)
{
	step.kind = kind;
	step.lane = LANE_RUNTIME;
	step.why = why;
	plan_add(plan, step);
}

void explain_add_directory(struct plan *plan, const char *why, const char *path, mode_t mode)
{
	add(plan, STEP_MAKE_DIRECTORY, why, (struct step){ .make_directory = { path, mode } });
}

void explain_add_file(struct plan *plan, const char *why, const char *path, const char *text)
{
	add(plan, STEP_WRITE_FILE, why, (struct step){ .write_file = { path, text } });
}

void explain_add_network(struct plan *plan, const char *why, const char *root, const struct network *network)
{
	const char *shelf = arena_printf(plan->arena, "%s/networks", root);
	const char *folder = arena_printf(plan->arena, "%s/%s", shelf, network->name);
	struct text text = text_new(plan->arena);

	network_text(&text, network);
	if (sys_faccessat2(AT_FDCWD, shelf, F_OK, 0))
		explain_add_directory(plan, why, shelf, 0700);
	explain_add_directory(plan, why, folder, 0700);
	explain_add_directory(plan, why, arena_printf(plan->arena, "%s/leases", folder), 0700);
	explain_add_file(plan, why, arena_printf(plan->arena, "%s/network.json", folder), text.at);
}

static struct plan_bridge *bridge_of(struct arena *arena, const struct network *network)
{
	struct plan_bridge *bridge = ARENA_NEW(arena, struct plan_bridge);
	struct host_address *address = ARENA_ARRAY(arena, network->subnets + 1, struct host_address);

	*bridge = (struct plan_bridge){ .network = network->name, .name = network->interface, .mtu = network->mtu,
					.address = address };
	for (size_t i = 0; i < network->subnets; i++)
		if (network->subnet[i].gateway.family)
			address[bridge->addresses++] = network->subnet[i].gateway;
	return bridge;
}

/* What a start finds missing: see connect.c. The table is there already where others have made it. */
/* What its first container sets, whether that is so by now or not. */
static void add_settings(struct plan *plan, const struct network *network, const char *why)
{
	const struct texts none = { 0 };
	struct pairs settings;
	bool ipv6 = false;

	for (size_t i = 0; i < network->subnets && !network->internal && network->default_route; i++)
		ipv6 = ipv6 || network->subnet[i].gateway.family == AF_INET6;
	settings = connect_settings(plan->arena, &none, ipv6, true);
	for (size_t i = 0; i < settings.count; i++)
		add(plan, STEP_WRITE_FILE, why,
		    (struct step){ .write_file = { settings.at[i].key, settings.at[i].value } });
}

static void add_bridge(struct engine *engine, struct plan *plan, const struct network *network, const char *nft,
		       struct plan_network *asked)
{
	const char *why = arena_printf(plan->arena, _("network %s, when its first container starts"), network->name);
	struct firewall_elements elements = { 0 };
	struct plan_tool *tool = ARENA_NEW(plan->arena, struct plan_tool);

	connect_add_network(plan->arena, &elements, network);
	firewall_sort(&elements);
	*asked = (struct plan_network){ .bridge = bridge_of(plan->arena, network), .bridges = 1, .element = elements.at,
					.elements = elements.count };
	if (firewall_is_there() == FIREWALL_ABSENT)
		add(plan, STEP_LOAD_RULES, why,
		    (struct step){ .load_rules = { nft, firewall_rules(plan->arena, NULL, 0) } });
	add(plan, STEP_ADD_ELEMENTS, why, (struct step){ .add_elements = { elements.at, elements.count } });
	add(plan, STEP_MAKE_BRIDGE, why, (struct step){ .make_bridge = { asked->bridge } });
	add_settings(plan, network, why);
	if (!network_has_names(network))
		return;
	connect_add_resolver(engine, network, tool);
	asked->tool = tool;
	asked->tools = 1;
	add(plan, STEP_RUN_TOOL, why, (struct step){ .run_tool = { tool } });
}

bool engine_network_explain_new(struct engine *engine, const struct network *network, enum explain_form form,
				const char *what, struct text *out, struct problem *problem)
{
	struct bundle *bundle = ARENA_NEW(engine->arena, struct bundle);
	struct plan_network *asked = ARENA_NEW(engine->arena, struct plan_network);

	if (form != EXPLAIN_JSON)
		translate_begin();
	host_read(engine->arena, &(struct host_wants){ .nft = true }, &bundle->host);
	bundle->path = "";
	bundle->plan = (struct plan){ .arena = engine->arena, .slots = SLOT_SOURCES };
	bundle->request = (struct plan_request){ .spec = &bundle->spec, .host = &bundle->host, .id = network->name,
						 .bundle = "", .network = asked };
	explain_add_network(&bundle->plan, "network create", engine->store->root, network);
	if (network->driver == NETWORK_BRIDGE)
		add_bridge(engine, &bundle->plan, network, bundle->host.nft, asked);
	engine_explain_bundle(bundle, form, what, out);
	return !problem->found;
}
