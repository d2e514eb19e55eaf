/* exec.h - what exec and `explain exec` have in common: from the options to a process in a container. */
#pragma once
#include "life/life.h"
#include "oci/globals.h"

/* exec_table fills it. */
struct exec_asked {
	/* the process: each changes the container's own one, and --process replaces that */
	const char *process, *cwd, *user, *apparmor, *process_label;
	struct texts env, capability, group;
	bool tty;
	struct maybe_bool no_new_privs;
	/* how it is started */
	const char *console_socket, *pid_file, *pidfd_socket;
	struct texts cgroup;
	bool detach, ignore_paused;
	unsigned preserve_fds;
};

extern const struct option exec_table[];

/* Reads the container that the first operand names, and makes the process for it that is asked: the command that
 * the other operands are, or --process. `options` is filled as life_exec() takes it. False after a problem. */
bool exec_read(struct command *command, const struct exec_asked *asked, struct exec_options *ret_options,
	       struct bundle *ret_bundle);

/* exec_process.c: the container's own process becomes what is asked; `args` ends in a NULL. */
void exec_set_process(struct command *command, const struct exec_asked *asked, char **args,
		      struct process *process);
