/* disconnect.c - a container gets out of its networks: see connect.h. */
#include "engine/connect.h"
#include "base/sys.h"
#include "engine/connect_parts.h"
#include "engine/network_owners.h"
#include "engine/outward.h"
#include "net/address.h"
#include "net/lease.h"
#include "net/link.h"
#include "net/roster.h"
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>

/* The one that published ports lead to: see publish() in connect.c. */
static const char *published_address(const struct endpoints *endpoints, int family)
{
	for (size_t i = 0; i < endpoints->count; i++) {
		const struct endpoint *endpoint = &endpoints->at[i];
		const char *address = endpoint_address(endpoint, family);

		if (endpoint->outside[0] && endpoint->gateways.count && address)
			return address;
	}
	return NULL;
}

static void unpublish(struct engine *engine, const struct endpoints *endpoints)
{
	struct firewall_elements elements = { 0 };

	for (size_t i = 0; i < endpoints->ports; i++) {
		const struct made_port *port = &endpoints->port[i];
		const char *address = published_address(endpoints, strchr(port->address, ':') ? AF_INET6 : AF_INET);
		struct host_address container;

		if (address && address_read(endpoint_bare(engine->arena, address), &container))
			connect_add_port(engine->arena, &elements, port, &container);
	}
	firewall_remove_elements(elements.at, elements.count);
}

/* The bridge goes with the last one. One with ports is another's: of another store, whose network chose the same
 * name. */
static void remove_bridge(struct engine *engine, const struct network *network)
{
	struct firewall_elements elements = { 0 };

	if (link_has_ports(network->interface))
		return;
	link_remove(network->interface);
	connect_add_network(engine->arena, &elements, network);
	firewall_remove_elements(elements.at, elements.count);
}

void connect_leave(struct engine *engine, const struct network *network, const char *id)
{
	const struct network_owners owners = engine_network_owners(engine);
	const struct texts none = { 0 };
	struct problem gone = { 0 };

	if (!network_lock(network, &gone))
		return;
	if (network_has_names(network))
		roster_set(engine->arena, network, id, &none, NULL, 0);
	network_give_back(network, id, NULL);
	if (network->driver == NETWORK_BRIDGE && network_is_idle(engine->arena, network, &owners)) {
		roster_forget(network);
		remove_bridge(engine, network);
	}
	network_unlock(network);
}

static void leave(struct engine *engine, const struct endpoint *endpoint, const char *id)
{
	struct problem gone = { 0 };
	struct network network;

	/* It ends with the namespace of its other end, too, but some time later. */
	if (endpoint->outside[0])
		link_remove(endpoint->outside);
	if (!network_find(engine->store, endpoint->network, NULL, &network, &gone))
		return;
	/* Not one that was made under that name later. */
	if (!strcmp(network.id, endpoint->network_id))
		connect_leave(engine, &network, id);
	network_close(&network);
}

bool network_is_connected(int folder)
{
	return sys_faccessat2(folder, ENDPOINTS_FILE, F_OK, 0) == 0;
}

void network_disconnect(struct engine *engine, int folder, const char *id)
{
	struct endpoints endpoints;

	if (!endpoints_read(engine, folder, &endpoints))
		return;
	if (endpoints.count && outward_is(endpoints.at[0].driver)) {
		outward_await_end(folder);
		endpoints_forget(folder);
		return;
	}
	unpublish(engine, &endpoints);
	for (size_t i = 0; i < endpoints.count; i++)
		leave(engine, &endpoints.at[i], id);
	endpoints_forget(folder);
}
