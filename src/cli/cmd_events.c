/* cmd_events.c - `taru events`: what happens to containers, images, volumes and networks. */
#include "base/json_write.h"
#include "cli/place.h"
#include "format/format.h"
#include "image/event.h"
#include "listing/filter.h"
#include "listing/moment.h"
#include <string.h>
#include <unistd.h>

struct cmd_events_asked {
	struct texts filter;
	const char *format, *since, *until;
	struct maybe_bool stream;
	bool no_stream;
};

struct printing {
	struct command *command;
	struct filters filters;
	const struct format *format;	/* NULL: docker's line */
	bool json;
};

/* --- --filter --- */

/* Those that nothing here has an event of are docker's, and match none; there is only one daemon, so to say. */
static const char *const filter_keys[] = { "config", "container", "daemon", "event", "image", "label", "network",
					   "node", "plugin", "scope", "secret", "service", "type", "volume", NULL };

static bool begins_with(const char *text, const char *begin)
{
	return !strncmp(text, begin, strlen(begin));
}

/* What an action has behind a colon need not be asked for: "health_status: healthy", "exec_start: sh". */
static bool is_action(const char *action, const char *asked)
{
	static const char *const with_more[] = { "exec_create", "exec_start", "health_status", NULL };

	return !strcmp(action, asked) || (begins_with(action, asked) && action[strlen(asked)] == ':' &&
					  text_is_one_of(asked, with_more));
}

/* "busybox:latest" is also meant by "busybox". */
static bool is_image(const char *name, const char *asked)
{
	const char *tag = strrchr(name, ':');
	const size_t length = tag && !strchr(tag, '/') ? (size_t)(tag - name) : strlen(name);

	return !strcmp(name, asked) || (strlen(asked) == length && !strncmp(name, asked, length));
}

static bool fits(const struct event_line *event, const struct filter *filter)
{
	const char *key = filter->key, *value = filter->value;

	if (!strcmp(key, "daemon"))
		return true;
	if (!strcmp(key, "event"))
		return is_action(event->action, value);
	if (!strcmp(key, "type"))
		return !strcmp(event->type, value);
	if (!strcmp(key, "scope"))
		return !strcmp(value, "local");
	if (!strcmp(key, "image"))
		return is_image(event->id, value) ||
		       is_image(json_text(event->attributes, strcmp(event->type, "image") ? "image" : "name"), value);
	/* The others are types: by the begin of the ID or of the name, as docker has it. */
	return !strcmp(event->type, key) &&
	       (begins_with(event->id, value) || begins_with(json_text(event->attributes, "name"), value));
}

/* Values of one key are alternatives; all labels must be there. */
static bool is_wanted(const struct event_line *event, const struct filters *filters)
{
	for (size_t i = 0; i < filters->count; i++) {
		bool any = !strcmp(filters->at[i].key, "label");

		for (size_t j = 0; j < filters->count && !any; j++)
			any = !strcmp(filters->at[i].key, filters->at[j].key) && fits(event, &filters->at[j]);
		if (!any)
			return false;
	}
	return filters_have_labels(filters, event->attributes);
}

/* --- what is printed --- */

enum { NS_IN_S = 1000000000 };

/* What podman's templates call what docker's have in Actor. */
static void put_of_podman(struct json_writer *out, const struct event_line *event)
{
	json_put_text(out, "Name", json_text(event->attributes, "name"));
	json_put_text(out, "Image", json_text(event->attributes, "image"));
	json_put_text(out, "ContainerExitCode", json_text(event->attributes, "exitCode"));
	json_put_value(out, "Attributes", event->attributes);
}

/* docker's names in JSON, or those of the same in templates. */
static void put_event(struct json_writer *out, const struct event_line *event, bool json)
{
	const bool is_container = !strcmp(event->type, "container");
	const bool has_status = is_container || !strcmp(event->type, "image");

	json_open_object(out, NULL);
	if (has_status || !json) {
		json_put_text(out, json ? "status" : "Status", has_status ? event->action : "");
		json_put_text(out, json ? "id" : "ID", has_status ? event->id : "");
	}
	if (is_container || !json)
		json_put_text(out, json ? "from" : "From", is_container ? json_text(event->attributes, "image") : "");
	json_put_text(out, "Type", event->type);
	json_put_text(out, "Action", event->action);
	json_open_object(out, "Actor");
	json_put_text(out, "ID", event->id);
	json_put_value(out, "Attributes", event->attributes);
	json_close(out);
	json_put_text(out, json ? "scope" : "Scope", "local");
	json_put_unsigned(out, json ? "time" : "Time", event->time_ns / NS_IN_S);
	json_put_unsigned(out, json ? "timeNano" : "TimeNano", event->time_ns);
	if (!json)
		put_of_podman(out, event);
	json_close(out);
}

