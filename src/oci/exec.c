/* exec.c - see exec.h */
#include "oci/exec.h"
#include "oci/given.h"

const struct option exec_table[] = {
	{ "process", 'p', OPTION_TEXT, offsetof(struct exec_asked, process), "FILE",
	  "the process as in config.json, and not the container's own one changed" },
	{ "cwd", 0, OPTION_TEXT, offsetof(struct exec_asked, cwd), "DIR",
	  "its working directory, in the container" },
	{ "env", 'e', OPTION_TEXTS, offsetof(struct exec_asked, env), "NAME=VALUE",
	  "set a variable of its environment; may be repeated" },
	{ "tty", 't', OPTION_FLAG, offsetof(struct exec_asked, tty), NULL,
	  "give it a terminal" },
	{ "user", 'u', OPTION_TEXT, offsetof(struct exec_asked, user), "UID[:GID]",
	  "run it as this user, in numbers" },
	{ "additional-gids", 'g', OPTION_TEXTS, offsetof(struct exec_asked, group), "GID",
	  "add a group; may be repeated" },
	{ "cap", 'c', OPTION_TEXTS, offsetof(struct exec_asked, capability), "NAME",
	  "add a capability to bounding, effective and permitted; may be repeated" },
	{ "no-new-privs", 0, OPTION_MAYBE_FLAG, offsetof(struct exec_asked, no_new_privs), NULL,
	  "let no program give it more rights" },
	{ "apparmor", 0, OPTION_TEXT, offsetof(struct exec_asked, apparmor), "PROFILE",
	  "its AppArmor profile" },
	{ "process-label", 0, OPTION_TEXT, offsetof(struct exec_asked, process_label), "LABEL",
	  "its SELinux label" },
	{ "detach", 'd', OPTION_FLAG, offsetof(struct exec_asked, detach), NULL,
	  "end as soon as the program runs" },
	{ "console-socket", 0, OPTION_TEXT, offsetof(struct exec_asked, console_socket), "SOCKET",
	  "send the terminal's master side there" },
	{ "pid-file", 0, OPTION_TEXT, offsetof(struct exec_asked, pid_file), "FILE",
	  "write the process's pid there" },
	{ "pidfd-socket", 0, OPTION_TEXT, offsetof(struct exec_asked, pidfd_socket), "SOCKET",
	  "send a pidfd of the process there" },
	{ "preserve-fds", 0, OPTION_NUMBER, offsetof(struct exec_asked, preserve_fds), "N",
	  "let it have N more descriptors, from 3 on" },
	{ "ignore-paused", 0, OPTION_FLAG, offsetof(struct exec_asked, ignore_paused), NULL,
	  "also in a paused container, where it waits too" },
	{ "cgroup", 0, OPTION_TEXTS, offsetof(struct exec_asked, cgroup), "PATH",
	  "a cgroup below the container's own" },
	{ NULL }
};

static void fill_request(struct command *command, const struct exec_asked *asked,
			 struct plan_request *request)
{
	request->preserve_fds = given_descriptors(asked->preserve_fds, command->log, command->problem);
	request->console_socket = asked->console_socket;
	request->pid_file = asked->pid_file;
	request->pidfd_socket = asked->pidfd_socket;
}

bool exec_read(struct command *command, const struct exec_asked *asked, struct exec_options *ret_options,
	       struct bundle *ret_bundle)
{
	struct problem *problem = command->problem;
	struct bundle *bundle = ret_bundle;
	struct process *process = &bundle->spec.process;

	ret_options->root = command_root(command);
	ret_options->ignore_paused = asked->ignore_paused;
	ret_options->detach = asked->detach;
	ret_options->cgroup = asked->cgroup;
	if (!life_check_id(command->operand[0], problem) || problem->found ||
	    !life_exec_read(command->arena, ret_options, command->operand[0], bundle, problem))
		return false;
	exec_set_process(command, asked, command->operand + 1, process);
	fill_request(command, asked, &bundle->request);
	given_listen(command->arena, process);
	if (problem->found || !given_terminal(process, &bundle->request, problem))
		return false;
	if (process->terminal && !asked->detach)
		life_terminal_size(&bundle->request.rows, &bundle->request.columns);
	return true;
}
