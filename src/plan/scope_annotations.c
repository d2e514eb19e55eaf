/* scope_annotations.c - annotations that set a property of the unit: "org.systemd.property.NAME": VALUE.
 *
 * They are runc's (docs/systemd.md there): the value is in the text format of GVariant, of which what a property can
 * be is read here: texts, booleans, numbers, and arrays of them. Without a type before it a number is int32, as
 * GLib has it. A time in seconds (TimeoutStopSec) becomes the one in microseconds that systemd has on the bus
 * (TimeoutStopUSec).
 */
#include "plan/scope.h"
#include "base/dbus.h"
#include <string.h>

enum { SECOND_US = 1000000 };

/* A value, or an element of one. */
struct element {
	const char *text;		/* s, o, g */
	bool negative;
	uint64_t number;		/* its absolute value; b, and all numbers */
	uint32_t micros;		/* behind the point: only of a time */
};

struct value {
	char type[3];			/* "s", "as"; of which a number without a type may be "d" */
	struct element *at;
	size_t count;
};

struct reader {
	struct arena *arena;
	const char *at;
	char type;			/* of all elements; '\0': not known yet */
};

static void skip_blanks(struct reader *reader)
{
	reader->at += strspn(reader->at, " \t\n");
}

static bool take(struct reader *reader, char what)
{
	skip_blanks(reader);
	if (*reader->at != what)
		return false;
	reader->at++;
	return true;
}

static bool take_word(struct reader *reader, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(reader->at, word, length) != 0 || (reader->at[length] >= 'a' && reader->at[length] <= 'z') ||
	    (reader->at[length] >= '0' && reader->at[length] <= '9'))
		return false;
	reader->at += length;
	return true;
}

/* An element that says its type, or whose looks say it, must have the type of those before it. */
static bool agree(struct reader *reader, char type)
{
	if (!reader->type)
		reader->type = type;
	return reader->type == type;
}

/* --- elements --- */

static bool is_escape(char letter, char *ret_byte)
{
	static const char letters[] = "abfnrtv\\'\"", bytes[] = "\a\b\f\n\r\t\v\\'\"";
	const char *found = letter ? strchr(letters, letter) : NULL;

	if (found)
		*ret_byte = bytes[found - letters];
	return found;
}

static bool read_quoted(struct reader *reader, struct element *element)
{
	char quote = *reader->at++, *text = arena_copy(reader->arena, reader->at, strlen(reader->at));
	size_t length = 0;

	for (; *reader->at && *reader->at != quote; reader->at++)
		if (*reader->at != '\\')
			text[length++] = *reader->at;
		else if (is_escape(*++reader->at, &text[length]))
			length++;
		else
			return false;
	text[length] = '\0';
	element->text = text;
	return *reader->at++ == quote;
}

/* The digits of a number of the base: false where there are none, or it does not fit. */
static bool read_digits(struct reader *reader, unsigned base, uint64_t *ret_number)
{
	static const char digits[] = "0123456789abcdef";
	const char *begin = reader->at, *digit;
	uint64_t number = 0;

	while (*reader->at && (digit = strchr(digits, *reader->at >= 'A' && *reader->at <= 'F' ?
					      *reader->at + ('a' - 'A') : *reader->at)) &&
	       digit - digits < (int)base) {
		unsigned value = (unsigned)(digit - digits);

		if (number > (UINT64_MAX - value) / base)
			return false;
		number = number * base + value;
		reader->at++;
	}
	*ret_number = number;
	return reader->at > begin;
}

/* ".25" → 250000 */
static bool read_fraction(struct reader *reader, uint32_t *ret_micros)
{
	uint32_t unit = SECOND_US;

	reader->at++;
	if (*reader->at < '0' || *reader->at > '9')
		return false;
	for (; *reader->at >= '0' && *reader->at <= '9'; reader->at++) {
		unit /= 10;
		*ret_micros += unit * (uint32_t)(*reader->at - '0');
	}
	return true;
}

