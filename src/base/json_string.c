/* json_string.c - see json_string.h */
#include "base/json_string.h"
#include "base/text.h"
#include <stdint.h>
#include <string.h>

/* The next byte that needs a look: '"', '\', a control character, or the start of a character
 * that is not ASCII. Eight at a time: in `hit` the lowest set bit is exact (higher ones may be
 * echoes of its borrow), and both machines are little-endian. */
static char *find_special(char *at, const char *end)
{
	const uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;

	for (; end - at >= 8; at += 8) {
		uint64_t word, quote, backslash, hit;

		memcpy(&word, at, sizeof(word));
		quote = word ^ (ones * '"');
		backslash = word ^ (ones * '\\');
		hit = (((word - ones * ' ') & ~word) | ((quote - ones) & ~quote) |
		       ((backslash - ones) & ~backslash) | word) & highs;
		if (hit)
			return at + __builtin_ctzll(hit) / 8;
	}
	while (at < end && (unsigned char)*at >= ' ' && *at != '"' && *at != '\\' && !(*at & 0x80))
		at++;
	return at;
}

/* Past all that a string may hold as it is. */
static char *skip_plain(char *at, const char *end)
{
	for (;;) {
		size_t length;

		at = find_special(at, end);
		if (at == end || !(*at & 0x80))
			return at;
		length = text_utf8(at, (size_t)(end - at));
		if (!length)
			return at;
		at += length;
	}
}

/* Four hexadecimal digits, or -1. */
static int read_hex(const char *at, const char *end)
{
	int value = 0;

	if (end - at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = at[i];
		int digit = c >= '0' && c <= '9' ? c - '0'
			  : c >= 'a' && c <= 'f' ? c - 'a' + 10
			  : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;

		if (digit < 0)
			return -1;
		value = value << 4 | digit;
	}
	return value;
}

static char *put_utf8(char *to, unsigned code)
{
	if (code < 0x80) {
		*to++ = (char)code;
		return to;
	}
	if (code < 0x800) {
		*to++ = (char)(0xc0 | code >> 6);
	} else if (code < 0x10000) {
		*to++ = (char)(0xe0 | code >> 12);
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
	} else {
		*to++ = (char)(0xf0 | code >> 18);
		*to++ = (char)(0x80 | (code >> 12 & 0x3f));
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
	}
	*to++ = (char)(0x80 | (code & 0x3f));
	return to;
}

/* \uXXXX, or two of them that are one character; `*at` is after the 'u'. What it means goes to
 * `*to`, which is never longer than what it is written as. */
static const char *unescape_unicode(char **at, const char *end, char **to)
{
	char *from = *at;
	int code = read_hex(from, end), low;

	if (code < 0)
		return "expected four hexadecimal digits after '\\u'";
	if (code == 0)
		return "a string must not hold the NUL character";
	if (code < 0xd800 || code > 0xdfff) {
		*to = put_utf8(*to, (unsigned)code);
		*at = from + 4;
		return NULL;
	}
	low = end - from >= 10 && from[4] == '\\' && from[5] == 'u' ? read_hex(from + 6, end) : -1;
	if (code > 0xdbff || low < 0xdc00 || low > 0xdfff)
		return "half of a surrogate pair is no character";
	*to = put_utf8(*to, 0x10000 + ((unsigned)(code - 0xd800) << 10) + (unsigned)(low - 0xdc00));
	*at = from + 10;
	return NULL;
}

/* The escape of which `*at` is the byte after the '\'. */
static const char *unescape(char **at, const char *end, char **to)
{
	static const char letter[] = "\"\\/bfnrt", meaning[] = "\"\\/\b\f\n\r\t";
	const char *known = *at < end && **at ? strchr(letter, **at) : NULL;

	if (known) {
		*(*to)++ = meaning[known - letter];
		++*at;
		return NULL;
	}
	if (*at < end && **at == 'u') {
		++*at;
		return unescape_unicode(at, end, to);
	}
	return "a '\\' must be followed by one of \"\\/bfnrtu";
}

/* Why the string cannot go on at `at`. */
static const char *why_broken(const char *at, const char *end)
{
	if (at == end)
		return "the text ends within a string";
	if (*at == '\0')
		return "a string must not hold the NUL character";
	if (*at == '\n')
		return "the line ends within a string";
	if (*at & 0x80)
		return "this is not valid UTF-8";
	return "a control character in a string must be escaped";
}

const char *json_string_read(char **at, const char *end)
{
	char *to = *at;

	for (;;) {
		char *from = *at;
		const char *wrong;
		size_t run;

		*at = skip_plain(from, end);
		run = (size_t)(*at - from);
		if (to != from)
			memmove(to, from, run);
		to += run;
		if (*at == end || (**at != '"' && **at != '\\'))
			return why_broken(*at, end);
		if (*(*at)++ == '"')
			break;
		wrong = unescape(at, end, &to);
		if (wrong)
			return wrong;
	}
	*to = '\0';
	return NULL;
}
