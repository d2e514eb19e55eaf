/* meters.h - what containers use now and used lately: samples of the engine, made what a dashboard shows. */
#pragma once
#include "engine/usage.h"
#include "live/dashboard.h"

struct meters {
	struct dashboard_container *list;	/* may be put in any order */
	struct usage_seen *seen;
	size_t count;
};

/* Looks at those that are asked for (see watched_find()), into the engine's arena. `before` is what the last look
 * found, empty at first; it is not needed any more afterwards. False after a problem. */
bool meters_look(struct engine *engine, char **names, bool all, const struct meters *before,
		 struct meters *ret_meters, struct problem *problem);
