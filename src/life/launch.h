/* launch.h - what create, run and exec have in common: a plan is done, and if that fails it is told why and
 * nothing stays behind. For life/ only.
 */
#pragma once
#include "base/problem.h"
#include "exec/exec.h"
#include "life/life.h"

struct launch {
	struct arena *arena;
	struct bundle *bundle;
	struct container *container;	/* NULL: none is made (exec) */
	struct run run;
	uint64_t begun_us;		/* when it was opened: CLOCK_MONOTONIC */
	struct text *warnings;		/* what went wrong after the end: a line each */
	struct texts directories;	/* made on the host for it, the last one first */
	uint64_t timeout_ms;		/* after which a process without a terminal is killed; 0: never */
	struct keys *keys;		/* that leave it running, typed in its terminal; NULL: there are none */
	bool left;			/* they were typed */
	struct notify *notify;		/* NULL: nobody is told when the container is ready */
	pid_t debugger;			/* that is asked before each step; 0: there is none, or it has ended */
	const struct onlooker *onlooker;	/* NULL: the program is not traced */
	bool stopped;			/* by who stepped through it */
	int signal;			/* that had it stopped; 0: none */
};

/* Makes what a run needs: the tape, slots, the forms. */
bool launch_open(struct arena *arena, struct bundle *bundle, struct container *container,
		 struct launch *ret_launch, struct problem *problem);

/* Has each step asked for, as --step wants it, from here on. See start_options. */
void launch_step(struct launch *launch, const struct start_options *options, struct problem *problem);

/* Does the runtime's lane. If it fails the process is killed and reaped, and the problem says why. */
bool launch_go(struct launch *launch, struct problem *problem);

/* Whether the process became the program; else a problem says why not. `status` is how it ended. */
bool launch_check_started(const struct launch *launch, int status, struct problem *problem);

/* Why the program could not be found or executed: -errno; 0 where it was something else that failed; -ECANCELED where
 * the start was given up by who stepped through it. */
int launch_program_error(const struct launch *launch);

/* Waits for the end of the process, with its terminal if it has one. Returns its wait status. */
int launch_wait(struct launch *launch, struct problem *problem);

/* Prints the trace, if one is asked for. */
void launch_trace(const struct launch *launch, enum trace trace, const char *file, struct problem *problem);

/* Removes what a failed start has left on the host: folders, the pid file. */
void launch_undo(const struct launch *launch);

/* The container's cgroups, without those that somebody else's processes are in, which could not be made. */
struct cgroups launch_cgroups(const struct launch *launch);

/* The folders that a plan makes on the host (STEP_MAKE_DIRECTORY) and that are not there yet, the last one
 * first. */
struct texts launch_directories(struct arena *arena, const struct plan *plan);

/* --- state.c --- */

struct state {
	const struct spec *spec;
	const char *id, *bundle;
	enum status status;
	pid_t pid;			/* of its first process; 0: that does not exist yet, or any more */
};

/* What a hook gets on standard input. */
struct form state_form(struct arena *arena, const struct state *state);

/* What an agent gets with the listener of a seccomp filter. */
struct form state_listener_form(struct arena *arena, const struct state *state);

/* --- hooks.c --- */

/* Runs one hook of the container's; false after a problem. */
bool hook_do(const struct container *container, enum hook_kind kind, size_t index, enum status status,
	     struct problem *problem);

/* --- delete.c --- */

/* Removes all that was made for a container whose process has ended, runs its poststop hooks, and removes the
 * folder. What goes wrong with hooks is a line of `warnings`. */
void container_destroy(struct container *container, struct text *warnings, struct problem *problem);

/* --- notify.c: NOTIFY_SOCKET, see there --- */

struct notify {
	const char *to;			/* the caller's socket: a path, or '@' and a name */
	int from;			/* the container's */
	pid_t child;			/* who is to be watched */
	bool ready;			/* it has said so, and that was passed on */
	bool runtime;			/* who is to be watched is the runtime instead */
};

/* Changes the spec, if the caller has NOTIFY_SOCKET set, so that the container has one too; its folder is to be
 * made in `folder`. */
void notify_prepare(struct arena *arena, struct bundle *bundle, const char *folder);

/* Tells the manager that this process is to be watched, and whether the container is ready. */
void notify_main(bool ready);

/* Makes that folder. */
void notify_make_folder(const struct container *container, struct problem *problem);

/* Makes the socket, before the program begins. NULL where the caller has none. */
struct notify *notify_open(const struct container *container, struct problem *problem);

/* Passes one message on. `context` is the struct notify. */
void notify_pass_on(void *context);

/* Waits until the container is ready, or has ended; that is all for one that nobody stays with. */
void notify_wait(struct notify *notify, const struct container *container);
