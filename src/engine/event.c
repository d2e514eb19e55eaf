/* event.c - see event.h */
#include "engine/event.h"
#include "engine/endpoint.h"
#include "image/event.h"
#include "net/network.h"
#include <string.h>

void event_container(const struct engine *engine, const struct made *made, const char *action,
		     const struct pair *more)
{
	struct pair all[EVENT_MORE + 3] = { { "image", made->image }, { "name", made->name } };

	if (engine->only_told)
		return;
	for (size_t i = 0; i < EVENT_MORE && more && more[i].key; i++)
		all[i + 2] = more[i];
	event_write(engine->store, &(struct event){ "container", action, made->id, &made->labels, all });
}

void event_volume(const struct engine *engine, const char *name, const char *action, const struct pair *more)
{
	struct pair all[EVENT_MORE + 2] = { { "driver", "local" } };

	if (engine->only_told)
		return;
	for (size_t i = 0; i < EVENT_MORE && more && more[i].key; i++)
		all[i + 1] = more[i];
	event_write(engine->store, &(struct event){ "volume", action, name, NULL, all });
}

void event_network(const struct engine *engine, const struct network *network, const char *action)
{
	const struct pair all[] = { { "name", network->name }, { "type", network_driver_name(network->driver) },
				    { NULL, NULL } };

	if (!engine->only_told)
		event_write(engine->store, &(struct event){ "network", action, network->id, NULL, all });
}

void event_endpoint(const struct engine *engine, const struct endpoint *endpoint, const char *action,
		    const char *container)
{
	const struct pair all[] = { { "container", container }, { "name", endpoint->network },
				    { "type", endpoint->driver }, { NULL, NULL } };

	if (!engine->only_told)
		event_write(engine->store, &(struct event){ "network", action, endpoint->network_id, NULL, all });
}

static bool is_readonly(const struct made_mount *mount)
{
	for (size_t i = 0; i < mount->options.count; i++)
		if (!strcmp(mount->options.at[i], "ro") || !strcmp(mount->options.at[i], "readonly"))
			return true;
	return false;
}

void event_start(const struct engine *engine, const struct made *made)
{
	for (size_t i = 0; i < made->mounts; i++) {
		const struct made_mount *mount = &made->mount[i];
		const struct pair more[] = { { "container", made->id }, { "destination", mount->destination },
					     { "read/write", is_readonly(mount) ? "false" : "true" }, { NULL, NULL } };

		if (mount->name[0])
			event_volume(engine, mount->name, "mount", more);
	}
	event_container(engine, made, "start", NULL);
}

void event_end(const struct engine *engine, const struct made *made, const struct ended *ended)
{
	struct arena *arena = engine->arena;
	const bool timed = ended->started[0] && ended->finished[0];
	/* How it ended is only told where somebody has seen it. */
	const struct pair more[] = {
		{ ended->known ? "exitCode" : NULL, arena_printf(arena, "%lld", (long long)ended->status) },
		{ timed ? "execDuration" : NULL,
		  arena_printf(arena, "%lld",
			       timed ? (long long)(image_time(ended->finished) - image_time(ended->started)) : 0) },
		{ NULL, NULL }
	};
	const struct pair of[] = { { "container", made->id }, { NULL, NULL } };

	if (ended->memory.oom)
		event_container(engine, made, "oom", NULL);
	event_container(engine, made, "die", more);
	for (size_t i = 0; i < made->mounts; i++)
		if (made->mount[i].name[0])
			event_volume(engine, made->mount[i].name, "unmount", of);
}

void event_kill(const struct engine *engine, const struct made *made, int signal)
{
	const struct pair more[] = { { "signal", arena_printf(engine->arena, "%d", signal) }, { NULL, NULL } };

	event_container(engine, made, "kill", more);
}
