/* toml_string.c - the four kinds of strings in TOML: see toml.h */
#include "image/toml_parts.h"
#include <string.h>

enum { MORE_QUOTES = 2 };	/* so many quotes may stand before the three that end a string */

/* The 4 or 8 hexadecimal digits after \u or \U. */
static bool read_number(struct line_reader *reader, size_t digits, struct text *text)
{
	const char *wrong = text_add_hex(text, &reader->at, reader->end, digits);

	if (wrong)
		line_fail(reader, reader->at, wrong);
	return !wrong;
}

/* A backslash at the end of a line: it and all blanks and line ends after it are left out. */
static bool skip_line_end(struct line_reader *reader)
{
	const char *begin = reader->at;

	line_skip_blanks(reader);
	if (!toml_take_newline(reader)) {
		reader->at = begin;
		return false;
	}
	do
		line_skip_blanks(reader);
	while (toml_take_newline(reader));
	return true;
}

/* What stands after a backslash. */
static bool read_escape(struct line_reader *reader, bool lines, struct text *text)
{
	static const char known[] = "btnfr\"\\", means[] = "\b\t\n\f\r\"\\";
	const char *found;

	if (lines && skip_line_end(reader))
		return true;
	if (toml_take(reader, "u"))
		return read_number(reader, 4, text);
	if (toml_take(reader, "U"))
		return read_number(reader, 8, text);
	found = reader->at < reader->end && *reader->at ? strchr(known, *reader->at) : NULL;
	if (!found) {
		line_fail(reader, reader->at, "after '\\' one of b t n f r \" \\ u U is expected");
		return false;
	}
	reader->at++;
	text_add_bytes(text, means + (found - known), 1);
	return true;
}

/* In a string of several lines: its end, before which quotes may belong to it. */
static bool take_end(struct line_reader *reader, const char *end, struct text *text)
{
	if (!toml_take(reader, end))
		return false;
	for (size_t i = 0; end[1] && i < MORE_QUOTES && reader->at < reader->end && *reader->at == end[0]; i++) {
		text_add_bytes(text, end, 1);
		reader->at++;
	}
	return true;
}

/* One character, escape or line end. */
static bool read_part(struct line_reader *reader, const char *end, struct text *text)
{
	bool lines = end[1];
	size_t length;

	if (*end == '"' && toml_take(reader, "\\"))
		return read_escape(reader, lines, text);
	if (lines && toml_take_newline(reader)) {
		text_add(text, "\n");
		return true;
	}
	length = toml_character(reader);
	text_add_bytes(text, reader->at, length);
	reader->at += length;
	return length;
}

const char *toml_read_string(struct line_reader *reader, bool single_line)
{
	static const char *const kind[] = { "\"\"\"", "'''", "\"", "'" };
	struct text text = text_new(reader->arena);
	const char *end = NULL;

	for (size_t i = single_line ? 2 : 0; !end && i < sizeof(kind) / sizeof(kind[0]); i++)
		if (toml_take(reader, kind[i]))
			end = kind[i];
	if (!end)
		return NULL;
	if (end[1])
		toml_take_newline(reader);
	while (!take_end(reader, end, &text))
		if (!read_part(reader, end, &text))
			return NULL;
	return text.at;
}
