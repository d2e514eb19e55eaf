/* cmd_logs.c - `taru logs`: what a container has written. */
#include "base/file.h"
#include "cli/chosen.h"
#include "cli/place.h"
#include "engine/log.h"
#include "listing/moment.h"
#include <string.h>
#include <time.h>
#include <unistd.h>

struct cmd_logs_asked {
	bool follow, timestamps, names, color, latest;
	const char *tail, *since, *until;
};

struct printing {
	const struct cmd_logs_asked *asked;
	const char *name;
	bool begun[2];			/* a line, of standard output and error */
	size_t length;
	char buffer[65536];
	int to;				/* what is in the buffer is for this descriptor */
};

static bool flush(struct printing *printing)
{
	bool written = !printing->length || file_write_all(printing->to, printing->buffer, printing->length) == 0;

	printing->length = 0;
	return written;
}

/* Standard output and error in the order in which they were written. */
static bool put(struct printing *printing, int to, const char *bytes, size_t length)
{
	if (to != printing->to || printing->length + length > sizeof(printing->buffer)) {
		if (!flush(printing))
			return false;
		printing->to = to;
	}
	if (length > sizeof(printing->buffer))
		return file_write_all(to, bytes, length) == 0;
	memcpy(printing->buffer + printing->length, bytes, length);
	printing->length += length;
	return true;
}

/* What stands before a line is not repeated within it, where it was kept in parts. */
static bool print(void *context, const struct log_line *line)
{
	struct printing *printing = context;
	const struct cmd_logs_asked *asked = printing->asked;
	const int to = line->error ? STDERR_FILENO : STDOUT_FILENO;
	bool good = true;

	if (!printing->begun[line->error]) {
		if (asked->names)
			good = put(printing, to, printing->name, strlen(printing->name)) && put(printing, to, " ", 1);
		if (good && asked->timestamps)
			good = put(printing, to, line->time, strlen(line->time)) && put(printing, to, " ", 1);
	}
	good = good && put(printing, to, line->bytes, line->length);
	printing->begun[line->error] = line->length && line->bytes[line->length - 1] != '\n';
	return good && (!asked->follow || flush(printing));
}

/* As a text that can be compared. */
static const char *read_time(struct command *command, const char *option, const char *given)
{
	struct timespec at;
	struct tm utc;
	char text[32];

	if (!given || !moment_read(option, given, &at, command->problem))
		return NULL;
	gmtime_r(&at.tv_sec, &utc);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
	return arena_printf(command->arena, "%s.%09ldZ", text, at.tv_nsec);
}

static int64_t read_tail(struct command *command, const char *given)
{
	uint64_t count;

	if (!given || !strcmp(given, "all") || !strcmp(given, "-1"))
		return -1;
	if (!text_to_u64(given, &count) || count > INT64_MAX)
		problem_set(command->problem, "option '--tail': '%s' is no number of lines, nor all", given);
	return (int64_t)count;
}

/* One container has the same colour each time: six of a terminal's, which are neither its letters' nor its ground's. */
static const char *name_before_lines(struct arena *arena, const struct made *made, bool color)
{
	enum { FIRST = 31, COLOURS = 6 };

	if (!color)
		return made->name;
	return arena_printf(arena, "\033[%dm%s\033[0m", FIRST + made->id[0] % COLOURS, made->name);
}

static void run(struct command *command)
{
	static struct printing printing = { .to = STDOUT_FILENO };
	const struct cmd_logs_asked *asked = command->asked;
	const struct log_asked log = {
		.follow = asked->follow,
		.tail = read_tail(command, asked->tail),
		.since = read_time(command, "--since", asked->since),
		.until = read_time(command, "--until", asked->until),
	};
	struct engine_container container = { .folder = -1 };
	struct place place;

	if (command->problem->found || !place_open(command, false, &place))
		return;
	printing.asked = asked;
	if (chosen_put_latest(command, &place, asked->latest, "logs", 1) &&
	    engine_find(&place.engine, command->operand[0], &container, command->problem)) {
		printing.name = name_before_lines(command->arena, &container.made, asked->color);
		engine_read_log(&place.engine, &container, &log, print, &printing, command->problem);
		flush(&printing);
	}
	engine_close(&container);
	store_close(&place.store);
}

#define AT(member) offsetof(struct cmd_logs_asked, member)

static const struct option options[] = {
	{ "color", 0, OPTION_FLAG, AT(color), NULL, N_("with --names: the name in a colour of its own") },
	{ "follow", 'f', OPTION_FLAG, AT(follow), NULL, N_("go on with what comes, until it ends") },
	CHOSEN_LATEST(AT(latest)),
	{ "names", 0, OPTION_FLAG, AT(names), NULL, N_("with the container's name before each line") },
	{ "since", 0, OPTION_TEXT, AT(since), "TIME", N_("only what was written after: 10m, 2026-01-31T12:00:00Z") },
	{ "tail", 'n', OPTION_TEXT, AT(tail), "N", N_("only the last lines (all)") },
	{ "timestamps", 't', OPTION_FLAG, AT(timestamps), NULL, N_("with the time before each line") },
	{ "until", 0, OPTION_TEXT, AT(until), "TIME", N_("only what was written before") },
	{ NULL }
};

const struct verb verb_logs = {
	.name = "logs",
	.operands = "[CONTAINER]",
	.summary = N_("show what a container has written"),
	.notes = N_("What a container in the foreground writes goes to its caller and is not kept, unless\n"
		    "a log driver was asked for.\n"),
	.options = options,
	.asked_size = sizeof(struct cmd_logs_asked),
	.operands_max = 1,
	.run = run,
};
