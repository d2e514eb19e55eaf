/* toml_value.c - keys and values of TOML: see toml.h */
#include "image/toml_parts.h"
#include <string.h>

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static bool next_is(const struct line_reader *reader, char c)
{
	return reader->at < reader->end && *reader->at == c;
}

/* --- keys --- */

static const char *read_key_part(struct line_reader *reader)
{
	const char *begin = reader->at;

	if (next_is(reader, '"') || next_is(reader, '\''))
		return toml_read_string(reader, true);
	while (reader->at < reader->end && is_plain(*reader->at))
		reader->at++;
	if (reader->at > begin)
		return arena_copy(reader->arena, begin, (size_t)(reader->at - begin));
	line_fail(reader, reader->at, "a key is expected: a-z, A-Z, 0-9, '_' and '-', or a text in quotes");
	return NULL;
}

bool toml_read_key(struct line_reader *reader, struct toml_key *ret_key)
{
	line_skip_blanks(reader);
	*ret_key = (struct toml_key){ .at = reader->at };
	do {
		line_skip_blanks(reader);
		if (ret_key->count == TOML_DEPTH) {
			line_fail(reader, reader->at, "the key has too many parts");
			return false;
		}
		ret_key->part[ret_key->count] = read_key_part(reader);
		if (!ret_key->part[ret_key->count++])
			return false;
		line_skip_blanks(reader);
	} while (toml_take(reader, "."));
	return true;
}

/* --- numbers --- */

static int digit_value(char c, unsigned base)
{
	int letter = c | 0x20, value = 99;

	if (c >= '0' && c <= '9')
		value = c - '0';
	else if (letter >= 'a' && letter <= 'f')
		value = letter - 'a' + 10;
	return value < (int)base ? value : -1;
}

/* Digits, with single '_' between them. */
static bool read_digits(struct line_reader *reader, unsigned base, uint64_t *ret_value)
{
	bool digit = false;

	for (*ret_value = 0; reader->at < reader->end; reader->at++) {
		int value = digit_value(*reader->at, base);

		if (value < 0 && !(*reader->at == '_' && digit))
			break;
		digit = value >= 0;
		if (digit && (__builtin_mul_overflow(*ret_value, base, ret_value) ||
			      __builtin_add_overflow(*ret_value, (uint64_t)value, ret_value))) {
			line_fail(reader, reader->at, "the number is too large");
			return false;
		}
	}
	if (!digit)
		line_fail(reader, reader->at, "a digit is expected");
	return digit;
}

static unsigned take_base(struct line_reader *reader)
{
	return toml_take(reader, "0x") ? 16 : toml_take(reader, "0o") ? 8 : toml_take(reader, "0b") ? 2 : 10;
}

static bool read_number(struct line_reader *reader, struct toml_value *value)
{
	const char *begin = reader->at;
	bool minus = next_is(reader, '-');
	uint64_t number;
	unsigned base;

	if (minus || next_is(reader, '+'))
		reader->at++;
	base = reader->at == begin ? take_base(reader) : 10;
	if (base == 10 && next_is(reader, '0') && reader->end - reader->at > 1 &&
	    (digit_value(reader->at[1], 10) >= 0 || reader->at[1] == '_')) {
		line_fail(reader, begin, "a number must not begin with a zero, and dates are not supported");
		return false;
	}
	if (!read_digits(reader, base, &number))
		return false;
	if (reader->at < reader->end && (strchr(".-:", *reader->at) || is_plain(*reader->at))) {
		line_fail(reader, begin, "this is no whole number; fractions and dates are not supported");
		return false;
	}
	if (number > (uint64_t)INT64_MAX + minus) {
		line_fail(reader, begin, "the number is too large");
		return false;
	}
	value->json.kind = JSON_NUMBER;
	value->json.text = arena_printf(reader->arena, "%s%llu", minus && number ? "-" : "",
					(unsigned long long)number);
	return true;
}

