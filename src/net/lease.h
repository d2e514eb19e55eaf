/* lease.h - which addresses of a network are taken, and by whom.
 *
 *	ROOT/networks/NAME/leases/10.87.0.2	-> "CONTAINER-ID eth0 02:42:0a:58:00:02"
 *
 * symlinkat(2) makes a name or fails, so no address is ever given out twice, whoever is killed. A lease stands there
 * until it is given back, which is after the container's device is gone; one of a container that has gone without
 * doing so, until the subnet is full or that very address is asked for. Who takes that removes the device before. What
 * was given back is not used again at once: the next one is looked for behind the one that was given out last.
 *
 * The lock. A network's bridge is there as long as there is a lease. So who starts a container
 *
 *	network_lock(); network_take_address() for each subnet; network_unlock();
 *
 * and then makes the bridge where it is not there; and who ends one
 *
 *	network_lock(); network_give_back(); if network_is_idle(): sees to the bridge (engine/idle.h); network_unlock();
 */
#pragma once
#include "net/network.h"

/* Who has an address. */
struct network_owner {
	const char *id;			/* the container: 64 digits */
	const char *inside;		/* the device's name there: "eth0" */
	const char *mac;		/* "02:42:0a:58:00:02"; "": not known */
};

/* Says whether there is no such container any more, so that its leases are nobody's. */
struct network_owners {
	bool (*is_gone)(void *context, const char *id);
	void *context;
};

struct lease {
	struct host_address address;	/* its prefix is that of its subnet */
	struct network_owner owner;
};

/* Waits for who has it locked, 30 s at most; a problem names him then, or says that the network has been removed
 * meanwhile. */
bool network_lock(const struct network *network, struct problem *problem);
void network_unlock(const struct network *network);

/* Takes an address of the subnet of that index for `owner`: `wanted` (only its family and bytes count), or the next
 * free one where that is NULL. The network is locked. Problems: `wanted` is not in the subnet, is the gateway, the
 * subnet's own or the broadcast address, or is another's, with that one's name; all addresses are in use, and how many.
 * What somebody has given as an address may be outside of the subnet's range. */
bool network_take_address(struct arena *arena, const struct network *network, size_t index,
			  const struct host_address *wanted, const struct network_owner *owner,
			  const struct network_owners *owners, struct host_address *ret_address,
			  struct problem *problem);

/* The same, but nothing is taken: the address that would be. The network need not be locked, nor have a folder. */
bool network_choose_address(struct arena *arena, const struct network *network, size_t index,
			    const struct host_address *wanted, const struct network_owner *owner,
			    const struct network_owners *owners, struct host_address *ret_address,
			    struct problem *problem);

/* The subnet that an address is in; network->subnets for none. */
size_t network_subnet_of(const struct network *network, const struct host_address *address);

/* Gives all back that a container has of the network; `inside` NULL: through whichever device. */
void network_give_back(const struct network *network, const char *id, const char *inside);

/* Gives back what owners have that are gone. How many leases are left. The network is locked. */
size_t network_reclaim(struct arena *arena, const struct network *network, const struct network_owners *owners);

/* Whether there is no lease but of owners that are gone, which are given back then. The network is locked. */
bool network_is_idle(struct arena *arena, const struct network *network, const struct network_owners *owners);

/* The same, and nothing is given back. */
bool network_looks_idle(struct arena *arena, const struct network *network, const struct network_owners *owners);

/* All leases, by address. */
bool network_leases(struct arena *arena, const struct network *network, struct lease **ret_list, size_t *ret_count,
		    struct problem *problem);

/* This machine's end of a container's device: "tv0123456789" and its number. */
const char *network_outside_name(struct arena *arena, const char *id, size_t number);
