/* event.h - what happens to containers, volumes and networks, for `taru events` (image/event.h), with docker's
 * names. */
#pragma once
#include "engine/container.h"

enum { EVENT_MORE = 4 };		/* attributes beside the usual ones, at most */

/* "pause", of a container: with its image, its name and its labels. `more` are other attributes, and ends in a NULL;
 * NULL: none. */
void event_container(const struct engine *engine, const struct made *made, const char *action,
		     const struct pair *more);

/* "create", of a volume. */
void event_volume(const struct engine *engine, const char *name, const char *action, const struct pair *more);

struct network;

/* "create", "destroy", of a network. */
void event_network(const struct engine *engine, const struct network *network, const char *action);

struct endpoint;

/* "connect", "disconnect", of a container's device in a network. */
void event_endpoint(const struct engine *engine, const struct endpoint *endpoint, const char *action,
		    const char *container);

/* Its program runs: with that its volumes are mounted. */
void event_start(const struct engine *engine, const struct made *made);

/* It has ended: "oom", "die", and its volumes are not mounted any more. */
void event_end(const struct engine *engine, const struct made *made, const struct ended *ended);

/* A signal is sent to it: written before that, since who sees its end writes that down by itself. */
void event_kill(const struct engine *engine, const struct made *made, int signal);
