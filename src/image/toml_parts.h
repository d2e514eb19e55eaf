/* toml_parts.h - what toml.c and toml_value.c share. */
#pragma once
#include "base/text.h"
#include "image/toml.h"

/* How a table came to be decides who may still add to it. */
enum toml_origin {
	TOML_CLOSED,		/* by a value: nobody */
	TOML_IMPLIED,		/* in the name of another one: a header, once */
	TOML_HEADER,		/* the lines below its header */
	TOML_DOTTED,		/* by a dotted key: other dotted keys */
	TOML_TABLES,		/* an array of tables: a header, each time */
};

struct toml_value {
	struct json json;	/* the first, so that a pointer to it is one to all */
	struct toml_value *last;	/* of an array or table */
	size_t line;
	enum toml_origin origin;
};

struct toml_key {
	const char *part[TOML_DEPTH];
	size_t count;
	const char *at;		/* where it begins */
};

struct toml_reader {
	struct arena *arena;
	struct problem *problem;
	const char *name, *at, *end;	/* the next byte; text + length */
	const char *line;		/* where the line that `at` is in begins */
	size_t line_number, values, depth;
};

/* --- toml.c --- */

/* Notes a problem with the byte at `at`. */
void toml_fail(struct toml_reader *reader, const char *at, const char *what);

/* Takes this word, or the end of the line, if it is next. */
bool toml_take(struct toml_reader *reader, const char *word);
bool toml_take_newline(struct toml_reader *reader);

/* Skip blanks in the line, and a comment after them; false after a problem. */
void toml_skip_blanks(struct toml_reader *reader);
bool toml_skip_comment(struct toml_reader *reader);

/* The length of the next character where it may stand in a string or a comment; else 0 and a problem. */
size_t toml_character(struct toml_reader *reader);

/* Adds a value to an array (key NULL) or to a table, where there is none of this name. NULL after a problem. */
struct toml_value *toml_add(struct toml_reader *reader, struct toml_value *to, const char *key, enum json_kind kind);

/* The same by a key, with the tables that its dots mean. */
struct toml_value *toml_add_key(struct toml_reader *reader, struct toml_value *table, const struct toml_key *key,
				enum json_kind kind);

/* The member of a table, or NULL. */
struct toml_value *toml_find(const struct toml_value *table, const char *key);

/* --- toml_value.c --- */

/* Reads a key and the blanks after it. */
bool toml_read_key(struct toml_reader *reader, struct toml_key *ret_key);

/* Reads "key = value" into the table. */
bool toml_read_member(struct toml_reader *reader, struct toml_value *table);

/* --- toml_string.c --- */

/* Reads a string of any of the four kinds, or with `single_line` of the two that a key may be; its quotes are
 * next. NULL after a problem. */
const char *toml_read_string(struct toml_reader *reader, bool single_line);
