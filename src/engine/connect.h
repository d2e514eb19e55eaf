/* connect.h - a container gets into its networks, and out of them again.
 *
 * Getting in: addresses are taken (net/lease.h), ports are held (port_hold.h), network.json says so (endpoint.h), and
 * what the kernel has to make of it is a part of the container's plan. Getting out is by network.json alone, whoever
 * does it: the foreground's run, the cleanup after a monitor, or a later command where these were killed.
 */
#pragma once
#include "engine/endpoint.h"
#include "engine/port_hold.h"
#include "engine/run.h"
#include "net/network.h"

struct network_rules;

struct connected {
	struct plan_network plan;
	struct network_rules *table;	/* the plan makes the firewall's table, with these elements; NULL */
	struct pairs settings;		/* of plan */
	struct endpoints endpoints;
	struct held_ports held;		/* as long as the container runs */
	int users;			/* keeps the shared namespace until the container is in it; see shared.h; -1 */
};

/* Gets a locked container into made->network: prepared->bundle.request.network is `ret_connected`'s plan then. One that
 * has none is left as it is. A problem leaves nothing behind. */
bool network_connect(struct engine *engine, struct prepared *prepared, struct connected *ret_connected,
		     struct problem *problem);

/* For when the plan was carried out, as far as it came: where it has made the firewall's table, see
 * network_rules_settle(). */
void network_settle(struct engine *engine, struct connected *connected);

/* Puts all away that network.json names: elements of the firewall, devices, addresses, the bridge of the last one. To
 * be called when the container's processes have ended, or never were. One that has none costs one system call. */
void network_disconnect(struct engine *engine, int folder, const char *id);

/* The same of a container that is about to be removed: its names and ports are free when this returns. A process goes
 * on that waits until the kernel has removed its devices, which takes 10 ms and more, and gives back the addresses.
 * Who asks for one of these before, when the container is gone, finds a lease of nobody's (net/lease.h), and removes
 * the device himself. An ordinary user's are waited for, and all where TARU_LINGER is 0. */
void network_disconnect_for_good(struct engine *engine, int folder, const char *id);

/* Whether there is a network.json. */
bool network_is_connected(int folder);

/* connect_files.c: what the options and this machine say of name servers (resolv.conf.asked): to be read once for all
 * that is made of it. NULL: it cannot be read. */
const char *network_resolv_asked(struct engine *engine, int folder);

/* Those of --dns among them that a resolver can ask for the container: not those at a loopback address, which is the
 * container's own. */
struct texts network_given_servers(struct arena *arena, const char *asked);

/* connect_names.c: the networks that a container is in know it by its name, which was `old`. The container is locked.
 * 0 or -errno. */
int network_rename_container(struct engine *engine, const struct engine_container *container, const char *old);

/* connect_names.c: tells the resolver of each of these networks which others the container is in, so that each name of
 * all of them is found by any of them, the name servers that it was given, and what it calls others (made->links). To
 * be called whenever these are others; no network's lock is held then. 0 or -errno. */
int network_write_asked(struct engine *engine, const struct made *made, const struct endpoints *endpoints,
			const struct texts *servers);

/* connect_names.c: whether containers of the network have nobody to ask for names, since its resolver was killed; and
 * starts another one: 0 or -errno. */
bool network_lacks_names(const struct network *network);
int network_serve_names(struct engine *engine, const struct network *network);

/* connect_files.c: hosts and resolv.conf for these networks, made of what the options say (hosts.asked, and
 * network_resolv_asked()). 0 or -errno. */
int network_write_files(struct engine *engine, int folder, const char *hostname, const struct endpoints *endpoints,
			const char *asked);
