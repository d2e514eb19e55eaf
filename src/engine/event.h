/* event.h - what happens to containers and volumes, for `taru events` (image/event.h), with docker's names. */
#pragma once
#include "engine/container.h"

enum { EVENT_MORE = 4 };		/* attributes beside the usual ones, at most */

/* "pause", of a container: with its image, its name and its labels. `more` are other attributes, and ends in a NULL;
 * NULL: none. */
void event_container(const struct engine *engine, const struct made *made, const char *action,
		     const struct pair *more);

/* "create", of a volume. */
void event_volume(const struct engine *engine, const char *name, const char *action, const struct pair *more);

/* Its program runs: with that its volumes are mounted. */
void event_start(const struct engine *engine, const struct made *made);

/* It has ended: "oom", "die", and its volumes are not mounted any more. */
void event_end(const struct engine *engine, const struct made *made, const struct ended *ended);

/* A signal is sent to it: written before that, since who sees its end writes that down by itself. */
void event_kill(const struct engine *engine, const struct made *made, int signal);
