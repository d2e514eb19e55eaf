/* cmd_network_create.c - `taru network create`: a network for containers. */
#include "cli/explained.h"
#include "cli/volumes.h"
#include "engine/event.h"
#include "engine/explain.h"

struct network_create_asked {
	const char *driver, *interface;
	struct texts subnet, gateway, range, dns, labels, options, routes;
	bool internal, ipv6, no_dns, ignore;
	const char *explain;
};

static void explain(struct command *command, struct place *place, const struct network_asked *wanted)
{
	const struct network_create_asked *asked = command->asked;
	struct text out = text_new(command->arena);
	enum explain_form form = EXPLAIN_SCRIPT;
	struct network network;
	bool taken;

	if (engine_explain_form(asked->explain, &form, command->problem) &&
	    network_create(&place->store, wanted, &network, &taken, command->problem) &&
	    engine_network_explain_new(&place->engine, &network, form, explained_command(command, "network create"),
				       &out, command->problem))
		command_print(command, &out);
}

static void create(struct command *command, struct place *place, const struct network_asked *wanted)
{
	const struct network_create_asked *asked = command->asked;
	struct text out = text_new(command->arena);
	struct problem problem = { 0 };
	struct network network;
	bool taken, good = network_create(&place->store, wanted, &network, &taken, &problem);

	if (good)
		event_network(&place->engine, &network, "create");
	else if (taken && asked->ignore)
		good = network_find(&place->store, wanted->name, NULL, &network, command->problem);
	else
		problem_set(command->problem, "%s", problem.text);
	if (!good)
		return;
	network_close(&network);
	text_printf(&out, "%s\n", network.id);
	command_print(command, &out);
}

static void run(struct command *command)
{
	const struct network_create_asked *asked = command->asked;
	const struct network_asked wanted = {
		.name = command->operand[0], .created = record_now(command->arena), .driver = asked->driver,
		.interface = asked->interface, .subnet = asked->subnet, .gateway = asked->gateway,
		.range = asked->range, .route = asked->routes, .internal = asked->internal, .ipv6 = asked->ipv6,
		.no_dns = asked->no_dns, .dns_servers = asked->dns,
		.options = volumes_pairs(command->arena, "--opt", &asked->options, command->problem),
		.labels = volumes_pairs(command->arena, "--label", &asked->labels, command->problem),
		.only_look = asked->explain,
	};
	struct place place;

	if (command->problem->found || !place_open(command, true, &place))
		return;
	(asked->explain ? explain : create)(command, &place, &wanted);
	store_close(&place.store);
}

static const struct option options[] = {
	{ "disable-dns", 0, OPTION_FLAG, offsetof(struct network_create_asked, no_dns), NULL,
	  N_("containers do not find each other by name") },
	{ "dns", 0, OPTION_TEXTS, offsetof(struct network_create_asked, dns), "ADDRESS",
	  N_("who is asked for all other names, instead of this machine's resolvers") },
	{ "driver", 'd', OPTION_TEXT, offsetof(struct network_create_asked, driver), "bridge|macvlan|ipvlan",
	  N_("how containers are in it (bridge)") },
	{ "explain", 0, OPTION_TEXT, offsetof(struct network_create_asked, explain), "sh|text|json|html",
	  N_("do nothing; print what would be done") },
	{ "gateway", 0, OPTION_TEXTS, offsetof(struct network_create_asked, gateway), "ADDRESS",
	  N_("the gateway of the subnet that it is in (its first address)") },
	{ "ignore", 0, OPTION_FLAG, offsetof(struct network_create_asked, ignore), NULL,
	  N_("one of the name that is there already is as good") },
	{ "interface-name", 0, OPTION_TEXT, offsetof(struct network_create_asked, interface), "DEVICE",
	  N_("what the bridge is called (br-, and 12 digits of the ID)") },
	{ "internal", 0, OPTION_FLAG, offsetof(struct network_create_asked, internal), NULL,
	  N_("containers reach nothing beyond it") },
	{ "ip-range", 0, OPTION_TEXTS, offsetof(struct network_create_asked, range), "SUBNET",
	  N_("the part of a subnet that addresses are taken from (all of it)") },
	{ "ipv6", 0, OPTION_FLAG, offsetof(struct network_create_asked, ipv6), NULL,
	  N_("with IPv6 beside IPv4, also where no subnet is given") },
	{ "label", 0, OPTION_TEXTS, offsetof(struct network_create_asked, labels), "KEY=VALUE", N_("a label") },
	{ "opt", 'o', OPTION_TEXTS, offsetof(struct network_create_asked, options), "KEY=VALUE",
	  N_("mtu, isolate, parent, mode …") },
	{ "route", 0, OPTION_TEXTS, offsetof(struct network_create_asked, routes), "DESTINATION,GATEWAY[,METRIC]",
	  N_("a route of its containers: 10.9.0.0/16,10.89.5.7; may be given more than once") },
	{ "subnet", 0, OPTION_TEXTS, offsetof(struct network_create_asked, subnet), "SUBNET",
	  N_("its addresses: 10.89.5.0/24, fd00:5::/64; may be given more than once") },
	{ NULL }
};

const struct verb verb_network_create = {
	.name = "network create",
	.operands = "[NAME]",
	.summary = N_("make a network"),
	.notes = N_(
		"Without --subnet it gets a free one. Options of the bridge: mtu, isolate=true|false|strict, vlan,\n"
		"no_default_route, com.docker.network.bridge.name, com.docker.network.bridge.enable_ip_masquerade,\n"
		"com.docker.network.bridge.host_binding_ipv4; of macvlan and ipvlan: mtu, parent, mode,\n"
		"no_default_route.\n"),
	.options = options,
	.asked_size = sizeof(struct network_create_asked),
	.operands_max = 1,
	.run = run,
};
