/* words.c - the words of an action of a template: see format.h */
#include "format/parts.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void format_problem(struct problem *problem, unsigned column, const char *format, ...)
{
	char message[512];
	va_list list;

	va_start(list, format);
	vsnprintf(message, sizeof(message), format, list);
	va_end(list);
	problem_set(problem, "option '--format': column %u: %s", column, message);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What a name is made of. Bytes that are not ASCII are letters of some kind. */
static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80 || is_digit(c);
}

static struct word wrong(struct words *words, const char *at, const char *what)
{
	unsigned column = (unsigned)(at - words->begin) + 1;

	format_problem(words->problem, column, "%s", what);
	return (struct word){ .kind = WORD_WRONG, .text = "", .column = column };
}

static void add_utf8(struct text *out, uint32_t code)
{
	char bytes[4];
	size_t more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
	static const unsigned char first[] = { 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = more; i > 0; i--, code >>= 6)
		bytes[i] = (char)(0x80 | (code & 0x3f));
	bytes[0] = (char)(first[more] | code);
	text_add_bytes(out, bytes, more + 1);
}

/* `digits` of them at `at`, in base 8 or 16; -1 where there are others. */
static int64_t read_code(const char *at, unsigned digits, unsigned base)
{
	static const char all[] = "0123456789abcdef";
	int64_t code = 0;

	for (unsigned i = 0; i < digits; i++) {
		const char *found = at[i] ? strchr(all, is_digit(at[i]) ? at[i] : at[i] | 0x20) : NULL;

		if (!found || (unsigned)(found - all) >= base)
			return -1;
		code = code * base + (found - all);
	}
	return code;
}

/* The escape behind a backslash at `at`. How long it is; 0 where it is none. */
static size_t add_escape(struct text *out, const char *at)
{
	static const char letters[] = "abfnrtv\\\"'", bytes[] = "\a\b\f\n\r\t\v\\\"'";
	const char *simple = *at ? strchr(letters, *at) : NULL;
	unsigned digits = *at == 'x' ? 2 : *at == 'u' ? 4 : *at == 'U' ? 8 : 0;
	int64_t code;

	if (simple) {
		text_add_bytes(out, &bytes[simple - letters], 1);
		return 1;
	}
	code = digits ? read_code(at + 1, digits, 16) : read_code(at, 3, 8);
	if (code <= 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) || (!digits && code > 255))
		return 0;
	if (digits > 2)
		add_utf8(out, (uint32_t)code);
	else
		text_add_bytes(out, &(char){ (char)code }, 1);
	return digits ? digits + 1 : 3;
}

/* "text" and 'c', from behind the quote; and `text`, which has no escapes. */
static struct word read_quoted(struct words *words, char quote)
{
	const char *begin = words->at - 1;
	struct text out = text_new(words->arena);

	while (*words->at != quote) {
		size_t escape = 0;

		if (!*words->at || (*words->at == '\n' && quote != '`'))
			return wrong(words, begin, "this text has no end");
		if (*words->at != '\\' || quote == '`') {
			text_add_bytes(&out, words->at++, 1);
			continue;
		}
		escape = add_escape(&out, words->at + 1);
		if (!escape)
			return wrong(words, words->at, "there is no such escape");
		words->at += escape + 1;
	}
	words->at++;
	return (struct word){ .kind = WORD_TEXT, .text = out.at, .length = out.length };
}

/* 'c' is the number of the character. */
static struct word read_character(struct words *words)
{
	const char *begin = words->at - 1;
	struct word word = read_quoted(words, '\'');
	const unsigned char *bytes = (const unsigned char *)word.text;
	uint32_t code;

	if (word.kind != WORD_TEXT)
		return word;
	if (!word.length || text_utf8(word.text, word.length) != word.length)
		return wrong(words, begin, "one character stands in single quotes; a text takes double ones");
	code = word.length == 1 ? bytes[0] : bytes[0] & (0xffU >> (word.length + 1));
	for (size_t i = 1; i < word.length; i++)
		code = code << 6 | (bytes[i] & 0x3f);
	word.kind = WORD_NUMBER;
	word.text = arena_printf(words->arena, "%u", code);
	word.length = strlen(word.text);
	return word;
}

static struct word read_number(struct words *words)
{
	const char *begin = words->at;
	size_t digits = 0;

	words->at += *words->at == '-' || *words->at == '+';
	for (; is_digit(*words->at); words->at++)
		digits++;
	if (digits && *words->at == '.' && is_digit(words->at[1]))
		for (words->at++; is_digit(*words->at);)
			words->at++;
	if (!digits || digits > 18 || is_letter(*words->at))
		return wrong(words, begin, "this is no number");
	begin += *begin == '+';
	return (struct word){ .kind = WORD_NUMBER, .text = begin, .length = (size_t)(words->at - begin) };
}

/* A name; behind a point a field, behind a $ a variable. */
static struct word read_name(struct words *words, enum word_kind kind, const char *begin)
{
	while (is_letter(*words->at))
		words->at++;
	return (struct word){ .kind = kind, .text = begin, .length = (size_t)(words->at - begin) };
}

static bool at_end(const char *at)
{
	return !strncmp(at, "}}", 2) || (*at == '-' && !strncmp(at, "-}}", 3));
}

static struct word read_sign(struct words *words)
{
	static const struct { char text[3]; enum word_kind kind; } signs[] = {
		{ ":=", WORD_DECLARE }, { "=", WORD_ASSIGN }, { "(", WORD_OPEN }, { ")", WORD_CLOSE },
		{ "|", WORD_PIPE }, { ",", WORD_COMMA }, { ".", WORD_DOT },
	};

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		size_t length = strlen(signs[i].text);

		if (strncmp(words->at, signs[i].text, length))
			continue;
		words->at += length;
		return (struct word){ .kind = signs[i].kind, .text = signs[i].text, .length = length };
	}
	return *words->at ? wrong(words, words->at, "this sign means nothing here") :
			    wrong(words, words->at, "'}}' is missing");
}

static struct word read_word(struct words *words, bool spaced)
{
	const char *at = words->at;

	if (!strncmp(at, "}}", 2) || (spaced && at_end(at))) {
		words->trims = *at == '-';
		words->at += words->trims ? 3 : 2;
		return (struct word){ .kind = WORD_END, .text = "}}", .length = 2 };
	}
	if (*at == '"' || *at == '`' || *at == '\'') {
		words->at++;
		return *at == '\'' ? read_character(words) : read_quoted(words, *at);
	}
	if (is_digit(*at) || *at == '-' || *at == '+')
		return read_number(words);
	if (*at == '.' && is_letter(at[1])) {
		words->at++;
		return read_name(words, WORD_FIELD, at + 1);
	}
	if (*at == '$') {
		words->at++;
		return read_name(words, WORD_VARIABLE, at);
	}
	return is_letter(*at) ? read_name(words, WORD_NAME, at) : read_sign(words);
}

struct word words_next(struct words *words)
{
	const char *begin = words->at;
	struct word word;
	unsigned column;

	while (is_space(*words->at))
		words->at++;
	column = (unsigned)(words->at - words->begin) + 1;
	word = read_word(words, words->at > begin);
	word.column = column;
	word.spaced = words->at > begin && is_space(*begin);
	return word;
}
