/* exec.h - does a plan.
 *
 * Everything here runs between clone and execve: it makes system calls and touches
 * memory that is there already. No allocation, no stdio, no errno: tests/checks/noalloc
 * holds the objects of this folder to that, by the symbols that they import.
 */
#pragma once
#include "plan/plan.h"

/* Descriptors that a step opened and is done with. They are closed together: consecutive numbers take
 * one close_range. See exec.c. */
struct scratch {
	int fd[128];
	unsigned count;
};

/* The directory that something was made in last: what comes next is likely to be its neighbour. */
struct parent {
	const char *path;	/* begins with it: a target of the plan */
	size_t length;		/* 0: nothing is remembered */
	int fd;
};

/* A text that was made before there was a process. What it says about the process is filled in when it is
 * used: places are kept for the numbers, blanks that JSON allows before one. */
struct form {
	char *text;			/* NULL: there is none */
	size_t length;
	char *pid[2], *start_time;	/* where the last digit goes, or NULL */
};

/* The state of a run, set up by life/ before the first step. */
struct run {
	const struct plan *plan;
	struct tape *tape;
	int *slot;			/* plan->slots descriptors, each -1 until a step fills it */
	int socket[LANES];		/* SOCK_SEQPACKET pair, or -1 where the plan has nothing to pass */
	int lane_socket;		/* the end that the current process uses; set by STEP_CLONE */
	pid_t child;			/* runtime: the container's process, once cloned */
	pid_t stage;			/* runtime: the process that STEP_REFORK left, to be reaped; 0: none */
	int lock;			/* the runtime's alone: the container's lane closes it; -1: none */
	char **environment;		/* the runtime's, for hooks; the container's lane wipes it out */
	struct form listener;		/* what linux.seccomp.listenerPath is told */
	struct form record;		/* what STEP_WRITE_RECORD writes */
	struct form state[HOOKS];	/* what a hook of the kind gets on standard input */
	int stepper[LANES];		/* where each lane asks before a step (exec/stepper.h); 0: nobody is asked */

	/* What follows is exec's own; all zero at first. */
	struct mark *mark;		/* of the step that is being taken */
	struct scratch scratch;
	struct parent parent;
	bool tied;			/* container: it dies with the runtime */
	bool mounts_private;		/* nothing that is done to a mount is passed to the host */
	bool empty_attached;		/* SLOT_EMPTY is mounted somewhere */
	bool no_open_tree_attr;		/* this kernel is older than 6.15 */
};

/* Takes all steps of the lane. In the runtime's lane: returns 0, or -errno of the step that
 * failed (its mark says more). In the container's: returns only on failure.
 *
 * -ECONNRESET from STEP_OPEN_GATE, AWAIT_GATE, SEND_SLOT, RECEIVE_SLOT means that the other lane
 * has ended: the cause is in one of its marks. -EXDEV from STEP_CHANGE_DIRECTORY means that
 * the directory is outside of the root file system (CVE-2024-21626). -ECANCELED: who is asked before each step
 * (run->stepper) wants no more of them. */
int exec_lane(struct run *run, enum lane lane);

/* Whether some step needs run->socket. */
bool exec_needs_socket(const struct plan *plan);
