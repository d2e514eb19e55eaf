/* connect_firewall.c - from networks and ports to the firewall's elements: see connect_parts.h. */
#include "engine/connect_parts.h"
#include "net/address.h"
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

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

void connect_add_ports(struct arena *arena, struct firewall_elements *to, const struct endpoints *endpoints)
{
	for (size_t i = 0; i < endpoints->ports; i++) {
		const struct made_port *port = &endpoints->port[i];
		const int family = strchr(port->address, ':') ? AF_INET6 : AF_INET;
		const struct endpoint *endpoint = endpoints_published(endpoints, family);
		struct host_address container;

		if (endpoint &&
		    address_read(endpoint_bare(arena, endpoint_address(endpoint, family)), &container))
			connect_add_port(arena, to, port, &container);
	}
}
