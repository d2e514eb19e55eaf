/* log_line.c - a line of a log, as monitor/log.c has written it: see log.h.
 *
 * base/json.h refuses a NUL in a text, as config.json must not have one; what a program writes may.
 */
#include "engine/log.h"
#include <string.h>

static int digit(char letter)
{
	if (letter >= '0' && letter <= '9')
		return letter - '0';
	letter |= 0x20;
	return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/* Four of them; -1 where they are not. */
static int32_t hex(const char *at, const char *end)
{
	int32_t value = 0;

	if (end - at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int one = digit(at[i]);

		if (one < 0)
			return -1;
		value = value * 16 + one;
	}
	return value;
}

static char *put_utf8(char *to, uint32_t code)
{
	if (code < 0x80) {
		*to++ = (char)code;
	} else if (code < 0x800) {
		*to++ = (char)(0xc0 | code >> 6);
		*to++ = (char)(0x80 | (code & 0x3f));
	} else if (code < 0x10000) {
		*to++ = (char)(0xe0 | code >> 12);
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
		*to++ = (char)(0x80 | (code & 0x3f));
	} else {
		*to++ = (char)(0xf0 | code >> 18);
		*to++ = (char)(0x80 | (code >> 12 & 0x3f));
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
		*to++ = (char)(0x80 | (code & 0x3f));
	}
	return to;
}

/* "\u1234", and two of them for what is beyond U+FFFF. `at` is behind the u; NULL where it is none. What it stands
 * for is never longer than it is. */
static const char *take_code(const char *at, const char *end, char **to)
{
	int32_t code = hex(at, end), low;

	if (code < 0)
		return NULL;
	at += 4;
	if (code >= 0xd800 && code < 0xdc00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
		low = hex(at + 2, end);
		if (low >= 0xdc00 && low < 0xe000) {
			code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
			at += 6;
		}
	}
	*to = put_utf8(*to, code >= 0xd800 && code < 0xe000 ? 0xfffd : (uint32_t)code);
	return at;
}

/* The text that begins behind a quote, in its place. Returns what is behind the one that ends it, or NULL. */
static char *take_text(char *at, const char *end, size_t *ret_length)
{
	static const char letters[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
	char *begin = at, *to = at;

	while (at < end && *at != '"') {
		const char *letter;

		if (*at != '\\') {
			*to++ = *at++;
			continue;
		}
		if (++at == end)
			return NULL;
		if (*at == 'u') {
			at = (char *)(uintptr_t)take_code(at + 1, end, &to);
			if (!at)
				return NULL;
			continue;
		}
		letter = letters;
		while (*letter && *letter != *at)
			letter += 2;
		if (!*letter)
			return NULL;
		*to++ = letter[1];
		at++;
	}
	if (at == end)
		return NULL;
	*ret_length = (size_t)(to - begin);
	return at + 1;
}

/* What is behind `word`, where the line goes on with that. */
static char *pass(char *at, const char *end, const char *word)
{
	size_t length = strlen(word);

	return at && (size_t)(end - at) >= length && !memcmp(at, word, length) ? at + length : NULL;
}

/* What is behind an object whose brace `at` is behind; NULL where it does not end, or has another in it. */
static char *pass_object(char *at, const char *end)
{
	bool quoted = false;

	for (; at < end && (quoted || *at != '}'); at++) {
		if (*at == '"')
			quoted = !quoted;
		else if (quoted && *at == '\\')
			at++;
		else if (!quoted && *at == '{')
			return NULL;
	}
	return at < end ? at + 1 : NULL;
}

/* ,"attrs":{"NAME":"…"}, where it stands there. */
static char *take_attributes(char *at, const char *end, struct log_line *line)
{
	static const char key[] = ",\"attrs\":{";
	char *object = pass(at, end, key);

	line->attributes = NULL;
	if (!object)
		return at;
	at = pass_object(object, end);
	line->attributes = object - 1;
	line->attributes_length = at ? (size_t)(at - line->attributes) : 0;
	return at;
}

bool log_parse_json(char *line, size_t length, struct log_line *ret_line)
{
	const char *end = line + length;
	char *text = pass(line, end, "{\"log\":\""), *at = text, *stream, *time;
	size_t stream_length, time_length;

	at = at ? take_text(at, end, &ret_line->length) : NULL;
	stream = pass(at, end, ",\"stream\":\"");
	at = stream ? take_text(stream, end, &stream_length) : NULL;
	at = take_attributes(at, end, ret_line);
	time = pass(at, end, ",\"time\":\"");
	at = time ? take_text(time, end, &time_length) : NULL;
	if (!pass(at, end, "}"))
		return false;
	time[time_length] = '\0';
	ret_line->bytes = text;
	ret_line->time = time;
	ret_line->error = stream_length == strlen("stderr") && !memcmp(stream, "stderr", stream_length);
	return true;
}

bool log_parse_k8s(char *line, size_t length, struct log_line *ret_line)
{
	char *end = line + length, *stream = memchr(line, ' ', length);
	char *tag = stream ? memchr(stream + 1, ' ', (size_t)(end - stream - 1)) : NULL;

	ret_line->attributes = NULL;
	/* "F " or "P ", and the text. */
	if (!tag || end - tag < 3 || tag[2] != ' ')
		return false;
	*stream = '\0';
	ret_line->time = line;
	ret_line->error = !strncmp(stream + 1, "stderr ", 7);
	ret_line->bytes = tag + 3;
	ret_line->length = (size_t)(end - (tag + 3));
	if (tag[1] == 'F') {
		*end = '\n';
		ret_line->length++;
	}
	return true;
}
