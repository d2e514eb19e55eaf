/* columns.h - text with tabs as columns, laid out as docker does (Go's text/tabwriter with its numbers). */
#pragma once
#include "base/text.h"

/* Adds the lines of `text`. What ends in a tab is a cell; a column is as wide as its widest cell in the lines one
 * after another that have it, with 3 blanks, and 10 at least. What stands behind the last tab has no blanks behind
 * it. */
void columns_add(struct text *out, const char *text);
