/* session.h - what the parts of the debugger share. Private to debug/. */
#pragma once
#include "debug/breakpoint.h"
#include "debug/command.h"
#include "debug/debug.h"
#include "debug/input.h"
#include "debug/turn.h"

enum { SESSION_GIVE_UP = DEBUG_GIVE_UP + 1 };

struct session {
	struct arena *arena;
	const struct plan *plan;
	const struct tape *tape;	/* the lanes write on it */
	struct input input;
	struct breakpoints breakpoints;
	struct turn turn;
	int socket[LANES];		/* -1: its lane has ended */
	pid_t pid[LANES];		/* as seen from here; 0: not known yet */
	int runtime;			/* a pidfd of the runtime's: it has ended when there is something to read */
	int give_up[SESSION_GIVE_UP];	/* see debug_asked, and caller.h; -1: none, or it has been heard */
	bool *skipped;			/* for each step */
	bool continues;			/* to the next breakpoint */
	bool over;			/* a lane has failed: nobody is asked any more, the runtime says why */
	bool quits;			/* all that is asked for is refused */
};

/* session.c: the user decides about the step that the lane waits before. Returns what the lane is told. */
enum stepper_answer session_ask(struct session *session, enum lane lane);

enum { SESSION_WATCHED = LANES + 1 + SESSION_GIVE_UP };

/* debug.c: what is to be watched: the lanes' sockets, and who may have the start given up. Notes what they say. */
size_t session_watch(const struct session *session, struct pollfd ret_polled[SESSION_WATCHED]);
void session_hear(struct session *session, struct pollfd polled[SESSION_WATCHED]);

/* debug.c: waits until the process behind the pidfd has ended, or the start is given up: false. */
bool session_wait(const struct session *session, int process);

/* tell.c: adds the steps around `index`, or all; and what is known of a step, and of the two processes. */
void tell_list(const struct session *session, size_t index, bool all, struct text *out);
void tell_state(const struct session *session, size_t index, struct text *out);

/* shell.c: runs a shell, or one command of it, beside the process; returns when it has ended. `root`: where below
 * "/" of its mounts the container's files are. */
void shell_run(const struct session *session, pid_t pid, const char *root, const char *command);
