/* roster.h - the names of the containers of a network, for its resolver (src/names): ROOT/networks/NAME/names/hosts, as
 * hosts(5) has it, a line for each address. The last name in a line is the begin of the container's ID. The file is
 * replaced by rename, by who holds the network's lock. Where nobody is in the network there is none, which is the end
 * of the resolver. That one holds the lock of the folder `names`. */
#pragma once
#include "net/network.h"

#define ROSTER_FOLDER "names"
#define ROSTER_FILE "hosts"
#define ROSTER_SERVERS "resolv.conf"	/* whom the resolver asks, where the network says it */

/* A line for each of the addresses of a container, with these names; what was there of it goes. Without addresses only
 * that. 0 or -errno. */
int roster_set(struct arena *arena, const struct network *network, const char *id, const struct texts *names,
	       const struct host_address *address, size_t addresses);

/* Nobody is in the network. */
void roster_forget(const struct network *network);

/* Writes network->dns_servers for the resolver. 0 or -errno. */
int roster_set_servers(struct arena *arena, const struct network *network);
