/* json.h - reads JSON and knows where each value stands.
 *
 * Strict RFC 8259: one value, no comments, no trailing commas, valid UTF-8. Also
 * refused, because a config with them means different things to different readers:
 * the same key twice in an object, a NUL in a string, more than JSON_DEPTH levels,
 * more than JSON_VALUES values.
 */
#pragma once
#include "base/arena.h"
#include "base/problem.h"
#include <stdbool.h>
#include <stdint.h>

enum {
	JSON_DEPTH = 128,
	JSON_VALUES = 1 << 20,	/* a value costs 64 bytes, so that is 64 MiB */
};

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
	enum json_kind kind;
	bool boolean;
	const char *key;		/* its name in the object it is in, or NULL */
	const char *text;		/* a string's bytes, or a number as it was written; ends in a NUL */
	size_t index;			/* its position in the array or object it is in */
	size_t count;			/* how many values an array or object holds */
	struct json *parent, *first, *next;
};

/* Reads `length` bytes at `text`, which it changes (strings are unescaped in place) and which must
 * live as long as the result; text[length] must be writable too. `name` is what the text is called
 * in problems ("config.json"). Returns NULL after a problem, which names line and column. */
struct json *json_read(struct arena *arena, char *text, size_t length, const char *name,
		       struct problem *problem);

/* The same of a text that must be an object: anything else is a problem, too. */
const struct json *json_read_object(struct arena *arena, char *text, size_t length, const char *name,
				    struct problem *problem);

/* The member of an object, or NULL (also where `value` is NULL or no object). */
const struct json *json_get(const struct json *value, const char *key);

/* The text of a member; "" where it has none, or something else. */
const char *json_text(const struct json *value, const char *key);

/* The whole number of a member, as far as 64 bits hold it; false, and 0, where it has none. */
bool json_unsigned(const struct json *value, const char *key, uint64_t *ret_number);

/* "mounts[3].options[0]"; the outermost value is "". Keys that are no plain words are quoted:
 * annotations["a b"]. */
const char *json_path(struct arena *arena, const struct json *value);

/* With its article: "an array", "a string", "null". */
const char *json_kind_name(enum json_kind kind);
