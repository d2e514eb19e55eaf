/* network_owners.h - whether the containers that have addresses are still there: what net/lease.h asks. */
#pragma once
#include "engine/container.h"
#include "net/lease.h"

/* Gone is one of which there is no record, and which is not being made either: for who gives addresses out. */
struct network_owners engine_network_owners(struct engine *engine);

/* Gone is also one that does not run, unless somebody has it locked, to start it maybe: for who removes a network, or
 * tells who is in it. */
struct network_owners engine_network_users(struct engine *engine);
