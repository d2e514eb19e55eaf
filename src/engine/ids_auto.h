/* ids_auto.h - `--userns auto`: ids that no other container has.
 *
 * They are taken from the subordinate ids of the user `containers`, as podman does, and of an ordinary user's own.
 * Which ones are taken stands nowhere but in the config.json of the containers that are there.
 */
#pragma once
#include "engine/asked.h"
#include "engine/container.h"
#include "engine/root.h"
#include "host/host.h"

/* Puts maps in the place of `auto`. `ret_lock` is a descriptor that is to be closed when the container is on
 * record, or is not to be: until then nobody else looks for free ids. False after a problem. */
bool ids_take_auto(struct engine *engine, const struct host *host, struct run_asked *asked,
		   const struct container_root *root, int *ret_lock, struct problem *problem);
