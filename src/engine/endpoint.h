/* endpoint.h - where a container is in networks, as long as it runs: network.json in its folder.
 *
 * It is written before anything is made of it, and removed when all of it is gone: who finds one of a container that
 * does not run puts away what it names.
 */
#pragma once
#include "engine/container.h"

#define ENDPOINTS_FILE "network.json"

/* A network device of the container. */
struct endpoint {
	const char *network, *network_id, *driver;
	const char *parent;		/* the bridge, or the device below */
	const char *outside;		/* the other end of the pair; "": there is none */
	const char *inside;		/* "eth0" */
	const char *mac;		/* "02:42:0a:58:00:02"; "": the kernel's choice */
	struct texts addresses;		/* "10.87.0.2/16" */
	struct texts gateways;		/* "10.87.0.1" */
	struct texts aliases;		/* other names of the container in this network */
	struct texts resolvers;		/* who knows the names of containers in this network */
};

struct endpoints {
	struct endpoint *at;
	size_t count;
	struct made_port *port;		/* with the one port of this machine that it has */
	size_t ports;
	bool damaged;			/* it has some, and nothing of them can be read */
};

/* False where it has none. */
bool endpoints_read(struct engine *engine, int folder, struct endpoints *ret_endpoints);

/* Of one that has some, and of which nothing says so any more: it is damaged then. */
void endpoints_lose(int folder);

/* The same as endpoints_read(), of a container whose folder is not open. */
bool endpoints_of(struct engine *engine, const char *id, struct endpoints *ret_endpoints);

/* 0 or -errno. */
int endpoints_write(struct engine *engine, int folder, const struct endpoints *endpoints);

/* No longer. */
void endpoints_forget(int folder);

/* Leaves those ports out, of which the container has only the numbers for as long as none of its networks is reached
 * from outside. */
void endpoints_drop_unpublished(struct endpoints *endpoints);

/* An address without its length: "10.87.0.2" of "10.87.0.2/16". */
const char *endpoint_bare(struct arena *arena, const char *address);

/* The first address of that family (AF_INET, AF_INET6), with its length; NULL: it has none. */
const char *endpoint_address(const struct endpoint *endpoint, int family);
const char *endpoint_gateway(const struct endpoint *endpoint, int family);

/* Of the address of this machine that a port of network.json has: AF_INET, AF_INET6. */
int made_port_family(const struct made_port *port);

/* The one that published ports of that family lead to: see publish() in connect.c. NULL: none. */
const struct endpoint *endpoints_published(const struct endpoints *endpoints, int family);
