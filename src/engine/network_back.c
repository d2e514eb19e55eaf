/* network_back.c - a container that runs is brought back into networks that it has lost: see network_change.h. */
#include "base/fd.h"
#include "base/file.h"
#include "engine/network_change_parts.h"
#include "engine/outward.h"
#include "engine/parts.h"
#include "engine/shared.h"
#include "net/link.h"
#include "spec/reason.h"
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct back {
	struct changing changing;
	struct endpoints before;
	const char *loss;		/* words; NULL: nothing is lost */
	bool hopeless;			/* what it was on is gone */
	bool done;
};

enum { TABLE_MAX = 1 << 20 };

static const struct endpoint *find(const struct endpoints *endpoints, const char *network)
{
	for (size_t i = 0; i < endpoints->count; i++)
		if (!strcmp(endpoints->at[i].network, network))
			return &endpoints->at[i];
	return NULL;
}

/* What the container's own network has: a line "  eth0: …" for each device. What cannot be read is no loss. */
static bool has_device(struct arena *arena, pid_t pid, const char *name)
{
	char *text, *line;
	size_t length;

	if (file_read(arena, AT_FDCWD, arena_printf(arena, "/proc/%d/net/dev", (int)pid), TABLE_MAX, &text, &length))
		return true;
	while ((line = strsep(&text, "\n"))) {
		line += strspn(line, " ");
		if (!strncmp(line, name, strlen(name)) && line[strlen(name)] == ':')
			return true;
	}
	return false;
}

/* A device on top of one of this machine's goes with that. */
static void look_below(struct back *back, const struct endpoint *endpoint)
{
	const struct engine_container *container = back->changing.container;
	struct arena *arena = back->changing.engine->arena;

	if (has_device(arena, container->pid, endpoint->inside))
		return;
	back->hopeless = endpoint->parent[0] && !if_nametoindex(endpoint->parent);
	if (back->hopeless)
		back->loss = arena_printf(arena, "has lost its device %s in network %s, since this machine's %s is "
					  "gone: once that is there again '--repair' brings the container back; or "
					  "'taru network disconnect -f %s %s' takes it out", endpoint->inside,
					  endpoint->network, endpoint->parent, endpoint->network, container->made.name);
	else
		back->loss = arena_printf(arena, "has lost its device %s in network %s", endpoint->inside,
					  endpoint->network);
}

/* The other end of each of its pairs is a port of the bridge. */
static void look(void *data)
{
	struct back *back = data;
	const struct made *made = &back->changing.container->made;
	struct arena *arena = back->changing.engine->arena;

	for (size_t i = 0; i < made->networks && !back->hopeless; i++) {
		const char *network = made->network[i].network;
		const struct endpoint *endpoint = find(&back->before, network);

		if (endpoint && !endpoint->outside[0])
			look_below(back, endpoint);
		else if (!endpoint || !link_is_port(endpoint->parent, endpoint->outside))
			back->loss = geteuid() ? "is in networks no more, since who kept their namespace was killed" :
				     arena_printf(arena, "is in network %s no more, since its device or the bridge was "
						  "removed", network);
	}
}

static struct back begin(struct engine *engine, struct engine_container *container, struct problem *problem)
{
	struct back back = { .changing = { .engine = engine, .container = container, .problem = problem } };
	const struct made *made = &container->made;

	if (engine_lives(container) && made->networks && !outward_is(made->network[0].network) &&
	    endpoints_read(engine, container->folder, &back.before))
		back.changing.endpoints = back.before;
	return back;
}

const char *engine_network_loss(struct engine *engine, struct engine_container *container)
{
	struct problem none = { 0 };
	struct back back = begin(engine, container, &none);

	if (back.before.count)
		shared_do(engine, look, &back);
	return back.loss;
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

	/* Healthy ones stay as they are where the lost one cannot be had again. */
	look(back);
	if (back->hopeless)
		return;
	/* An ordinary user's old namespace may be there still, and its end of each device with it. */
	for (size_t i = changing->endpoints.count; i-- > 0;) {
		if (geteuid() != 0)
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

/* Who served its ports in the old namespace ends with the devices there. */
static bool serve_again(struct back *back)
{
	struct changing *changing = &back->changing;
	struct engine_container *container = changing->container;

	if (!shared_is_for(&container->made))
		return true;
	outward_await_end(container->folder);
	return shared_serve_ports(changing->engine, container->folder, container->made.id, &changing->endpoints,
				  changing->problem);
}

bool engine_network_bring_back(struct engine *engine, struct engine_container *container, struct problem *problem)
{
	struct back back = begin(engine, container, problem);
	closes int users = -1;
	const char *note;
	int error;

	if (shared_is_for(&container->made)) {
		users = shared_hold(engine, &note, problem);
		if (users < 0)
			return false;
	}
	error = shared_do(engine, bring, &back);
	if (error)
		problem_set(problem, "container %s: the network namespace of this user's networks cannot be "
			    "entered: %s", container->made.name, reason_words(error));
	return back.done && serve_again(&back);
}
