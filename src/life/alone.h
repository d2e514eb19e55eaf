/* alone.h - a plan that one process does by itself: without the other lane, and without a container that is being made.
 * Its tape is read by the same process, so it need not be shared. */
#pragma once
#include "exec/exec.h"

/* What exec_lane() is given for it. All of it is in the arena; all slots are empty, and no descriptor is open. */
struct run run_alone(struct arena *arena, const struct plan *plan);
