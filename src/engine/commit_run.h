/* commit_run.h - how an image is run that was made of a container: as the container is. */
#pragma once
#include "engine/container.h"
#include "image/changes.h"

/* The image's own config, with what the container has been made with instead. Where the container's command begins with
 * the image's entrypoint it stays one; else all of it is the command. *ret_command is it, as one text. */
bool commit_run(struct engine *engine, const struct engine_container *container, const struct image *parent,
		struct image_run *ret_run, const char **ret_command, struct problem *problem);
