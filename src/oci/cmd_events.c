/* cmd_events.c - `taru-oci events`: what a container uses, again and again. */
#include "life/life.h"
#include "oci/globals.h"
#include <string.h>

struct events_asked {
	const char *interval;
	bool stats;
};

static const struct name units[] = {	/* in ns; the longer one first where one begins as another */
	{ "ns", 1 }, { "us", 1000 }, { "\xc2\xb5s", 1000 }, { "ms", 1000000 }, { "s", 1000000000 },
	{ "m", 60000000000 }, { "h", 3600000000000 }, { NULL, 0 }
};

/* A number with a unit at *at, which goes behind it; 0 where it is none or too large. */
static uint64_t read_part(const char **at)
{
	char number[20] = "";
	size_t length = strspn(*at, "0123456789");
	uint64_t count, part;

	if (length >= sizeof(number))
		return 0;
	memcpy(number, *at, length);
	*at += length;
	for (const struct name *unit = units; unit->name; unit++) {
		if (strncmp(*at, unit->name, strlen(unit->name)))
			continue;
		*at += strlen(unit->name);
		if (!text_to_u64(number, &count) || __builtin_mul_overflow(count, unit->value, &part))
			return 0;
		return part;
	}
	return 0;
}

/* "5s", "1m30s", "100ms", as Go's durations are; 0 for what is none, or is too long. */
static uint64_t interval_ns(const char *text)
{
	uint64_t sum = 0, part;

	do {
		part = read_part(&text);
		if (!part || __builtin_add_overflow(sum, part, &sum))
			return 0;
	} while (*text);
	return sum;
}

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
	uint64_t interval = interval_ns(asked->interval ? asked->interval : "5s");
	const char *id = command->operand[0];

	if (!life_check_id(id, command->problem))
		return;
	if (!interval)
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
