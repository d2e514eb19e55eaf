/* cmd_kill.c - `taru-oci kill`: sends a signal to a container. */
#include "life/life.h"
#include "oci/globals.h"
#include "oci/find.h"
#include "spec/names.h"

struct kill_asked {
	bool all, regex;
};

static const char *signal_word(const struct command *command)
{
	return command->operand[1] ? command->operand[1] : "TERM";
}

static void kill_one(struct command *command, const char *id, struct problem *problem)
{
	const struct kill_asked *asked = command->asked;

	life_kill(command->arena, command_root(command), id, signal_number(signal_word(command)), asked->all,
		  problem);
}

static void run(struct command *command)
{
	const struct kill_asked *asked = command->asked;
	const char *word = signal_word(command);

	if (signal_number(word) < 0)
		problem_set(command->problem, "'%s' is not a signal; it is a name such as TERM, SIGTERM or "
			    "RTMIN+3, or a number from 0 to 64", word);
	else
		find_each(command, asked->regex, kill_one);
}

static const struct option options[] = {
	{ "all", 'a', OPTION_FLAG, offsetof(struct kill_asked, all), NULL,
	  N_("to all of its processes, not only to the first one") },
	{ "regex", 'r', OPTION_FLAG, offsetof(struct kill_asked, regex), NULL,
	  N_("ID is an extended regular expression: to each container that it matches") },
	{ NULL }
};

const struct verb verb_kill = {
	.name = "kill",
	.operands = "ID [SIGNAL]",
	.summary = N_("send a signal (default: TERM) to a container's first process"),
	.options = options,
	.asked_size = sizeof(struct kill_asked),
	.operands_min = 1,
	.operands_max = 2,
	.run = run,
};
