/* cmd_run.c - `taru run`: makes a container from an image and waits for its end. */
#include "base/fd.h"
#include "cli/explained.h"
#include "cli/input.h"
#include "cli/place.h"
#include "cli/starting.h"
#include "cli/refused.h"
#include "cli/run_options.h"
#include "cli/wanted.h"
#include "command/passed.h"
#include "engine/run.h"
#include "engine/volume_take.h"
#include <string.h>
#include <unistd.h>

struct cmd_run_asked {
	struct run_asked run;
	struct image_asked image;
	const char *explain;
	struct maybe_text trace;
	struct attached_asked attached;
	struct passed_asked passed;
	struct texts attach;		/* --attach STREAM */
	bool detach, step, why;
};

static void take_back(struct command *command, struct place *place, struct prepared *prepared)
{
	struct engine_container container = { .made = prepared->made, .folder = prepared->folder };

	engine_remove(&place->engine, &container, command->problem);
	volumes_give_back(&place->engine, &prepared->new_volumes);
}

/* Shows what would be done. */
static void explain(struct command *command, struct place *place, struct prepared *prepared, enum explain_form form)
{
	struct text out = text_new(command->arena);

	if (engine_explain(&place->engine, prepared, form,
			   explained_command(command, "run"), &out, command->problem))
		command_print(command, &out);
	fd_close_at(&prepared->folder);
}

/* It has a monitor, and the caller is attached to that or leaves. */
static void keep(struct command *command, struct place *place, struct prepared *prepared,
		 const struct run_request *request)
{
	const struct cmd_run_asked *asked = command->asked;
	const struct keep_asked keep = { .attach = !asked->detach, .close_input = asked->run.interactive,
					 .trace = request->trace, .trace_file = request->trace_file,
					 .step = request->step, .commands = request->commands,
					 .replies = request->replies };
	struct attached_asked attached = asked->attached;
	struct text warnings = text_new(command->arena), out = text_new(command->arena);
	struct run_result result;
	int none;

	attached.input = asked->run.interactive;
	if (!asked->detach) {
		starting_attached(command, place, prepared, &keep, &attached);
		return;
	}
	if (engine_keep(&place->engine, prepared, &keep, &none, &warnings, &result, command->problem))
		text_printf(&out, "%s\n", prepared->made.id);
	command->failed = result.status;
	command_warn(command, &warnings);
	if (!command->problem->found)
		command_print(command, &out);
}

/* What cannot be traced was made in vain. */
static void look_on(struct command *command, struct place *place, struct prepared *prepared)
{
	const struct cmd_run_asked *asked = command->asked;

	if (refused_check(prepared, command->problem))
		refused_run(command, place, prepared, asked->run.interactive);
	else
		take_back(command, place, prepared);
}

/* By itself. */
static bool starts_again(const struct run_asked *asked)
{
	return (asked->restart && asked->restart[0] && strcmp(asked->restart, "no") != 0) ||
	       (asked->health_on_failure && !strcmp(asked->health_on_failure, "restart"));
}

/* What makes no sense together. */
static bool check(struct command *command)
{
	const struct cmd_run_asked *asked = command->asked;
	static const char *const streams[] = { "stdin", "stdout", "stderr", "STDIN", "STDOUT", "STDERR", NULL };

	for (size_t i = 0; i < asked->attach.count; i++)
		if (!text_is_one_of(asked->attach.at[i], streams))
			problem_set(command->problem, "option '--attach': '%s' is none of stdin, stdout, stderr",
				    asked->attach.at[i]);
	if (asked->attach.count && asked->detach)
		problem_set(command->problem, "options '--attach' and '--detach': one of them only");
	if (asked->detach && asked->trace.given && !asked->trace.text)
		problem_set(command->problem, "option '--trace': with '--detach' it needs a file: --trace=FILE");
	if (asked->detach && asked->step)
		problem_set(command->problem, "options '--detach' and '--step': one of them only, since who steps "
			    "through the start waits for it");
	if (asked->explain && asked->step)
		problem_set(command->problem, "options '--explain' and '--step': one of them only");
	if (passed_is_asked(&asked->passed) && (asked->detach || starts_again(&asked->run)))
		problem_set(command->problem, "options '--preserve-fds' and '--preserve-fd': not where it is "
			    "started again or runs on by itself ('--detach', '--restart'): only its caller has them");
	if (asked->why && (asked->detach || asked->run.terminal || asked->step || asked->explain))
		problem_set(command->problem, "option '--why': not with '--detach', '--tty', '--step' or "
			    "'--explain', since it looks on while the program runs");
	if (asked->step && !life_can_step(STDIN_FILENO, command->problem))
		return false;
	return engine_check_detach_keys(asked->attached.detach_keys, command->problem) &&
	       (asked->detach || asked->explain ||
		input_check(asked->run.interactive, asked->run.terminal, command->problem));
}

