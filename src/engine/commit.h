/* commit.h - a container becomes an image: what it has changed is a layer on top of its own image's, or all of its
 * files are the only one.
 */
#pragma once
#include "engine/container.h"
#include "image/export.h"

struct commit_asked {
	const char *name;		/* of the new image, in full; NULL: none */
	const char *author, *message;
	struct texts changes;		/* lines of a Dockerfile */
	bool squash;			/* into one layer, with all that its image has */
	struct maybe_bool pause;	/* its processes, meanwhile; not set: where that can be */
	struct export_notes notes;	/* who is told what was left out */
};

/* Makes it. What the image runs is what the container runs: its command,
 * variables, user, directory, labels. False after a problem, and then there is no image. */
bool engine_commit_image(struct engine *engine, struct engine_container *container,
			 const struct commit_asked *asked, struct image *ret_image, struct problem *problem);
