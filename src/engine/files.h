/* files.h - the files that a container gets from the engine: hostname, hosts, resolv.conf. */
#pragma once
#include "engine/asked.h"
#include "engine/container.h"

/* Writes them in the folder of a container that is being made. `hostname`: NULL where it has this machine's. */
bool engine_write_files(struct engine *engine, const struct container_making *making, const struct run_asked *asked,
			const char *hostname, struct problem *problem);
