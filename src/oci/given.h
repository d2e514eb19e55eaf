/* given.h - what a process gets of its caller: descriptors, variables of the environment, the terminal. */
#pragma once
#include "oci/globals.h"
#include "plan/plan.h"

/* How many descriptors from 3 on it keeps: those of systemd's socket activation (LISTEN_FDS, where LISTEN_PID is
 * this process or not set) and `preserve` more, as runc has it. They must be there: a problem where one is
 * not. All others but the log's are closed: passed_count(). */
unsigned given_descriptors(unsigned preserve, const struct log *log, struct problem *problem);

/* Tells the process of the ones from LISTEN_FDS, if there are any. */
void given_listen(struct arena *arena, struct process *process);

/* Sets NAME=VALUE in the process's environment, in the place of what NAME was. */
void given_variable(struct arena *arena, struct process *process, const char *entry);

/* Whether terminal, detaching and --console-socket agree (runc's rules); else a problem. */
bool given_terminal(const struct process *process, const struct plan_request *request,
		    struct problem *problem);
