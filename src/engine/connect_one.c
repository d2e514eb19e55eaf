/* connect_one.c - a container gets into a network: its addresses there, its device, its names. See connect_parts.h. */
#include "base/sys.h"
#include "engine/connect_parts.h"
#include "engine/network_owners.h"
#include "engine/networks_asked.h"
#include "engine/shared.h"
#include "net/address.h"
#include "net/lease.h"
#include "net/roster.h"
#include "spec/lists.h"
#include "spec/reason.h"
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

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
	return (connecting->engine->only_told ? network_choose_address : network_take_address)(
		connecting->engine->arena, network, index, text[0] ? &wanted : NULL, owner, &owners, ret_address,
		connecting->problem);
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
	/* Where it is there, network update may know better by now. */
	if (!error && network->dns_servers.count && !roster_has_servers(network))
		error = roster_set_servers(arena, network);
	if (error)
		problem_set(connecting->problem, "network %s: its names cannot be written: %s", network->name,
			    reason_words(error));
	return !error;
}

static bool take_addresses(struct connecting *connecting, const struct made_network *asked,
			   const struct network *network, const struct network_owner *owner, struct plan_link *link)
{
	struct host_address *address = ARENA_ARRAY(connecting->engine->arena, network->subnets + 1,
						   struct host_address);
	const bool told = connecting->engine->only_told;
	bool taken = told || network_lock(network, connecting->problem);
	const bool no4 = asked->ip[0] && !network_has_family(network, AF_INET);
	const bool no6 = asked->ip6[0] && !network_has_family(network, AF_INET6);

	if (no4 || no6)
		problem_set(connecting->problem, "network %s has no subnet of IPv%d that %s could be of", network->name,
			    no4 ? 4 : 6, no4 ? asked->ip : asked->ip6);
	taken = taken && !connecting->problem->found;
	/* Of a run that was killed: each lease is looked at for it. */
	if (taken && !told && connecting->again)
		network_give_back(network, owner->id, NULL);
	for (size_t i = 0; i < network->subnets && taken; i++) {
		struct host_address *next = &address[link->addresses];

		taken = take_one(connecting, asked, network, i, owner, next);
		link->addresses += taken && next->family;
	}
	link->address = address;
	if (taken && network_has_names(network) && !told)
		taken = tell_resolver(connecting, asked, network, link);
	if (!told)
		network_unlock(network);
	return taken;
}

/* --- one network --- */

/* Of pasta's device, which all that goes out goes through (passt(1), --mtu). It ends the connections, so none of these
 * large packets is outside; smaller ones here would only be more of them. */
enum { SHARED_MTU = 65520 };

static void fill_bridge(struct connecting *connecting, const struct network *network, struct plan_bridge *bridge)
{
	struct host_address *address = ARENA_ARRAY(connecting->engine->arena, network->subnets + 1,
						   struct host_address);

	*bridge = (struct plan_bridge){ .network = network->name, .name = network->interface,
					.mtu = network->mtu || !connecting->shared ? network->mtu : SHARED_MTU,
					.vlan = network->vlan };
	for (size_t i = 0; i < network->subnets; i++)
		if (network->subnet[i].gateway.family)
			address[bridge->addresses++] = network->subnet[i].gateway;
	bridge->address = address;
}

static void begin_endpoint(struct connecting *connecting, const struct made_network *asked,
			   const struct network *network, const struct plan_link *link)
{
	struct endpoints *endpoints = &connecting->connected->endpoints;

	endpoints->at[endpoints->count++] = (struct endpoint){
		.network = network->name,
		.network_id = network->id,
		.driver = network_driver_name(network->driver),
		.parent = link->parent,
		.outside = link->outside ? link->outside : "",
		.inside = link->inside,
		.mac = mac_words(connecting->engine->arena, link->mac),
		.aliases = asked->aliases,
	};
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

	return asked[0] ? asked : arena_printf(connecting->engine->arena, "eth%zu", connecting->number + index);
}

static void fill_link(struct connecting *connecting, size_t index, const struct network *network,
		      struct plan_link *link)
{
	const struct made_network *asked = &connecting->made->network[index];
	const char *id = connecting->made->id;
	const size_t number = connecting->number + index;

	*link = (struct plan_link){
		.kind = network->driver == NETWORK_MACVLAN ? LINK_MACVLAN :
			network->driver == NETWORK_IPVLAN ? LINK_IPVLAN : LINK_VETH,
		.network = network->name,
		.parent = network->driver == NETWORK_BRIDGE ? network->interface : network->parent,
		.outside = network->driver == NETWORK_BRIDGE ?
			   network_outside_name(connecting->engine->arena, id, number) : NULL,
		.inside = inside_name(connecting, index),
		.mode = network->mode,
		.mtu = network->mtu,
	};
	if (!asked->mac[0] || !mac_read(asked->mac, link->mac))
		choose_mac(id, number, link->mac);
}

