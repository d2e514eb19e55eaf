/* upkeep.h - what is asked for a container's monitor: log driver, restart policy, health checks. */
#pragma once
#include "engine/asked.h"
#include "engine/container.h"

/* "on-failure:3", into upkeep->restart and restart_max; else a problem. */
bool engine_read_restart(struct arena *arena, const char *given, struct upkeep *upkeep, struct problem *problem);

/* From the options and what the image says (its HEALTHCHECK; NULL: nothing). `kept`: it runs without its caller, so
 * that its output has to be kept somewhere. What makes no sense is a problem. */
void engine_read_upkeep(struct arena *arena, const struct run_asked *asked, const struct json *image, bool kept,
			struct upkeep *ret_upkeep, struct problem *problem);
