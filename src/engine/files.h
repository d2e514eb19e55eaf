/* files.h - the files that a container gets from the engine: hostname, hosts, resolv.conf. */
#pragma once
#include "engine/asked.h"
#include "engine/container.h"
#include "engine/root.h"

/* Writes them in the folder of a container that is being made; where it has networks, what these add to (connect.h).
 * `hostname`: NULL where it has this machine's. `root`: where --hosts-file image looks. */
bool engine_write_files(struct engine *engine, const struct container_making *making, const struct run_asked *asked,
			const struct container_root *root, bool networks, const char *hostname,
			struct problem *problem);
