/* cmd_explain.c - `taru-oci explain`: shows what `run` would do, and does nothing. */
#include "life/life.h"
#include "oci/command.h"
#include <string.h>

struct explain_asked {
	const char *bundle, *config, *format;
};

static void as_script(struct text *out, struct command *command, const struct bundle *bundle)
{
	const struct explain_asked *asked = command->asked;
	struct text what = text_new(command->arena);

	text_add(&what, "taru-oci run -b ");
	text_add_word(&what, bundle->path);
	if (asked->config) {
		text_add(&what, " -f ");
		text_add_word(&what, asked->config);
	}
	text_add(&what, " ");
	text_add_word(&what, bundle->request.id);
	explain_script(out, &bundle->plan, &bundle->request, what.at);
}

static void as_prose(struct text *out, struct command *command, const struct bundle *bundle)
{
	explain_prose(out, &bundle->plan, &bundle->request);
}

static void as_json(struct text *out, struct command *command, const struct bundle *bundle)
{
	explain_json(out, &bundle->plan, &bundle->request);
}

/* The first one is the default. */
static const struct format {
	const char *name;
	void (*print)(struct text *out, struct command *command, const struct bundle *bundle);
} formats[] = {
	{ "sh", as_script },
	{ "text", as_prose },
	{ "json", as_json },
};

static const struct format *find_format(const char *name, struct problem *problem)
{
	if (!name)
		return formats;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	problem_set(problem, "option '--format' is sh, text or json, not '%s'", name);
	return NULL;
}

/* What `run` would refuse or leave out is told beside the plan, which is worth seeing all the same. */
static void warn(struct command *command, const struct spec *spec)
{
	struct text warnings = text_new(command->arena);
	struct problem refused = { 0 };

	life_unsupported(spec, &warnings);
	if (refused.found)
		log_message(command->log, "warning", refused.text);
	if (warnings.length)
		log_message(command->log, "warning", warnings.at);
}

static void run(struct command *command)
{
	const struct explain_asked *asked = command->asked;
	struct bundle *bundle = ARENA_NEW(command->arena, struct bundle);
	const struct format *format = find_format(asked->format, command->problem);
	struct text out = text_new(command->arena);

	if (command->operand[0])
		life_check_id(command->operand[0], command->problem);
	if (!command->problem->found)
		bundle_read(command->arena, asked->bundle ? asked->bundle : ".", asked->config, bundle,
			    command->problem);
	if (command->problem->found)
		return;
	bundle->request.id = command->operand[0] ? command->operand[0] : "container";
	bundle_plan(command->arena, bundle, command->problem);
	if (!format || command->problem->found)
		return;
	warn(command, &bundle->spec);
	format->print(&out, command, bundle);
	command_print(command, &out);
}

static const struct option options[] = {
	{ "bundle", 'b', OPTION_TEXT, offsetof(struct explain_asked, bundle), "DIR",
	  "the bundle (default: the current directory)" },
	{ "config", 'f', OPTION_TEXT, offsetof(struct explain_asked, config), "FILE",
	  "read this file and not the bundle's config.json" },
	{ "format", 0, OPTION_TEXT, offsetof(struct explain_asked, format), "FORMAT",
	  "sh: a script (default); text: sentences; json: data" },
	{ NULL }
};

const struct verb verb_explain = {
	.name = "explain",
	.operands = "[ID]",
	.summary = "show, step by step, what run would do",
	.notes = "The script makes the same container as `run` does, with util-linux, iproute2 and coreutils;\n"
		 "above each line stands the config key that asks for it.\n",
	.options = options,
	.asked_size = sizeof(struct explain_asked),
	.operands_max = 1,
	.run = run,
};
