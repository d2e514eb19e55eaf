/* watched.h - the containers of which it is shown what they use. */
#pragma once
#include "engine/container.h"

/* Those that are named, which end in a NULL; without a name all that run, and with `all` the others as well. They are
 * closed. NULL after a problem: one of that name is not there. */
struct engine_container *watched_find(struct engine *engine, char **names, bool all, size_t *ret_count,
				      struct problem *problem);
