/* connect_firewall.c - from networks and ports to the firewall's elements: see connect_parts.h. */
#include "engine/connect_parts.h"
#include "net/address.h"
#include "net/conntrack.h"
#include <netinet/in.h>
#include <string.h>

enum { NAMES_PORT = 53 };

/* Before all that is published at every address. */
static void add_resolver(struct arena *arena, struct firewall_elements *to, const struct host_address *gateway)
{
	static const int protocols[] = { IPPROTO_UDP, IPPROTO_TCP };
	struct firewall_port port = { .host = *gateway, .host_port = NAMES_PORT, .container = *gateway,
				      .container_port = RESOLVER_PORT };

	for (size_t i = 0; i < 2; i++) {
		port.protocol = protocols[i];
		firewall_add_port(arena, to, &port);
	}
}

void connect_add_network(struct arena *arena, struct firewall_elements *to, const struct network *network)
{
	const struct firewall_network what = {
		.bridge = network->interface,
		.internal = network->internal,
		.isolated = network->isolate != ISOLATE_FALSE,
		.strict = network->isolate == ISOLATE_STRICT,
		.masquerade = network->masquerade,
	};

	firewall_add_network(arena, to, &what);
	for (size_t i = 0; network_has_names(network) && i < network->subnets; i++)
		if (network->subnet[i].gateway.family)
			add_resolver(arena, to, &network->subnet[i].gateway);
}

static int protocol_of(const char *name)
{
	return !strcmp(name, "udp") ? IPPROTO_UDP : !strcmp(name, "sctp") ? IPPROTO_SCTP : IPPROTO_TCP;
}

void connect_add_port(struct arena *arena, struct firewall_elements *to, const struct made_port *port,
		      const struct host_address *container)
{
	const bool all = !strcmp(port->address, "0.0.0.0") || !strcmp(port->address, "::");
	struct firewall_port what = {
		.protocol = protocol_of(port->protocol),
		.host_port = (uint16_t)port->outside,
		.container = *container,
		.container_port = (uint16_t)port->inside,
	};

	if (all || address_read(port->address, &what.host))
		firewall_add_port(arena, to, &what);
}

static bool has_lasting_flows(const struct endpoints *endpoints)
{
	for (size_t i = 0; i < endpoints->ports; i++)
		if (protocol_of(endpoints->port[i].protocol) != IPPROTO_TCP)
			return true;
	return false;
}

void connect_forget_flows(struct engine *engine, const struct endpoints *endpoints, const struct endpoint *endpoint)
{
	if (!endpoint->outside[0] || !has_lasting_flows(endpoints))
		return;
	for (size_t i = 0; i < endpoint->addresses.count; i++) {
		struct host_address address;

		if (address_read(endpoint_bare(engine->arena, endpoint->addresses.at[i]), &address))
			conntrack_forget(&address);
	}
}

void connect_add_ports(struct arena *arena, struct firewall_elements *to, const struct endpoints *endpoints)
{
	for (size_t i = 0; i < endpoints->ports; i++) {
		const struct made_port *port = &endpoints->port[i];
		const int family = made_port_family(port);
		const struct endpoint *endpoint = endpoints_published(endpoints, family);
		struct host_address container;

		if (endpoint &&
		    address_read(endpoint_bare(arena, endpoint_address(endpoint, family)), &container))
			connect_add_port(arena, to, port, &container);
	}
}
