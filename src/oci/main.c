/* main.c - taru-oci, an OCI runtime with runc's command line.
 *
 *	taru-oci [GLOBAL OPTIONS] VERB [OPTIONS] [OPERANDS]
 *
 * A verb is a row of the table below. It does its work and leaves a status or a
 * problem; messages and the end of the program are here alone.
 */
#include "command/standard.h"
#include "life/life.h"
#include "oci/globals.h"
#include "taru_commit.h"
#include "spec/names.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct verb *const verbs[] = {
	&verb_create, &verb_start, &verb_run, &verb_exec, &verb_state, &verb_list, &verb_ps, &verb_kill,
	&verb_delete, &verb_pause, &verb_resume, &verb_update, &verb_events, &verb_checkpoint,
	&verb_restore, &verb_spec, &verb_features,
	&verb_explain, &verb_check, NULL
};

static const struct option global_options[] = {
	{ "debug", 0, OPTION_FLAG, offsetof(struct globals, debug), NULL,
	  N_("tell more: --log-level debug") },
	{ "log", 0, OPTION_TEXT, offsetof(struct globals, log), "FILE",
	  N_("append messages to this file; or file:FILE, journald:ID, syslog:ID") },
	{ "log-format", 0, OPTION_TEXT, offsetof(struct globals, log_format), "FORMAT",
	  N_("text (default) or json") },
	{ "log-level", 0, OPTION_TEXT, offsetof(struct globals, log_level), "LEVEL",
	  N_("error, warning (default) or debug") },
	{ "root", 0, OPTION_TEXT, offsetof(struct globals, root), "DIR",
	  N_("the folder of all containers (default: /run/taru-oci)") },
	{ "systemd-cgroup", 0, OPTION_FLAG, offsetof(struct globals, systemd_cgroup), NULL,
	  N_("have systemd make the cgroups") },
	{ "cgroup-manager", 0, OPTION_TEXT, offsetof(struct globals, cgroup_manager), "NAME",
	  N_("who makes cgroups: cgroupfs (default), systemd or disabled") },
	{ "rootless", 0, OPTION_TEXT, offsetof(struct globals, rootless), "WORD",
	  N_("true, false or auto; found out by itself") },
	{ "criu", 0, OPTION_TEXT, offsetof(struct globals, criu), "PROGRAM",
	  N_("what checkpoint and restore run (default: criu)") },
	{ "version", 'v', OPTION_FLAG, offsetof(struct globals, version), NULL,
	  N_("show the version and end") },
	{ "version", 'V', OPTION_FLAG, offsetof(struct globals, version), NULL, NULL },
	{ NULL }
};

static const char version_text[] =
	"taru-oci version " TARU_VERSION "\n"
	"commit: " TARU_COMMIT "\n"
	"spec: 1.3.0\n"
	"+CAP +SECCOMP +APPARMOR +SELINUX +IDMAP +TIMENS +NETDEV +INTELRDT +CRIU +EXPLAIN +TRACE\n";

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; verbs[i]; i++)
		if (!strcmp(verbs[i]->name, name))
			return verbs[i];
	return NULL;
}

static void set_unknown_verb(struct command *command, const char *name)
{
	struct text known = text_new(command->arena);

	for (size_t i = 0; verbs[i]; i++)
		text_printf(&known, " %s", verbs[i]->name);
	problem_set(command->problem, "unknown command '%s'; known are:%s; see 'taru-oci --help'", name,
		    known.at);
}

static void print_program_help(struct command *command)
{
	struct text out = text_new(command->arena);

	translate_begin();
	text_printf(&out, "%s\n%s\n\n%s\n", _("Usage: taru-oci [OPTIONS] COMMAND ..."),
		    _("Runs containers from OCI bundles."), _("Commands:"));
	for (size_t i = 0; verbs[i]; i++)
		text_printf(&out, "  %-10s %s\n", verbs[i]->name, _(verbs[i]->summary));
	text_printf(&out, "\n%s\n", _("Options:"));
	options_help(&out, global_options);
	text_printf(&out, "\n%s\n", _("'taru-oci COMMAND --help' tells more."));
	command_print(command, &out);
}

