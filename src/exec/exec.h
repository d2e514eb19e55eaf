/* exec.h - does a plan.
 *
 * Everything here runs between clone and execve: it makes system calls and touches
 * memory that is there already. No allocation, no stdio, no errno: tests/checks/noalloc
 * holds the objects of this folder to that, by the symbols that they import.
 */
#pragma once
#include "plan/plan.h"

/* The state of a run, set up by life/ before the first step. */
struct run {
	const struct plan *plan;
	struct tape *tape;
	int *slot;			/* plan->slots descriptors, each -1 until a step fills it */
	int socket[LANES];		/* SOCK_SEQPACKET pair, or -1 where the plan has nothing to pass */
	int lane_socket;		/* the end that the current process uses */
	pid_t child;			/* runtime: the container's process, once cloned */
	pid_t stage;			/* runtime: the process that STEP_REFORK left, to be reaped; 0: none */
	const char *listener_state;	/* the state JSON for linux.seccomp.listenerPath, or NULL */
	uint64_t old_signals;		/* the caller's signal mask, for STEP_RESET_SIGNALS */
};

/* Takes all steps of the lane. In the runtime's lane: returns 0, or -errno of the step that
 * failed (its mark says more). In the container's: returns only on failure. */
int exec_lane(struct run *run, enum lane lane);

/* Whether some step needs run->socket. */
bool exec_needs_socket(const struct plan *plan);
