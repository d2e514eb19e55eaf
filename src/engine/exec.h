/* exec.h - one more process in a container of the engine that runs: `taru exec`. */
#pragma once
#include "engine/container.h"
#include "engine/run.h"

struct exec_asked {
	bool detach, interactive, terminal, privileged;
	const char *user, *workdir;
	const char *detach_keys;	/* as of engine_check_detach_keys(); without a terminal there are none */
	struct texts env, env_files;
};

struct exec_request {
	const struct exec_asked *asked;
	char **words;			/* the command, which ends in a NULL */
	char **environment;		/* the caller's, for `-e NAME` */
	enum trace trace;
	const char *trace_file;
	unsigned preserve_fds;		/* so many descriptors from 3 on are its, too */
	uint64_t timeout_ms;		/* after which it is killed, without a terminal; 0: never */
	struct text *warnings;		/* that memory ran out is a line of it; NULL: it is not looked at */
};

/* Runs it to its end, or detached until it runs. */
void engine_exec(struct engine *engine, const struct engine_container *container, const struct exec_request *request,
		 struct run_result *ret_result, struct problem *problem);

/* Adds what it would do, and does nothing of it. */
bool engine_exec_explain(struct engine *engine, const struct engine_container *container,
			 const struct exec_request *request, enum explain_form form, const char *what,
			 struct text *out, struct problem *problem);

/* The exit status that docker has for a program that could not be started: 125, or where -errno is why it cannot be
 * executed, 126 or 127. */
int engine_failed_status(int program);
