/* gauge.c - see gauge.h */
#include "live/gauge.h"
#include "base/width.h"
#include <assert.h>
#include <string.h>

static const char *const tone_codes[] = {
	[TONE_PLAIN] = "",
	[TONE_DIM] = "\033[2m",
	[TONE_STRONG] = "\033[1m",
	[TONE_GRAPH] = "\033[36m",
	[TONE_LOW] = "\033[32m",
	[TONE_MIDDLE] = "\033[33m",
	[TONE_HIGH] = "\033[31m",
};
static_assert(sizeof(tone_codes) / sizeof(tone_codes[0]) == TONES, "a tone has no code");

/* --- lines --- */

struct strip strip_new(struct text *out, const struct look *look, unsigned columns)
{
	return (struct strip){ out, *look, columns };
}

/* At most `width` columns of it. Returns how many they are. */
static unsigned add_within(struct strip *strip, enum tone tone, const char *text, unsigned width)
{
	const bool coloured = strip->look.colours && tone != TONE_PLAIN && *text && width;
	unsigned used = 0, columns;
	bool shown;

	if (coloured)
		text_add(strip->out, tone_codes[tone]);
	for (size_t left = strlen(text); left;) {
		size_t size = width_next(text, left, &columns, &shown);

		shown = shown && (strip->look.utf8 || size == 1);
		if (!shown)
			columns = 1;
		if (used + columns > width)
			break;
		text_add_bytes(strip->out, shown ? text : "?", shown ? size : 1);
		used += columns;
		text += size;
		left -= size;
	}
	if (coloured)
		text_add(strip->out, "\033[0m");
	strip->left -= used;
	return used;
}

void strip_add(struct strip *strip, enum tone tone, const char *text)
{
	add_within(strip, tone, text, strip->left);
}

void strip_space(struct strip *strip, unsigned width)
{
	for (; width && strip->left; width--, strip->left--)
		text_add(strip->out, " ");
}

void strip_cell(struct strip *strip, enum tone tone, const char *text, unsigned width, bool right)
{
	unsigned wanted = width_of(text);

	if (width > strip->left)
		width = strip->left;
	if (right && wanted < width)
		strip_space(strip, width - wanted);
	if (right && wanted < width)
		width = wanted;
	strip_space(strip, width - add_within(strip, tone, text, width));
}

/* To clear behind a full line would clear its last character: the cursor still stands on it. */
void strip_end(struct strip *strip)
{
	struct text *out = strip->out;

	while (!strip->look.erases && out->length && out->at[out->length - 1] == ' ')
		out->at[--out->length] = '\0';
	if (strip->look.erases && strip->left)
		text_add(out, "\033[K");
}

/* --- bars and graphs --- */

enum tone gauge_tone(double fraction)
{
	return fraction < 0.6 ? TONE_LOW : fraction < 0.85 ? TONE_MIDDLE : TONE_HIGH;
}

static void add_times(struct text *text, const char *what, unsigned times)
{
	while (times--)
		text_add(text, what);
}

/* In halves of a column; what is not nothing is seen. */
void strip_bar(struct strip *strip, unsigned width, double fraction)
{
	struct text full = text_new(strip->out->arena), rest = text_new(strip->out->arena);
	unsigned halves;

	fraction = fraction > 1 ? 1 : fraction > 0 ? fraction : 0;
	halves = (unsigned)(fraction * 2 * width + 0.5);
	if (!halves && width && fraction >= 0.01)
		halves = 1;
	if (!strip->look.utf8)
		halves += halves & 1;
	add_times(&full, strip->look.utf8 ? "━" : "#", halves / 2);
	if (halves & 1)
		text_add(&full, "╸");
	add_times(&rest, strip->look.utf8 ? "─" : ".", width - (halves + 1) / 2);
	strip_add(strip, gauge_tone(fraction), full.at);
	strip_add(strip, TONE_DIM, rest.at);
}

enum { LEVELS = 8 };

static const char *const blocks[LEVELS + 1] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
static const char *const plain_blocks[LEVELS + 1] = { " ", "_", ".", "-", "=", "+", "*", "%", "#" };

void strip_graph(struct strip *strip, unsigned width, const struct trend *trend, double top, unsigned row,
		 unsigned rows)
{
	const char *const *shapes = strip->look.utf8 ? blocks : plain_blocks;
	struct text line = text_new(strip->out->arena);

	for (unsigned ago = width; ago-- > 0;) {
		double value = ago < trend->count ? trend_at(trend, ago) : 0, part = value / top;
		unsigned level = (unsigned)((part > 1 ? 1 : part > 0 ? part : 0) * rows * LEVELS + 0.5);

		if (ago < trend->count && !level)
			level = 1;
		level = level > row * LEVELS ? level - row * LEVELS : 0;
		text_add(&line, shapes[level > LEVELS ? LEVELS : level]);
	}
	strip_add(strip, TONE_GRAPH, line.at);
}

/* --- numbers --- */

const char *gauge_size(struct arena *arena, double bytes)
{
	static const char units[] = "BKMGTPE";
	size_t unit = 0;

	if (bytes < 0.5)
		return "0";
	for (; bytes >= 999.5 && unit + 2 < sizeof(units); unit++)
		bytes /= 1024;
	return arena_printf(arena, unit && bytes < 9.95 ? "%.1f%c" : "%.0f%c", bytes, units[unit]);
}
