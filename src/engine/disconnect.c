/* disconnect.c - a container gets out of its networks: see connect.h. */
#include "engine/connect.h"
#include "base/clock.h"
#include "base/sys.h"
#include "engine/apart.h"
#include "engine/connect_parts.h"
#include "engine/event.h"
#include "engine/idle.h"
#include "engine/network_owners.h"
#include "engine/network_rules.h"
#include "engine/outward.h"
#include "engine/shared.h"
#include "net/lease.h"
#include "net/link.h"
#include "net/roster.h"
#include <net/if.h>
#include <string.h>
#include <unistd.h>

static void unpublish(struct engine *engine, const struct endpoints *endpoints)
{
	struct firewall_elements elements = { 0 };

	connect_add_ports(engine->arena, &elements, endpoints);
	firewall_remove_elements(elements.at, elements.count);
}

void connect_leave(struct engine *engine, const struct network *network, const char *id)
{
	const struct network_owners owners = engine_network_owners(engine);
	struct problem gone = { 0 };

	if (!network_lock(network, &gone))
		return;
	/* Else the next one who has its address would be found by its names. Who asks for that address writes his own
	 * in their place (net/lease.h, roster_set()). */
	if (!network_has_names(network) || !roster_drop(engine->arena, network, id))
		network_give_back(network, id, NULL);
	if (network->driver == NETWORK_BRIDGE && network_is_idle(engine->arena, network, &owners))
		idle_begin(engine, network);
	network_unlock(network);
}

void connect_leave_endpoint(struct engine *engine, const struct endpoint *endpoint, const char *id)
{
	struct problem gone = { 0 };
	struct network network;

	/* It ends with the namespace of its other end, too, but some time later. */
	if (endpoint->outside[0])
		link_remove(endpoint->outside);
	if (!network_find(engine->store, endpoint->network, NULL, &network, &gone))
		return;
	/* Not one that was made under that name later. */
	if (!strcmp(network.id, endpoint->network_id))
		connect_leave(engine, &network, id);
	network_close(&network);
}

bool network_is_connected(int folder)
{
	return sys_faccessat2(folder, ENDPOINTS_FILE, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

struct leaving { struct engine *engine; const struct endpoints *endpoints; const char *id; };

static void leave_all(void *data)
{
	const struct leaving *leaving = data;
	const struct endpoints *endpoints = leaving->endpoints;

	unpublish(leaving->engine, endpoints);
	for (size_t i = 0; i < endpoints->count; i++)
		connect_forget_flows(leaving->engine, endpoints, &endpoints->at[i]);
	for (size_t i = 0; i < endpoints->count; i++) {
		connect_leave_endpoint(leaving->engine, &endpoints->at[i], leaving->id);
		event_endpoint(leaving->engine, &endpoints->at[i], "disconnect", leaving->id);
	}
}

/* --- for good --- */

/* The name is nobody's any more. */
static void forget_name(struct engine *engine, const struct endpoint *endpoint, const char *id)
{
	struct problem gone = { 0 };
	struct network network;

	if (!endpoint->resolvers.count || !network_find(engine->store, endpoint->network, NULL, &network, &gone))
		return;
	if (!strcmp(network.id, endpoint->network_id) && network_lock(&network, &gone)) {
		roster_drop(engine->arena, &network, id);
		network_unlock(&network);
	}
	network_close(&network);
}

/* Before somebody has to remove it: the kernel does it with fewer waits than for who asks for it, where nobody else has
 * entered its namespace. */
static void await_end(const struct endpoint *endpoint)
{
	enum { LOOK_MS = 2, LOOKS = 100 };

	for (int i = 0; i < LOOKS && endpoint->outside[0] && if_nametoindex(endpoint->outside); i++)
		clock_sleep_ms(LOOK_MS);
}

static void leave_later(const struct leaving *leaving)
{
	const struct endpoints *endpoints = leaving->endpoints;

	for (size_t i = 0; i < endpoints->count; i++) {
		await_end(&endpoints->at[i]);
		connect_leave_endpoint(leaving->engine, &endpoints->at[i], leaving->id);
	}
}

void network_disconnect_for_good(struct engine *engine, int folder, const char *id)
{
	struct endpoints endpoints;
	const struct leaving leaving = { engine, &endpoints, id };
	enum apart apart;

	if (geteuid() || !idle_seconds() || !endpoints_read(engine, folder, &endpoints) || endpoints.damaged) {
		network_disconnect(engine, folder, id);
		return;
	}
	unpublish(engine, &endpoints);
	for (size_t i = 0; i < endpoints.count; i++) {
		connect_forget_flows(engine, &endpoints, &endpoints.at[i]);
		forget_name(engine, &endpoints.at[i], id);
		event_endpoint(engine, &endpoints.at[i], "disconnect", id);
	}
	apart = apart_begin(engine);
	if (apart != APART_PARENT)
		leave_later(&leaving);
	if (apart == APART_CHILD)
		_exit(0);
	endpoints_forget(folder);
}

/* Nobody knows what it had: whatever a network has given to its ID is given back. */
static void leave_unknown(void *data)
{
	const struct leaving *leaving = data;
	struct engine *engine = leaving->engine;
	struct text warnings = text_new(engine->arena);
	struct problem problem = { 0 };
	struct network *list;
	size_t count;

	if (!networks_list(engine->store, &list, &count, &warnings, &problem))
		return;
	for (size_t i = 0; i < count; i++) {
		struct problem gone = { 0 };
		struct network network;

		if (!network_find(engine->store, list[i].name, NULL, &network, &gone))
			continue;
		if (network.folder >= 0)
			connect_leave(engine, &network, leaving->id);
		network_close(&network);
	}
}

/* Its ports are no container's then: the firewall's table is made anew with those of the others. */
static void disconnect_unknown(struct engine *engine, int folder, struct leaving *leaving)
{
	struct problem problem = { 0 };
	struct network_rules rules;

	shared_do(engine, leave_unknown, leaving);
	endpoints_forget(folder);
	network_rules_reload(engine, &rules, &problem);
}

/* --- the end of a run --- */

void network_disconnect(struct engine *engine, int folder, const char *id)
{
	struct endpoints endpoints;
	struct leaving leaving = { engine, &endpoints, id };

	if (!endpoints_read(engine, folder, &endpoints))
		return;
	if (endpoints.damaged) {
		disconnect_unknown(engine, folder, &leaving);
		return;
	}
	if (endpoints.count && outward_is(endpoints.at[0].driver)) {
		outward_await_end(folder);
		endpoints_forget(folder);
		return;
	}
	shared_do(engine, leave_all, &leaving);
	if (geteuid() != 0)
		outward_await_end(folder);
	endpoints_forget(folder);
}
