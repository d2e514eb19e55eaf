/* line.h - a line that is typed at a terminal in raw mode: what each key does to it.
 *
 * Left, right, home, end, delete, ^A ^E ^B ^F move and ^H ^D ^U ^K ^W delete, as in a shell; up, down, ^P and ^N
 * bring back earlier lines. It calls nobody: bytes go in, and what the terminal is to be sent comes out.
 */
#pragma once
#include "base/text.h"

enum { LINE_SIZE = 1024, LINE_HISTORY = 64 };

enum line_result {
	LINE_MORE,			/* it goes on */
	LINE_DONE,			/* Enter: line->at is what was typed */
	LINE_CANCELLED,			/* ^C: forget it, and begin again */
	LINE_ENDED			/* ^D on an empty line */
};

struct line {
	char at[LINE_SIZE];		/* ends in a NUL */
	size_t length, cursor;		/* bytes */
	char *history[LINE_HISTORY];	/* the oldest first */
	size_t histories;
	size_t recalled;		/* which of them is shown; histories: none */
	char kept[LINE_SIZE];		/* what was typed before one was brought back */
	char escape[8];			/* of a sequence that has begun */
	size_t escapes;
};

/* An empty line; what it remembers stays. */
void line_begin(struct line *line);

/* One byte from the keyboard. */
enum line_result line_key(struct line *line, unsigned char byte);

/* Remembers it, unless it is empty or what was typed last. */
void line_remember(struct line *line, struct arena *arena);

/* What shows it: the terminal's line is written again, `columns` wide, and the cursor put where it is. Of a line
 * that is too wide the part around the cursor is shown. */
void line_draw(const struct line *line, const char *prompt, size_t columns, struct text *out);
