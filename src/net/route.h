/* route.h - the routes and addresses of this machine, by rtnetlink(7), so that no network is made on top of them. */
#pragma once
#include "host/host.h"

struct route {
	struct host_address address;	/* what it leads to; prefix 0: all the rest */
	unsigned device;		/* 0: several, or none */
	bool learned;			/* a router has advertised it (RTPROT_RA) */
};

struct routes {
	struct arena *arena;
	struct route *at;
	size_t count, room;
};

/* All that lead somewhere: of all tables, but those of broadcasts and multicast. The addresses of this machine are
 * among them, as single ones. 0 or -errno. */
int routes_read(struct arena *arena, struct routes *ret_routes);

/* Adds those of one answer of the kernel's; false at the end of them, or where it is not well-formed. */
bool routes_take(struct routes *routes, const void *answer, size_t length);

/* Whether a default route of IPv6 by that device was learned of a router. */
bool routes_learned_at(const struct routes *routes, unsigned device);

/* The device of the first default route; 0 where there is none. */
unsigned routes_default_device(const struct routes *routes);
