/* functions.c - the functions of templates: Go's own and docker's. See parts.h */
#include "base/json_write.h"
#include "command/options.h"
#include "format/parts.h"
#include <stdlib.h>
#include <string.h>

typedef const struct json *caller(struct evaluation *evaluation, const struct json *const *arguments, size_t count);

/* The text of an argument; "" with a problem where it is none. A missing one is empty, so that labels that are not
 * there can be worked with. */
static const char *text_of(struct evaluation *evaluation, const struct json *value)
{
	if (!value || value->kind == JSON_NULL)
		return "";
	if (value->kind == JSON_STRING)
		return value->text;
	evaluation_problem(evaluation, "here a text is needed, not %s", value_kind(value));
	return "";
}

/* A whole number that is not negative; 0 with a problem where it is none. */
static size_t number_of(struct evaluation *evaluation, const struct json *value)
{
	uint64_t number = 0;

	if (!value || value->kind != JSON_NUMBER || !text_to_u64(value->text, &number))
		evaluation_problem(evaluation, "here a number is needed, not %s", value_kind(value));
	return number > FORMAT_WORK_MAX ? FORMAT_WORK_MAX : (size_t)number;
}

static bool is_many(const struct json *value)
{
	return value && (value->kind == JSON_ARRAY || value->kind == JSON_OBJECT);
}

static const struct json *text_from(struct evaluation *evaluation, const struct text *text)
{
	return value_text(evaluation, text->at, text->length);
}

/* --- truth --- */

/* The argument that decided, or the last one. */
static const struct json *call_last(struct evaluation *evaluation, const struct json *const *arguments, size_t count)
{
	return arguments[count - 1];
}

static const struct json *call_not(struct evaluation *evaluation, const struct json *const *arguments, size_t count)
{
	return value_bool(evaluation, !value_true(arguments[0]));
}

static int compare_numbers(const struct json *one, const struct json *other)
{
	int64_t a, b;
	double x, y;

	if (option_to_i64(one->text, &a) && option_to_i64(other->text, &b))
		return (a > b) - (a < b);
	x = strtod(one->text, NULL);
	y = strtod(other->text, NULL);
	return (x > y) - (x < y);
}

static bool is_none(const struct json *value)
{
	return !value || value->kind == JSON_NULL;
}

/* < 0, 0, > 0; with a problem where they cannot be compared. What is not there is only like itself. */
static int compare(struct evaluation *evaluation, const struct json *one, const struct json *other, bool order)
{
	if (!order && (is_none(one) || is_none(other)))
		return is_none(one) != is_none(other);
	if (is_none(one) || is_none(other) || one->kind != other->kind || is_many(one) ||
	    (order && one->kind == JSON_BOOL)) {
		evaluation_problem(evaluation, "%s and %s cannot be compared", value_kind(one), value_kind(other));
		return 1;
	}
	if (one->kind == JSON_BOOL)
		return one->boolean != other->boolean;
	return one->kind == JSON_NUMBER ? compare_numbers(one, other) : strcmp(one->text, other->text);
}

static const struct json *call_eq(struct evaluation *evaluation, const struct json *const *arguments, size_t count)
{
	bool equal = false;

	for (size_t i = 1; i < count && !equal; i++)
		equal = compare(evaluation, arguments[0], arguments[i], false) == 0;
	return value_bool(evaluation, equal);
}

static const struct json *call_ne(struct evaluation *evaluation, const struct json *const *arguments, size_t count)
{
	return value_bool(evaluation, compare(evaluation, arguments[0], arguments[1], false) != 0);
}

static const struct json *call_lt(struct evaluation *evaluation, const struct json *const *arguments, size_t count)
{
	return value_bool(evaluation, compare(evaluation, arguments[0], arguments[1], true) < 0);
}

static const struct json *call_le(struct evaluation *evaluation, const struct json *const *arguments, size_t count)
{
	return value_bool(evaluation, compare(evaluation, arguments[0], arguments[1], true) <= 0);
}

static const struct json *call_gt(struct evaluation *evaluation, const struct json *const *arguments, size_t count)
{
	return value_bool(evaluation, compare(evaluation, arguments[0], arguments[1], true) > 0);
}

static const struct json *call_ge(struct evaluation *evaluation, const struct json *const *arguments, size_t count)
{
	return value_bool(evaluation, compare(evaluation, arguments[0], arguments[1], true) >= 0);
}

/* --- parts of a whole --- */

static const struct json *call_len(struct evaluation *evaluation, const struct json *const *arguments, size_t count)
{
	const struct json *value = arguments[0];

	if (is_many(value))
		return value_number(evaluation, (int64_t)value->count);
	if (is_none(value))
		return value_number(evaluation, 0);
	return value_number(evaluation, (int64_t)strlen(text_of(evaluation, value)));
}

