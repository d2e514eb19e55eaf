/* parts.h - what the files of net/ share. */
#pragma once
#include "base/json_write.h"
#include "net/address.h"
#include "net/network.h"
#include "net/route.h"

#define NETWORKS "networks"
#define NETWORK_FILE "network.json"
#define LEASES "leases"

enum { NETWORK_FILE_MAX = 1 << 20 };	/* bytes */

/* record.c: network.json, and back. The text is changed, and must outlive what is read. The name is not in it. */
void network_write(struct text *out, const struct network *network);
bool network_read(struct arena *arena, char *text, size_t length, struct network *ret_network,
		  struct problem *problem);

/* options.c: what the options say, which are checked. */
void network_read_options(struct network *network, struct problem *problem);

/* The value that an option or another name of it has, or NULL. */
const char *network_option(const struct network *network, const char *name);

/* Whether it can be the name of a network device; else a problem that begins with `what`. */
bool network_check_interface(const char *name, const char *what, struct problem *problem);

/* --- subnets.c --- */

/* A subnet that is not free, and whose it is: "the network 'wine'". */
struct taken_subnet {
	struct host_address address;
	const char *by;
};

struct taken_subnets {
	struct taken_subnet *at;
	size_t count;
};

/* The subnets that somebody has asked for, with their gateways and ranges. */
void network_read_subnets(struct arena *arena, const struct network_asked *asked, struct network *network,
			  struct problem *problem);

/* Adds what is missing: a subnet of IPv4 where none is given, one of IPv6 where that is asked for. Those that are given
 * must be free. */
void network_choose_subnets(struct arena *arena, const struct network_asked *asked, const struct taken_subnets *taken,
			    struct network *network, struct problem *problem);

/* Gives one a gateway that has none: its first address. */
void network_set_gateway(struct subnet *subnet);

/* --- static_routes.c --- */

/* "DESTINATION,GATEWAY[,METRIC]" as podman has it. False for anything else. */
bool network_read_route(const char *text, struct plan_route *ret_route, struct problem *problem);

/* Reads those that are asked for. */
void network_read_routes(struct arena *arena, const struct network_asked *asked, struct network *network,
			 struct problem *problem);

/* Once the subnets are chosen: each gateway is in one of these. */
void network_check_routes(struct arena *arena, const struct network *network, struct problem *problem);

/* folder.c: the digits of an id that is the same on all machines (NULL: of chance). */
const char *network_make_id(struct arena *arena, const char *name);

/* update.c: replaces network.json in the folder. 0 or -errno. */
int network_write_record(struct arena *arena, int folder, const struct network *network);

/* update.c: whether all are addresses; else a problem that begins with `option`. */
bool network_check_servers(const struct texts *servers, const char *option, struct problem *problem);

/* Opens the network of that name: 1; 0 where there is none; -1 after a problem. */
int network_open(const struct store *store, const char *name, struct network *ret_network, struct problem *problem);

/* Locks ROOT/networks, which is made where it is not there: a descriptor or -errno. Where another does not let go of it
 * that is a problem, too, which names him. */
int networks_lock(const struct store *store, bool make, struct problem *problem);

/* Those that have a folder, closed. */
size_t networks_read(const struct store *store, struct network **ret_list, struct text *warnings);
