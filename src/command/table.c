/* table.c - see table.h */
#include "command/table.h"
#include <string.h>

enum { WIDTH_MIN = 12, PADDING = 3 };

bool table_or_json(const char *format, struct problem *problem)
{
	bool json = format && !strcmp(format, "json");

	if (format && !json && strcmp(format, "table"))
		problem_set(problem, "option '--format' is table or json, not '%s'", format);
	return json;
}

size_t table_width(const char *cell)
{
	size_t left = strlen(cell), width = 0;

	while (left) {
		size_t size = text_utf8(cell, left);

		size += !size;
		cell += size;
		left -= size;
		width++;
	}
	return width;
}

static size_t column_width(const char *const *cells, size_t columns, size_t rows, size_t column)
{
	size_t widest = WIDTH_MIN;

	for (size_t row = 0; row < rows; row++) {
		size_t width = table_width(cells[row * columns + column]) + PADDING;

		if (width > widest)
			widest = width;
	}
	return widest;
}

void table_add(struct text *out, const char *const *cells, size_t columns, size_t rows)
{
	size_t *width = ARENA_ARRAY(out->arena, columns, size_t);

	for (size_t column = 0; column < columns; column++)
		width[column] = column_width(cells, columns, rows, column);
	for (size_t row = 0; row < rows; row++) {
		for (size_t column = 0; column < columns; column++) {
			const char *cell = cells[row * columns + column];

			text_add(out, cell);
			if (column + 1 < columns)
				text_printf(out, "%*s", (int)(width[column] - table_width(cell)), "");
		}
		text_add(out, "\n");
	}
}
