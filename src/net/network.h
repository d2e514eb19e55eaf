/* network.h - the networks of a store on disk, and which there are.
 *
 *	ROOT/networks/			flock(2), exclusive, is held by who makes or removes one
 *	ROOT/networks/NAME/		mode 0700: mkdir(2) is what takes the name. Who gives addresses out, or
 *					removes the bridge after its last container, holds flock(2) on it
 *	  network.json			what was asked, and what was chosen where it was not: struct network
 *	  leases/ADDRESS		a symbolic link whose text says who has the address: lease.h
 *	  last-N			a symbolic link: the address of subnet N that was given out last
 *
 * Rules, as everywhere: a file is replaced by rename or not at all; what can be found out is not written down. A folder
 * without network.json is a network that was not finished, or is being removed: where nobody holds the lock of
 * ROOT/networks it is garbage, and its name is free. So nothing is to be repaired after a `kill -9`.
 *
 * `bridge` is the default network: it is made when it is first used, and cannot be removed. `host` and `none` are
 * words, and have no folder.
 */
#pragma once
#include "host/host.h"
#include "image/store.h"
#include "plan/network.h"
#include "spec/spec.h"

#define NETWORK_DEFAULT "bridge"

enum { NETWORK_NAME_MAX = 128, NETWORK_ID_LENGTH = 64, NETWORK_SUBNETS = 8, NETWORK_ROUTES = 64,
       NETWORK_INTERFACE_MAX = 15 };

enum network_driver { NETWORK_BRIDGE, NETWORK_MACVLAN, NETWORK_IPVLAN, NETWORK_HOST, NETWORK_NONE };

/* Which other networks its containers do not reach, as podman's option `isolate` has it; docker's bridges are as
 * ISOLATE_TRUE, which is usual here too. */
enum network_isolate {
	ISOLATE_FALSE,			/* none */
	ISOLATE_TRUE,			/* those that are not ISOLATE_FALSE themselves */
	ISOLATE_STRICT			/* all */
};

struct subnet {
	struct host_address address;	/* 10.87.0.0/16 */
	struct host_address gateway;	/* in it, with its prefix */
	struct host_address range;	/* of what is given out, in it; family 0: all of it */
};

struct network {
	const char *name, *id;		/* id: 64 digits */
	const char *created;		/* "2026-01-31T12:00:00.123456789Z"; "" for the ones that are words */
	enum network_driver driver;
	const char *interface;		/* the bridge: "taru0", "br-0123456789ab"; "": the driver makes none */
	struct subnet *subnet;
	size_t subnets;
	bool internal;			/* containers get no default route, and reach nothing beyond it */
	bool ipv6;			/* a subnet is of IPv6 */
	bool dns;			/* containers find each other by name */
	struct texts dns_servers;	/* who else is asked for names; none: the machine's */
	struct plan_route *route;	/* of each of its containers, each by a gateway in one of the subnets */
	size_t routes;
	struct pairs options, labels;	/* as they were given */

	/* What the options say: */
	unsigned mtu;			/* 0: the kernel's own choice */
	unsigned vlan;			/* the bridge's own, of IEEE 802.1Q; 0: it knows of none */
	const char *parent;		/* the device below macvlan and ipvlan; "": none */
	unsigned mode;			/* MACVLAN_MODE_*, IPVLAN_MODE_* of linux/if_link.h */
	enum network_isolate isolate;
	bool masquerade;		/* what leaves the machine has the machine's address */
	bool default_route;		/* containers get one, unless it is internal */
	struct host_address binding;	/* where ports are published that name no address; family 0: everywhere */

	int folder;			/* open; -1: closed, or there is none */
};

/* "bridge"; "null" for none, as docker has it. */
const char *network_driver_name(enum network_driver driver);

/* --- making --- */

