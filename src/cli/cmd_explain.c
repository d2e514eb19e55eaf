/* cmd_explain.c - `taru explain`: what another verb would do, or how a container that is there is made. Nothing is
 * done.
 *
 *	explain [--format FORMAT] run|exec|pull|network create|network connect [OPTIONS] ...
 *	explain [--format FORMAT] CONTAINER
 *	explain --diff [--format text|json] CONTAINER CONTAINER
 *
 * The verbs that can be explained have an option --explain; this one puts it into their words.
 */
#include "cli/explained.h"
#include "cli/names.h"
#include "cli/place.h"
#include "engine/explain.h"
#include <stdlib.h>
#include <string.h>

struct explain_asked {
	const char *format, *oci_root;
	bool diff;
};

const char *explained_command(const struct command *command, const char *verb)
{
	struct text what = text_new(command->arena);
	bool explain = false;

	text_printf(&what, "taru %s", verb);
	for (char **word = command->words; *word; word++) {
		if (!explain && !strncmp(*word, "--explain", strlen("--explain"))) {
			explain = true;
			word += !(*word)[strlen("--explain")];
			continue;
		}
		text_add(&what, " ");
		text_add_word(&what, *word);
	}
	return what.at;
}

/* --- another verb --- */

static bool can_be_explained(const struct verb *verb)
{
	for (const struct option *option = verb->options; option->name || option->table; option++)
		if (option->name && !strcmp(option->name, "explain"))
			return true;
	return false;
}

static void explain_verb(struct command *command, const struct verb *verb, char **words, const char *format)
{
	size_t count = 0;
	char **more;

	while (words[count])
		count++;
	more = ARENA_ARRAY(command->arena, count + 3, char *);
	more[0] = arena_copy(command->arena, "--explain", strlen("--explain"));
	more[1] = arena_copy(command->arena, format, strlen(format));
	memcpy(more + 2, words, count * sizeof(*words));
	if (command_read(command, verb, more, arena_alloc(command->arena, verb->asked_size + 1)))
		verb->run(command);
}

/* --- a container --- */

/* A word that can't be a container of ours: what else it may be. */
static void hint(struct command *command, const char *given)
{
	const struct problem cause = *command->problem;

	if (given[strspn(given, "0123456789")])
		return;
	*command->problem = (struct problem){ 0 };
	problem_set(command->problem, "%s; of a process that others have started there is no plan: 'taru xray %s' "
		    "shows how it is isolated", cause.text, given);
}

/* One of taru-oci's: its bundle, as it is by now. False where there is none of that id. */
static bool plan_of_bundle(struct command *command, const char *given, struct bundle **ret_bundle)
{
	const struct explain_asked *asked = command->asked;
	struct problem none = { 0 };
	struct container container;
	const char *root;

	if (!life_check_id(given, &none))
		return false;
	root = record_root(command->arena, asked->oci_root, &none);
	if (none.found || !container_open(command->arena, root, given, &container, &none))
		return false;
	if (!container.record.bundle) {
		container_close(&container);
		problem_set(command->problem, "container '%s' is being made, and has no record yet", given);
		return true;
	}
	*ret_bundle = ARENA_NEW(command->arena, struct bundle);
	bundle_read(command->arena, container.record.bundle, NULL, MANAGER_CGROUPFS, *ret_bundle, command->problem);
	container_close(&container);
	if (command->problem->found)
		return true;
	(*ret_bundle)->request.id = given;
	bundle_plan(command->arena, *ret_bundle, command->problem);
	return true;
}

static void explain_bundle(struct command *command, const char *given, enum explain_form form,
			   const struct problem *unknown)
{
	struct text out = text_new(command->arena);
	struct bundle *bundle = NULL;

	if (!plan_of_bundle(command, given, &bundle)) {
		*command->problem = *unknown;
		hint(command, given);
		return;
	}
	if (command->problem->found)
		return;
	engine_explain_bundle(bundle, form, arena_printf(command->arena, "taru-oci run %s", given), &out);
	command_print(command, &out);
}

