/* size.c - see size.h */
#include "base/size.h"
#include <stdlib.h>

const char *size_human(struct arena *arena, uint64_t bytes, int digits)
{
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB", "PB", "EB" };
	enum { UNITS = sizeof(units) / sizeof(units[0]) };
	double size = (double)bytes;
	const char *text;
	size_t unit = 0;

	for (; size >= 1000 && unit + 1 < UNITS; unit++)
		size /= 1000;
	text = arena_printf(arena, "%.*g", digits, size);
	/* 999.9 of three digits is 1e+03: one of the next unit. */
	if (strtod(text, NULL) >= 1000 && unit + 1 < UNITS) {
		text = "1";
		unit++;
	}
	return arena_printf(arena, "%s%s", text, units[unit]);
}
