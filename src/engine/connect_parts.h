/* connect_parts.h - what connect.c and disconnect.c share. */
#pragma once
#include "engine/endpoint.h"
#include "net/firewall.h"
#include "net/network.h"

/* Whether there is a resolver on this machine's side of it. */
bool network_has_names(const struct network *network);

/* disconnect.c: what a container has of the network is given back; the bridge goes with the last one. */
void connect_leave(struct engine *engine, const struct network *network, const char *id);

/* connect_names.c: how the resolver of the network is started. Where it runs already, another ends at once. */
void connect_add_resolver(struct engine *engine, const struct network *network, struct plan_tool *ret_tool);

/* connect_firewall.c: the elements of a bridge's network; of a port that leads to that address of a container. The port
 * has one address of this machine, or all of the family: "0.0.0.0", "::". */
void connect_add_network(struct arena *arena, struct firewall_elements *to, const struct network *network);
void connect_add_port(struct arena *arena, struct firewall_elements *to, const struct made_port *port,
		      const struct host_address *container);

/* The same of all ports that network.json names. */
void connect_add_ports(struct arena *arena, struct firewall_elements *to, const struct endpoints *endpoints);