/* --- arrays and inline tables --- */

static bool read_value(struct line_reader *reader, struct toml_value *value);

static bool skip_lines(struct line_reader *reader)
{
	do {
		if (!toml_skip_comment(reader))
			return false;
	} while (toml_take_newline(reader));
	return true;
}

static bool read_array(struct line_reader *reader, struct toml_value *array)
{
	array->json.kind = JSON_ARRAY;
	reader->at++;
	for (;;) {
		struct toml_value *value;

		if (!skip_lines(reader))
			return false;
		if (toml_take(reader, "]"))
			return true;
		value = toml_add(reader, array, NULL, JSON_NULL);
		if (!value || !read_value(reader, value) || !skip_lines(reader))
			return false;
		if (toml_take(reader, ","))
			continue;
		if (toml_take(reader, "]"))
			return true;
		line_fail(reader, reader->at, "',' or ']' is expected");
		return false;
	}
}

/* What dotted keys have made in an inline table is as closed as itself. */
static void close_tables(struct toml_value *table)
{
	struct json *at = table->json.first;

	while (at && at != &table->json) {
		struct toml_value *value = (void *)at;

		value->origin = TOML_CLOSED;
		if (at->first && at->kind == JSON_OBJECT) {
			at = at->first;
			continue;
		}
		while (at != &table->json && !at->next)
			at = at->parent;
		at = at == &table->json ? at : at->next;
	}
}

/* On one line, and without a comma after the last member. */
static bool read_inline_table(struct line_reader *reader, struct toml_value *table)
{
	table->json.kind = JSON_OBJECT;
	reader->at++;
	line_skip_blanks(reader);
	if (toml_take(reader, "}"))
		return true;
	do {
		if (!toml_read_member(reader, table))
			return false;
		line_skip_blanks(reader);
	} while (toml_take(reader, ","));
	close_tables(table);
	if (toml_take(reader, "}"))
		return true;
	line_fail(reader, reader->at, "',' or '}' is expected");
	return false;
}

/* --- values --- */

static bool read_nested(struct line_reader *reader, struct toml_value *value)
{
	bool good;

	if (++reader->depth > TOML_DEPTH) {
		line_fail(reader, reader->at, "there are too many levels");
		return false;
	}
	good = *reader->at == '[' ? read_array(reader, value) : read_inline_table(reader, value);
	reader->depth--;
	return good;
}

static bool read_word(struct line_reader *reader, struct toml_value *value)
{
	const char *begin = reader->at;

	value->json.kind = JSON_BOOL;
	value->json.boolean = toml_take(reader, "true");
	if ((value->json.boolean || toml_take(reader, "false")) &&
	    (reader->at == reader->end || !is_plain(*reader->at)))
		return true;
	line_fail(reader, begin, begin == reader->end || strchr("#\r\n", *begin) ? "a value is missing" :
		  "a value is expected: a text in quotes, a whole number, true, false, an array or a table");
	return false;
}

static bool read_value(struct line_reader *reader, struct toml_value *value)
{
	char next = '\0';

	if (reader->at < reader->end)
		next = *reader->at;
	if (next == '"' || next == '\'') {
		value->json.kind = JSON_STRING;
		value->json.text = toml_read_string(reader, false);
		return value->json.text;
	}
	if (next == '[' || next == '{')
		return read_nested(reader, value);
	if (next == '+' || next == '-' || (next >= '0' && next <= '9'))
		return read_number(reader, value);
	return read_word(reader, value);
}

bool toml_read_member(struct line_reader *reader, struct toml_value *table)
{
	struct toml_value *value;
	struct toml_key key;

	if (!toml_read_key(reader, &key))
		return false;
	if (!toml_take(reader, "=")) {
		line_fail(reader, reader->at, "'=' is expected after the key");
		return false;
	}
	line_skip_blanks(reader);
	value = toml_add_key(reader, table, &key, JSON_NULL);
	return value && read_value(reader, value);
}
