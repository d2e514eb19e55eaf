/* starting.h - a container that was made, or has ended, is started: for `start`, `restart` and `system
 * start-restarting`. */
#pragma once
#include "cli/attached.h"
#include "engine/keep.h"

/* Locks it, and reads what is needed to start it; a problem where it runs already. */
bool starting_prepare(struct command *command, struct place *place, struct engine_container *container,
		      struct prepared *ret_prepared, struct problem *problem);

/* Starts it with a monitor, and nobody attached. The container is closed. */
void starting_alone(struct command *command, struct place *place, struct engine_container *container,
		    struct problem *problem);

/* The same, and where another was faster and it runs already that is no problem, as with docker. */
void starting_unless_running(struct command *command, struct place *place, struct engine_container *container,
			     struct problem *problem);

/* Starts a prepared one with a monitor, and stays attached. */
void starting_attached(struct command *command, struct place *place, struct prepared *prepared,
		       const struct keep_asked *keep, const struct attached_asked *asked);
