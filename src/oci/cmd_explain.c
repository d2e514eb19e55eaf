/* cmd_explain.c - `taru-oci explain`: shows what `run` or `exec` would do, and does nothing.
 *
 *	explain [OPTIONS] [run] [OPTIONS] [ID]
 *	explain [OPTIONS] exec [OPTIONS] ID COMMAND...
 */
#include "oci/exec.h"
#include "oci/start.h"
#include <string.h>

/* Of both: the table of the one that is asked for fills its part. */
struct explain_asked {
	const char *format;
	struct start_bundle bundle;
	struct exec_asked exec;
	/* not by a table: */
	const struct format *chosen;
	char **words;			/* what stood behind `exec`, before it was read */
};

/* --- what is shown --- */

static void as_script(struct text *out, const char *what, const struct bundle *bundle)
{
	explain_script(out, &bundle->plan, &bundle->request, what);
}

static void as_prose(struct text *out, const char *what, const struct bundle *bundle)
{
	explain_prose(out, &bundle->plan, &bundle->request);
}

static void as_json(struct text *out, const char *what, const struct bundle *bundle)
{
	explain_json(out, &bundle->plan, &bundle->request);
}

static void as_page(struct text *out, const char *what, const struct bundle *bundle)
{
	explain_html(out, &bundle->plan, &bundle->request, what);
}

/* The first one is the default. */
static const struct format {
	const char *name;
	void (*print)(struct text *out, const char *what, const struct bundle *bundle);
} formats[] = {
	{ "sh", as_script },
	{ "text", as_prose },
	{ "json", as_json },
	{ "html", as_page },
};

static const struct format *find_format(const char *name, struct problem *problem)
{
	if (!name)
		return formats;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	problem_set(problem, "option '--format' is sh, text, json or html, not '%s'", name);
	return NULL;
}

/* `what` is the command line that is shown. */
static void show(struct command *command, const struct text *what, const struct bundle *bundle)
{
	const struct explain_asked *asked = command->asked;
	struct text out = text_new(command->arena);

	asked->chosen->print(&out, what->at, bundle);
	command_print(command, &out);
}

/* --- run --- */

static void name_run(struct text *what, const struct explain_asked *asked, const struct bundle *bundle)
{
	text_add(what, "taru-oci run -b ");
	text_add_word(what, bundle->path);
	if (asked->bundle.config) {
		text_add(what, " -f ");
		text_add_word(what, asked->bundle.config);
	}
	text_add(what, " ");
	text_add_word(what, bundle->request.id);
}

static void run_run(struct command *command)
{
	const struct explain_asked *asked = command->asked;
	struct bundle *bundle = ARENA_NEW(command->arena, struct bundle);
	struct text what = text_new(command->arena);

	if (command->operand[0])
		life_check_id(command->operand[0], command->problem);
	if (!command->problem->found)
		bundle_read(command->arena, asked->bundle.path ? asked->bundle.path : ".",
			    asked->bundle.config, command_cgroup_manager(command), bundle, command->problem);
	if (command->problem->found)
		return;
	bundle->request.id = command->operand[0] ? command->operand[0] : "container";
	bundle_plan(command->arena, bundle, command->problem);
	if (command->problem->found)
		return;
	name_run(&what, asked, bundle);
	show(command, &what, bundle);
}

static const struct option format_option[] = {
	{ "format", 0, OPTION_TEXT, offsetof(struct explain_asked, format), "FORMAT",
	  N_("sh: a script (default); text: sentences; json: data; html: a page") },
	{ NULL }
};

static const struct option run_options[] = {
	{ .kind = OPTION_TABLE, .offset = offsetof(struct explain_asked, bundle), .table = start_bundle_table },
	{ .kind = OPTION_TABLE, .table = format_option },
	{ NULL }
};

static const struct verb explain_run = {
	.name = "explain run",
	.operands = "[ID]",
	.summary = N_("show, step by step, what run would do"),
	.options = run_options,
	.operands_max = 1,
	.run = run_run,
};

/* --- exec --- */

static size_t count_words(char *const *words)
{
	size_t count = 0;

	while (words[count])
		count++;
	return count;
}

/* As it would be given to exec: without --format, which stands before the operands if it is there. */
static void name_exec(struct text *what, char *const *words, size_t operands)
{
	size_t options = count_words(words) - operands;

	text_add(what, "taru-oci exec");
	for (size_t i = 0; words[i]; i++) {
		if (i < options && !strncmp(words[i], "--format", strlen("--format"))) {
			i += !strchr(words[i], '=');
			continue;
		}
		text_add(what, " ");
		text_add_word(what, words[i]);
	}
}

static void run_exec(struct command *command)
{
	const struct explain_asked *asked = command->asked;
	struct bundle *bundle = ARENA_NEW(command->arena, struct bundle);
	struct text what = text_new(command->arena);
	struct exec_options options = { 0 };

	name_exec(&what, asked->words, count_words(command->operand));
	if (!exec_read(command, &asked->exec, &options, bundle))
		return;
	bundle_plan_exec(command->arena, bundle, command->problem);
	if (!command->problem->found)
		show(command, &what, bundle);
}

static const struct option exec_options[] = {
	{ .kind = OPTION_TABLE, .offset = offsetof(struct explain_asked, exec), .table = exec_table },
	{ .kind = OPTION_TABLE, .table = format_option },
	{ NULL }
};

static const struct verb explain_exec = {
	.name = "explain exec",
	.operands = "ID COMMAND [ARGUMENT...]",
	.summary = N_("show, step by step, what exec would do"),
	.options = exec_options,
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.in_order = true,
	.run = run_exec,
};

/* --- both --- */

/* The words up to here are read; what is left begins with the verb to explain, or goes on with the
 * options of run. */
static void run(struct command *command)
{
	static const struct { const char *word; const struct verb *verb; } explained[] = {
		{ "run", &explain_run }, { "exec", &explain_exec }, { NULL, &explain_run }
	};
	struct explain_asked asked = *(const struct explain_asked *)command->asked;
	char **words = command->operand;
	size_t i = 0;

	while (explained[i].word && (!*words || strcmp(explained[i].word, *words)))
		i++;
	if (explained[i].word)
		words++;
	asked.words = ARENA_ARRAY(command->arena, count_words(words) + 1, char *);
	memcpy(asked.words, words, count_words(words) * sizeof(char *));
	if (!command_read(command, explained[i].verb, words, &asked))
		return;
	asked.chosen = find_format(asked.format, command->problem);
	if (asked.chosen)
		explained[i].verb->run(command);
}

const struct verb verb_explain = {
	.name = "explain",
	.operands = "[run] [ID] | exec ID COMMAND...",
	.summary = N_("show, step by step, what run or exec would do"),
	.notes = N_("The script makes the same container as `run` does, with util-linux, iproute2 and coreutils;\n"
		    "above each line stands the config key that asks for it. `explain exec` takes the options\n"
		    "of exec, and shows how a process gets into a container that is there.\n"),
	.options = run_options,
	.asked_size = sizeof(struct explain_asked),
	.operands_max = OPERANDS_ANY,
	.in_order = true,
	.run = run,
};
