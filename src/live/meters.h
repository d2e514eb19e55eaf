/* meters.h - what containers use now and used lately: samples of the engine, made what a dashboard shows. */
#pragma once
#include "engine/usage.h"
#include "live/dashboard.h"

struct meters {
	struct dashboard_container *list;	/* may be put in any order */
	struct meters_seen *seen;		/* the samples, by ID */
	size_t count;
};

struct meters_seen { const char *id; struct usage_sample sample; };

/* Looks at those that are asked for (see watched_find()), into the engine's arena. `before` is what the last look
 * found, empty at first; it is not needed any more afterwards. False after a problem. */
bool meters_look(struct engine *engine, char **names, bool all, const struct meters *before,
		 struct meters *ret_meters, struct problem *problem);
