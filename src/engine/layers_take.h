/* layers_take.h - the layers of an image, held for a container that is being made. */
#pragma once
#include "image/store.h"

/* Finds them, the lowest first, and holds each until `holds` are released: until the container that needs them is on
 * record (LAYERS_FILE). `name`: as the image was asked for. False after a problem: one is not unpacked. */
bool layers_take(struct store *store, const struct image_config *image, const char *name, struct store_holds *holds,
		 struct digest **ret_chain, struct problem *problem);
