/* usage_view.h - what containers use as a picture, again and again: `stats --view bars`, and `top` without a name. */
#pragma once
#include "command/command.h"
#include "engine/container.h"

struct usage_view_asked {
	char **names;			/* of containers; end in a NULL */
	bool all;			/* without names: also those that do not run */
	bool once;
	uint64_t interval_ms;
};

/* Shows it on the terminal until somebody ends it; where there is none on which a picture can be drawn over another,
 * they are printed one after another. */
void usage_view(struct command *command, const struct engine *engine, const struct usage_view_asked *asked);
