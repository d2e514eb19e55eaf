/* yaml_scalar.c - texts, numbers and words of YAML: see yaml.h */
#include "base/yaml_parts.h"
#include <stdlib.h>
#include <string.h>

#define DIGITS "0123456789"
#define BRACKETS ",[]{}"

/* --- where one begins --- */

bool yaml_check_begin(struct line_reader *reader, bool flow)
{
	static const struct { const char *marks, *what; } bad[] = {
		{ "&", "anchors are not supported" }, { "*", "aliases are not supported" },
		{ "!", "tags are not supported" },
		{ "%@`#" BRACKETS, "a text must not begin so; put it in quotes" },
	};
	const char *at = reader->at;
	bool alone = yaml_is_blank(reader, at + 1) || (flow && strchr(BRACKETS, at[1]));
	const char *what = NULL;

	if (*at == '?' && alone)
		what = "keys that are no single line are not supported";
	else if (*at == ':' && alone)
		what = "a key is missing here";
	else if ((*at == '-' && alone) || (flow && (*at == '|' || *at == '>')))
		what = "this must not be here; a text is to be put in quotes";
	/* Flow collections begin so, which the caller takes. */
	for (size_t i = 0; !what && i < sizeof(bad) / sizeof(bad[0]); i++)
		if (strchr(bad[i].marks, *at) && (flow || (*at != '[' && *at != '{')))
			what = bad[i].what;
	if (what)
		line_fail(reader, at, what);
	return !what;
}

/* --- plain --- */

static bool is_end(const struct line_reader *reader, const char *at, const char *begin, bool flow)
{
	if (*at == '\n' || (flow && strchr(BRACKETS, *at)))
		return true;
	if (*at == ':')
		return yaml_is_blank(reader, at + 1) || (flow && strchr(BRACKETS, at[1]));
	return *at == '#' && at > begin && yaml_is_blank(reader, at - 1);
}

const char *yaml_plain(struct line_reader *reader, bool flow)
{
	const char *begin = reader->at, *end = begin;

	for (const char *at = begin; at < reader->end && !is_end(reader, at, begin, flow); at++)
		if (!yaml_is_blank(reader, at))
			end = at + 1;
	reader->at = end;
	return arena_copy(reader->arena, begin, (size_t)(end - begin));
}

/* --- in quotes --- */

/* A line end in quotes is a blank, empty lines are line ends; blanks around them are left out, but not those before
 * `kept`, which were escaped. */
static bool fold(struct line_reader *reader, struct text *text, size_t kept)
{
	size_t breaks = 0;

	while (text->length > kept && strchr(" \t", text->at[text->length - 1]))
		text->at[--text->length] = '\0';
	while (reader->at < reader->end && *reader->at == '\n') {
		yaml_take_newline(reader);
		breaks++;
		if (yaml_is_mark(reader, reader->at)) {
			line_fail(reader, reader->at, "the text ends too soon");
			return false;
		}
		line_skip_blanks(reader);
	}
	if (breaks == 1)
		text_add(text, " ");
	for (; breaks > 1; breaks--)
		text_add(text, "\n");
	return true;
}

/* What stands after a backslash. */
static bool read_escape(struct line_reader *reader, struct text *text)
{
	static const char known[] = "abtnvfre \"/\\\tN_LP", sized[] = "xuU";
	static const char *const means[] = { "\a", "\b", "\t", "\n", "\v", "\f", "\r", "\x1b", " ", "\"", "/", "\\",
					     "\t", "\xc2\x85", "\xc2\xa0", "\xe2\x80\xa8", "\xe2\x80\xa9" };
	char letter = reader->at < reader->end ? *reader->at : '\0';
	const char *found, *wrong;

	if (letter == '\n') {
		yaml_take_newline(reader);
		line_skip_blanks(reader);
		return true;
	}
	found = letter ? strchr(known, letter) : NULL;
	if (found) {
		reader->at++;
		text_add(text, means[found - known]);
		return true;
	}
	found = letter ? strchr(sized, letter) : NULL;
	if (found)
		reader->at++;
	wrong = found ? text_add_hex(text, &reader->at, reader->end, (size_t)2 << (found - sized)) :
		"after '\\' one of a b t n v f r e \" / \\ N _ L P x u U, a blank or a line end is expected";
	if (wrong)
		line_fail(reader, reader->at, wrong);
	return !wrong;
}

