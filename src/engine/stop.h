/* stop.h - a container is to end. */
#pragma once
#include "engine/container.h"

/* Notes that it is stopped, so that nobody starts it again; asks it to end, kills it after `timeout_ms` (0: at
 * once; -1: never), and waits until it is put away. One that does not run is no problem; a
 * start that is stepped through is given up, and so is the container. Returns whether there was something to stop, and
 * it is. */
bool engine_stop(struct engine *engine, struct engine_container *container, int timeout_ms, struct problem *problem);