/* Whether a number of this type can have the value. */
static bool fits(char type, const struct element *element)
{
	static const struct { char type; bool is_signed; uint64_t most; } types[] = {
		{ 'y', false, UINT8_MAX },  { 'n', true, INT16_MAX },  { 'q', false, UINT16_MAX },
		{ 'i', true, INT32_MAX },   { 'u', false, UINT32_MAX }, { 'x', true, INT64_MAX },
		{ 't', false, UINT64_MAX }, { 'd', true, UINT64_MAX - 1 },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].type == type)
			return element->negative ? types[i].is_signed && element->number <= types[i].most + 1 :
						   element->number <= types[i].most;
	return false;
}

static bool read_number(struct reader *reader, struct element *element)
{
	bool hex;

	element->negative = *reader->at == '-';
	reader->at += *reader->at == '-' || *reader->at == '+';
	hex = reader->at[0] == '0' && (reader->at[1] | 0x20) == 'x';
	reader->at += hex ? 2 : 0;
	if (!read_digits(reader, hex ? 16 : 10, &element->number))
		return false;
	if (*reader->at == '.' && !hex) {
		if (!read_fraction(reader, &element->micros) || !agree(reader, 'd'))
			return false;
	} else if (!reader->type) {
		reader->type = 'i';
	}
	return fits(reader->type, element);
}