/* Takes the quote that ends the text; in single quotes two stand for one. */
static bool take_end(struct line_reader *reader, char quote, struct text *text)
{
	if (*reader->at != quote)
		return false;
	reader->at++;
	if (quote == '"' || reader->at == reader->end || *reader->at != quote)
		return true;
	text_add(text, "'");
	reader->at++;
	return false;
}

const char *yaml_quoted(struct line_reader *reader)
{
	struct text text = text_new(reader->arena);
	const char quote = *reader->at++;
	size_t kept = 0;

	while (reader->at < reader->end && !reader->problem->found) {
		const char *at = reader->at;

		if (take_end(reader, quote, &text))
			return text.at;
		if (reader->at > at)
			continue;
		if (*at == '\n') {
			fold(reader, &text, kept);
		} else if (quote == '"' && *at == '\\') {
			reader->at++;
			read_escape(reader, &text);
			kept = text.length;
		} else {
			text_add_bytes(&text, reader->at++, 1);
		}
	}
	line_fail(reader, reader->at, "the text ends too soon");
	return NULL;
}

/* --- what a plain one means --- */

static bool read_word(struct yaml_value *value, const char *text)
{
	static const char *const word[][4] = {
		[JSON_NULL] = { "null", "Null", "NULL", "~" }, [JSON_BOOL] = { "true", "True", "TRUE", "true" },
		[JSON_NUMBER] = { "false", "False", "FALSE", "false" },
	};

	for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++) {
		for (size_t j = 0; j < 4; j++) {
			if (strcmp(text, word[i][j]) != 0)
				continue;
			value->json.kind = i == JSON_NULL ? JSON_NULL : JSON_BOOL;
			value->json.boolean = i == JSON_BOOL;
			return true;
		}
	}
	return false;
}

/* "0x1f", "0o17". */
static bool read_based(struct line_reader *reader, struct yaml_value *value, const char *text, const char *at)
{
	bool hex = !strncmp(text, "0x", 2);
	const char *digits = text + 2;

	if ((!hex && strncmp(text, "0o", 2) != 0) || !digits[0] ||
	    digits[strspn(digits, hex ? DIGITS "abcdefABCDEF" : "01234567")])
		return false;
	if (strlen(digits) > (hex ? 16 : 21))
		line_fail(reader, at, "the number is too large");
	value->json.kind = JSON_NUMBER;
	value->json.text = arena_printf(reader->arena, "%llu", strtoull(digits, NULL, hex ? 16 : 8));
	return true;
}

/* Decimal, also with a fraction, in JSON's form. */
static bool read_decimal(struct line_reader *reader, struct yaml_value *value, const char *text, const char *at)
{
	const char *digits = text + (*text == '-' || *text == '+'), *point, *power;
	size_t whole = strspn(digits, DIGITS), part;

	point = digits + whole;
	part = *point == '.' ? strspn(point + 1, DIGITS) : 0;
	power = point + (*point == '.') + part;
	if (!whole && !part)
		return false;
	if (*power == 'e' || *power == 'E') {
		const char *more = power + 1 + (power[1] == '-' || power[1] == '+');

		if (!*more || more[strspn(more, DIGITS)])
			return false;
	} else if (*power) {
		return false;
	}
	if (whole > 1 && *digits == '0')
		line_fail(reader, at, "a number must not begin with a zero, since some would take it for an octal "
			  "one; a text is to be put in quotes");
	value->json.kind = JSON_NUMBER;
	value->json.text = arena_printf(reader->arena, "%s%.*s%s%.*s%s", *text == '-' ? "-" : "",
					whole ? (int)whole : 1, whole ? digits : "0", part ? "." : "", (int)part,
					part ? point + 1 : "", power);
	return true;
}

bool yaml_resolve(struct line_reader *reader, struct yaml_value *value, const char *text, const char *at)
{
	static const char *const beyond[] = { ".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN", NULL };

	if (text_is_one_of(text + (*text == '-' || *text == '+'), beyond)) {
		line_fail(reader, at, "a number must have an end");
	} else if (!read_word(value, text) && !read_based(reader, value, text, at) &&
		   !read_decimal(reader, value, text, at)) {
		value->json.kind = JSON_STRING;
		value->json.text = text;
	}
	return !reader->problem->found;
}
