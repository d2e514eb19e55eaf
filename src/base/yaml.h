/* yaml.h - reads the part of YAML 1.2 that configuration files of container tools are written in.
 *
 * The result is a tree of base/json.h, so that what reads JSON reads it too; yaml_line() tells where a value stands.
 * Known are one document, mappings and sequences by indentation and in brackets, and scalars: plain, in both kinds of
 * quotes, literal (|) and folded (>). What a plain one is says the core schema. Refused, with line and column, are
 * anchors, aliases, tags, directives, keys that are no single line, a key twice, what is not UTF-8, numbers that
 * JSON does not have (.inf, .nan), and whole numbers that begin with a zero, which YAML 1.1 and 1.2 take for
 * different ones.
 */
#pragma once
#include "base/json.h"

enum {
	YAML_VALUES = 100000,		/* in a file */
	YAML_KEYS = 4096,		/* in a mapping */
	YAML_DEPTH = 48,
};

/* Reads `length` bytes at `text`, which it leaves as they are. `name` is what the text is called in problems
 * ("nvidia.yaml"). Returns the document's value (null, where there is none), or NULL after a problem. */
const struct json *yaml_read(struct arena *arena, const char *text, size_t length, const char *name,
			     struct problem *problem);

/* The line, from 1 on, that a value of yaml_read() begins in; of a member that of its key. */
size_t yaml_line(const struct json *value);
