/* connect_parts.h - what connect.c and disconnect.c share. */
#pragma once
#include "engine/container.h"
#include "net/firewall.h"
#include "net/network.h"

/* Where resolvers listen, at their gateways: the firewall leads port 53 of these there. So another name server may
 * have port 53 of all addresses of this machine, and a container may be published there. Nobody but root can take it
 * (ip_unprivileged_port_start), and IANA has given it to nobody. */
enum { RESOLVER_PORT = 295 };

/* Whether there is a resolver on this machine's side of it. */
bool network_has_names(const struct network *network);

/* disconnect.c: what a container has of the network is given back; the bridge goes with the last one. */
void connect_leave(struct engine *engine, const struct network *network, const char *id);

/* connect_names.c: how the resolver of the network is started. Where it runs already, another ends at once. */
void connect_add_resolver(struct engine *engine, const struct network *network, struct plan_tool *ret_tool);

/* connect_routes.c: the devices that have a default route of IPv6 which a router has advertised. A machine that
 * forwards takes none of that, and forgets it, but where accept_ra is 2 (ip-sysctl.rst). */
struct texts connect_learned_devices(struct arena *arena);

/* connect_firewall.c: the elements of a bridge's network; of a port that leads to that address of a container. The port
 * has one address of this machine, or all of the family: "0.0.0.0", "::". */
void connect_add_network(struct arena *arena, struct firewall_elements *to, const struct network *network);
void connect_add_port(struct arena *arena, struct firewall_elements *to, const struct made_port *port,
		      const struct host_address *container);
