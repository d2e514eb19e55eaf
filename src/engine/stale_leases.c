/* stale_leases.c - see stale_leases.h */
#include "engine/stale_leases.h"
#include "base/clock.h"
#include "engine/connect_parts.h"
#include "engine/network_owners.h"
#include "net/lease.h"
#include "net/roster.h"
#include "spec/lists.h"

enum { TRIES = 20, LOOK_MS = 50 };

/* Whose they are, one for each of them. */
static struct texts find(struct engine *engine, const struct network *network)
{
	const struct network_owners owners = engine_network_owners(engine);
	struct problem unread = { 0 };
	struct texts ids = { 0 };
	struct lease *lease;
	size_t count;

	if (network->folder < 0 || !network_leases(engine->arena, network, &lease, &count, &unread))
		return ids;
	for (size_t i = 0; i < count; i++)
		if (owners.is_gone(owners.context, lease[i].owner.id))
			texts_add(engine->arena, &ids, lease[i].owner.id);
	return ids;
}

size_t stale_leases(struct engine *engine, const struct network *network)
{
	size_t count = find(engine, network).count;

	for (int i = 0; i < TRIES && count; i++) {
		clock_sleep_ms(LOOK_MS);
		count = find(engine, network).count;
	}
	return count;
}

void stale_leases_end(struct engine *engine, const struct network *network)
{
	const struct network_owners owners = engine_network_owners(engine);
	struct problem gone = { 0 };
	struct texts ids;

	if (!network_lock(network, &gone))
		return;
	ids = find(engine, network);
	for (size_t i = 0; i < ids.count && network_has_names(network); i++)
		roster_drop(engine->arena, network, ids.at[i]);
	network_reclaim(engine->arena, network, &owners);
	network_unlock(network);
}