static void start(struct command *command, struct place *place, const struct run_request *request)
{
	const struct cmd_run_asked *asked = command->asked;
	struct text warnings = text_new(command->arena);
	struct prepared prepared;
	struct run_result result;
	enum explain_form form = EXPLAIN_SCRIPT;

	if (asked->explain && !engine_explain_form(asked->explain, &form, command->problem))
		return;
	/* What would be changed is told in sentences as it is found. */
	if (asked->explain && form != EXPLAIN_JSON)
		translate_begin();
	place->engine.only_told = asked->explain;
	if (!engine_create(&place->engine, request, &prepared, command->problem))
		return;
	prepared.bundle.request.preserve_fds = request->preserve_fds;
	if (prepared.note)
		log_message(command->log, "warning", prepared.note);
	if (asked->explain) {
		explain(command, place, &prepared, form);
		return;
	}
	if (asked->why) {
		look_on(command, place, &prepared);
		return;
	}
	if (asked->detach || engine_wants_monitor(&prepared)) {
		keep(command, place, &prepared, request);
		return;
	}
	if (!input_prepare(asked->run.interactive, command->problem))
		return;
	engine_run(&place->engine, &prepared, request, &warnings, &result, command->problem);
	command_warn(command, &warnings);
	command->status = command->failed = result.status;
}

/* What is only told brings nothing and writes nothing for others. */
static void only_tell(struct cmd_run_asked *asked)
{
	asked->image.pull = "never";
	asked->run.cid_file = NULL;
}

static void run(struct command *command)
{
	enum { NOT_STARTED = 125 };
	struct cmd_run_asked *asked = (struct cmd_run_asked *)(uintptr_t)command->asked;
	struct run_request request = {
		.asked = &asked->run,
		.words = command->operand + 1,
		.image_name = command->operand[0],
		.kept = asked->detach,
		.trace = input_trace(&asked->trace, command->problem),
		.trace_file = asked->trace.text,
		.step = asked->step,
	};
	struct place place;

	command->failed = NOT_STARTED;
	if (asked->explain)
		only_tell(asked);
	asked->run.entrypoint_given = asked->run.entrypoint;
	if (passed_is_asked(&asked->passed))
		request.preserve_fds = passed_take(&asked->passed, command->log, command->problem);
	if (command->problem->found || !check(command) || !place_open(command, !asked->explain, &place))
		return;
	/* The container's standard streams need not be the caller's. */
	if (asked->step) {
		request.commands = sys_fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		request.replies = sys_fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	}
	if (asked->run.rootfs ||
	    wanted_image(command, &place, request.image_name, &asked->image, &request.image))
		start(command, &place, &request);
	store_close(&place.store);
}

static const struct option options[] = {
	{ "attach", 'a', OPTION_TEXTS, offsetof(struct cmd_run_asked, attach), "STREAM",
	  N_("accepted: without --detach all of its streams are the caller's") },
	{ .kind = OPTION_TABLE, .offset = offsetof(struct cmd_run_asked, attached), .table = attached_options },
	{ "detach", 'd', OPTION_FLAG, offsetof(struct cmd_run_asked, detach), NULL,
	  N_("let it run by itself; print its ID") },
	{ .kind = OPTION_TABLE, .offset = offsetof(struct cmd_run_asked, run), .table = run_options },
	{ "explain", 0, OPTION_TEXT, offsetof(struct cmd_run_asked, explain), "sh|text|json|html",
	  N_("show what would be done, and do not do it") },
	{ .kind = OPTION_TABLE, .offset = offsetof(struct cmd_run_asked, image), .table = image_options },
	{ .kind = OPTION_TABLE, .offset = offsetof(struct cmd_run_asked, passed), .table = passed_options },
	{ "step", 0, OPTION_FLAG, offsetof(struct cmd_run_asked, step), NULL,
	  N_("stop before each step of the start, and ask what to do") },
	{ "trace", 0, OPTION_MAYBE_TEXT, offsetof(struct cmd_run_asked, trace), "FILE",
	  N_("show each step with its time; in FILE as trace events") },
	{ "why", 0, OPTION_FLAG, offsetof(struct cmd_run_asked, why), NULL,
	  N_("trace the program, and tell at its end what was refused to it, and why") },
	{ NULL }
};

const struct verb verb_run = {
	.name = "run",
	.operands = "IMAGE [COMMAND...]",
	.summary = N_("make a container from an image and run it"),
	.notes = N_("The image `host` needs no download: it is this machine's own root file system, read-only,\n"
		    "and of /etc without what not everybody may read. Ends with the exit status of the process,\n"
		    "128 + N where signal N ended it, 127 where the program is not there, 126 where it cannot be\n"
		    "executed, and 125 where something else failed.\n"),
	.options = options,
	.asked_size = sizeof(struct cmd_run_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.in_order = true,
	.starts_container = true,
	.run = run,
};
