/* start.h - what create, run and others that read a bundle have in common: from the options to a bundle. */
#pragma once
#include "life/life.h"
#include "oci/globals.h"

/* The bundle: start_bundle_table fills it. */
struct start_bundle {
	const char *path, *config;
};

/* How it is started: start_table fills it. */
struct start_asked {
	struct start_bundle bundle;
	const char *console_socket, *pid_file, *pidfd_socket;
	bool no_pivot, no_new_keyring, no_subreaper;
	unsigned preserve_fds;
};

extern const struct option start_bundle_table[], start_table[];

/* Reads the bundle, and what else is asked for the container that the first operand names, up to where it can be
 * planned; false after a problem. */
bool start_read(struct command *command, const struct start_asked *asked, enum plan_end end,
		struct bundle *ret_bundle);

/* --trace[=FILE], of run and exec. */
enum trace start_trace(const struct maybe_text *asked, struct problem *problem);
