/* line_reader.h - a text that is read line by line, for the readers of TOML and YAML: where it is, and what was wrong
 * there.
 */
#pragma once
#include "base/arena.h"
#include "base/problem.h"

struct line_reader {
	struct arena *arena;
	struct problem *problem;
	const char *name, *at, *end;	/* what it is called in problems; the next byte; the text's end */
	const char *line;		/* where the line that `at` is in begins */
	size_t line_number, values, depth;
};

/* At the begin of a text of `length` bytes. */
struct line_reader line_reader_new(struct arena *arena, const char *text, size_t length, const char *name,
				   struct problem *problem);

/* Notes a problem with the byte at `at`: "NAME:LINE:COLUMN: WHAT". */
void line_fail(struct line_reader *reader, const char *at, const char *what);

/* Skips blanks in the line. */
void line_skip_blanks(struct line_reader *reader);

/* The bytes up to `at` were the last ones of a line. */
void line_next(struct line_reader *reader);
