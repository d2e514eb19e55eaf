/* shared_ports.c - who serves the ports of a container in an ordinary user's networks: see shared.h. */
#include "base/held.h"
#include "base/fd.h"
#include "base/sys_file.h"
#include "engine/outward.h"
#include "engine/parts.h"
#include "engine/shared.h"
#include "exec/do.h"
#include "image/helper.h"
#include "net/outside.h"
#include "spec/reason.h"
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Those that the container's device in its network leads to, if it has one. */
static void add_device(struct arena *arena, const struct endpoint *endpoint, struct texts *words)
{
	texts_add(arena, words, "--device");
	texts_add(arena, words, endpoint->outside);
}

static size_t add_ports(struct arena *arena, const struct endpoints *endpoints, struct texts *words)
{
	size_t count = 0;

	for (size_t i = 0; i < endpoints->ports; i++) {
		const struct made_port *port = &endpoints->port[i];
		const int family = made_port_family(port);
		const struct endpoint *endpoint = endpoints_published(endpoints, family);

		if (!endpoint)
			continue;
		texts_add(arena, words, !strcmp(port->protocol, "udp") ? "--udp" : "--tcp");
		texts_add(arena, words, arena_printf(arena, "%s,%u,%s,%u", port->address, port->outside,
						     endpoint_bare(arena, endpoint_address(endpoint, family)),
						     port->inside));
		count++;
	}
	return count;
}

/* The words; their count is 0 where there is nothing to serve. */
static struct texts words_of(struct engine *engine, const char *id, const struct endpoints *endpoints,
			     const char *holder)
{
	struct arena *arena = engine->arena;
	const struct endpoint *ipv4 = endpoints_published(endpoints, AF_INET);
	const struct endpoint *ipv6 = endpoints_published(endpoints, AF_INET6);
	const char *path = helper_path(arena, "taru-ports");
	struct texts words = { 0 };

	texts_add(arena, &words, path ? path : "/usr/libexec/taru/taru-ports");
	texts_add(arena, &words, "--enter");
	texts_add(arena, &words, holder);
	texts_add(arena, &words, "--lock");
	texts_add(arena, &words, arena_printf(arena, "%s/" CONTAINERS "/%s/" OUTWARD_LOCK, engine->store->root, id));
	if (ipv4)
		add_device(arena, ipv4, &words);
	if (ipv6 && ipv6 != ipv4)
		add_device(arena, ipv6, &words);
	if (!add_ports(arena, endpoints, &words))
		words.count = 0;
	return words;
}

bool shared_lacks_ports(struct engine *engine, int folder, const struct endpoints *endpoints)
{
	return geteuid() && endpoints->count && !outward_is(endpoints->at[0].driver) && shared_is_there(engine) &&
	       words_of(engine, "", endpoints, "").count && !held_is(folder, OUTWARD_LOCK);
}

const char *shared_ports_words(struct engine *engine, const char *id, const struct endpoints *endpoints,
			       const char *holder)
{
	const struct texts words = words_of(engine, id, endpoints, holder);
	struct text text = text_new(engine->arena);

	for (size_t i = 0; i < words.count; i++)
		text_printf(&text, "%s%s", i ? " " : "", words.at[i]);
	return words.count ? text.at : NULL;
}

bool shared_serve_ports(struct engine *engine, int folder, const char *id, const struct endpoints *endpoints,
			struct problem *problem)
{
	const pid_t holder = shared_lacks_ports(engine, folder, endpoints) ? shared_holder_of(engine) : 0;
	struct texts words;
	struct outside outside;
	struct run *run;
	int error;

	if (holder <= 0)
		return true;
	words = words_of(engine, id, endpoints, arena_printf(engine->arena, "%d", (int)holder));
	run = outside_begin(&outside);
	error = tool_run(run, words.at, -1);
	scratch_close(run);
	if (error)
		problem_set(problem, "ports of this machine are not served: %s",
			    error == -EPERM && outside.tape.note[0] ?
			    arena_copy(engine->arena, outside.tape.note, strlen(outside.tape.note)) :
			    reason_words(error));
	return !error;
}
