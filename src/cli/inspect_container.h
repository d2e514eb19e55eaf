/* inspect_container.h - all that is known of a container, with docker's keys. */
#pragma once
#include "base/json_write.h"
#include "cli/place.h"

/* Writes an object. False after a problem: its config cannot be read. */
bool inspect_container(struct json_writer *out, const struct place *place, const struct engine_container *container,
		       struct problem *problem);
