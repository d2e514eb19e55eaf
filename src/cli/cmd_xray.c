/* cmd_xray.c - `taru xray`: how a process is isolated, and what weakens that. */
#include "cli/place.h"
#include "command/json_pretty.h"
#include "xray/read.h"
#include "xray/tell.h"
#include <string.h>

struct xray_asked {
	const char *format;
	bool risks, spec;
};

enum xray_form { FORM_TEXT, FORM_JSON, FORM_HTML, FORMS };

static enum xray_form form_of(const struct xray_asked *asked)
{
	static const char *const names[FORMS] = { "text", "json", "html" };
	enum xray_form form = FORM_TEXT;

	while (asked->format && form < FORMS && strcmp(asked->format, names[form]) != 0)
		form++;
	return form;
}

/* --- what is told --- */

static void print_json(struct command *command, const struct text *json)
{
	struct text out = text_new(command->arena);

	json_pretty(&out, json->at);
	command_print(command, &out);
}

static void tell_spec(struct command *command, const struct xray *xray)
{
	struct text compact = text_new(command->arena), warnings = text_new(command->arena);
	struct json_writer json = json_writer_new(&compact, NULL);

	xray_tell_spec(xray, &json, &warnings);
	for (size_t i = 0; i < xray->unread.count; i++)
		text_printf(&warnings, "could not be read: %s\n", xray->unread.at[i]);
	command_warn(command, &warnings);
	print_json(command, &compact);
}

static void tell_json(struct command *command, const struct xray *xray, const struct risks *risks, bool only_risks)
{
	struct text out = text_new(command->arena);
	struct json_writer writer = json_writer_new(&out, NULL);

	if (only_risks)
		xray_tell_risks_json(NULL, risks, &writer);
	else
		xray_tell_json(xray, risks, &writer);
	print_json(command, &out);
}

static void tell(struct command *command, const struct xray *xray, enum xray_form form)
{
	const struct xray_asked *asked = command->asked;
	const struct risks risks = xray_judge(xray);
	struct text out = text_new(command->arena);

	switch (form) {
	case FORM_TEXT:
		if (asked->risks)
			xray_tell_risks(&risks, &out);
		else
			xray_tell_text(xray, &risks, &out);
		break;
	case FORM_HTML:
		if (asked->risks)
			xray_tell_risks_html(xray, &risks, &out);
		else
			xray_tell_html(xray, &risks, &out);
		break;
	case FORM_JSON:
		tell_json(command, xray, &risks, asked->risks);
		return;
	case FORMS: return;
	}
	if (form == FORM_TEXT)
		command_report(command, &out);
	else
		command_print(command, &out);
}

static void look_at(struct command *command, const struct xray_target *target, const char *container)
{
	const struct xray_asked *asked = command->asked;
	struct xray *xray = ARENA_NEW(command->arena, struct xray);

	if (!xray_read(command->arena, target, xray, command->problem))
		return;
	xray->container = container;
	if (asked->spec)
		tell_spec(command, xray);
	else
		tell(command, xray, form_of(asked));
}

/* --- which process --- */

/* The container is looked at once more when its process is held: it may have ended before, and another have its pid. */
static bool open_container(struct command *command, struct place *place, struct engine_container *container,
			   struct xray_target *ret_target)
{
	const pid_t pid = container->pid;

	if (!engine_lives(container)) {
		problem_set(command->problem, "container %s is not running but %s: only what runs can be looked at",
			    container->made.name, engine_status_name(container->status));
		return false;
	}
	if (!xray_open(command->arena, pid, ret_target, command->problem))
		return false;
	engine_refresh(&place->engine, container);
	if (engine_lives(container) && container->pid == pid)
		return true;
	xray_close(ret_target);
	problem_set(command->problem, "container %s has ended", container->made.name);
	return false;
}

static void look_at_container(struct command *command, struct place *place, struct engine_container *container)
{
	struct xray_target target;

	if (!open_container(command, place, container, &target))
		return;
	look_at(command, &target, container->made.name);
	xray_close(&target);
}

/* Digits alone are a pid; where there is no such process, they may be the begin of an ID. */
static bool is_pid(const char *word, pid_t *ret_pid)
{
	uint64_t number;

	if (!text_to_u64(word, &number) || !number || number > INT32_MAX)
		return false;
	*ret_pid = (pid_t)number;
	return true;
}

static bool names_container(struct command *command, const char *word)
{
	struct problem ignored = { 0 };
	struct command quiet = *command;
	struct engine_container container;
	struct place place;
	bool found;

	quiet.problem = &ignored;
	if (!place_open(&quiet, false, &place))
		return false;
	found = engine_find(&place.engine, word, &container, &ignored);
	if (found)
		engine_close(&container);
	store_close(&place.store);
	return found;
}

static void run(struct command *command)
{
	const struct xray_asked *asked = command->asked;
	struct problem *problem = ARENA_NEW(command->arena, struct problem);
	struct xray_target target;
	pid_t pid;

	if (form_of(asked) == FORMS)
		problem_set(command->problem, "option '--format' is text, json or html, not '%s'", asked->format);
	if (asked->spec && (asked->risks || asked->format))
		problem_set(command->problem, "option '--spec' goes with neither '--risks' nor '--format'");
	if (command->problem->found)
		return;
	/* What is found out is told in sentences as it is found. */
	if (!asked->spec && form_of(asked) != FORM_JSON)
		translate_begin();
	if (!is_pid(command->operand[0], &pid)) {
		place_one(command, look_at_container);
	} else if (xray_open(command->arena, pid, &target, problem)) {
		look_at(command, &target, NULL);
		xray_close(&target);
	} else if (names_container(command, command->operand[0])) {
		place_one(command, look_at_container);
	} else {
		problem_set(command->problem, "%s", problem->text);
	}
}

static const struct option options[] = {
	{ "format", 0, OPTION_TEXT, offsetof(struct xray_asked, format), "FORMAT",
	  N_("text (default), json, or html: a page for a browser") },
	{ "risks", 0, OPTION_FLAG, offsetof(struct xray_asked, risks), NULL,
	  N_("what weakens its isolation, the worst first, and what mends it") },
	{ "spec", 0, OPTION_FLAG, offsetof(struct xray_asked, spec), NULL,
	  N_("a config.json of the OCI that isolates in the same way") },
	{ NULL }
};

const struct verb verb_xray = {
	.name = "xray",
	.operands = "PID|CONTAINER",
	.summary = N_("show how a process is isolated"),
	.notes = N_("Any process of this machine: of a container, of a service, of a browser. Nothing of it is run or\n"
		    "stopped for it. Digits alone are a pid.\n"),
	.options = options,
	.asked_size = sizeof(struct xray_asked),
	.operands_min = 1,
	.operands_max = 1,
	.run = run,
};
