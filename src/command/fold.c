/* fold.c - see fold.h */
#include "command/fold.h"
#include "base/width.h"
#include <string.h>

static unsigned columns_to(struct arena *arena, const char *line, size_t bytes)
{
	return width_of(arena_copy(arena, line, bytes));
}

/* Where the last column begins that has a third of the line or more, in bytes; and the one behind it, or the end. */
static size_t find_column(struct arena *arena, const char *line, unsigned columns, size_t *ret_next)
{
	size_t found = strspn(line, " ");

	*ret_next = strlen(line);
	for (size_t at = found; line[at]; at++) {
		const size_t blanks = strspn(line + at, " "), behind = at + blanks;

		if (blanks > 1 && line[behind] && columns_to(arena, line, behind) > columns * 2 / 3) {
			*ret_next = behind;
			break;
		}
		if (blanks > 1 && line[behind])
			found = behind;
		at += blanks ? blanks - 1 : 0;
	}
	return found;
}

/* Broken into lines, each behind so many blanks but the first. */
static void add_words(struct text *out, const char *words, unsigned columns, unsigned hang)
{
	while (*words) {
		const size_t length = width_line(words, columns > hang ? columns - hang : 1);
		size_t shown = length;

		while (shown && words[shown - 1] == ' ')
			shown--;
		text_add_bytes(out, words, shown);
		words += length + strspn(words + length, " ");
		if (*words)
			text_printf(out, "\n%*s", (int)hang, "");
	}
}

/* A column that would have less room goes on a line of its own. */
static void fold(struct text *out, const char *line, unsigned columns)
{
	size_t next;
	const size_t column = find_column(out->arena, line, columns, &next);
	const unsigned hang = columns_to(out->arena, line, column);

	text_add_bytes(out, line, column);
	add_words(out, arena_copy(out->arena, line + column, next - column), columns, hang);
	if (line[next]) {
		text_printf(out, "\n%*s", (int)hang, "");
		add_words(out, line + next, columns, hang);
	}
	text_add(out, "\n");
}

void fold_lines(struct text *out, const char *text, unsigned columns)
{
	for (const char *at = text, *end; *at; at = *end ? end + 1 : end) {
		const char *line;

		end = strchrnul(at, '\n');
		line = arena_copy(out->arena, at, (size_t)(end - at));
		if (width_of(line) > columns)
			fold(out, line, columns);
		else
			text_printf(out, "%s%s", line, *end ? "\n" : "");
	}
}