/* What somebody wants of a new one. */
struct network_asked {
	const char *name;		/* NULL: one like "taru1" is chosen */
	const char *created;		/* now: record_now() */
	const char *driver;		/* NULL: bridge */
	const char *interface;		/* NULL: chosen */
	struct texts subnet, gateway, range;	/* a gateway and a range belong to the subnet that they are in */
	struct texts route;		/* "10.9.0.0/16,10.89.5.7", "10.9.0.0/16,10.89.5.7,200" */
	bool internal, ipv6, no_dns;
	struct texts dns_servers;
	struct pairs options, labels;
	bool only_look;			/* nothing is made: *ret_network is what would be, closed */
};

/* Makes it, with a free subnet where none is given; its folder is open then. *ret_taken: there was one of the name,
 * which is a problem too. Problems with what is asked name the option of `network create`. */
bool network_create(const struct store *store, const struct network_asked *asked, struct network *ret_network,
		    bool *ret_taken, struct problem *problem);

/* The default one, which is made where it is not there. Its folder is open then. `created`: as above. */
bool network_default(const struct store *store, const char *created, struct network *ret_network,
		     struct problem *problem);

/* What the default one would be that is not there. */
bool network_default_look(const struct store *store, const char *created, struct network *ret_network,
			  struct problem *problem);

/* --- those that are there --- */

/* The network that a person means, by its name, else by its ID or the begin of that. Its folder is open then, but for
 * `host` and `none` (driver NETWORK_HOST, NETWORK_NONE). The default one is made where it is not there, with `created`;
 * with NULL nothing is made, and it has no folder. "no such network: X" is a problem. */
bool network_find(const struct store *store, const char *given, const char *created, struct network *ret_network,
		  struct problem *problem);

/* The same, but nothing is made: where the default one is not there, what it would be, without a folder. */
bool network_look(const struct store *store, const char *given, const char *created, struct network *ret_network,
		  struct problem *problem);

/* Whether there is one: as network_find(), but nothing is made. */
bool network_exists(const struct store *store, const char *given);

/* All of them by name, closed, with `bridge`, `host` and `none`; while the default one was never used it has no subnets
 * and no time. One that cannot be read is a line of `warnings`. */
bool networks_list(const struct store *store, struct network **ret_list, size_t *ret_count, struct text *warnings,
		   struct problem *problem);

/* What its network.json says. */
void network_text(struct text *out, const struct network *network);

/* The gateway of the default route that it gives its containers, of a family; NULL for none: it is internal, has
 * no_default_route, or no such subnet. A route of its own that leads everywhere is one, too. */
const struct host_address *network_way_out(const struct network *network, int family);

/* Gives the link of a container the network's routes: a default one of each family (IPv4, IPv6) that it has none of by
 * now, which is noted, and the others. */
void network_give_routes(struct arena *arena, const struct network *network, bool has_default[2],
			 struct plan_link *link);

/* Whether a subnet of it is of this family. */
bool network_has_family(const struct network *network, int family);

/* Closes its folder. */
void network_close(struct network *network);

/* Whether the text can be a network's name: [a-zA-Z0-9][a-zA-Z0-9_.-]*, as docker has it, and no word that means
 * something else to --network. Else a problem. */
bool network_check_name(const char *name, struct problem *problem);

/* Whether it is one of the three that are always there. */
bool network_is_builtin(const char *name);

/* --- changing --- */

/* Adds name servers to those that its resolver asks, and drops some, which must be among them, in one step: containers
 * that run have them within a second. What is asked names the options --dns-add and --dns-drop of `network update`. The
 * network is opened anew. */
bool network_update_servers(const struct store *store, struct network *network, const struct texts *add,
			    const struct texts *drop, struct problem *problem);

/* --- removing --- */

struct network_owners;

/* Removes one that no owner uses (lease.h): else "network X has active endpoints". The kernel's bridge is none of its
 * business: who gave the last address back has removed that. The network is closed then. */
bool network_remove(const struct store *store, struct network *network, const struct network_owners *owners,
		    struct problem *problem);

/* Removes what is left of those that were being made or removed by a process that was killed. */
void networks_sweep(const struct store *store);