static bool connect_begin(struct connecting *connecting, size_t index)
{
	const struct made_network *asked = &connecting->made->network[index];
	struct network *network = &connecting->network[index];

	if (!(connecting->engine->only_told ? network_look : network_find)(
		    connecting->engine->store, asked->network, record_now(connecting->engine->arena), network,
		    connecting->problem))
		return false;
	if (network->driver == NETWORK_HOST || network->driver == NETWORK_NONE) {
		problem_set(connecting->problem, "network %s cannot be together with others", network->name);
		return false;
	}
	if (connecting->shared && network->driver != NETWORK_BRIDGE) {
		problem_set(connecting->problem, "network %s: %s takes a device of this machine's, which needs root; "
			    "an ordinary user has networks of bridges", network->name,
			    network_driver_name(network->driver));
		return false;
	}
	fill_link(connecting, index, network, &connecting->link[index]);
	begin_endpoint(connecting, asked, network, &connecting->link[index]);
	return true;
}

static bool connect_take(struct connecting *connecting, size_t index)
{
	struct arena *arena = connecting->engine->arena;
	struct connected *connected = connecting->connected;
	const struct made_network *asked = &connecting->made->network[index];
	const struct network *network = &connecting->network[index];
	struct plan_link *link = &connecting->link[index];
	const struct network_owner owner = { .id = connecting->made->id, .inside = link->inside,
					     .mac = mac_words(arena, link->mac) };

	if (!take_addresses(connecting, asked, network, &owner, link))
		return false;
	/* One default route of each family at most: the first network's that has one. */
	network_give_routes(arena, network, connecting->has_route, link);
	fill_endpoint(connecting, network, link, &connected->endpoints.at[connecting->before + index]);
	connected->plan.links++;
	if (network->driver != NETWORK_BRIDGE)
		return true;
	fill_bridge(connecting, network, &connecting->bridge[connected->plan.bridges++]);
	connect_add_network(arena, &connecting->elements, network);
	/* Its names are written, so one that runs reads them. */
	if (network_has_names(network) && !roster_is_served(network))
		connect_add_resolver(connecting->engine, network, &connecting->tool[connected->plan.tools++]);
	return true;
}

struct connecting connect_new(struct engine *engine, const struct made *made, int folder, size_t before,
			      struct connected *connected, struct problem *problem)
{
	struct arena *arena = engine->arena;
	struct connecting connecting = { .engine = engine, .made = made, .folder = folder, .before = before,
					 .connected = connected, .shared = shared_is_for(made), .problem = problem };

	connecting.network = ARENA_ARRAY(arena, made->networks + 1, struct network);
	connecting.bridge = ARENA_ARRAY(arena, made->networks + 1, struct plan_bridge);
	connecting.link = ARENA_ARRAY(arena, made->networks + 1, struct plan_link);
	connecting.tool = ARENA_ARRAY(arena, made->networks + 1, struct plan_tool);
	connected->endpoints.at = ARENA_ARRAY(arena, before + made->networks + 1, struct endpoint);
	for (size_t i = 0; i < made->networks; i++)
		connecting.network[i].folder = -1;
	connected->plan.bridge = connecting.bridge;
	connected->plan.link = connecting.link;
	connected->plan.tool = connecting.tool;
	return connecting;
}

bool connect_all(struct connecting *connecting)
{
	const struct made *made = connecting->made;
	bool done = true;
	int error;

	for (size_t i = 0; i < made->networks && done; i++)
		done = connect_begin(connecting, i);
	if (!done)
		return false;
	connecting->again = network_is_connected(connecting->folder);
	/* Before anything is taken there, so that what was taken is found, should this be killed. */
	error = endpoints_write(connecting->engine, connecting->folder, &connecting->connected->endpoints);
	if (error)
		problem_set(connecting->problem, "container %s: cannot write down its networks: %s", made->name,
			    reason_words(error));
	for (size_t i = 0; i < made->networks && !connecting->problem->found; i++)
		connect_take(connecting, i);
	return !connecting->problem->found;
}

void connect_close(struct connecting *connecting)
{
	for (size_t i = 0; i < connecting->made->networks; i++) {
		struct network *network = &connecting->network[i];

		if (connecting->problem->found && network->folder >= 0 && !connecting->engine->only_told)
			connect_leave(connecting->engine, network, connecting->made->id);
		network_close(network);
	}
}
