/* cmd_logs.c - `taru logs`: what a container has written. */
#include "base/file.h"
#include "base/text.h"
#include "cli/chosen.h"
#include "cli/place.h"
#include "engine/log.h"
#include "listing/moment.h"
#include <string.h>
#include <time.h>
#include <unistd.h>

struct cmd_logs_asked {
	bool follow, timestamps, names, color, latest, details;
	const char *tail, *since, *until;
};

/* What was written of the attributes of a line, which are mostly those of the one before. */
struct details {
	struct arena *arena;
	const char *attributes;
	size_t length;
	const char *words;
};

struct printing {
	const struct cmd_logs_asked *asked;
	const char *name;
	bool begun[2];			/* a line, of standard output and error */
	size_t length;
	char buffer[65536];
	int to;				/* what is in the buffer is for this descriptor */
	struct details details;
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

/* As docker has it: url.QueryEscape() of Go. */
static void put_escaped(struct text *out, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~";

	for (; *text; text++)
		if (strchr(plain, *text))
			text_printf(out, "%c", *text);
		else if (*text == ' ')
			text_add(out, "+");
		else
			text_printf(out, "%%%02X", (unsigned char)*text);
}

/* "NAME=VALUE,…"; "" where there are none. */
static const char *words_of(struct details *details, const struct log_line *line)
{
	struct problem none = { 0 };
	struct text words;
	const struct json *object;
	char *copy;

	if (!line->attributes)
		return "";
	if (details->words && details->length == line->attributes_length &&
	    !memcmp(details->attributes, line->attributes, details->length))
		return details->words;
	words = text_new(details->arena);
	text_add(&words, "");
	details->length = line->attributes_length;
	details->attributes = arena_copy(details->arena, line->attributes, details->length);
	copy = arena_copy(details->arena, line->attributes, details->length);
	object = json_read(details->arena, copy, details->length, "attrs", &none);
	for (const struct json *at = object ? object->first : NULL; at; at = at->next) {
		text_add(&words, words.length ? "," : "");
		put_escaped(&words, at->key);
		text_add(&words, "=");
		put_escaped(&words, at->kind == JSON_STRING ? at->text : "");
	}
	return details->words = words.at;
}

static bool put_word(struct printing *printing, int to, const char *word)
{
	return put(printing, to, word, strlen(word)) && put(printing, to, " ", 1);
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
			good = put_word(printing, to, printing->name);
		if (good && asked->timestamps)
			good = put_word(printing, to, line->time);
		if (good && asked->details)
			good = put_word(printing, to, words_of(&printing->details, line));
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
	printing.details.arena = command->arena;
	if (chosen_put_first(command, &place, asked->latest, NULL, "logs", 1) &&
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
	{ "details", 0, OPTION_FLAG, AT(details), NULL, N_("with the attributes that --log-opt has asked for") },
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
