/* toml_parts.h - what toml.c and toml_value.c share. */
#pragma once
#include "base/line_reader.h"
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

/* --- toml.c --- */

/* Takes this word, or the end of the line, if it is next. */
bool toml_take(struct line_reader *reader, const char *word);
bool toml_take_newline(struct line_reader *reader);

/* Skips blanks in the line, and a comment after them; false after a problem. */
bool toml_skip_comment(struct line_reader *reader);

/* The length of the next character where it may stand in a string or a comment; else 0 and a problem. */
size_t toml_character(struct line_reader *reader);

/* Adds a value to an array (key NULL) or to a table, where there is none of this name. NULL after a problem. */
struct toml_value *toml_add(struct line_reader *reader, struct toml_value *to, const char *key, enum json_kind kind);

/* The same by a key, with the tables that its dots mean. */
struct toml_value *toml_add_key(struct line_reader *reader, struct toml_value *table, const struct toml_key *key,
				enum json_kind kind);

/* The member of a table, or NULL. */
struct toml_value *toml_find(const struct toml_value *table, const char *key);

/* --- toml_value.c --- */

/* Reads a key and the blanks after it. */
bool toml_read_key(struct line_reader *reader, struct toml_key *ret_key);

/* Reads "key = value" into the table. */
bool toml_read_member(struct line_reader *reader, struct toml_value *table);

/* --- toml_string.c --- */

/* Reads a string of any of the four kinds, or with `single_line` of the two that a key may be; its quotes are
 * next. NULL after a problem. */
const char *toml_read_string(struct line_reader *reader, bool single_line);
