/* human.c - see human.h */
#include "listing/human.h"
#include "base/text.h"
#include <string.h>
#include <time.h>

const char *human_span(struct arena *arena, int64_t seconds)
{
	int64_t minutes = seconds / 60, hours = (seconds + 1800) / 3600;
	static const int64_t day = 24, week = 168, month = 720, year = 8760;	/* in hours */

	if (seconds < 1)
		return "Less than a second";
	if (seconds == 1)
		return "1 second";
	if (seconds < 60)
		return arena_printf(arena, "%d seconds", (int)seconds);
	if (minutes == 1)
		return "About a minute";
	if (minutes < 60)
		return arena_printf(arena, "%d minutes", (int)minutes);
	if (hours == 1)
		return "About an hour";
	if (hours < 2 * day)
		return arena_printf(arena, "%d hours", (int)hours);
	if (hours < 2 * week)
		return arena_printf(arena, "%d days", (int)(hours / day));
	if (hours < 2 * month)
		return arena_printf(arena, "%d weeks", (int)(hours / week));
	if (hours < 2 * year)
		return arena_printf(arena, "%d months", (int)(hours / month));
	return arena_printf(arena, "%lld years", (long long)(seconds / 3600 / year));
}

const char *human_ago(struct arena *arena, int64_t now, int64_t then)
{
	return then ? ARENA_JOIN(arena, human_span(arena, now - then), " ago") : "N/A";
}

/* As strftime(3) has it; "" for a year that it cannot have. */
static const char *format_time(struct arena *arena, int64_t seconds, const char *format)
{
	char text[64] = "";
	time_t time = seconds;
	struct tm parts;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (localtime_r(&time, &parts))
		strftime(text, sizeof(text), format, &parts);
#pragma GCC diagnostic pop
	return arena_copy(arena, text, strlen(text));
}

const char *human_time(struct arena *arena, int64_t seconds)
{
	return format_time(arena, seconds, "%Y-%m-%d %H:%M:%S %z %Z");
}

const char *human_rfc3339(struct arena *arena, int64_t seconds)
{
	const char *time = format_time(arena, seconds, "%Y-%m-%dT%H:%M:%S");
	const char *zone = format_time(arena, seconds, "%z");

	if (!strcmp(zone, "+0000"))
		return arena_printf(arena, "%sZ", time);
	return arena_printf(arena, "%s%.3s:%s", time, zone, zone + 3);
}

const char *human_line(struct arena *arena, const char *text, bool whole)
{
	enum { MOST = 45 };
	char *line = arena_copy(arena, text, strlen(text));
	size_t at = 0, length;

	text_clean(line, ' ');
	length = strlen(line);
	for (size_t chars = 0; at < length && chars < MOST - 1; chars++) {
		size_t size = text_utf8(line + at, length - at);

		at += size + !size;
	}
	if (whole || at + 1 >= length)
		return line;
	return arena_printf(arena, "%.*s…", (int)at, line);
}
