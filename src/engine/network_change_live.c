/* network_change_live.c - the networks of a container that runs change: see network_change_parts.h. */
#include "base/fd.h"
#include "base/file.h"
#include "base/json.h"
#include "engine/draft.h"
#include "engine/event.h"
#include "engine/network_change_parts.h"
#include "engine/parts.h"
#include "net/address.h"
#include "net/lease.h"
#include "net/link.h"
#include "spec/reason.h"
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static const int families[] = { AF_INET, AF_INET6 };
enum { FAMILIES = 2 };

/* --- files --- */

static const char *hostname_of(struct changing *changing)
{
	struct problem unread = { 0 };
	const struct json *config;
	char *text;
	size_t length;

	if (file_read_kept(changing->engine->arena, changing->container->folder, CONFIG_FILE, CONFIG_LIMIT, &text,
			   &length))
		return NULL;
	config = json_read(changing->engine->arena, text, length, CONFIG_FILE, &unread);
	return config ? json_text(config, "hostname") : NULL;
}

int change_write_files(struct changing *changing)
{
	struct engine *engine = changing->engine;
	const struct engine_container *container = changing->container;
	const char *asked = network_resolv_asked(engine, container->folder);
	const struct texts servers = network_given_servers(engine->arena, asked);
	int error = network_write_asked(engine, &container->made, &changing->endpoints, &servers);

	return error ? error :
		       network_write_files(engine, container->folder, hostname_of(changing), &changing->endpoints,
					   asked);
}

/* --- who has the default route --- */

/* The gateway that the network gives a container as its way out; false for none of that family. */
static bool gives_route(struct engine *engine, const struct endpoint *endpoint, int family,
			struct host_address *ret_gateway)
{
	struct problem gone = { 0 };
	struct network network;
	const struct host_address *way_out;

	if (!network_find(engine->store, endpoint->network, NULL, &network, &gone))
		return false;
	way_out = strcmp(network.id, endpoint->network_id) ? NULL : network_way_out(&network, family);
	if (way_out)
		*ret_gateway = *way_out;
	network_close(&network);
	return way_out;
}

/* The first that gives one has it; endpoints->count for none. */
static size_t find_route(struct engine *engine, const struct endpoints *endpoints, int family,
			 struct host_address *ret_gateway)
{
	for (size_t i = 0; i < endpoints->count; i++)
		if (gives_route(engine, &endpoints->at[i], family, ret_gateway))
			return i;
	return endpoints->count;
}

/* --- ports --- */

static bool leads_elsewhere(const struct endpoints *one, const struct endpoints *other, int family)
{
	const struct endpoint *a = endpoints_published(one, family), *b = endpoints_published(other, family);

	return a && b ? strcmp(endpoint_address(a, family), endpoint_address(b, family)) != 0 : a != b;
}

/* Adds the elements of `endpoints` for the ports that lead elsewhere with `other`. */
static void add_moving_ports(struct engine *engine, const struct endpoints *endpoints, const struct endpoints *other,
			     struct firewall_elements *to)
{
	struct endpoints some = *endpoints;

	some.port = ARENA_ARRAY(engine->arena, endpoints->ports + 1, struct made_port);
	some.ports = 0;
	for (size_t i = 0; i < endpoints->ports; i++)
		if (leads_elsewhere(endpoints, other, made_port_family(&endpoints->port[i])))
			some.port[some.ports++] = endpoints->port[i];
	connect_add_ports(engine->arena, to, &some);
}

/* --- out of a network --- */

static struct endpoints without(struct engine *engine, const struct endpoints *endpoints, size_t index)
{
	struct endpoints rest = *endpoints;

	rest.at = ARENA_ARRAY(engine->arena, endpoints->count + 1, struct endpoint);
	rest.count = 0;
	for (size_t i = 0; i < endpoints->count; i++)
		if (i != index)
			rest.at[rest.count++] = endpoints->at[i];
	return rest;
}

/* Where its route led through the one that goes, another network's is next. */
static void add_next_routes(struct changing *changing, const struct endpoints *rest, size_t index,
			    struct plan_network *plan)
{
	struct arena *arena = changing->engine->arena;
	struct plan_link *link = ARENA_ARRAY(arena, FAMILIES, struct plan_link);

	for (size_t f = 0; f < FAMILIES; f++) {
		struct host_address *gateway = ARENA_NEW(arena, struct host_address);
		size_t next;

		if (find_route(changing->engine, &changing->endpoints, families[f], gateway) != index)
			continue;
		next = find_route(changing->engine, rest, families[f], gateway);
		if (next < rest->count)
			link[plan->links++] = (struct plan_link){ .network = rest->at[next].network,
								  .inside = rest->at[next].inside, .there = true,
								  .gateway = gateway, .gateways = 1 };
	}
	plan->link = link;
}

static void do_plan(struct changing *changing, const struct plan_network *plan, struct problem *problem)
{
	struct engine *engine = changing->engine;
	struct bundle *bundle = ARENA_NEW(engine->arena, struct bundle);
	bool linked;

	if ((plan->links || plan->gone_links || plan->elements) &&
	    life_connect_plan(engine->arena, engine->run, changing->container->made.id, plan, bundle, problem))
		life_connect(engine->arena, bundle, &linked, problem);
}

