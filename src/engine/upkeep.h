/* upkeep.h - what is asked for a container's monitor: log driver, restart policy, health checks. */
#pragma once
#include "engine/asked.h"
#include "engine/container.h"

/* From the options and what the image says (its HEALTHCHECK; NULL: nothing). `kept`: it runs without its caller, so
 * that its output has to be kept somewhere. What makes no sense is a problem. */
void engine_read_upkeep(struct arena *arena, const struct run_asked *asked, const struct json *image, bool kept,
			struct upkeep *ret_upkeep, struct problem *problem);
