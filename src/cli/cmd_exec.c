/* cmd_exec.c - `taru exec`: runs one more process in a container. */
#include "cli/chosen.h"
#include "cli/explained.h"
#include "cli/input.h"
#include "cli/place.h"
#include "command/passed.h"
#include "engine/exec.h"
#include <stdlib.h>
#include <unistd.h>

struct cmd_exec_asked {
	struct exec_asked exec;
	struct passed_asked passed;
	struct maybe_text trace;
	const char *explain, *id_file;
	bool latest;
};

static void explain(struct command *command, struct place *place, const struct engine_container *container,
		    const struct exec_request *request)
{
	const struct cmd_exec_asked *asked = command->asked;
	struct text out = text_new(command->arena);
	enum explain_form form = EXPLAIN_SCRIPT;

	if (engine_explain_form(asked->explain, &form, command->problem) &&
	    engine_exec_explain(&place->engine, container, request, form, explained_command(command, "exec"),
				&out, command->problem))
		command_print(command, &out);
}

static void run(struct command *command)
{
	enum { NOT_STARTED = 125 };
	const struct cmd_exec_asked *asked = command->asked;
	struct text warnings = text_new(command->arena);
	struct exec_request request = {
		.asked = &asked->exec,
		.environment = environ,
		.trace = input_trace(&asked->trace, command->problem),
		.trace_file = asked->trace.text,
		.warnings = &warnings,
	};
	struct engine_container container;
	struct run_result result = { .status = NOT_STARTED };
	struct place place;

	command->failed = NOT_STARTED;
	if (passed_is_asked(&asked->passed))
		request.preserve_fds = passed_take(&asked->passed, command->log, command->problem);
	if (command->problem->found ||
	    (!asked->explain && !input_check(asked->exec.interactive, asked->exec.terminal, command->problem)) ||
	    !place_open(command, false, &place))
		return;
	command->failed = EXIT_FAILURE;
	if (!chosen_put_first(command, &place, asked->latest, asked->id_file, "exec", 2)) {
		store_close(&place.store);
		return;
	}
	request.words = command->operand + 1;
	if (!engine_find(&place.engine, command->operand[0], &container, command->problem)) {
		;
	} else if (asked->explain) {
		explain(command, &place, &container, &request);
	} else if (input_prepare(asked->exec.interactive, command->problem)) {
		engine_close(&container);
		engine_exec(&place.engine, &container, &request, &result, command->problem);
		command_warn(command, &warnings);
		command->status = command->failed = result.status;
	}
	engine_close(&container);
	store_close(&place.store);
}

#define AT(member) offsetof(struct cmd_exec_asked, member)

static const struct option options[] = {
	{ "cidfile", 0, OPTION_TEXT, AT(id_file), "FILE",
	  N_("in the container whose ID `run --cidfile` has written there; none is named then") },
	{ "detach", 'd', OPTION_FLAG, AT(exec.detach), NULL, N_("end as soon as it runs") },
	{ "detach-keys", 0, OPTION_TEXT, AT(exec.detach_keys), "KEYS",
	  N_("leave it running by these keys, with -it (ctrl-p,ctrl-q)") },
	{ "env", 'e', OPTION_TEXTS, AT(exec.env), "NAME[=VALUE]", N_("a variable; without a value: the caller's") },
	{ "env-file", 0, OPTION_TEXTS, AT(exec.env_files), "FILE", N_("variables, a line each") },
	{ "explain", 0, OPTION_TEXT, AT(explain), "sh|text|json|html", N_("do nothing; print what would be done") },
	{ "interactive", 'i', OPTION_FLAG, AT(exec.interactive), NULL, N_("it reads what the caller types") },
	CHOSEN_LATEST(AT(latest)),
	{ .kind = OPTION_TABLE, .offset = AT(passed), .table = passed_options },
	{ "privileged", 0, OPTION_FLAG, AT(exec.privileged), NULL, N_("all rights that the caller has") },
	{ "trace", 0, OPTION_MAYBE_TEXT, AT(trace), "FILE",
	  N_("show each step with its time; in FILE as trace events") },
	{ "tty", 't', OPTION_FLAG, AT(exec.terminal), NULL, N_("it has a terminal") },
	{ "user", 'u', OPTION_TEXT, AT(exec.user), "USER[:GROUP]",
	  N_("who it is, by name in the container or by number") },
	{ "workdir", 'w', OPTION_TEXT, AT(exec.workdir), "DIR", N_("where it begins") },
	{ NULL }
};

const struct verb verb_exec = {
	.name = "exec",
	.operands = "[CONTAINER] COMMAND [ARGUMENT...]",
	.summary = N_("run one more process in a container"),
	.notes = N_("Ends with the exit status of the process, 128 + N where signal N ended it, 127 where the program\n"
		    "is not there, 126 where it cannot be executed, and 125 where something else failed.\n"),
	.options = options,
	.asked_size = sizeof(struct cmd_exec_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.in_order = true,
	.starts_container = true,
	.run = run,
};
