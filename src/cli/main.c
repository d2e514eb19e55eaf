/* main.c - taru, an engine without a daemon, with docker's command line.
 *
 *	taru [GLOBAL OPTIONS] VERB [OPTIONS] [OPERANDS]
 *
 * The verbs are in names.c. One does its work and leaves a status or a problem; messages and the end of the program
 * are here alone. As with docker, 125 says that the command line was wrong, 1 that something else was.
 */
#include "cli/complete.h"
#include "cli/names.h"
#include "cli/version.h"
#include "command/standard.h"
#include "image/helper.h"
#include "life/life.h"
#include "spec/names.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option global_options[] = {
	{ "debug", 'D', OPTION_FLAG, offsetof(struct globals, debug), NULL,
	  N_("tell more: --log-level debug") },
	{ "log-level", 'l', OPTION_TEXT, offsetof(struct globals, log_level), "LEVEL",
	  N_("error, warning (default) or debug") },
	{ "root", 0, OPTION_TEXT, offsetof(struct globals, root), "DIR",
	  N_("where images are (default: $TARU_ROOT, /var/lib/taru)") },
	{ "run-root", 0, OPTION_TEXT, offsetof(struct globals, run_root), "DIR",
	  N_("where running containers are (default: $TARU_RUN_ROOT, /run/taru/containers)") },
	{ "version", 'v', OPTION_FLAG, offsetof(struct globals, version), NULL,
	  N_("show the version and end") },
	{ "host", 'H', OPTION_TEXT, offsetof(struct globals, host), "HOST", NULL },
	{ NULL }
};

/* A program that the container is made to run could open this one for writing (CVE-2019-5736). */
static void protect(struct command *command, char **argv)
{
	int error;

	helper_note_place(command->arena);
	translate_note_place();
	error = self_protect("taru", argv, environ);
	if (error)
		problem_set(command->problem, "cannot keep this program out of the reach of containers (needs /proc): "
			    "%s",
			    errno_words(-error));
}

/* `words` begins with the verb. */
static void run_verb(struct command *command, char **words, char **argv)
{
	const struct verb *verb;
	size_t used;

	if (!strcmp(words[0], "help")) {
		if (words[1])
			names_help_of(command, words + 1);
		else
			names_help(command, global_options);
		return;
	}
	if (!strcmp(words[0], "__complete")) {
		complete(command, global_options, words + 1);
		return;
	}
	command->failed = EXIT_FAILURE;
	verb = names_find(command, words, &used);
	if (!verb)
		return;
	command->failed = EXIT_USAGE;
	if (verb->starts_container)
		protect(command, argv);
	if (command->problem->found ||
	    !command_read(command, verb, words + used, arena_alloc(command->arena, verb->asked_size + 1)))
		return;
	command->failed = EXIT_FAILURE;
	verb->run(command);
}

static void run(struct command *command, struct globals *globals, struct log *log, char **words, char **argv)
{
	const struct options options = { global_options, "taru", true };

	switch (options_read(command->arena, &options, words, globals, command->problem)) {
	case OPTIONS_HELP:
		names_help(command, global_options);
		return;
	case OPTIONS_WRONG:
		return;
	case OPTIONS_READ:
		break;
	}
	log_open(log, &(struct log_options){ .level = globals->debug ? "debug" : globals->log_level },
		 command->problem);
	if (globals->host)
		problem_set(command->problem, "option '--host': there is no daemon to talk to; '--root' says where "
			    "images are");
	if (command->problem->found)
		return;
	if (globals->version)
		version_print(command);
	else if (words[0])
		run_verb(command, words, argv);
	else
		names_help(command, global_options);
}

/* A copy of the words, since argv is passed on unchanged where the program runs itself again. */
static char **copy_words(struct arena *arena, int argc, char **argv)
{
	char **words = ARENA_ARRAY(arena, (size_t)argc + 1, char *);

	for (int i = 1; i < argc; i++)
		words[i - 1] = argv[i];
	return words;
}

int main(int argc, char **argv)
{
	static unsigned char memory[128 * 1024] __attribute__((aligned(16)));
	static struct problem problem;
	struct globals globals = { 0 };
	struct log log = { .fd = -1, .program = "taru" };
	struct arena arena;
	struct command command = { .arena = &arena, .program = "taru", .globals = &globals, .log = &log,
				   .failed = EXIT_USAGE, .problem = &problem };

	standard_descriptors_fill();
	/* A caller that ignores it would have the kernel reap for us, and how a child ended would be lost. */
	signal(SIGCHLD, SIG_DFL);
	arena_init(&arena, memory, sizeof(memory));
	run(&command, &globals, &log, copy_words(&arena, argc, argv), argv);
	if (problem.found)
		log_message(&log, "error", problem.text);
	exit(problem.found ? command.failed : command.status);
}
