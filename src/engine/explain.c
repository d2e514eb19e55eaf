/* explain.c - the plan of a container that is there: see explain.h. */
#include "engine/explain.h"
#include "base/fd.h"
#include "engine/connect_parts.h"
#include "engine/draft.h"
#include "engine/explain_parts.h"
#include "engine/joins.h"
#include "engine/networks_asked.h"
#include "net/address.h"
#include "spec/lists.h"
#include <string.h>

/* --- the networks that one that runs is in, by its network.json --- */

static struct host_address *read_addresses(struct arena *arena, const struct texts *texts, size_t *ret_count)
{
	struct host_address *list = ARENA_ARRAY(arena, texts->count + 1, struct host_address);

	*ret_count = 0;
	for (size_t i = 0; i < texts->count; i++) {
		struct host_address *one = &list[*ret_count];
		const char *slash = strchr(texts->at[i], '/');
		uint64_t prefix;

		if (!address_read(endpoint_bare(arena, texts->at[i]), one))
			continue;
		if (slash && text_to_u64(slash + 1, &prefix) && prefix < one->prefix)
			one->prefix = (unsigned)prefix;
		++*ret_count;
	}
	return list;
}

/* With what the endpoint does not say of the network. */
static void fill_bridge(struct engine *engine, const struct endpoint *endpoint, bool has[2], struct plan_link *link,
			struct plan_bridge *bridge, struct firewall_elements *elements)
{
	struct host_address *address;
	struct problem gone = { 0 };
	struct network network;

	*bridge = (struct plan_bridge){ .network = endpoint->network, .name = endpoint->parent };
	if (!network_find(engine->store, endpoint->network, NULL, &network, &gone))
		return;
	address = ARENA_ARRAY(engine->arena, network.subnets + 1, struct host_address);
	for (size_t i = 0; i < network.subnets; i++)
		if (network.subnet[i].gateway.family)
			address[bridge->addresses++] = network.subnet[i].gateway;
	bridge->address = address;
	bridge->mtu = link->mtu = network.mtu;
	bridge->vlan = network.vlan;
	link->mode = network.mode;
	network_give_routes(engine->arena, &network, has, link);
	if (network.driver == NETWORK_BRIDGE)
		connect_add_network(engine->arena, elements, &network);
	network_close(&network);
}

static void fill_link(struct engine *engine, const struct endpoint *endpoint, struct plan_link *link)
{
	*link = (struct plan_link){
		.kind = !strcmp(endpoint->driver, "macvlan") ? LINK_MACVLAN :
			!strcmp(endpoint->driver, "ipvlan") ? LINK_IPVLAN : LINK_VETH,
		.network = endpoint->network,
		.parent = endpoint->parent,
		.outside = endpoint->outside[0] ? endpoint->outside : NULL,
		.inside = endpoint->inside,
	};
	mac_read(endpoint->mac, link->mac);
	link->address = read_addresses(engine->arena, &endpoint->addresses, &link->addresses);
}

static const struct plan_network *networks_of(struct engine *engine, const struct engine_container *container)
{
	struct plan_network *plan = ARENA_NEW(engine->arena, struct plan_network);
	struct firewall_elements elements = { 0 };
	struct endpoints endpoints;
	struct plan_bridge *bridge;
	struct plan_link *link;
	bool has[2] = { false, false };

	if (!endpoints_read(engine, container->folder, &endpoints) || !endpoints.count)
		return NULL;
	link = ARENA_ARRAY(engine->arena, endpoints.count, struct plan_link);
	bridge = ARENA_ARRAY(engine->arena, endpoints.count, struct plan_bridge);
	for (size_t i = 0; i < endpoints.count; i++) {
		fill_link(engine, &endpoints.at[i], &link[i]);
		fill_bridge(engine, &endpoints.at[i], has, &link[i], &bridge[plan->bridges], &elements);
		plan->bridges += link[i].kind == LINK_VETH;
	}
	connect_add_ports(engine->arena, &elements, &endpoints);
	firewall_sort(&elements);
	*plan = (struct plan_network){ .bridge = bridge, .bridges = plan->bridges, .link = link,
				       .links = endpoints.count, .element = elements.at, .elements = elements.count };
	return plan;
}

/* --- */

static bool has_value_of(const char *entry, const char *name)
{
	const size_t length = strlen(name);

	return !strncmp(entry, name, length) && entry[length] == '=';
}

void explain_hide_secrets(struct engine *engine, const struct made *made, struct bundle *bundle)
{
	struct texts *env = &bundle->spec.process.env, shown = { 0 };

	for (size_t i = 0; i < env->count; i++) {
		const char *entry = env->at[i];

		for (size_t j = 0; j < made->secret_variables.count; j++)
			if (has_value_of(entry, made->secret_variables.at[j]))
				entry = arena_printf(engine->arena, "%s=*******", made->secret_variables.at[j]);
		texts_add(engine->arena, &shown, entry);
	}
	*env = shown;
	bundle->request.secret_variables = &made->secret_variables;
}

/* Its folder stays as it is: what its networks would write there goes to a draft. */
static bool plan_of_stopped(struct engine *engine, struct prepared *prepared, struct problem *problem)
{
	closes int draft = draft_of_networks(engine, prepared->folder, problem);

	if (draft < 0)
		return false;
	prepared->folder = draft;
	return engine_plan(engine, prepared, problem);
}

bool engine_plan_container(struct engine *engine, struct engine_container *container, struct bundle **ret_bundle,
			   struct problem *problem)
{
	struct prepared *prepared = ARENA_NEW(engine->arena, struct prepared);

	*ret_bundle = &prepared->bundle;
	if (!engine_lives(container) && !engine_lock(engine, container, problem))
		return false;
	if (!engine_prepare(engine, container, prepared, problem))
		return false;
	/* Where one of them does not run the start would fail, but can be told of all the same. */
	if (!engine_lives(container))
		joins_find(engine, &container->made, &prepared->bundle.spec, &(struct problem){ 0 });
	explain_hide_secrets(engine, &container->made, &prepared->bundle);
	if (!engine_lives(container))
		return plan_of_stopped(engine, prepared, problem);
	engine_complete(prepared);
	prepared->bundle.request.network = networks_of(engine, container);
	bundle_plan(engine->arena, &prepared->bundle, problem);
	return !problem->found;
}
