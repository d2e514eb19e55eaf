/* yaml_parts.h - what the files of the YAML reader share. */
#pragma once
#include "base/line_reader.h"
#include "base/text.h"
#include "base/yaml.h"

struct yaml_value {
	struct json json;		/* the first, so that a pointer to it is one to all */
	struct yaml_value *last;	/* of a mapping or sequence */
	size_t line;
};

/* --- yaml.c --- */

/* Whether at `at` there is a blank, the end of the line or of the text. */
bool yaml_is_blank(const struct line_reader *reader, const char *at);

/* Skips blanks, comments and line ends; false after a problem: a tab as indentation. */
bool yaml_skip_lines(struct line_reader *reader);

/* Whether "---" or "..." stands at the beginning of the line at `at`. */
bool yaml_is_mark(const struct line_reader *reader, const char *at);

/* Goes past a line end, which is next. */
void yaml_take_newline(struct line_reader *reader);

/* A new value in `to` (NULL: the outermost), still null; NULL after a problem. `at` is where its key is, or it. */
struct yaml_value *yaml_add(struct line_reader *reader, struct yaml_value *to, const char *key, const char *at,
			    size_t line);

/* Makes the value a mapping or a sequence, one level deeper; false after a problem. yaml_leave() ends it. */
bool yaml_enter(struct line_reader *reader, struct yaml_value *value, enum json_kind kind);
void yaml_leave(struct line_reader *reader);

/* --- yaml_flow.c --- */

/* Reads what begins with '[' or '{' here. */
bool yaml_read_flow(struct line_reader *reader, struct yaml_value *value);

/* --- yaml_scalar.c --- */

/* Reads the rest of a plain scalar's line from here on; `flow`: in brackets, whose marks end it. */
const char *yaml_plain(struct line_reader *reader, bool flow);

/* Reads a scalar in quotes, which may have several lines; NULL after a problem. */
const char *yaml_quoted(struct line_reader *reader);

/* Makes the value what the plain text means by the core schema; false after a problem with it, at `at`. */
bool yaml_resolve(struct line_reader *reader, struct yaml_value *value, const char *text, const char *at);

/* Refuses what begins with a mark that is not supported or means nothing; false then. */
bool yaml_check_begin(struct line_reader *reader, bool flow);

/* --- yaml_lines.c --- */

/* Reads the lines of '|' or '>', which is next, as far as they are indented by `least` or more. */
bool yaml_read_lines(struct line_reader *reader, struct yaml_value *value, size_t least);

/* Adds to a plain scalar the lines that follow it and are indented by `least` or more. NULL after a problem. */
const char *yaml_plain_lines(struct line_reader *reader, const char *first, size_t least, bool flow);