static const struct json *element(struct evaluation *evaluation, const struct json *value, const struct json *at)
{
	const struct json *member;
	size_t index;

	if (is_none(value))
		return NULL;
	if (value->kind == JSON_OBJECT)
		return json_get(value, text_of(evaluation, at));
	if (value->kind != JSON_ARRAY) {
		evaluation_problem(evaluation, "'index' cannot look into %s", value_kind(value));
		return NULL;
	}
	index = number_of(evaluation, at);
	if (index >= value->count) {
		evaluation_problem(evaluation, "there is no element %zu; there are %zu", index, value->count);
		return NULL;
	}
	member = value->first;
	while (index--)
		member = member->next;
	return member;
}

static const struct json *call_index(struct evaluation *evaluation, const struct json *const *arguments, size_t count)
{
	const struct json *value = arguments[0];

	for (size_t i = 1; i < count && !evaluation->problem->found; i++)
		value = element(evaluation, value, arguments[i]);
	return value;
}

/* Of a text, by bytes. */
static const struct json *call_slice(struct evaluation *evaluation, const struct json *const *arguments, size_t count)
{
	const char *text = text_of(evaluation, arguments[0]);
	size_t length = strlen(text);
	size_t from = count > 1 ? number_of(evaluation, arguments[1]) : 0;
	size_t to = count > 2 ? number_of(evaluation, arguments[2]) : length;

	if (to > length || from > to) {
		evaluation_problem(evaluation, "%zu to %zu is no part of a text of %zu bytes", from, to, length);
		return NULL;
	}
	return value_text(evaluation, text + from, to - from);
}

/* --- texts --- */

static const struct json *call_print(struct evaluation *evaluation, const struct json *const *arguments, size_t count)
{
	struct text out = text_new(evaluation->arena);
	bool was_text = true;

	/* As Go has it: a blank only between two of which neither is a text. */
	for (size_t i = 0; i < count && !evaluation->problem->found; i++) {
		bool is_text = arguments[i] && arguments[i]->kind == JSON_STRING;

		if (!is_text && !was_text)
			text_add(&out, " ");
		if (is_none(arguments[i]))
			text_add(&out, "<nil>");
		else
			value_print(evaluation, &out, arguments[i]);
		was_text = is_text;
	}
	return text_from(evaluation, &out);
}

static const struct json *call_println(struct evaluation *evaluation, const struct json *const *arguments,
				       size_t count)
{
	struct text out = text_new(evaluation->arena);

	for (size_t i = 0; i < count && !evaluation->problem->found; i++) {
		if (i)
			text_add(&out, " ");
		if (is_none(arguments[i]))
			text_add(&out, "<nil>");
		else
			value_print(evaluation, &out, arguments[i]);
	}
	text_add(&out, "\n");
	return text_from(evaluation, &out);
}

static const struct json *call_json(struct evaluation *evaluation, const struct json *const *arguments, size_t count)
{
	static const struct json null = { .kind = JSON_NULL };
	struct text out = text_new(evaluation->arena);
	struct json_writer writer = json_writer_new(&out, NULL);

	json_put_value(&writer, NULL, arguments[0] ? arguments[0] : &null);
	return text_from(evaluation, &out);
}

static const struct json *call_join(struct evaluation *evaluation, const struct json *const *arguments, size_t count)
{
	const char *between = text_of(evaluation, arguments[1]);
	struct text out = text_new(evaluation->arena);

	if (is_none(arguments[0]))
		return value_text(evaluation, "", 0);
	if (arguments[0]->kind != JSON_ARRAY) {
		evaluation_problem(evaluation, "'join' takes an array, not %s", value_kind(arguments[0]));
		return NULL;
	}
	for (const struct json *member = arguments[0]->first; member && !evaluation->problem->found;
	     member = member->next) {
		text_add(&out, member == arguments[0]->first ? "" : between);
		text_add(&out, text_of(evaluation, member));
		evaluation_work(evaluation, strlen(between) + 1);
	}
	return text_from(evaluation, &out);
}

static void add_element(struct evaluation *evaluation, struct json *array, struct json ***last, const char *text,
			size_t length)
{
	const struct json *made = value_text(evaluation, text, length);
	struct json *member = ARENA_NEW(evaluation->arena, struct json);

	*member = *made;
	member->index = array->count++;
	member->parent = array;
	**last = member;
	*last = &member->next;
}

/* Without anything between, into characters, as Go has it. */
static const struct json *call_split(struct evaluation *evaluation, const struct json *const *arguments, size_t count)
{
	const char *at = text_of(evaluation, arguments[0]), *between = text_of(evaluation, arguments[1]), *end;
	struct json *array = ARENA_NEW(evaluation->arena, struct json), **last = &array->first;
	size_t size = strlen(between);

	array->kind = JSON_ARRAY;
	while (!size && *at && !evaluation->problem->found) {
		size_t bytes = text_utf8(at, strlen(at));

		bytes += !bytes;
		add_element(evaluation, array, &last, at, bytes);
		at += bytes;
	}
	while (size && (end = strstr(at, between)) && !evaluation->problem->found) {
		add_element(evaluation, array, &last, at, (size_t)(end - at));
		at = end + size;
	}
	if (size && !evaluation->problem->found)
		add_element(evaluation, array, &last, at, strlen(at));
	return array;
}

