/* cmd_events.c - `taru-oci events`: what a container uses, again and again. */
#include "base/duration.h"
#include "life/life.h"
#include "oci/globals.h"

struct events_asked {
	const char *interval;
	bool stats;
};

static bool print(void *context, const struct text *line)
{
	struct command *command = context;

	command_print(command, line);
	return !command->problem->found;
}

static void print_once(struct command *command, const char *id)
{
	struct text line = text_new(command->arena);

	life_stats(command->arena, command_root(command), id, &line, command->problem);
	if (!command->problem->found)
		command_print(command, &line);
}

static void run(struct command *command)
{
	const struct events_asked *asked = command->asked;
	uint64_t interval = 0;
	const char *id = command->operand[0];

	if (!life_check_id(id, command->problem))
		return;
	if (!duration_read(asked->interval ? asked->interval : "5s", &interval) || !interval)
		problem_set(command->problem, "option '--interval' takes a time such as 5s, 1m30s or 500ms, not '%s'",
			    asked->interval);
	else if (asked->stats)
		print_once(command, id);
	else
		life_events(command->arena, command_root(command), id, interval, print, command, command->problem);
}

static const struct option options[] = {
	{ "interval", 0, OPTION_TEXT, offsetof(struct events_asked, interval), "TIME",
	  N_("how long to wait in between (default: 5s)") },
	{ "stats", 0, OPTION_FLAG, offsetof(struct events_asked, stats), NULL,
	  N_("once, and end") },
	{ NULL }
};

const struct verb verb_events = {
	.name = "events",
	.operands = "ID",
	.summary = N_("show what a container uses, as JSON"),
	.options = options,
	.asked_size = sizeof(struct events_asked),
	.operands_min = 1,
	.operands_max = 1,
	.run = run,
};
