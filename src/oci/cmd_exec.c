/* cmd_exec.c - `taru-oci exec`: runs one more process in a container. */
#include "oci/exec.h"
#include "oci/start.h"

struct cmd_exec_asked {
	struct exec_asked exec;
	struct maybe_text trace;
};

/* Where the process could not be started; less may be the program's own status. */
enum { NOT_STARTED = 255 };

static void run(struct command *command)
{
	const struct cmd_exec_asked *asked = command->asked;
	struct bundle *bundle = ARENA_NEW(command->arena, struct bundle);
	struct text warnings = text_new(command->arena);
	struct exec_options options = {
		.trace = start_trace(&asked->trace, command->problem),
		.trace_file = asked->trace.text,
		.warnings = &warnings,
	};

	command->failed = NOT_STARTED;
	if (command->problem->found || !exec_read(command, &asked->exec, &options, bundle))
		return;
	life_exec(command->arena, bundle, &options, &command->status, command->problem);
	command_warn(command, &warnings);
}

static const struct option options[] = {
	{ .kind = OPTION_TABLE, .offset = offsetof(struct cmd_exec_asked, exec), .table = exec_table },
	{ "trace", 0, OPTION_MAYBE_TEXT, offsetof(struct cmd_exec_asked, trace), "FILE",
	  N_("show each step with its time; in FILE as trace events") },
	{ NULL }
};

const struct verb verb_exec = {
	.name = "exec",
	.operands = "ID COMMAND [ARGUMENT...]",
	.summary = N_("run one more process in a container"),
	.notes = N_("Ends with the exit status of the process, 128 + N where signal N ended it, or 255 where it\n"
		    "could not be started. With --process there is no COMMAND, and of the options that describe\n"
		    "the process none counts.\n"),
	.options = options,
	.asked_size = sizeof(struct cmd_exec_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.in_order = true,
	.starts_container = true,
	.run = run,
};
