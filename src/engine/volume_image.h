/* volume_image.h - --mount type=image: the tree of an image, as a container sees it that stands on it.
 *
 * It is an overlay of the layers, which are kept for the container as its own are. With rw=true it has an upper layer
 * of the container's own, which is gone with it; without, nothing of it can be written.
 */
#pragma once
#include "engine/volume_take.h"

/* Finds the image in the store, holds its layers, and says in `volume` what is to be put together: as of the option O.
 * What goes wrong is the taking's problem. */
void volume_take_image(struct volume_taking *taking, struct volume_asked *volume);

/* volume_image_part.c: the directories of the layers that make volume->subpath of the image, the uppermost first, with
 * colons between them. NULL after a problem: there is none, or only by way of a link. */
const char *volume_image_part(const struct store *store, const struct digest *chain, size_t count,
			      const struct volume_asked *volume, struct problem *problem);