/* The end of a pair that is on this machine is known for sure; what is put on a device of it is removed from within. */
void change_put_away(struct changing *changing, size_t index, bool linked, struct problem *problem)
{
	struct engine *engine = changing->engine;
	const struct endpoint *endpoint = &changing->endpoints.at[index];
	const struct endpoints rest = without(engine, &changing->endpoints, index);
	const struct plan_gone_link gone = { endpoint->network, endpoint->inside };
	struct firewall_elements before = { 0 }, after = { 0 };
	struct plan_network plan = { .gone = &gone, .gone_links = linked && !endpoint->outside[0] };
	int error;

	add_moving_ports(engine, &changing->endpoints, &rest, &before);
	add_moving_ports(engine, &rest, &changing->endpoints, &after);
	firewall_remove_elements(before.at, before.count);
	if (endpoint->outside[0])
		link_remove(endpoint->outside);
	connect_forget_flows(engine, &changing->endpoints, endpoint);
	firewall_sort(&after);
	plan.element = after.at;
	plan.elements = after.count;
	add_next_routes(changing, &rest, index, &plan);
	do_plan(changing, &plan, problem);
	connect_leave_endpoint(engine, endpoint, changing->container->made.id);
	changing->endpoints = rest;
	error = endpoints_write(engine, changing->container->folder, &rest);
	if (!error)
		error = change_write_files(changing);
	if (error)
		problem_set(problem, "container %s: cannot write down its networks: %s", changing->container->made.name,
			    reason_words(error));
}

/* --- into a network --- */

/* The first number of which it has no device. */
static size_t free_number(struct changing *changing)
{
	struct arena *arena = changing->engine->arena;
	const struct endpoints *endpoints = &changing->endpoints;
	size_t number = 0, i = 0;

	while (i < endpoints->count) {
		const struct endpoint *endpoint = &endpoints->at[i++];

		if (strcmp(endpoint->inside, arena_printf(arena, "eth%zu", number)) != 0 &&
		    strcmp(endpoint->outside, network_outside_name(arena, changing->container->made.id,
							   number)) != 0)
			continue;
		number++;
		i = 0;
	}
	return number;
}

static struct connecting begin(struct changing *changing, const struct made *made, int folder,
			       struct connected *connected)
{
	const struct endpoints *old = &changing->endpoints;
	struct connecting connecting = connect_new(changing->engine, made, folder, old->count, connected,
						   changing->problem);
	struct endpoint *at = connected->endpoints.at;

	if (old->count)
		memcpy(at, old->at, old->count * sizeof(*at));
	connected->endpoints = *old;
	connected->endpoints.at = at;
	connecting.number = free_number(changing);
	for (size_t f = 0; f < FAMILIES; f++) {
		struct host_address gateway;

		connecting.has_route[f] = find_route(changing->engine, old, families[f], &gateway) < old->count;
	}
	return connecting;
}

/* False after a problem. *ret_linked: it may have the device by then. */
static bool make(struct changing *changing, struct connecting *connecting, struct bundle *bundle, bool *ret_linked)
{
	struct engine *engine = changing->engine;
	struct connected *connected = connecting->connected;
	int error;

	if (!life_connect(engine->arena, bundle, ret_linked, changing->problem))
		return false;
	*ret_linked = true;
	changing->endpoints = connected->endpoints;
	error = change_write_files(changing);
	if (error)
		problem_set(changing->problem, "container %s: its hosts and resolv.conf cannot be written: %s",
			    changing->container->made.name, reason_words(error));
	return !error;
}

static bool plan_it(struct changing *changing, struct connecting *connecting, struct bundle *bundle)
{
	struct engine *engine = changing->engine;
	struct connected *connected = connecting->connected;
	int error;

	if (!connect_all(connecting))
		return false;
	add_moving_ports(engine, &connected->endpoints, &changing->endpoints, &connecting->elements);
	connect_add_facts(connecting);
	error = endpoints_write(engine, connecting->folder, &connected->endpoints);
	if (error)
		problem_set(changing->problem, "container %s: cannot write down its networks: %s",
			    changing->container->made.name, reason_words(error));
	return !error && life_connect_plan(engine->arena, engine->run, changing->container->made.id, &connected->plan,
					   bundle, changing->problem);
}

/* What would be done, which is written down in a draft. */
static bool tell(struct changing *changing, const struct made *made, const struct change_explained *explained)
{
	struct connected *connected = ARENA_NEW(changing->engine->arena, struct connected);
	struct bundle *bundle = ARENA_NEW(changing->engine->arena, struct bundle);
	closes int draft = draft_of_networks(changing->engine, changing->container->folder, changing->problem);
	struct connecting connecting;
	bool done;

	if (draft < 0)
		return false;
	connecting = begin(changing, made, draft, connected);
	done = plan_it(changing, &connecting, bundle);
	if (done)
		engine_explain_bundle(bundle, explained->form, explained->what, explained->out);
	connect_close(&connecting);
	return done;
}

bool change_connect(struct changing *changing, const struct made *made, const struct change_explained *explained,
		    bool (*commit)(struct changing *changing, const struct made_network *network))
{
	struct connected *connected = ARENA_NEW(changing->engine->arena, struct connected);
	struct bundle *bundle = ARENA_NEW(changing->engine->arena, struct bundle);
	const size_t index = changing->endpoints.count;
	struct connecting connecting;
	struct problem ignored = { 0 };
	bool linked = false, done;

	if (explained)
		return tell(changing, made, explained);
	connecting = begin(changing, made, changing->container->folder, connected);
	done = plan_it(changing, &connecting, bundle) && make(changing, &connecting, bundle, &linked) &&
	       commit(changing, made->network);
	network_settle(changing->engine, connected);
	if (!done && connected->endpoints.count > index) {
		changing->endpoints = connected->endpoints;
		change_put_away(changing, index, linked, &ignored);
	}
	connect_close(&connecting);
	if (done)
		event_endpoint(changing->engine, &connected->endpoints.at[index], "connect", made->id);
	return done;
}
