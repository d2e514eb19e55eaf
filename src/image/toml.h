/* toml.h - reads the part of TOML 1.0 that configuration files of container tools are written in.
 *
 * The result is a tree of base/json.h, so that its tables decode it; toml_line() tells where a value stands. Known
 * are comments, keys (plain, quoted, dotted), tables, arrays of tables, inline tables, arrays, strings of all four
 * kinds, booleans and whole numbers (decimal, hexadecimal, octal, binary). Refused, with line and column, are dates
 * and fractions, which no such file has, and all that TOML refuses: a key or a table twice, control characters,
 * what is not UTF-8. Written by hand, since the static programs are linked to no library.
 */
#pragma once
#include "base/json.h"

enum {
	TOML_VALUES = 20000,		/* in a file */
	TOML_DEPTH = 32,		/* of arrays and inline tables; keys may have as many parts */
};

/* Reads `length` bytes at `text`, which it leaves as they are. `name` is what the text is called in problems
 * ("registries.conf"). Returns the outermost table, or NULL after a problem. */
const struct json *toml_read(struct arena *arena, const char *text, size_t length, const char *name,
			     struct problem *problem);

/* The line, from 1 on, that a value of toml_read() stands in; of a table that of its header. */
size_t toml_line(const struct json *value);
