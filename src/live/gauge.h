/* gauge.h - bars and graphs made of characters, in lines that are never wider than they may be.
 *
 * Nothing here reads or writes anything but the text, so all of it is tested without a terminal.
 */
#pragma once
#include "base/text.h"
#include "live/trend.h"

/* What a terminal can show. */
struct look {
	bool utf8;			/* else ASCII alone */
	bool colours;
	bool erases;			/* each line clears what was behind it */
};

enum tone { TONE_PLAIN, TONE_DIM, TONE_STRONG, TONE_GRAPH, TONE_LOW, TONE_MIDDLE, TONE_HIGH, TONES };

/* A line that is being written, with room for so many columns. */
struct strip {
	struct text *out;
	struct look look;
	unsigned left;
};

/* Begins a line. */
struct strip strip_new(struct text *out, const struct look *look, unsigned columns);

/* Adds a text, as much of it as fits. It may come from anybody: what a terminal would obey is '?'. */
void strip_add(struct strip *strip, enum tone tone, const char *text);

/* Adds a text in exactly `width` columns, as much of it as fits, to the left or to the right. */
void strip_cell(struct strip *strip, enum tone tone, const char *text, unsigned width, bool right);

/* Adds spaces. */
void strip_space(struct strip *strip, unsigned width);

/* Ends the line; it has no "\n" yet. */
void strip_end(struct strip *strip);

/* Adds a bar of `width` columns; fraction: 0 to 1, which is all of it. */
void strip_bar(struct strip *strip, unsigned width, double fraction);

/* Adds one row of a graph of `rows` rows, the newest value at the right; row 0 is the lowest one. `top` > 0 is the
 * value that fills it. A value that is there is seen, also when it is 0. */
void strip_graph(struct strip *strip, unsigned width, const struct trend *trend, double top, unsigned row,
		 unsigned rows);

/* How much it is: green, yellow, red. */
enum tone gauge_tone(double fraction);

/* "0", "999B", "1.2K", "64M": at most four characters, by 1024. */
const char *gauge_size(struct arena *arena, double bytes);
