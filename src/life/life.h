/* life.h - a container and its verbs. */
#pragma once
#include "plan/plan.h"
#include "show/show.h"

enum { CONFIG_LIMIT = 16 * 1024 * 1024 };	/* bytes of a config.json */

/* A bundle that has been read and planned: what run, explain and check begin with. */
struct bundle {
	const char *path;		/* absolute */
	const char *config;		/* path of its config.json, as given or PATH/config.json */
	struct spec spec;
	struct host host;
	struct plan_request request;
	struct plan plan;
};

/* Whether the text can be a container's id: [a-zA-Z0-9_+-][a-zA-Z0-9_+.-]*, 1024 characters at
 * most. Else a problem. */
bool life_check_id(const char *id, struct problem *problem);

/* Reads `path`/config.json (or `config`), checks it, reads the facts about the host. No side effects. */
void bundle_read(struct arena *arena, const char *path, const char *config, struct bundle *ret_bundle,
		 struct problem *problem);

/* The size of the terminal that this program was called in, for bundle->request; false where there
 * is none. */
bool life_terminal_size(unsigned short *ret_rows, unsigned short *ret_columns);

/* Makes bundle->plan, and checks it. bundle->request holds what the caller wants beyond the defaults;
 * bundle_read() has filled spec, host and bundle path in it. */
void bundle_plan(struct arena *arena, struct bundle *bundle, struct problem *problem);

/* What the host lacks for this bundle, one line each ("linux.seccomp: …"), without side effects: root path,
 * bind sources, namespace paths, file systems of the kernel, LSMs, tools, kernel version, rights.
 * Returns how many there are. */
size_t life_preflight(struct arena *arena, const struct bundle *bundle, struct text *out);

/* What the spec asks for and this version does not do: a problem where the container depends on it
 * (hooks), one line of warning where it does not (limits); no text at all: nothing. */
void life_unsupported(const struct spec *spec, struct text *ret_warnings, struct problem *problem);

enum trace { TRACE_NONE, TRACE_TABLE, TRACE_FILE };

struct run_options {
	enum trace trace;
	const char *trace_file;		/* TRACE_FILE */
};

/* Runs the container in the foreground until its process ends. Signals are forwarded to it; a
 * terminal is put into raw mode and put back on every way out. *ret_status is the process's exit
 * status, or 128 + signal. A failure to start is a problem with the whole diagnosis, and leaves nothing
 * behind. */
void life_run(struct arena *arena, struct bundle *bundle, const struct run_options *options,
	      int *ret_status, struct problem *problem);

/* Makes sure that /proc/self/exe cannot be written to by what runs in the container
 * (CVE-2019-5736): runs this program again from a sealed copy unless it is one. Returns 0, or
 * -errno where that could not be done. */
int self_protect(char **argv, char **envp);
