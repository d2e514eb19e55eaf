/* cmd_run.c - `taru-oci run`: makes a container from a bundle and waits for its end. */
#include "base/sys.h"
#include "life/life.h"
#include "oci/command.h"
#include <linux/close_range.h>

struct run_asked {
	const char *bundle, *config;
	struct maybe_text trace;
	bool no_pivot, no_new_keyring, detach;
	unsigned preserve_fds;
};

/* Descriptors that the caller lets through must be there. One of ours (the log) has FD_CLOEXEC set:
 * that is how it is told from the caller's. All others are closed by the next exec, whatever happens
 * until then: an inherited directory of the host would be a way out of the container (CVE-2024-21626). */
static void keep_descriptors(unsigned count, struct problem *problem)
{
	for (unsigned i = 0; i < count; i++) {
		unsigned fd = 3 + i;

		if (sys_fcntl((int)fd, F_GETFD, 0) != 0) {
			problem_set(problem, "option '--preserve-fds': descriptor %u is not open", fd);
			return;
		}
	}
	sys_close_range(3 + count, ~0U, CLOSE_RANGE_CLOEXEC);
}

static void check_asked(const struct command *command, const struct run_asked *asked)
{
	if (asked->detach)
		problem_set(command->problem, "option '--detach' is not in this version: "
			    "the container runs in the foreground");
	if (asked->trace.text && !asked->trace.text[0])
		problem_set(command->problem, "option '--trace' has an empty file name");
	life_check_id(command->operand[0], command->problem);
	if (!command->problem->found)
		keep_descriptors(asked->preserve_fds, command->problem);
}

/* Reads the bundle and makes its plan; false after a problem. */
static bool prepare(struct command *command, const struct run_asked *asked, struct bundle *bundle)
{
	struct text warnings = text_new(command->arena);

	bundle_read(command->arena, asked->bundle ? asked->bundle : ".", asked->config, bundle,
		    command->problem);
	if (command->problem->found)
		return false;
	life_unsupported(&bundle->spec, &warnings);
	bundle->request.id = command->operand[0];
	bundle->request.preserve_fds = asked->preserve_fds;
	bundle->request.no_pivot = asked->no_pivot;
	bundle->request.no_new_keyring = asked->no_new_keyring;
	/* Set before the program begins, which may look at it at once. */
	if (bundle->spec.process.terminal)
		life_terminal_size(&bundle->request.rows, &bundle->request.columns);
	if (warnings.length)
		log_message(command->log, "warning", warnings.at);
	return true;
}

static void run(struct command *command)
{
	const struct run_asked *asked = command->asked;
	struct bundle *bundle = ARENA_NEW(command->arena, struct bundle);
	struct start_options options = {
		.root = record_root(command->arena, command->globals->root, command->problem),
		.trace = TRACE_NONE, .trace_file = asked->trace.text,
	};

	if (asked->trace.given)
		options.trace = asked->trace.text ? TRACE_FILE : TRACE_TABLE;
	check_asked(command, asked);
	if (command->problem->found || !prepare(command, asked, bundle))
		return;
	life_run(command->arena, bundle, &options, &command->status, command->problem);
	if (!command->problem->found)
		log_debug(command->log, "container '%s' ended with status %d", command->operand[0],
			  command->status);
}

static const struct option options[] = {
	{ "bundle", 'b', OPTION_TEXT, offsetof(struct run_asked, bundle), "DIR",
	  "the bundle (default: the current directory)" },
	{ "config", 'f', OPTION_TEXT, offsetof(struct run_asked, config), "FILE",
	  "read this file and not the bundle's config.json" },
	{ "trace", 0, OPTION_MAYBE_TEXT, offsetof(struct run_asked, trace), "FILE",
	  "show each step with its time; in FILE as trace events" },
	{ "no-pivot", 0, OPTION_FLAG, offsetof(struct run_asked, no_pivot), NULL,
	  "do without pivot_root (root file system on a ramdisk)" },
	{ "no-new-keyring", 0, OPTION_FLAG, offsetof(struct run_asked, no_new_keyring), NULL,
	  "keep the caller's session keyring" },
	{ "preserve-fds", 0, OPTION_NUMBER, offsetof(struct run_asked, preserve_fds), "N",
	  "let the container have descriptors 3 to 2+N" },
	{ "detach", 'd', OPTION_FLAG, offsetof(struct run_asked, detach), NULL,
	  "not in this version" },
	{ NULL }
};

const struct verb verb_run = {
	.name = "run",
	.operands = "ID",
	.summary = "make a container from a bundle and wait for its end",
	.notes = "Ends with the exit status of the container's process, 128 + N where signal N ended it,\n"
		 "or 1 where it could not be started. With process.terminal the terminal on standard input\n"
		 "is put into raw mode; where standard input is none, its bytes are copied as they come.\n",
	.options = options,
	.asked_size = sizeof(struct run_asked),
	.operands_min = 1,
	.operands_max = 1,
	.starts_container = true,
	.run = run,
};
