/* connect.c - see connect.h */
#include "engine/connect.h"
#include "base/file.h"
#include "base/sys.h"
#include "engine/connect_parts.h"
#include "engine/network_owners.h"
#include "engine/networks_asked.h"
#include "engine/outward.h"
#include "engine/parts.h"
#include "net/address.h"
#include "net/roster.h"
#include "spec/reason.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* While a container gets into its networks. */
struct connecting {
	struct engine *engine;
	const struct made *made;
	int folder;			/* of the container */
	struct connected *connected;
	struct plan_bridge *bridge;
	struct plan_link *link;
	struct plan_tool *tool;
	struct network *network;	/* those of made->network, open */
	struct firewall_elements elements;
	bool has_route[2];		/* a default one: of IPv4, of IPv6 */
	struct problem *problem;
};

bool network_has_names(const struct network *network)
{
	return network->dns && network->driver == NETWORK_BRIDGE;
}

/* --- what is told of it --- */

static const char *mac_words(struct arena *arena, const unsigned char mac[6])
{
	return arena_printf(arena, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}

/* The same at each start, so that neighbours need not ask again: made of the container's ID, which is made by chance. A
 * local one, of no maker (IEEE 802, bit 1 of the first byte). */
static void choose_mac(const char *id, size_t index, unsigned char ret_mac[6])
{
	ret_mac[0] = 0x02;
	for (size_t i = 1; i < 6; i++) {
		const char byte[3] = { id[2 * i], id[2 * i + 1], '\0' };

		ret_mac[i] = (unsigned char)strtoul(byte, NULL, 16);
	}
	ret_mac[5] = (unsigned char)(ret_mac[5] + index);
}

/* --- addresses --- */

static const char *wanted_of(const struct made_network *asked, int family)
{
	return family == AF_INET ? asked->ip : asked->ip6;
}

/* One of each subnet; where an address is asked for, of the one that has it, and of no other of its family. */
static bool take_one(struct connecting *connecting, const struct made_network *asked, const struct network *network,
		     size_t index, const struct network_owner *owner, struct host_address *ret_address)
{
	const struct network_owners owners = engine_network_owners(connecting->engine);
	const char *text = wanted_of(asked, network->subnet[index].address.family);
	struct host_address wanted;
	size_t place;

	if (text[0]) {
		address_read(text, &wanted);
		place = network_subnet_of(network, &wanted);
		if (place < network->subnets && place != index)
			return true;
	}
	return network_take_address(connecting->engine->arena, network, index, text[0] ? &wanted : NULL, owner,
				    &owners, ret_address, connecting->problem);
}

/* Under which names others find it there: its own, the begin of its ID, and those that were asked for. */
static bool tell_resolver(struct connecting *connecting, const struct made_network *asked,
			  const struct network *network, const struct plan_link *link)
{
	struct arena *arena = connecting->engine->arena;
	struct texts names = { 0 };
	int error;

	texts_add(arena, &names, connecting->made->name);
	for (size_t i = 0; i < asked->aliases.count; i++)
		texts_add(arena, &names, asked->aliases.at[i]);
	error = roster_set(arena, network, connecting->made->id, &names, link->address, link->addresses);
	if (!error && network->dns_servers.count)
		error = roster_set_servers(arena, network);
	if (error)
		problem_set(connecting->problem, "network %s: its names cannot be written: %s", network->name,
			    reason_words(error));
	return !error;
}

static bool has_family(const struct network *network, int family)
{
	for (size_t i = 0; i < network->subnets; i++)
		if (network->subnet[i].address.family == family)
			return true;
	return false;
}

static bool take_addresses(struct connecting *connecting, const struct made_network *asked,
			   const struct network *network, const struct network_owner *owner, struct plan_link *link)
{
	struct host_address *address = ARENA_ARRAY(connecting->engine->arena, network->subnets + 1,
						   struct host_address);
	bool taken = network_lock(network, connecting->problem);

	if ((asked->ip[0] && !has_family(network, AF_INET)) || (asked->ip6[0] && !has_family(network, AF_INET6)))
		problem_set(connecting->problem, "network %s has no subnet of IPv%d that %s could be of", network->name,
			    asked->ip[0] && !has_family(network, AF_INET) ? 4 : 6,
			    asked->ip[0] && !has_family(network, AF_INET) ? asked->ip : asked->ip6);
	taken = taken && !connecting->problem->found;
	/* Of a run that was killed. */
	if (taken)
		network_give_back(network, owner->id, NULL);
	for (size_t i = 0; i < network->subnets && taken; i++) {
		struct host_address *next = &address[link->addresses];

		taken = take_one(connecting, asked, network, i, owner, next);
		link->addresses += taken && next->family;
	}
	link->address = address;
	if (taken && network_has_names(network))
		taken = tell_resolver(connecting, asked, network, link);
	network_unlock(network);
	return taken;
}

/* --- one network --- */

static bool wants_route(struct connecting *connecting, const struct network *network, int family)
{
	bool *has = &connecting->has_route[family == AF_INET6];

	if (network->internal || !network->default_route || *has)
		return false;
	*has = true;
	return true;
}

/* A link has one default route of each family at most: the first network's that has one. */
static void add_gateways(struct connecting *connecting, const struct network *network, struct plan_link *link)
{
	struct host_address *gateway = ARENA_ARRAY(connecting->engine->arena, network->subnets + 1,
						   struct host_address);

	for (size_t i = 0; i < network->subnets; i++)
		if (network->subnet[i].gateway.family &&
		    wants_route(connecting, network, network->subnet[i].gateway.family))
			gateway[link->gateways++] = network->subnet[i].gateway;
	link->gateway = gateway;
}

static void fill_bridge(struct connecting *connecting, const struct network *network, struct plan_bridge *bridge)
{
	struct host_address *address = ARENA_ARRAY(connecting->engine->arena, network->subnets + 1,
						   struct host_address);

	*bridge = (struct plan_bridge){ .network = network->name, .name = network->interface, .mtu = network->mtu };
	for (size_t i = 0; i < network->subnets; i++)
		if (network->subnet[i].gateway.family)
			address[bridge->addresses++] = network->subnet[i].gateway;
	bridge->address = address;
}

/* Before anything is taken there, so that what was taken is found, should this be killed. NULL after a problem. */
static struct endpoint *begin_endpoint(struct connecting *connecting, const struct made_network *asked,
				       const struct network *network, const struct plan_link *link)
{
	struct endpoints *endpoints = &connecting->connected->endpoints;
	struct endpoint *endpoint = &endpoints->at[endpoints->count++];
	int error;

	*endpoint = (struct endpoint){
		.network = network->name,
		.network_id = network->id,
		.driver = network_driver_name(network->driver),
		.parent = link->parent,
		.outside = link->outside ? link->outside : "",
		.inside = link->inside,
		.mac = mac_words(connecting->engine->arena, link->mac),
		.aliases = asked->aliases,
	};
	error = endpoints_write(connecting->engine, connecting->folder, endpoints);
	if (error)
		problem_set(connecting->problem, "container %s: cannot write down its networks: %s",
			    connecting->made->name, reason_words(error));
	return error ? NULL : endpoint;
}

static void fill_endpoint(struct connecting *connecting, const struct network *network, const struct plan_link *link,
			  struct endpoint *endpoint)
{
	struct arena *arena = connecting->engine->arena;

	for (size_t i = 0; i < link->addresses; i++)
		texts_add(arena, &endpoint->addresses, subnet_text(arena, &link->address[i]));
	for (size_t i = 0; i < network->subnets; i++)
		if (network->subnet[i].gateway.family && !network->internal)
			texts_add(arena, &endpoint->gateways, address_text(arena, &network->subnet[i].gateway));
	for (size_t i = 0; i < network->subnets; i++)
		if (network->subnet[i].gateway.family && network_has_names(network))
			texts_add(arena, &endpoint->resolvers, address_text(arena, &network->subnet[i].gateway));
}

static const char *inside_name(const struct connecting *connecting, size_t index)
{
	const char *asked = connecting->made->network[index].interface;

	return asked[0] ? asked : arena_printf(connecting->engine->arena, "eth%zu", index);
}

static bool connect_one(struct connecting *connecting, size_t index)
{
	struct arena *arena = connecting->engine->arena;
	const struct made_network *asked = &connecting->made->network[index];
	struct network *network = &connecting->network[index];
	const char *id = connecting->made->id;
	struct plan_link *link = &connecting->link[index];
	struct network_owner owner = { .id = id, .inside = inside_name(connecting, index) };
	struct endpoint *endpoint;

	if (!network_find(connecting->engine->store, asked->network, record_now(arena), network, connecting->problem))
		return false;
	if (network->driver == NETWORK_HOST || network->driver == NETWORK_NONE) {
		problem_set(connecting->problem, "network %s cannot be together with others", network->name);
		return false;
	}
	*link = (struct plan_link){
		.kind = network->driver == NETWORK_MACVLAN ? LINK_MACVLAN :
			network->driver == NETWORK_IPVLAN ? LINK_IPVLAN : LINK_VETH,
		.network = network->name,
		.parent = network->driver == NETWORK_BRIDGE ? network->interface : network->parent,
		.outside = network->driver == NETWORK_BRIDGE ? arena_printf(arena, "tv%.10s%zu", id, index) : NULL,
		.inside = owner.inside,
		.mode = network->mode,
		.mtu = network->mtu,
	};
	if (!asked->mac[0] || !mac_read(asked->mac, link->mac))
		choose_mac(id, index, link->mac);
	owner.mac = mac_words(arena, link->mac);
	endpoint = begin_endpoint(connecting, asked, network, link);
	if (!endpoint || !take_addresses(connecting, asked, network, &owner, link))
		return false;
	add_gateways(connecting, network, link);
	fill_endpoint(connecting, network, link, endpoint);
	if (network->driver != NETWORK_BRIDGE)
		return true;
	fill_bridge(connecting, network, &connecting->bridge[connecting->connected->plan.bridges++]);
	connect_add_network(arena, &connecting->elements, network);
	if (network_has_names(network))
		connect_add_resolver(connecting->engine, network,
				     &connecting->tool[connecting->connected->plan.tools++]);
	return true;
}

/* --- this machine --- */

static bool is_set(struct arena *arena, const char *path, const char *value)
{
	char *text;
	size_t length;

	return file_read(arena, AT_FDCWD, path, 64, &text, &length) || !strncmp(text, value, strlen(value));
}

static void set(struct pairs *settings, const char *path, const char *value)
{
	settings->at[settings->count++] = (struct pair){ path, value };
}

/* What is so already is not written again; what is not there (IPv6) cannot be. */
static void set_unless(struct arena *arena, struct pairs *settings, const char *path, const char *value)
{
	if (!is_set(arena, path, value))
		set(settings, path, value);
}

static void add_settings(struct connecting *connecting)
{
	struct arena *arena = connecting->engine->arena;
	struct plan_network *plan = &connecting->connected->plan;
	struct pairs *settings = &connecting->connected->settings;

	settings->at = ARENA_ARRAY(arena, plan->bridges + 2, struct pair);
	if (!plan->bridges)
		return;
	set_unless(arena, settings, "/proc/sys/net/ipv4/ip_forward", "1");
	if (connecting->has_route[1])
		set_unless(arena, settings, "/proc/sys/net/ipv6/conf/all/forwarding", "1");
	/* So that a port is reached at 127.0.0.1, too (ip-sysctl.rst). The bridges are there by then. */
	for (size_t i = 0; i < plan->bridges && connecting->connected->held.ports; i++) {
		const char *path = arena_printf(arena, "/proc/sys/net/ipv4/conf/%s/route_localnet",
						plan->bridge[i].name);

		if (!is_set(arena, path, "1") || sys_faccessat2(AT_FDCWD, path, F_OK, 0))
			set(settings, path, "1");
	}
	plan->settings = settings->count ? settings : NULL;
}

/* --- ports --- */

/* The first address of a bridge's network of that family. */
static const struct host_address *first_address(const struct connecting *connecting, int family)
{
	for (size_t i = 0; i < connecting->connected->plan.links; i++) {
		const struct plan_link *link = &connecting->link[i];

		for (size_t j = 0; link->kind == LINK_VETH && j < link->addresses; j++)
			if (link->address[j].family == family && !connecting->network[i].internal)
				return &link->address[j];
	}
	return NULL;
}

/* Ports for which no address was given have the one that the network says, if it says one. */
static const struct made *bind_ports(struct connecting *connecting)
{
	struct arena *arena = connecting->engine->arena;
	struct made *made = ARENA_NEW(arena, struct made);
	const char *address = NULL;

	*made = *connecting->made;
	for (size_t i = 0; i < made->networks && !address; i++)
		if (connecting->network[i].binding.family)
			address = address_text(arena, &connecting->network[i].binding);
	if (!address || !strcmp(address, "0.0.0.0"))
		return made;
	made->port = ARENA_ARRAY(arena, made->ports + 1, struct made_port);
	for (size_t i = 0; i < made->ports; i++) {
		made->port[i] = connecting->made->port[i];
		if (!made->port[i].address[0])
			made->port[i].address = address;
	}
	return made;
}

static bool publish(struct connecting *connecting)
{
	const struct host_address *ipv4 = first_address(connecting, AF_INET);
	const struct host_address *ipv6 = first_address(connecting, AF_INET6);
	struct connected *connected = connecting->connected;
	const struct made *made = bind_ports(connecting);

	if (made->ports && !ipv4 && !ipv6) {
		problem_set(connecting->problem, "option '--publish': the container is in no network that could be "
			    "reached from this machine's addresses");
		return false;
	}
	if (!ports_hold(connecting->engine, made, ipv4, ipv6, &connected->held, connecting->problem))
		return false;
	connected->endpoints.port = connected->held.port;
	connected->endpoints.ports = connected->held.ports;
	for (size_t i = 0; i < connected->held.ports; i++) {
		const struct made_port *port = &connected->held.port[i];
		const bool six = strchr(port->address, ':');

		connect_add_port(connecting->engine->arena, &connecting->elements, port, six ? ipv6 : ipv4);
	}
	return true;
}

/* --- all of them --- */

static bool connect_all(struct connecting *connecting)
{
	struct connected *connected = connecting->connected;
	const struct made *made = connecting->made;

	for (size_t i = 0; i < made->networks; i++) {
		if (!connect_one(connecting, i))
			return false;
		connected->plan.links++;
	}
	if (!publish(connecting))
		return false;
	add_settings(connecting);
	return true;
}

/* Where the table is not there it is made with them. One of another version has the same sets, or the start fails and
 * says so. */
static void add_elements(struct connecting *connecting)
{
	struct plan_network *plan = &connecting->connected->plan;
	struct firewall_elements *elements = &connecting->elements;

	firewall_sort(elements);
	plan->element = elements->at;
	plan->elements = elements->count;
	/* The elements are none of its text: another may be about to make it, too. */
	if (plan->bridges && firewall_is_there() == FIREWALL_ABSENT)
		plan->rules = firewall_rules(connecting->engine->arena, NULL, 0);
}

static bool get_in(struct engine *engine, struct prepared *prepared, struct connected *connected,
		    struct problem *problem)
{
	const struct made *made = &prepared->made;
	struct arena *arena = engine->arena;
	struct connecting connecting = { .engine = engine, .made = made, .folder = prepared->folder,
					 .connected = connected, .problem = problem };
	int error = 0;

	connecting.network = ARENA_ARRAY(arena, made->networks + 1, struct network);
	connecting.bridge = ARENA_ARRAY(arena, made->networks + 1, struct plan_bridge);
	connecting.link = ARENA_ARRAY(arena, made->networks + 1, struct plan_link);
	connecting.tool = ARENA_ARRAY(arena, made->networks + 1, struct plan_tool);
	connected->endpoints.at = ARENA_ARRAY(arena, made->networks + 1, struct endpoint);
	for (size_t i = 0; i < made->networks; i++)
		connecting.network[i].folder = -1;
	connected->plan.bridge = connecting.bridge;
	connected->plan.link = connecting.link;
	connected->plan.tool = connecting.tool;
	if (!connect_all(&connecting))
		;
	else if ((error = endpoints_write(engine, prepared->folder, &connected->endpoints)) ||
		 (error = network_write_files(engine, prepared->folder, prepared->bundle.spec.hostname,
					      &connected->endpoints)))
		problem_set(problem, "container %s: cannot write down its networks: %s", made->name,
			    reason_words(error));
	add_elements(&connecting);
	for (size_t i = 0; i < made->networks; i++) {
		if (problem->found && connecting.network[i].folder >= 0)
			connect_leave(engine, &connecting.network[i], made->id);
		network_close(&connecting.network[i]);
	}
	return !problem->found;
}

bool network_connect(struct engine *engine, struct prepared *prepared, struct connected *ret_connected,
		     struct problem *problem)
{
	bool outward;

	*ret_connected = (struct connected){ .plan = { .bridge = NULL } };
	if (!prepared->made.networks)
		return true;
	outward = outward_is(prepared->made.network[0].network);
	if (geteuid() != 0 && !outward) {
		problem_set(problem, "network %s: networks of bridges need root so far; an ordinary user has --network "
			    "pasta, slirp4netns, none, host, container:NAME and ns:PATH",
			    prepared->made.network[0].network);
		return false;
	}
	if (!(outward ? outward_connect(engine, prepared, ret_connected, problem) :
			get_in(engine, prepared, ret_connected, problem))) {
		ports_let_go(&ret_connected->held);
		endpoints_forget(prepared->folder);
		return false;
	}
	prepared->bundle.request.network = &ret_connected->plan;
	return true;
}
