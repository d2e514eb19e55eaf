/* json_pretty.h - JSON for people: one value a line, indented by tabs. */
#pragma once
#include "base/text.h"

/* Adds `compact`, which is valid JSON without white space between its values. */
void json_pretty(struct text *out, const char *compact);
