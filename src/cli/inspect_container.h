/* inspect_container.h - all that is known of a container, with docker's keys. */
#pragma once
#include "base/json_write.h"
#include "cli/place.h"
#include "image/store.h"

/* Writes an object; with the images of the store also docker's SizeRw and SizeRootFs, for which all that it has changed
 * is looked at; NULL: without. False after a problem: its config cannot be read. */
bool inspect_container(struct json_writer *out, const struct place *place, const struct engine_container *container,
		       const struct images *images, struct problem *problem);
