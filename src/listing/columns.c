/* columns.c - see columns.h */
#include "listing/columns.h"
#include "command/table.h"
#include <string.h>

enum { WIDTH_MIN = 10, PADDING = 3 };

struct cell {
	const char *text;
	size_t chars;		/* how many characters it has */
	size_t width;		/* of its column; 0: not known yet */
};

struct line {
	struct cell *cells;	/* those that end in a tab */
	size_t count;
	const char *rest;
};

static size_t count_of(const char *text, char what)
{
	size_t count = 0;

	for (; *text; text++)
		count += *text == what;
	return count;
}

/* Takes apart a line that ends in a NUL. */
static struct line split_line(struct arena *arena, char *text)
{
	struct line line = { ARENA_ARRAY(arena, count_of(text, '\t') + 1, struct cell), 0, NULL };
	char *tab;

	while ((tab = strchr(text, '\t'))) {
		*tab = '\0';
		line.cells[line.count++] = (struct cell){ text, table_width(text), 0 };
		text = tab + 1;
	}
	line.rest = text;
	return line;
}

/* The width of the column that begins in this line, for all lines below that have it as well. */
static void set_width(struct line *lines, size_t count, size_t column)
{
	size_t end = 0, width = WIDTH_MIN;

	for (; end < count && lines[end].count > column; end++)
		if (lines[end].cells[column].chars + PADDING > width)
			width = lines[end].cells[column].chars + PADDING;
	for (size_t i = 0; i < end; i++)
		lines[i].cells[column].width = width;
}

static void add_line(struct text *out, const struct line *line)
{
	for (size_t i = 0; i < line->count; i++) {
		text_add(out, line->cells[i].text);
		for (size_t at = line->cells[i].chars; at < line->cells[i].width; at++)
			text_add_bytes(out, " ", 1);
	}
	text_add(out, line->rest);
	text_add_bytes(out, "\n", 1);
}

void columns_add(struct text *out, const char *text)
{
	char *copy = arena_copy(out->arena, text, strlen(text)), *end;
	struct line *lines = ARENA_ARRAY(out->arena, count_of(text, '\n') + 1, struct line);
	size_t count = 0;

	for (char *at = copy; *at; at = end) {
		end = at + strcspn(at, "\n");
		if (*end)
			*end++ = '\0';
		lines[count++] = split_line(out->arena, at);
	}
	for (size_t i = 0; i < count; i++)
		for (size_t column = 0; column < lines[i].count; column++)
			if (!lines[i].cells[column].width)
				set_width(lines + i, count - i, column);
	for (size_t i = 0; i < count; i++)
		add_line(out, &lines[i]);
}
