/* cmd_run.c - `taru-oci run`: makes a container from a bundle and waits for its end. */
#include "oci/start.h"
#include <unistd.h>

struct run_asked {
	struct start_asked start;
	bool detach, keep, step;
	struct maybe_text trace;
};

static void run(struct command *command)
{
	const struct run_asked *asked = command->asked;
	struct bundle *bundle = ARENA_NEW(command->arena, struct bundle);
	struct text warnings = text_new(command->arena);
	int signal = 0;
	struct start_options options = {
		.root = command_root(command),
		.trace = start_trace(&asked->trace, command->problem),
		.trace_file = asked->trace.text,
		.keep = asked->keep,
		.no_subreaper = asked->start.no_subreaper,
		.step = asked->step,
		.commands = STDIN_FILENO,
		.replies = STDERR_FILENO,
		.signal = &signal,
	};

	if (command->problem->found || (asked->step && !life_can_step(options.commands, command->problem)) ||
	    !start_read(command, &asked->start, asked->detach ? END_DETACHED : END_FOREGROUND, bundle))
		return;
	life_run(command->arena, bundle, &options, &warnings, &command->status, command->problem);
	command_warn(command, &warnings);
	if (signal)
		command->failed = 128 + signal;
	log_debug(command->log, "%s: the plan has %zu steps", bundle->config, bundle->plan.count);
	if (!command->problem->found && !asked->detach)
		log_debug(command->log, "container '%s' ended with status %d", command->operand[0],
			  command->status);
}

static const struct option options[] = {
	{ .kind = OPTION_TABLE, .offset = offsetof(struct run_asked, start), .table = start_table },
	{ "detach", 'd', OPTION_FLAG, offsetof(struct run_asked, detach), NULL,
	  N_("end as soon as the program runs; `delete` removes the container") },
	{ "keep", 0, OPTION_FLAG, offsetof(struct run_asked, keep), NULL,
	  N_("do not remove the container at its end") },
	{ "step", 0, OPTION_FLAG, offsetof(struct run_asked, step), NULL,
	  N_("stop before each step of the start, and ask what to do") },
	{ "trace", 0, OPTION_MAYBE_TEXT, offsetof(struct run_asked, trace), "FILE",
	  N_("show each step with its time; in FILE as trace events") },
	{ NULL }
};

const struct verb verb_run = {
	.name = "run",
	.operands = "ID",
	.summary = N_("make a container from a bundle and wait for its end"),
	.notes = N_("Ends with the exit status of the container's process, 128 + N where signal N ended it,\n"
		    "or 1 where it could not be started. With process.terminal the terminal on standard input\n"
		    "is put into raw mode; where standard input is none, its bytes are copied as they come.\n"),
	.options = options,
	.asked_size = sizeof(struct run_asked),
	.operands_min = 1,
	.operands_max = 1,
	.starts_container = true,
	.run = run,
};
