/* shown.h - names that others have chosen, in a text for people. */
#pragma once
#include "base/text.h"

/* Adds the text; each byte of what a terminal would obey, of what is no UTF-8, and a backslash as \ooo, in octal
 * digits, so that nothing of it can be taken for a line, or for another name. */
void shown_add(struct text *out, const char *text);

/* The same as a text of its own. */
const char *shown(struct arena *arena, const char *text);
