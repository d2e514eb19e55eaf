/* start.c - see start.h */
#include "oci/start.h"
#include "oci/given.h"

const struct option start_bundle_table[] = {
	{ "bundle", 'b', OPTION_TEXT, offsetof(struct start_bundle, path), "DIR",
	  N_("the bundle (default: the current directory)") },
	{ "config", 'f', OPTION_TEXT, offsetof(struct start_bundle, config), "FILE",
	  N_("read this file and not the bundle's config.json") },
	{ NULL }
};

const struct option start_table[] = {
	{ .kind = OPTION_TABLE, .offset = offsetof(struct start_asked, bundle), .table = start_bundle_table },
	{ "console-socket", 0, OPTION_TEXT, offsetof(struct start_asked, console_socket), "SOCKET",
	  N_("send the terminal's master side there") },
	{ "pid-file", 0, OPTION_TEXT, offsetof(struct start_asked, pid_file), "FILE",
	  N_("write the pid of the container's process there") },
	{ "pidfd-socket", 0, OPTION_TEXT, offsetof(struct start_asked, pidfd_socket), "SOCKET",
	  N_("send a pidfd of the container's process there") },
	{ "no-pivot", 0, OPTION_FLAG, offsetof(struct start_asked, no_pivot), NULL,
	  N_("do without pivot_root (root file system on a ramdisk)") },
	{ "no-new-keyring", 0, OPTION_FLAG, offsetof(struct start_asked, no_new_keyring), NULL,
	  N_("keep the caller's session keyring") },
	{ "preserve-fds", 0, OPTION_NUMBER, offsetof(struct start_asked, preserve_fds), "N",
	  N_("let the container have N more descriptors, from 3 on") },
	{ "no-subreaper", 0, OPTION_FLAG, offsetof(struct start_asked, no_subreaper), NULL,
	  N_("do not adopt processes that lose their parent") },
	{ NULL }
};

static void fill_request(struct command *command, const struct start_asked *asked, enum plan_end end,
			 struct plan_request *request)
{
	request->id = command->operand[0];
	request->end = end;
	request->preserve_fds = given_descriptors(asked->preserve_fds, command->log, command->problem);
	request->no_pivot = asked->no_pivot;
	request->no_new_keyring = asked->no_new_keyring;
	request->console_socket = asked->console_socket;
	request->pid_file = asked->pid_file;
	request->pidfd_socket = asked->pidfd_socket;
}

bool start_read(struct command *command, const struct start_asked *asked, enum plan_end end,
		struct bundle *ret_bundle)
{
	struct problem *problem = command->problem;
	struct bundle *bundle = ret_bundle;

	if (!life_check_id(command->operand[0], problem))
		return false;
	bundle_read(command->arena, asked->bundle.path ? asked->bundle.path : ".", asked->bundle.config,
		    command_cgroup_manager(command), bundle, problem);
	if (problem->found)
		return false;
	fill_request(command, asked, end, &bundle->request);
	given_listen(command->arena, &bundle->spec.process);
	if (problem->found || !given_terminal(&bundle->spec.process, &bundle->request, problem))
		return false;
	/* Set before the program begins, which may look at it at once. */
	if (bundle->spec.process.terminal && end == END_FOREGROUND)
		life_terminal_size(&bundle->request.rows, &bundle->request.columns);
	return true;
}

enum trace start_trace(const struct maybe_text *asked, struct problem *problem)
{
	if (asked->text && !asked->text[0])
		problem_set(problem, "option '--trace' has an empty file name");
	if (!asked->given)
		return TRACE_NONE;
	return asked->text ? TRACE_FILE : TRACE_TABLE;
}
