/* check.h - whether what is on disk about containers fits together. */
#pragma once
#include "engine/container.h"

/* Writes a line for each thing that does not, and with `repair` mends it. Returns how many there are that still do not
 * then. */
size_t engine_check(struct engine *engine, bool repair, struct text *out, struct text *warnings);

/* Whether a container that does not run is to be started by the begin of the machine: it has a restart policy, and ran
 * when the machine went down; with `always` also one that was stopped, as docker has it. */
bool engine_starts_at_boot(const struct engine_container *container);
