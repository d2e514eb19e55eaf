/* watched.h - the containers of which it is shown what they use. */
#pragma once
#include "engine/container.h"

/* Whether it runs, be it paused. */
bool watched_lives(const struct engine_container *container);

/* Those that are named, which end in a NULL; without a name all that run, and with `all` the others as well. They are
 * closed. NULL after a problem: one of that name is not there. */
struct engine_container *watched_find(struct engine *engine, char **names, bool all, size_t *ret_count,
				      struct problem *problem);
