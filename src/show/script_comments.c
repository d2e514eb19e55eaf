/* script_comments.c - comments of the script, in the language of who reads it; what is run is the same in each. */
#include "show/script.h"
#include "base/width.h"
#include <string.h>

/* A comment for people: not what a shell or shellcheck(1) reads. */
static bool is_comment(const char *line)
{
	return line[0] == '#' && line[1] != '!' && strncmp(line, "# shellcheck", strlen("# shellcheck")) != 0;
}

static size_t line_length(const char *text)
{
	const size_t length = strcspn(text, "\n");

	return length + (text[length] == '\n');
}

void script_say(struct text *out, const char *text)
{
	while (*text) {
		const bool comment = is_comment(text);
		size_t length = 0;

		while (text[length] && is_comment(text + length) == comment)
			length += line_length(text + length);
		if (comment)
			text_add(out, _(arena_copy(out->arena, text, length)));
		else
			text_add_bytes(out, text, length);
		text += length;
	}
}

void script_wrap(struct text *out, const char *words)
{
	enum { WIDTH = 94 };

	while (*words) {
		const size_t length = width_line(words, WIDTH);

		text_add(out, "# ");
		text_add_bytes(out, words, length);
		text_add(out, "\n");
		words += length + strspn(words + length, " ");
	}
}
