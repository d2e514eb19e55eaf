/* connect_parts.h - what those share that bring a container into networks and out of them: connect.c at its start,
 * network_change.c while it runs, disconnect.c. */
#pragma once
#include "engine/connect.h"
#include "engine/endpoint.h"
#include "net/firewall.h"
#include "net/network.h"

/* While a container gets into networks: made->network. It may be in others already. */
struct connecting {
	struct engine *engine;
	const struct made *made;
	int folder;			/* of the container */
	bool shared;			/* an ordinary user's: shared.h */
	size_t before;			/* so many endpoints were there before */
	size_t number;			/* of the first device: eth0 … */
	struct connected *connected;
	struct plan_bridge *bridge;
	struct plan_link *link;
	struct plan_tool *tool;
	struct network *network;	/* those of made->network, open */
	struct firewall_elements elements;
	bool has_route[2];		/* a default one: of IPv4, of IPv6 */
	bool again;			/* it has a network.json: what an earlier try took may be there still */
	bool taken;			/* a port is another container's in the firewall, which is the problem */
	struct problem *problem;
};

/* connect_one.c: begins, with room for the endpoints that are there already, which the caller fills in; takes addresses
 * and names, and fills connected->plan, but for the firewall, and connected->endpoints; closes the networks, after a
 * problem with all given back. */
struct connecting connect_new(struct engine *engine, const struct made *made, int folder, size_t before,
			      struct connected *connected, struct problem *problem);
bool connect_all(struct connecting *connecting);
void connect_close(struct connecting *connecting);

/* connect.c: what else the plan has, as it is where the networks are, on this machine or in the shared namespace:
 * settings for the bridges, and the firewall. */
void connect_add_facts(struct connecting *connecting);

/* connect_settings.c: files below /proc/sys, each with what is to be written there, so that containers of bridges reach
 * what is behind this machine, by IPv6 too where that is asked for, and so that ports which lead to these bridges are
 * reached at 127.0.0.1. What is so already is left out. `unmade`: the namespace is not there yet. */
struct pairs connect_settings(struct arena *arena, const struct texts *published, bool ipv6, bool unmade);

/* connect_firewall.c: the kernel forgets the flows of UDP and SCTP that lead to the endpoint, where such ports are
 * published: it would go on sending them there, wherever the port leads by then. */
void connect_forget_flows(struct engine *engine, const struct endpoints *endpoints, const struct endpoint *endpoint);

/* connect.c: writes network.json of one that starts, and the files that follow from it and network_resolv_asked(). */
void connect_write_down(struct engine *engine, const struct prepared *prepared, const struct endpoints *endpoints,
			const char *asked, struct problem *problem);

/* disconnect.c: gives back what an endpoint names. */
void connect_leave_endpoint(struct engine *engine, const struct endpoint *endpoint, const char *id);

/* Where resolvers listen, at their gateways: the firewall leads port 53 of these there. So another name server may
 * have port 53 of all addresses of this machine, and a container may be published there. Nobody but root can take it
 * (ip_unprivileged_port_start), and IANA has given it to nobody. */
enum { RESOLVER_PORT = 295 };

/* Whether there is a resolver on this machine's side of it. */
bool network_has_names(const struct network *network);

/* disconnect.c: what a container has of the network is given back; after the last one see idle.h. */
void connect_leave(struct engine *engine, const struct network *network, const char *id);

/* connect_names.c: how the resolver of the network is started. Where it runs already, another ends at once. */
void connect_add_resolver(struct engine *engine, const struct network *network, struct plan_tool *ret_tool);

/* connect_firewall.c: the elements of a bridge's network; of a port that leads to that address of a container. The port
 * has one address of this machine, or all of the family: "0.0.0.0", "::". */
void connect_add_network(struct arena *arena, struct firewall_elements *to, const struct network *network);
void connect_add_port(struct arena *arena, struct firewall_elements *to, const struct made_port *port,
		      const struct host_address *container);

/* The same of all ports that network.json names, as they lead to the container by now. */
void connect_add_ports(struct arena *arena, struct firewall_elements *to, const struct endpoints *endpoints);
