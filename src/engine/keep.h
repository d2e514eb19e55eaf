/* keep.h - containers that run without their caller, and what becomes of them when they have ended.
 *
 *	taru run -d ─ fork → starts the container ─ execve → taru-monitor ─ execve → taru container cleanup
 *	   waits until it runs    as its parent              log, attach                │
 *	                                ↑──── the restart policy wants it again ────────┘
 *
 * It is one process from the begin to the end, so it always is the parent of the container's first process. If it is
 * killed the container goes on, and the next command that looks gives it another monitor (heal.c).
 */
#pragma once
#include "engine/run.h"

/* Whether a container needs a monitor also where its caller stays: it has a terminal that others may attach to, a
 * log, a restart policy, health checks, or a time after which it is killed; or it is in an ordinary user's networks,
 * which another process than its parent must enter (shared.h). */
bool engine_wants_monitor(const struct prepared *prepared);

struct keep_asked {
	bool attach;			/* somebody is attached from the beginning */
	bool close_input;		/* the end of that one's input is the container's */
	enum trace trace;
	const char *trace_file;
	bool step;			/* see start_options */
	int commands, replies;
	int front;			/* step: a pidfd of who waits for the start; engine_keep() sets it */
};

/* Starts it in a process of its own, and waits until its program runs. A start that fails is written down as
 * engine_run() does it. `ret_client`: the socket of who is attached, else -1. */
bool engine_keep(struct engine *engine, struct prepared *prepared, const struct keep_asked *asked, int *ret_client,
		 struct text *warnings, struct run_result *ret_result, struct problem *problem);

/* Starts it as a child of this process, which becomes its monitor and does not return but after a problem. */
void engine_become_monitor(struct engine *engine, struct prepared *prepared, int keeper,
			   const struct restarts *restarts, struct problem *problem);

/* How a container has ended, for who puts it away. */
struct ending {
	int64_t status;
	enum ended_by by;
	bool known;
	int keeper;			/* this process's, see engine_become_keeper(); -1: it has none */
	uint64_t log_lost;		/* lines that its log driver could not take */
	const int *client;		/* sockets of those that are to be told; NULL: none */
	size_t clients;
};

/* Puts away what has ended: its cgroup, what is in RUN, with --rm all of it; tells those who wait; and starts it again
 * where its policy wants that: then it does not return. */
void engine_cleanup(struct engine *engine, const char *id, const struct ending *ending, struct text *warnings,
		    struct problem *problem);

/* A container that runs and that nobody looks after gets a monitor (adopt.c). Only where nobody does. */
void engine_adopt(struct engine *engine, struct engine_container *container);

/* heal.c: engine_list() once all are put away that have ended and whose keeper was killed, or that the machine's
 * end has ended; those that run without one are adopted. */
bool engine_list_healed(struct engine *engine, struct engine_container **ret_list, size_t *ret_count,
			struct text *warnings, struct problem *problem);
void engine_heal_one(struct engine *engine, const char *id, struct text *warnings);

/* The same of all that run or have run; whether there was something to do. */
bool engine_heal_all(struct engine *engine, struct text *warnings);

/* cleanup.c: starts a container again whose keeper was killed when it was about to do so, after a pause; this process
 * becomes its monitor then and does not return. Where it has a keeper, or is not to be started any more, nothing. */
void engine_resume(struct engine *engine, const char *id, struct problem *problem);
