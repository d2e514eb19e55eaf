/* upkeep.h - what is asked for a container's monitor: log driver, restart policy, health checks. */
#pragma once
#include "engine/asked.h"
#include "engine/container.h"

/* Whether its log driver can take what it writes: of journald, whether there is a journal; else a problem. Asked when a
 * person starts it, not when its policy does: a journal that is away for a moment is no reason to stay away. */
bool engine_check_journal(const struct made *made, struct problem *problem);

/* "on-failure:3", into upkeep->restart and restart_max; else a problem. */
bool engine_read_restart(struct arena *arena, const char *given, struct upkeep *upkeep, struct problem *problem);

/* From the options and what the image says (its HEALTHCHECK; NULL: nothing). `kept`: it runs without its caller, so
 * that its output has to be kept somewhere. What makes no sense is a problem. */
void engine_read_upkeep(struct arena *arena, const struct run_asked *asked, const struct json *image, bool kept,
			struct upkeep *ret_upkeep, struct problem *problem);