static void explain_container(struct command *command, const char *given, enum explain_form form)
{
	const char *what = arena_printf(command->arena, "taru start %s", given);
	struct text out = text_new(command->arena);
	struct engine_container container;
	struct problem unknown = { 0 };
	struct bundle *bundle;
	struct place place;

	if (!place_open(command, false, &place))
		return;
	place.engine.only_told = true;
	if (!engine_find(&place.engine, given, &container, &unknown)) {
		if (strncmp(unknown.text, "no such container", strlen("no such container")) != 0)
			*command->problem = unknown;
		else
			explain_bundle(command, given, form, &unknown);
	} else if (engine_plan_container(&place.engine, &container, &bundle, command->problem)) {
		engine_explain_bundle(bundle, form, what, &out);
		command_print(command, &out);
	}
	engine_close(&container);
	store_close(&place.store);
}

/* --- two containers --- */

static void compare(struct command *command, struct place *place, char **words, bool json)
{
	struct text out = text_new(command->arena);
	struct engine_container left, right = { .folder = -1 };
	bool differ = false;

	if (engine_find(&place->engine, words[0], &left, command->problem) &&
	    engine_find(&place->engine, words[1], &right, command->problem) &&
	    engine_explain_difference(&place->engine, &left, &right, json, &out, &differ, command->problem)) {
		command_print(command, &out);
		command->status = differ;
	}
	engine_close(&left);
	engine_close(&right);
}

/* It ends as diff(1) does. */
static void run_diff(struct command *command, char **words, const char *format)
{
	enum { TROUBLE = 2 };
	const bool json = !strcmp(format, "json");
	struct place place;

	command->failed = TROUBLE;
	if (!json && strcmp(format, "text") != 0)
		problem_set(command->problem, "option '--format': with '--diff' it is text or json, not '%s'", format);
	else if (!words[1] || words[2])
		problem_set(command->problem, "option '--diff' takes two containers");
	if (command->problem->found || !place_open(command, false, &place))
		return;
	place.engine.only_told = true;
	compare(command, &place, words, json);
	store_close(&place.store);
}

/* --- all --- */

static void run(struct command *command)
{
	const struct explain_asked *asked = command->asked;
	const char *format = asked->format ? asked->format : "sh";
	char **words = command->operand;
	const char *group = names_is_group(words[0]) && words[1] ? words[0] : NULL, *name = words[group != NULL];
	const struct verb *verb = names_verb(group, name);
	enum explain_form form = EXPLAIN_SCRIPT;
	struct problem bad = { 0 };

	command->failed = EXIT_FAILURE;
	if (asked->diff) {
		run_diff(command, words, asked->format ? asked->format : "text");
		return;
	}
	if (!engine_explain_form(format, &form, &bad))
		problem_set(command->problem, "option '--format' is sh, text, json or html, not '%s'", format);
	else if (verb && can_be_explained(verb))
		explain_verb(command, verb, words + 1 + (group != NULL), format);
	else if (verb)
		problem_set(command->problem, "'%s%s%s' cannot be explained: run, exec, pull, network create and "
			    "network connect can; a container of that name is explained by its ID", group ? group : "",
			    group ? " " : "", name);
	else if (words[1])
		problem_set(command->problem, "'%s': one container at a time, or one of the commands run, exec, pull, "
			    "network create, network connect", words[1]);
	else
		explain_container(command, words[0], form);
}

static const struct option options[] = {
	{ "diff", 0, OPTION_FLAG, offsetof(struct explain_asked, diff), NULL,
	  N_("how two containers differ, in steps; the end is 0 where they do not, 1 where they do") },
	{ "format", 0, OPTION_TEXT, offsetof(struct explain_asked, format), "sh|text|json|html",
	  N_("a script (default), sentences, data, or a page for a browser") },
	{ "oci-root", 0, OPTION_TEXT, offsetof(struct explain_asked, oci_root), "DIR",
	  N_("where containers of taru-oci are, which are looked for last (default: /run/taru-oci)") },
	{ NULL }
};

const struct verb verb_explain = {
	.name = "explain",
	.operands = "CONTAINER | --diff CONTAINER CONTAINER | run|exec|pull|network create|network connect ...",
	.summary = N_("show, step by step, what a command would do, or how a container is made"),
	.notes = N_("Nothing of it is done. Of a container that runs it is told how it was started, with the networks\n"
		    "that it is in by now; of another one how it would be.\n"),
	.options = options,
	.asked_size = sizeof(struct explain_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.in_order = true,
	.run = run,
};
