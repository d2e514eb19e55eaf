/* duration.c - see duration.h */
#include "base/duration.h"
#include <stddef.h>
#include <string.h>

static const struct { const char *name; uint64_t ns; } units[] = {
	{ "ns", 1 }, { "us", 1000 }, { "µs", 1000 }, { "ms", 1000000 }, { "s", 1000000000 },
	{ "m", 60000000000 }, { "h", 3600000000000 },
};

static const char *read_unit(const char *at, uint64_t *ret_ns)
{
	size_t length = strcspn(at, "0123456789.");

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strlen(units[i].name) == length && !strncmp(at, units[i].name, length)) {
			*ret_ns = units[i].ns;
			return at + length;
		}
	return NULL;
}

/* "12.5s": digits, with a part behind the point of which nine count. NULL where it is none. */
static const char *read_part(const char *at, uint64_t *ret_ns)
{
	uint64_t whole = 0, part = 0, scale = 1, unit;
	const char *begin = at, *point;

	for (; *at >= '0' && *at <= '9'; at++)
		if (__builtin_mul_overflow(whole, 10, &whole) ||
		    __builtin_add_overflow(whole, (uint64_t)(*at - '0'), &whole))
			return NULL;
	point = *at == '.' ? at++ : NULL;
	for (; point && *at >= '0' && *at <= '9'; at++)
		if (scale < 1000000000) {
			part = part * 10 + (uint64_t)(*at - '0');
			scale *= 10;
		}
	if (at == begin || (point && at == begin + 1))
		return NULL;
	at = read_unit(at, &unit);
	if (!at || __builtin_mul_overflow(whole, unit, &whole) ||
	    __builtin_add_overflow(whole, (uint64_t)((double)part / (double)scale * (double)unit), ret_ns))
		return NULL;
	return at;
}

bool duration_read(const char *text, uint64_t *ret_ns)
{
	uint64_t sum = 0, part;

	if (!strcmp(text, "0")) {
		*ret_ns = 0;
		return true;
	}
	do {
		text = read_part(text, &part);
		if (!text || __builtin_add_overflow(sum, part, &sum) || sum > INT64_MAX)
			return false;
	} while (*text);
	*ret_ns = sum;
	return true;
}
