/* width.h - how many columns of a terminal a character takes.
 *
 * What wcwidth(3) of the C library says depends on the locale, and that of a static program is "C". So the ranges
 * stand here: those of East Asian Width W and F, and of what is drawn over the character before (Unicode 15,
 * EastAsianWidth.txt), as coarse as blocks are.
 */
#pragma once
#include "base/text.h"

/* How many bytes the character at `at` has, of which `left` > 0 are there, and its columns: 0, 1 or 2. In the place
 * of what is not valid UTF-8, and of what a terminal would obey (text_control()), a '?' is to be shown: then its
 * columns are 1, and *ret_shown is false. */
size_t width_next(const char *at, size_t left, unsigned *ret_columns, bool *ret_shown);

/* The columns of a whole text. */
unsigned width_of(const char *text);

/* Adds the text, and blanks up to so many columns: a cell of a table. One that is as long or longer has one blank. */
void width_add(struct text *out, const char *text, unsigned columns);

/* How many bytes of the text go into a line of so many columns: up to a blank, or between two characters of East
 * Asian scripts, which have no blanks; a character that must not begin a line (。、」) stays with the one before
 * it. At least one word, however long. Blanks at the end are not counted: the next line begins behind them. */
size_t width_line(const char *text, unsigned columns);