static char to_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 0x20) : c;
}

static char to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 0x20) : c;
}

static const struct json *change_case(struct evaluation *evaluation, const struct json *value, char (*change)(char))
{
	const char *text = text_of(evaluation, value);
	char *made = arena_copy(evaluation->arena, text, strlen(text));

	for (char *at = made; *at; at++)
		*at = change(*at);
	return value_text(evaluation, made, strlen(made));
}

static const struct json *call_lower(struct evaluation *evaluation, const struct json *const *arguments, size_t count)
{
	return change_case(evaluation, arguments[0], to_lower);
}

static const struct json *call_upper(struct evaluation *evaluation, const struct json *const *arguments, size_t count)
{
	return change_case(evaluation, arguments[0], to_upper);
}

/* The first letter of each word; a word is letters, digits and underscores. */
static const struct json *call_title(struct evaluation *evaluation, const struct json *const *arguments, size_t count)
{
	const char *text = text_of(evaluation, arguments[0]);
	char *made = arena_copy(evaluation->arena, text, strlen(text));
	bool inside = false;

	for (char *at = made; *at; at++) {
		*at = inside ? *at : to_upper(*at);
		inside = to_lower(*at) != *at || to_upper(*at) != *at || (*at >= '0' && *at <= '9') || *at == '_' ||
			 *at == '\'' || (unsigned char)*at >= 0x80;
	}
	return value_text(evaluation, made, strlen(made));
}

static const struct json *call_pad(struct evaluation *evaluation, const struct json *const *arguments, size_t count)
{
	const char *text = text_of(evaluation, arguments[0]);
	size_t before = number_of(evaluation, arguments[1]), behind = number_of(evaluation, arguments[2]);
	struct text out = text_new(evaluation->arena);

	if (*text && evaluation_work(evaluation, before + behind))
		text_printf(&out, "%*s%s%*s", (int)before, "", text, (int)behind, "");
	return text_from(evaluation, &out);
}

static const struct json *call_truncate(struct evaluation *evaluation, const struct json *const *arguments,
					size_t count)
{
	const char *text = text_of(evaluation, arguments[0]);
	size_t most = number_of(evaluation, arguments[1]), length = strlen(text);

	return value_text(evaluation, text, length < most ? length : most);
}

enum { ANY = 1000 };

static const struct function functions[] = {
	{ "and", 1, ANY, call_last, UNTIL_FALSE, true }, { "or", 1, ANY, call_last, UNTIL_TRUE, true },
	{ "not", 1, 1, call_not, ALL_ARGUMENTS, true },
	{ "eq", 2, ANY, call_eq, ALL_ARGUMENTS, true }, { "ne", 2, 2, call_ne, ALL_ARGUMENTS, true },
	{ "lt", 2, 2, call_lt, ALL_ARGUMENTS, true }, { "le", 2, 2, call_le, ALL_ARGUMENTS, true },
	{ "gt", 2, 2, call_gt, ALL_ARGUMENTS, true }, { "ge", 2, 2, call_ge, ALL_ARGUMENTS, true },
	{ "len", 1, 1, call_len, ALL_ARGUMENTS, false }, { "index", 1, ANY, call_index, ALL_ARGUMENTS, false },
	{ "slice", 1, 3, call_slice, ALL_ARGUMENTS, false },
	{ "print", 0, ANY, call_print, ALL_ARGUMENTS, true },
	{ "printf", 1, ANY, format_printf, ALL_ARGUMENTS, true },
	{ "println", 0, ANY, call_println, ALL_ARGUMENTS, true },
	{ "json", 1, 1, call_json, ALL_ARGUMENTS, false }, { "join", 2, 2, call_join, ALL_ARGUMENTS, false },
	{ "split", 2, 2, call_split, ALL_ARGUMENTS, false }, { "lower", 1, 1, call_lower, ALL_ARGUMENTS, false },
	{ "upper", 1, 1, call_upper, ALL_ARGUMENTS, false }, { "title", 1, 1, call_title, ALL_ARGUMENTS, false },
	{ "pad", 3, 3, call_pad, ALL_ARGUMENTS, false },
	{ "truncate", 2, 2, call_truncate, ALL_ARGUMENTS, false },
};

const struct function *function_find(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (strlen(functions[i].name) == length && !memcmp(functions[i].name, name, length))
			return &functions[i];
	return NULL;
}
