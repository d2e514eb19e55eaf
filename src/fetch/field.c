/* field.c - see field.h */
#include "fetch/field.h"
#include "base/text.h"
#include <curl/curl.h>
#include <string.h>
#include <strings.h>

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

/* Digits at `*at`, which goes past them. */
static bool take_number(const char **at, uint64_t *ret_number)
{
	size_t length = strspn(*at, "0123456789");
	char digits[24];

	if (!length || length >= sizeof(digits))
		return false;
	memcpy(digits, *at, length);
	digits[length] = '\0';
	*at += length;
	return text_to_u64(digits, ret_number);
}

bool field_number(const char *value, uint64_t *ret_number)
{
	uint64_t number;

	if (!value)
		return false;
	value = skip_blanks(value);
	if (!take_number(&value, &number) || *skip_blanks(value))
		return false;
	*ret_number = number;
	return true;
}

int64_t retry_after(const char *value, time_t now)
{
	uint64_t seconds;
	time_t then;

	if (!value)
		return -1;
	if (field_number(value, &seconds))
		return seconds < INT32_MAX ? (int64_t)seconds : INT32_MAX;
	then = curl_getdate(value, NULL);
	if (then == -1)
		return -1;
	return then > now ? (int64_t)(then - now) : 0;
}

bool content_range_read(const char *value, struct content_range *ret_range)
{
	struct content_range range = { .whole_known = true };

	value = skip_blanks(value);
	if (strncasecmp(value, "bytes", 5))
		return false;
	value = skip_blanks(value + 5);
	if (!take_number(&value, &range.first) || *value++ != '-' || !take_number(&value, &range.last) ||
	    *value++ != '/')
		return false;
	if (*value == '*') {
		range.whole_known = false;
		value++;
	} else if (!take_number(&value, &range.whole)) {
		return false;
	}
	if (*skip_blanks(value) || range.last < range.first || (range.whole_known && range.last >= range.whole))
		return false;
	*ret_range = range;
	return true;
}

bool upload_range_read(const char *value, uint64_t *ret_there)
{
	uint64_t first, last;

	value = skip_blanks(value);
	if (!strncasecmp(value, "bytes=", 6))
		value += 6;
	if (!take_number(&value, &first) || *value++ != '-' || !take_number(&value, &last) || *skip_blanks(value))
		return false;
	if (first != 0 || last == UINT64_MAX)
		return false;
	*ret_there = last + 1;
	return true;
}

/* A text in quotes, at whose first quote `at` is: where it ends, past the quote; NULL where it doesn't. */
static const char *quoted_end(const char *at)
{
	for (at++; *at && *at != '"'; at++)
		if (*at == '\\' && at[1])
			at++;
	return *at ? at + 1 : NULL;
}

/* Whether one of the words is "next". */
static bool says_next(const char *at, size_t length)
{
	while (length) {
		size_t word = 0;

		while (word < length && at[word] != ' ')
			word++;
		if (word == 4 && !strncasecmp(at, "next", 4))
			return true;
		word += word < length;
		at += word;
		length -= word;
	}
	return false;
}

/* The parameters of one link, from after its ">" to its comma or the end, where `*at` goes; NULL: no such end.
 * Returns whether rel says next. */
static bool read_parameters(const char **at)
{
	bool next = false;

	while (*at && **at && **at != ',') {
		const char *name = skip_blanks(*at + (**at == ';'));
		size_t length = strcspn(name, " \t=;,\"");
		const char *value = skip_blanks(name + length), *end;

		if (*value != '=') {
			*at = *value == '"' ? NULL : value;
			if (value == name && *value && *value != ';' && *value != ',')
				*at = NULL;
			continue;
		}
		value = skip_blanks(value + 1);
		end = *value == '"' ? quoted_end(value) : value + strcspn(value, " \t;,");
		if (end && length == 3 && !strncasecmp(name, "rel", 3))
			next = next || (*value == '"' ? says_next(value + 1, (size_t)(end - value - 2))
						      : says_next(value, (size_t)(end - value)));
		*at = end ? skip_blanks(end) : NULL;
	}
	return next && *at;
}

const char *link_next(struct arena *arena, const char *value)
{
	while (value && *value) {
		const char *end, *after;

		value += strspn(value, " \t,");
		end = *value == '<' ? strchr(++value, '>') : NULL;
		if (!end)
			return NULL;
		after = skip_blanks(end + 1);
		if (read_parameters(&after))
			return arena_copy(arena, value, (size_t)(end - value));
		value = after;
	}
	return NULL;
}
