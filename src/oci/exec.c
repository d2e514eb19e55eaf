/* exec.c - see exec.h */
#include "oci/exec.h"
#include "oci/given.h"

const struct option exec_table[] = {
	{ "process", 'p', OPTION_TEXT, offsetof(struct exec_asked, process), "FILE",
	  N_("the process as in config.json, and not the container's own one changed") },
	{ "cwd", 0, OPTION_TEXT, offsetof(struct exec_asked, cwd), "DIR",
	  N_("its working directory, in the container") },
	{ "env", 'e', OPTION_TEXTS, offsetof(struct exec_asked, env), "NAME=VALUE",
	  N_("set a variable of its environment; may be repeated") },
	{ "tty", 't', OPTION_FLAG, offsetof(struct exec_asked, tty), NULL,
	  N_("give it a terminal") },
	{ "user", 'u', OPTION_TEXT, offsetof(struct exec_asked, user), "UID[:GID]",
	  N_("run it as this user, in numbers") },
	{ "additional-gids", 'g', OPTION_TEXTS, offsetof(struct exec_asked, group), "GID",
	  N_("add a group; may be repeated") },
	{ "cap", 'c', OPTION_TEXTS, offsetof(struct exec_asked, capability), "NAME",
	  N_("add a capability to bounding, effective and permitted; may be repeated") },
	{ "no-new-privs", 0, OPTION_MAYBE_FLAG, offsetof(struct exec_asked, no_new_privs), NULL,
	  N_("let no program give it more rights") },
	{ "apparmor", 0, OPTION_TEXT, offsetof(struct exec_asked, apparmor), "PROFILE",
	  N_("its AppArmor profile") },
	{ "process-label", 0, OPTION_TEXT, offsetof(struct exec_asked, process_label), "LABEL",
	  N_("its SELinux label") },
	{ "detach", 'd', OPTION_FLAG, offsetof(struct exec_asked, detach), NULL,
	  N_("end as soon as the program runs") },
	{ "console-socket", 0, OPTION_TEXT, offsetof(struct exec_asked, console_socket), "SOCKET",
	  N_("send the terminal's master side there") },
	{ "pid-file", 0, OPTION_TEXT, offsetof(struct exec_asked, pid_file), "FILE",
	  N_("write the process's pid there") },
	{ "pidfd-socket", 0, OPTION_TEXT, offsetof(struct exec_asked, pidfd_socket), "SOCKET",
	  N_("send a pidfd of the process there") },
	{ "preserve-fds", 0, OPTION_NUMBER, offsetof(struct exec_asked, preserve_fds), "N",
	  N_("let it have N more descriptors, from 3 on") },
	{ "ignore-paused", 0, OPTION_FLAG, offsetof(struct exec_asked, ignore_paused), NULL,
	  N_("also in a paused container, where it waits too") },
	{ "cgroup", 0, OPTION_TEXTS, offsetof(struct exec_asked, cgroup), "PATH",
	  N_("a cgroup below the container's own") },
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
