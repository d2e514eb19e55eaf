/* json_pretty.c - see json_pretty.h */
#include "command/json_pretty.h"

static void new_line(struct text *out, unsigned depth)
{
	text_add(out, "\n");
	for (; depth; depth--)
		text_add(out, "\t");
}

/* Where the string that begins at `at` ends: behind its closing quote. */
static const char *string_end(const char *at)
{
	for (at++; *at && *at != '"'; at++)
		if (*at == '\\' && at[1])
			at++;
	return *at ? at + 1 : at;
}

void json_pretty(struct text *out, const char *compact)
{
	unsigned depth = 0;

	for (const char *at = compact; *at;) {
		const char *end = *at == '"' ? string_end(at) : at + 1;
		bool opens = *at == '{' || *at == '[', closes = *end == '}' || *end == ']';

		text_add_bytes(out, at, (size_t)(end - at));
		if (opens && closes)
			text_add_bytes(out, end++, 1);
		else if (opens)
			new_line(out, ++depth);
		else if (*at == ',')
			new_line(out, depth);
		else if (*at == ':')
			text_add(out, " ");
		at = end;
		if (depth && (*at == '}' || *at == ']'))
			new_line(out, --depth);
	}
	text_add(out, "\n");
}
