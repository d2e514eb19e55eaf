/* table.h - columns of text, laid out as Go's tabwriter does for runc, since scripts cut them. */
#pragma once
#include "base/text.h"
#include "base/problem.h"

/* Whether --format is "json"; "table", or NULL, is the other one, and anything else a problem. */
bool table_or_json(const char *format, struct problem *problem);

/* How many characters a text has: bytes that are not UTF-8 count as one each. */
size_t table_width(const char *text);

/* Adds `rows` lines of `columns` cells each. A column is as wide as its longest cell and three blanks, and 12
 * at least; the last one has no blanks behind it. */
void table_add(struct text *out, const char *const *cells, size_t columns, size_t rows);
