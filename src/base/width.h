/* width.h - how many columns of a terminal a character takes.
 *
 * What wcwidth(3) of the C library says depends on the locale, and that of a static program is "C". So the ranges stand
 * here: those of East Asian Width W and F, and of what is drawn over the character before (Unicode 15,
 * EastAsianWidth.txt), as coarse as blocks are.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* How many bytes the character at `at` has, of which `left` > 0 are there, and its columns: 0, 1 or 2. In the place of
 * what is not valid UTF-8, and of what a terminal would obey (text_control()), a '?' is to be shown: then its columns
 * are 1, and *ret_shown is false. */
size_t width_next(const char *at, size_t left, unsigned *ret_columns, bool *ret_shown);

/* The columns of a whole text. */
unsigned width_of(const char *text);
