/* debug.h - a plan is stepped through: `run --step`.
 *
 *	runtime's lane --- may I take step 14? --> debugger <--> terminal or pipe
 *	               <-- go, skip, quit --------
 *	container's lane --- the same ----------->
 *
 * The debugger is a process of its own, a child of the runtime, that is there before the first step. A lane asks it
 * before each step (exec/stepper.h). It has no part in what the steps do: if it is killed the start is given up, as
 * with `quit`, and undone by the way that any failure is undone.
 */
#pragma once
#include "exec/stepper.h"
#include "plan/plan.h"

struct run;

/* Makes the debugger: run->stepper is its. It reads from the descriptor `commands`, and writes to `replies` (where the
 * commands come from a terminal, to that). Returns its pid, or 0 after a problem. */
pid_t debug_start(struct arena *arena, struct run *run, int commands, int replies, struct problem *problem);

/* Waits until it has ended, which is when both lanes have, or the container's has become the program. Returns whether
 * the start was given up. */
bool debug_end(pid_t debugger, struct run *run);

/* Whether commands can come from the descriptor; else a problem says what is needed. */
bool debug_is_usable(int commands, struct problem *problem);
