/* progress.c - see progress.h */
#include "image/progress.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/size.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { DRAW_MS = 100, BAR = 30, WIDTH = 80, DIGITS = 4 };

void progress_begin(struct progress *progress, struct arena *arena, int fd, size_t count)
{
	const char *term = getenv("TERM");

	*progress = (struct progress){ .fd = fd, .arena = arena, .count = count, .begin = clock_ms() };
	progress->terminal = fd >= 0 && isatty(fd) && term && strcmp(term, "dumb") != 0;
	progress->line = ARENA_ARRAY(arena, count + 1, struct progress_line);
}

static void put_bar(struct text *out, const struct progress_line *line)
{
	uint64_t at = line->at < line->total ? line->at : line->total;
	size_t full = (size_t)(at * BAR / line->total);

	text_add(out, " [");
	for (size_t i = 0; i < BAR; i++)
		text_add(out, i < full ? "=" : i == full ? ">" : " ");
	text_add(out, "] ");
	text_add(out, size_human(out->arena, line->at, DIGITS));
	text_add(out, "/");
	text_add(out, size_human(out->arena, line->total, DIGITS));
}

static void put_rate(struct text *out, const struct progress *progress, const struct progress_line *line)
{
	uint64_t ms = clock_ms() - progress->begin;

	if (ms < 1000)
		return;
	text_add(out, " ");
	text_add(out, size_human(out->arena, line->at * 1000 / ms, DIGITS));
	text_add(out, "/s");
}

/* How many columns there are. */
static size_t find_width(int fd)
{
	struct winsize size;

	return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : WIDTH;
}

static void put_line(struct text *out, const struct progress *progress, const struct progress_line *line,
		     size_t width)
{
	struct text text = text_new(out->arena);

	text_printf(&text, "%s: %s", line->label, line->phase ? line->phase : "Waiting");
	if (line->total && !line->done) {
		put_bar(&text, line);
		put_rate(&text, progress, line);
	}
	text_add_bytes(out, text.at, text.length < width ? text.length : width - 1);
	text_add(out, "\033[K\n");
}

void progress_draw(struct progress *progress, bool now)
{
	uint64_t time = clock_ms();
	struct arena arena;
	struct text out;
	size_t width;

	if (!progress->terminal || !progress->count || (!now && time - progress->last < DRAW_MS))
		return;
	arena_init(&arena, NULL, 0);
	out = text_new(&arena);
	width = find_width(progress->fd);
	if (progress->drawn)
		text_printf(&out, "\033[%zuA", progress->drawn);
	for (size_t i = 0; i < progress->count; i++)
		put_line(&out, progress, &progress->line[i], width);
	progress->drawn = progress->count;
	progress->last = time;
	file_write_all(progress->fd, out.at, out.length);
	arena_release(&arena);
}

void progress_say(struct progress *progress, const char *text)
{
	struct text out = text_new(progress->arena);

	if (progress->fd < 0)
		return;
	if (progress->drawn)
		text_printf(&out, "\033[%zuA\033[J", progress->drawn);
	text_printf(&out, "%s\n", text);
	file_write_all(progress->fd, out.at, out.length);
	progress->drawn = 0;
	progress_draw(progress, true);
}

void progress_set(struct progress *progress, size_t index, const char *phase, uint64_t at, uint64_t total, bool done)
{
	struct progress_line *line = &progress->line[index];
	bool changed = done && !line->done;

	line->phase = phase;
	line->at = at;
	line->total = total;
	line->done = done;
	if (changed && !progress->terminal && progress->fd >= 0)
		progress_say(progress, arena_printf(progress->arena, "%s: %s", line->label, phase));
}