/* taru-oci help [VERB] */
static void print_help(struct command *command, const char *name)
{
	const struct verb *verb = name ? find_verb(name) : NULL;

	if (!name)
		print_program_help(command);
	else if (verb)
		command_help(command, verb);
	else
		set_unknown_verb(command, name);
}

static void print_version(struct command *command)
{
	struct text out = text_new(command->arena);

	text_add(&out, version_text);
	command_print(command, &out);
}

static const char *const cgroup_managers[] = { "cgroupfs", "disabled", "systemd", NULL };
static const char *const rootless_words[] = { "true", "false", "auto", NULL };

static void check_word(const char *name, const char *value, const char *const *words,
		       struct problem *problem)
{
	if (!value)
		return;
	for (const char *const *word = words; *word; word++)
		if (!strcmp(*word, value))
			return;
	problem_set(problem, "option '--%s' is %s, %s or %s, not '%s'", name, words[0], words[1], words[2],
		    value);
}

/* Engines give the same options to every verb, so what only some do is only refused there. */
static void check_globals(const struct globals *globals, struct problem *problem)
{
	const char *manager = globals->cgroup_manager;

	check_word("cgroup-manager", manager, cgroup_managers, problem);
	check_word("rootless", globals->rootless, rootless_words, problem);
}

/* A program that the container is made to run could open this one for writing (CVE-2019-5736). */
static void protect(char **argv, struct problem *problem)
{
	int error;

	translate_note_place();
	error = self_protect("taru-oci", argv, environ);
	if (error)
		problem_set(problem, "cannot keep this program out of the reach of containers (needs /proc): %s",
			    errno_words(-error));
}

/* `words` begins with the verb. */
static void run_verb(struct command *command, char **words, char **argv)
{
	const struct verb *verb = find_verb(words[0]);

	if (!strcmp(words[0], "help")) {
		print_help(command, words[1]);
		return;
	}
	if (!strcmp(words[0], "version")) {
		print_version(command);
		return;
	}
	if (!verb) {
		set_unknown_verb(command, words[0]);
		return;
	}
	check_globals(command->globals, command->problem);
	if (verb->starts_container && !command->problem->found)
		protect(argv, command->problem);
	if (!command->problem->found &&
	    command_read(command, verb, words + 1, arena_alloc(command->arena, verb->asked_size + 1)))
		verb->run(command);
}

static void run(struct command *command, struct globals *globals, struct log *log, char **argv)
{
	/* A copy, since argv is passed on unchanged where the program runs itself again. */
	const struct options options = { global_options, "taru-oci", true };
	size_t count = 0;
	char **words;

	while (argv[count])
		count++;
	words = ARENA_ARRAY(command->arena, count + 1, char *);
	for (size_t i = 1; i < count; i++)
		words[i - 1] = argv[i];
	switch (options_read(command->arena, &options, words, globals, command->problem)) {
	case OPTIONS_HELP:
		print_program_help(command);
		return;
	case OPTIONS_WRONG:
		return;
	case OPTIONS_READ:
		break;
	}
	log_open(log, &(struct log_options){ globals->log, globals->log_format,
					     globals->debug ? "debug" : globals->log_level },
		 command->problem);
	if (command->problem->found)
		return;
	/* An engine reads that file, and knows some of our words (show/why.h). */
	if (globals->log || globals->log_format)
		translate_never();
	if (globals->version)
		print_version(command);
	else if (words[0])
		run_verb(command, words, argv);
	else
		problem_set(command->problem, "no command given; see 'taru-oci --help'");
}

int main(int argc, char **argv)
{
	static unsigned char memory[128 * 1024] __attribute__((aligned(16)));
	static struct problem problem;
	struct globals globals = { 0 };
	struct log log = { .fd = -1, .program = "taru-oci" };
	struct arena arena;
	struct command command = { .arena = &arena, .program = "taru-oci", .globals = &globals, .log = &log,
				   .failed = EXIT_FAILURE, .problem = &problem };

	standard_descriptors_fill();
	arena_init(&arena, memory, sizeof(memory));
	run(&command, &globals, &log, argv);
	if (problem.found)
		log_message(&log, "error", problem.text);
	exit(problem.found ? command.failed : command.status);
}