/* "2026-01-31T12:00:00.123456789+01:00", in the time of this place; Z where that is UTC. */
static void add_time(struct text *out, uint64_t time_ns)
{
	const time_t seconds = (time_t)(time_ns / NS_IN_S);
	struct tm here = { 0 };
	char text[32];
	long minutes;

	localtime_r(&seconds, &here);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &here);
	text_printf(out, "%s.%09llu", text, (unsigned long long)(time_ns % NS_IN_S));
	minutes = (here.tm_gmtoff < 0 ? -here.tm_gmtoff : here.tm_gmtoff) / 60;
	if (here.tm_gmtoff)
		text_printf(out, "%c%02ld:%02ld", here.tm_gmtoff < 0 ? '-' : '+', minutes / 60, minutes % 60);
	else
		text_add(out, "Z");
}

/* Labels are anybody's: they make no lines of their own, and tell a terminal nothing. */
static void add_line(struct text *out, const struct event_line *event)
{
	add_time(out, event->time_ns);
	text_printf(out, " %s %s %s", event->type, event->action, event->id);
	for (const struct json *one = event->attributes->first; one; one = one->next)
		text_printf(out, "%s%s=%s", one == event->attributes->first ? " (" : ", ", one->key, one->text);
	if (event->attributes->first)
		text_add(out, ")");
	text_clean(out->at, '?');
}

static bool print(void *context, const struct event_line *event)
{
	struct printing *printing = context;
	struct problem *problem = printing->command->problem;
	struct text out = text_new(event->arena), values = text_new(event->arena);
	struct json_writer writer = json_writer_new(printing->json ? &out : &values, NULL);
	const struct json *value;

	if (!is_wanted(event, &printing->filters))
		return true;
	if (printing->json || printing->format)
		put_event(&writer, event, printing->json);
	else
		add_line(&out, event);
	if (printing->format) {
		value = json_read(event->arena, values.at, values.length, "event", problem);
		if (!value || !format_add(&out, printing->format, value, problem))
			return false;
	}
	text_add(&out, "\n");
	command_print(printing->command, &out);
	return !problem->found;
}

/* --- */

static void read_format(struct printing *printing, const char *given)
{
	const struct format_source source = { .text = given, .escapes = true };

	printing->json = given && (!strcmp(given, "json") || !strcmp(given, "{{json .}}"));
	if (given && !printing->json)
		printing->format = format_read(printing->command->arena, &source, printing->command->problem);
}

static uint64_t read_time(struct command *command, const char *option, const char *given, uint64_t without)
{
	struct timespec at = { 0 };

	if (!given || !moment_read(option, given, &at, command->problem))
		return without;
	return (uint64_t)at.tv_sec * NS_IN_S + (uint64_t)at.tv_nsec;
}

static void run(struct command *command)
{
	const struct cmd_events_asked *asked = command->asked;
	const bool follow = !asked->no_stream && (!asked->stream.set || asked->stream.value);
	const struct events_asked events = {
		.past = asked->since || asked->until || !follow,
		.follow = follow,
		.output = STDOUT_FILENO,
		.since_ns = read_time(command, "--since", asked->since, 0),
		.until_ns = read_time(command, "--until", asked->until, UINT64_MAX),
	};
	struct printing printing = { .command = command };
	struct place place;

	read_format(&printing, asked->format);
	if (!filters_read(command->arena, &asked->filter, filter_keys, &printing.filters, command->problem) ||
	    !place_open(command, follow, &place))
		return;
	events_read(&place.store, &events, print, &printing);
	store_close(&place.store);
}

#define AT(member) offsetof(struct cmd_events_asked, member)

static const struct option options[] = {
	{ "filter", 'f', OPTION_TEXTS, AT(filter), "KEY=VALUE", N_("only those; may be given more than once") },
	{ "format", 0, OPTION_TEXT, AT(format), "FORMAT", N_("json, or a template of Go's, instead of docker's line") },
	{ "no-stream", 0, OPTION_FLAG, AT(no_stream), NULL, N_("only what has happened, and end") },
	{ "since", 0, OPTION_TEXT, AT(since), "TIME", N_("also what has happened after: 10m, 2026-01-31T12:00:00Z") },
	{ "stream", 0, OPTION_MAYBE_FLAG, AT(stream), NULL, N_("go on with what happens (true)") },
	{ "until", 0, OPTION_TEXT, AT(until), "TIME", N_("only what happens before, and end then") },
	{ NULL }
};

const struct verb verb_events = {
	.name = "events",
	.operands = "",
	.summary = N_("show what happens to containers, images, volumes and networks"),
	.notes = N_(
		"Without --since, --until and --no-stream: what happens from now on.\n"
		"Filters: container=NAME|ID, event=ACTION, image=NAME|ID, label=KEY[=VALUE], network=NAME|ID,\n"
		"scope=local, type=container|image|network|volume, volume=NAME; docker's others are known, and there\n"
		"are no events of them.\n"),
	.options = options,
	.asked_size = sizeof(struct cmd_events_asked),
	.run = run,
};