static bool read_type(struct reader *reader)
{
	static const struct { const char *word; char type; } types[] = {
		{ "boolean", 'b' }, { "byte", 'y' },   { "int16", 'n' },  { "uint16", 'q' },	 { "int32", 'i' },
		{ "uint32", 'u' },  { "int64", 'x' },  { "uint64", 't' }, { "double", 'd' },	 { "string", 's' },
		{ "objectpath", 'o' }, { "signature", 'g' },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (take_word(reader, types[i].word)) {
			skip_blanks(reader);
			return agree(reader, types[i].type);
		}
	if (*reader->at != '@')
		return true;
	if (!reader->at[1] || !strchr("bynqiuxtdsog", reader->at[1]) || !agree(reader, reader->at[1]))
		return false;
	reader->at += 2;
	skip_blanks(reader);
	return true;
}

static bool read_element(struct reader *reader, struct element *element)
{
	skip_blanks(reader);
	if (!read_type(reader))
		return false;
	if (*reader->at == '\'' || *reader->at == '"') {
		if (!reader->type)
			reader->type = 's';
		return strchr("sog", reader->type) && read_quoted(reader, element) &&
		       (reader->type != 'g' || strlen(element->text) <= UINT8_MAX);
	}
	if (take_word(reader, "true")) {
		element->number = 1;
		return agree(reader, 'b');
	}
	if (take_word(reader, "false"))
		return agree(reader, 'b');
	return read_number(reader, element);
}

/* --- values --- */

static bool read_array(struct reader *reader, struct value *value)
{
	/* Of "[" too an element is read, if in vain. */
	size_t room = strlen(reader->at) + 1;

	value->at = ARENA_ARRAY(reader->arena, room, struct element);
	if (take(reader, ']'))
		return reader->type;
	do
		if (!read_element(reader, &value->at[value->count++]))
			return false;
	while (take(reader, ','));
	return take(reader, ']');
}

static bool read_value(struct arena *arena, const char *text, struct value *value)
{
	struct reader reader = { arena, text, '\0' };
	bool read, array;

	skip_blanks(&reader);
	if (reader.at[0] == '@' && reader.at[1] == 'a' && reader.at[2] && strchr("bynqiuxtsog", reader.at[2])) {
		reader.type = reader.at[2];
		reader.at += 3;
		skip_blanks(&reader);
		if (*reader.at != '[')
			return false;
	}
	array = take(&reader, '[');
	if (array) {
		read = read_array(&reader, value);
	} else {
		value->at = ARENA_NEW(arena, struct element);
		value->count = 1;
		read = read_element(&reader, value->at);
	}
	skip_blanks(&reader);
	if (!read || *reader.at || !reader.type || (array && reader.type == 'd'))
		return false;
	value->type[0] = array ? 'a' : reader.type;
	value->type[1] = array ? reader.type : '\0';
	return true;
}

/* Seconds, of whatever type, as microseconds. */
static bool to_microseconds(struct value *value)
{
	struct element *element = value->at;

	if (value->type[1] || !strchr("ynqiuxtd", value->type[0]) || element->negative ||
	    element->number > UINT64_MAX / SECOND_US - 1)
		return false;
	element->number = element->number * SECOND_US + element->micros;
	value->type[0] = 't';
	return true;
}

static void add_element(struct text *message, char type, const struct element *element)
{
	uint64_t number = element->negative ? 0 - element->number : element->number;

	switch (type) {
	case 's': case 'o': dbus_add_text(message, element->text); break;
	case 'g': dbus_add_signature(message, element->text); break;
	case 'y': dbus_add_byte(message, (uint8_t)number); break;
	case 'n': case 'q': dbus_add_u16(message, (uint16_t)number); break;
	case 'b': case 'i': case 'u': dbus_add_u32(message, (uint32_t)number); break;
	default: dbus_add_u64(message, number);
	}
}

static size_t alignment_of(char type)
{
	switch (type) {
	case 'y': case 'g': return 1;
	case 'n': case 'q': return 2;
	case 'x': case 't': return 8;
	default: return 4;
	}
}

static void put_value(struct text *message, const char *name, const struct value *value)
{
	struct dbus_array array;

	scope_put_name(message, name, value->type);
	if (value->type[0] != 'a') {
		add_element(message, value->type[0], value->at);
		return;
	}
	array = dbus_open_array(message, alignment_of(value->type[1]));
	for (size_t i = 0; i < value->count; i++)
		add_element(message, value->type[1], &value->at[i]);
	dbus_close_array(message, array);
}

/* --- annotations --- */

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name(const char *name)
{
	size_t length = 0;

	while (is_letter(name[length]))
		length++;
	return length >= 3 && !name[length];
}

/* "TimeoutStopSec", but not "TimeoutStopUSec". */
static bool in_seconds(const char *name)
{
	size_t length = strlen(name);

	return length > 3 && strcmp(name + length - 3, "Sec") == 0 && name[length - 4] >= 'a';
}

static void put_annotation(struct text *message, const struct pair *pair, const char *name, struct problem *problem)
{
	struct value value = { .count = 0 };

	if (!is_name(name)) {
		problem_set(problem, "annotations[\"%s\"]: '%s' is no property of systemd: a name is made of letters",
			    pair->key, name);
		return;
	}
	if (!read_value(message->arena, pair->value, &value) || (!in_seconds(name) && value.type[0] == 'd')) {
		problem_set(problem, "annotations[\"%s\"]: '%s' is none of the values that can be given: \"'text'\", "
			    "\"true\", \"5\", \"uint64 5\", \"['a', 'b']\" (the text format of GVariant)", pair->key,
			    pair->value);
		return;
	}
	if (in_seconds(name)) {
		if (!to_microseconds(&value)) {
			problem_set(problem, "annotations[\"%s\"]: '%s' is no number of seconds", pair->key,
				    pair->value);
			return;
		}
		name = arena_printf(message->arena, "%.*sUSec", (int)strlen(name) - 3, name);
	}
	put_value(message, name, &value);
}

void scope_put_annotations(struct text *message, const struct pairs *annotations, struct problem *problem)
{
	static const char prefix[] = "org.systemd.property.";

	for (size_t i = 0; i < annotations->count; i++) {
		const struct pair *pair = &annotations->at[i];

		if (strncmp(pair->key, prefix, sizeof(prefix) - 1) == 0)
			put_annotation(message, pair, pair->key + sizeof(prefix) - 1, problem);
	}
}
