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

enum { DEBUG_GIVE_UP = 2 };

/* What is asked of the debugger, in descriptors above 2; 0: there is none. */
struct debug_asked {
	int commands, replies;		/* it reads from the one, and writes to the other (where the commands come from
					 * a terminal, to that) */
	int give_up[DEBUG_GIVE_UP];	/* when there is something to read from one of them, the start is given up */
};

/* Makes the debugger: run->stepper is its. Returns its pid, or 0 after a problem. */
pid_t debug_start(struct arena *arena, struct run *run, const struct debug_asked *asked, struct problem *problem);

/* Waits until it has ended, which is when both lanes have, or the container's has become the program. Returns whether
 * the start was given up; *ret_signal: the signal to this process that has it given up, or 0. */
bool debug_end(pid_t debugger, struct run *run, int *ret_signal);

/* Whether commands can come from the descriptor; else a problem says what is needed. */
bool debug_is_usable(int commands, struct problem *problem);
