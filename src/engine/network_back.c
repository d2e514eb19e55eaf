/* network_back.c - a container that runs is brought back into networks that it has lost: see network_change.h. */
#include "base/fd.h"
#include "engine/network_change_parts.h"
#include "engine/outward.h"
#include "engine/parts.h"
#include "engine/shared.h"
#include "spec/reason.h"
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct back {
	struct changing changing;
	struct endpoints before;
	bool lost, done;
};

static const struct endpoint *find(const struct endpoints *endpoints, const char *network)
{
	for (size_t i = 0; i < endpoints->count; i++)
		if (!strcmp(endpoints->at[i].network, network))
			return &endpoints->at[i];
	return NULL;
}

/* The other end of each of its devices is where the networks are. */
static void look(void *data)
{
	struct back *back = data;
	const struct made *made = &back->changing.container->made;

	for (size_t i = 0; i < made->networks; i++) {
		const struct endpoint *endpoint = find(&back->before, made->network[i].network);

		back->lost |= !endpoint || (endpoint->outside[0] && !if_nametoindex(endpoint->outside));
	}
}

static struct back begin(struct engine *engine, struct engine_container *container, struct problem *problem)
{
	struct back back = { .changing = { .engine = engine, .container = container, .problem = problem } };

	if (geteuid() != 0 && engine_lives(container) && shared_is_for(&container->made) &&
	    endpoints_read(engine, container->folder, &back.before))
		back.changing.endpoints = back.before;
	return back;
}

bool engine_network_is_lost(struct engine *engine, struct engine_container *container)
{
	struct problem none = { 0 };
	struct back back = begin(engine, container, &none);

	if (back.before.count)
		shared_do(engine, look, &back);
	return back.lost;
}

/* --- back --- */

/* As it was: others have its addresses. */
static struct made_network as_before(struct arena *arena, const struct made_network *asked,
				     const struct endpoint *endpoint)
{
	struct made_network network = *asked;
	const char *ipv4 = endpoint ? endpoint_address(endpoint, AF_INET) : NULL;
	const char *ipv6 = endpoint ? endpoint_address(endpoint, AF_INET6) : NULL;

	if (ipv4)
		network.ip = endpoint_bare(arena, ipv4);
	if (ipv6)
		network.ip6 = endpoint_bare(arena, ipv6);
	if (endpoint) {
		network.mac = endpoint->mac;
		network.interface = endpoint->inside;
	}
	return network;
}

/* What container.json says is right already. */
static bool keep_made(struct changing *changing, const struct made_network *network)
{
	(void)changing;
	(void)network;
	return true;
}

static void bring(void *data)
{
	struct back *back = data;
	struct changing *changing = &back->changing;
	const struct made *asked = &changing->container->made;
	struct problem ignored = { 0 };

	/* The old namespace may be there still, and its end of each device with it. */
	for (size_t i = changing->endpoints.count; i-- > 0;) {
		changing->endpoints.at[i].outside = "";
		change_put_away(changing, i, true, &ignored);
	}
	back->done = true;
	for (size_t i = 0; i < asked->networks && back->done; i++) {
		struct made_network network = as_before(changing->engine->arena, &asked->network[i],
							find(&back->before, asked->network[i].network));
		struct made made = *asked;

		made.network = &network;
		made.networks = 1;
		back->done = change_connect(changing, &made, NULL, keep_made);
	}
}

bool engine_network_bring_back(struct engine *engine, struct engine_container *container, struct problem *problem)
{
	struct back back = begin(engine, container, problem);
	const char *note;
	closes int users = shared_hold(engine, &note, problem);
	int error;

	if (users < 0)
		return false;
	error = shared_do(engine, bring, &back);
	if (error)
		problem_set(problem, "container %s: the network namespace of this user's networks cannot be "
			    "entered: %s", container->made.name, reason_words(error));
	if (!back.done)
		return false;
	/* Who served them in the old namespace ends with the devices there. */
	outward_await_end(container->folder);
	return shared_serve_ports(engine, container->folder, container->made.id, &back.changing.endpoints, problem);
}
