/* json_decode.c - see json_decode.h */
#include "base/json_decode.h"
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void decode_problem(struct decoder *decoder, const struct json *value, const char *format, ...)
{
	const char *path, *text;
	va_list list;

	if (decoder->problem->found)
		return;
	path = json_path(decoder->arena, value);
	va_start(list, format);
	text = arena_vprintf(decoder->arena, format, list);
	va_end(list);
	problem_set(decoder->problem, *path ? "%s: %s" : "%s%s", path, text);
}

bool decode_kind(struct decoder *decoder, const struct json *value, enum json_kind kind)
{
	if (value->kind == kind)
		return true;
	decode_problem(decoder, value, "must be %s, not %s", json_kind_name(kind),
		       json_kind_name(value->kind));
	return false;
}

/* --- numbers --- */

/* Takes the sign and the digits apart. What does not fit in 64 bits becomes the largest number,
 * which no range of ours but the full one holds; `ret_huge` tells it from that number. */
static bool read_whole(struct decoder *decoder, const struct json *value, bool *ret_negative,
		       uint64_t *ret_number, bool *ret_huge)
{
	const char *digits;

	if (!decode_kind(decoder, value, JSON_NUMBER))
		return false;
	if (strpbrk(value->text, ".eE")) {
		decode_problem(decoder, value, "must be a whole number without '.' or 'e', not %s",
			       value->text);
		return false;
	}
	*ret_negative = value->text[0] == '-';
	digits = value->text + *ret_negative;
	errno = 0;
	*ret_number = strtoull(digits, NULL, 10);
	*ret_huge = errno == ERANGE;
	return true;
}

uint64_t decode_unsigned(struct decoder *decoder, const struct json *value, uint64_t max)
{
	bool negative, huge;
	uint64_t number;

	if (!read_whole(decoder, value, &negative, &number, &huge))
		return 0;
	if (!huge && number <= max && (!negative || !number))
		return number;
	decode_problem(decoder, value, "%s is out of range (0 to %" PRIu64 ")", value->text, max);
	return 0;
}

int64_t decode_signed(struct decoder *decoder, const struct json *value, int64_t min, int64_t max)
{
	bool negative, huge;
	uint64_t number;

	if (!read_whole(decoder, value, &negative, &number, &huge))
		return 0;
	if (!huge && negative && number <= (uint64_t)INT64_MAX + 1 && (int64_t)-number >= min &&
	    (int64_t)-number <= max)
		return (int64_t)-number;
	if (!huge && !negative && number <= (uint64_t)INT64_MAX && (int64_t)number >= min &&
	    (int64_t)number <= max)
		return (int64_t)number;
	decode_problem(decoder, value, "%s is out of range (%" PRId64 " to %" PRId64 ")", value->text,
		       min, max);
	return 0;
}

/* Stores the low bytes: both machines are little-endian. */
static void store(void *to, size_t size, uint64_t number)
{
	memcpy(to, &number, size);
}

static void read_unsigned(struct decoder *decoder, const struct json *value,
			  const struct field *field, void *to)
{
	uint64_t max = field->max ? field->max : UINT64_MAX >> (64 - 8 * field->size);

	store(to, field->size, decode_unsigned(decoder, value, max));
}

static void read_signed(struct decoder *decoder, const struct json *value,
			const struct field *field, void *to)
{
	int64_t most = INT64_MAX >> (64 - 8 * field->size);
	bool ranged = field->min || field->max;

	store(to, field->size, (uint64_t)decode_signed(decoder, value, ranged ? field->min : -most - 1,
						       ranged ? (int64_t)field->max : most));
}

static void read_numbers(struct decoder *decoder, const struct json *value,
			 const struct field *field, void *to, size_t *count)
{
	uint32_t *number, max = field->max ? (uint32_t)field->max : UINT32_MAX;

	if (!decode_kind(decoder, value, JSON_ARRAY))
		return;
	number = ARENA_ARRAY(decoder->arena, value->count, uint32_t);
	for (const struct json *item = value->first; item; item = item->next)
		number[(*count)++] = (uint32_t)decode_unsigned(decoder, item, max);
	*(uint32_t **)to = number;
}

/* --- texts and names --- */

static void read_text(struct decoder *decoder, const struct json *value,
		      const struct field *field, void *to)
{
	if (!decode_kind(decoder, value, JSON_STRING))
		return;
	if (*value->text || field->empty)
		*(const char **)to = value->text;
	else if (field->required)
		decode_problem(decoder, value, "must not be empty");
}

static void read_texts(struct decoder *decoder, const struct json *value, void *to, size_t *count)
{
	const char **text;

	if (!decode_kind(decoder, value, JSON_ARRAY))
		return;
	text = ARENA_ARRAY(decoder->arena, value->count + 1, const char *);
	for (const struct json *item = value->first; item; item = item->next) {
		if (!decode_kind(decoder, item, JSON_STRING))
			return;
		text[(*count)++] = item->text;
	}
	*(const char ***)to = text;
}

static void read_pairs(struct decoder *decoder, const struct json *value, void *to, size_t *count)
{
	struct pair *pair;

	if (!decode_kind(decoder, value, JSON_OBJECT))
		return;
	pair = ARENA_ARRAY(decoder->arena, value->count, struct pair);
	for (const struct json *item = value->first; item; item = item->next) {
		if (!decode_kind(decoder, item, JSON_STRING))
			return;
		pair[(*count)++] = (struct pair){ item->key, item->text };
	}
	*(struct pair **)to = pair;
}

uint64_t decode_name(struct decoder *decoder, const struct json *value, const struct name *names,
		     const char *what)
{
	const struct name *known;

	if (!decode_kind(decoder, value, JSON_STRING))
		return 0;
	known = name_find(names, value->text);
	if (!known)
		decode_problem(decoder, value, "'%s' is not %s", value->text, what);
	return known ? known->value : 0;
}

static void read_names(struct decoder *decoder, const struct json *value,
		       const struct field *field, void *to)
{
	uint64_t all = 0;

	if (!decode_kind(decoder, value, JSON_ARRAY))
		return;
	for (const struct json *item = value->first; item; item = item->next) {
		uint64_t one = decode_name(decoder, item, field->names, field->what);

		all |= field->kind == FIELD_NAMES_BIT ? UINT64_C(1) << one : one;
	}
	store(to, field->size, all);
}

/* --- structs --- */

static void read_object(struct decoder *decoder, const struct json *value,
			const struct field *field, void *to)
{
	if (!decode_kind(decoder, value, JSON_OBJECT))
		return;
	if (field->asked)
		*(bool *)to = true;
	json_decode(decoder, value, field->fields, to);
}

static void read_list(struct decoder *decoder, const struct json *value,
		      const struct field *field, void *to, size_t *count)
{
	char *first;

	if (!decode_kind(decoder, value, JSON_ARRAY))
		return;
	first = arena_array(decoder->arena, value->count, field->size);
	for (const struct json *item = value->first; item; item = item->next)
		read_object(decoder, item, field, first + (*count)++ * field->size);
	*(void **)to = first;
}

static void read_field(struct decoder *decoder, const struct json *value,
		       const struct field *field, char *base)
{
	void *to = base + field->offset;
	size_t *count = (size_t *)(void *)(base + field->count);

	if (field->maybe)
		*(bool *)(base + field->set) = true;
	switch (field->kind) {
	case FIELD_TEXT: read_text(decoder, value, field, to); break;
	case FIELD_BOOL:
		if (decode_kind(decoder, value, JSON_BOOL))
			*(bool *)to = value->boolean;
		break;
	case FIELD_UNSIGNED: read_unsigned(decoder, value, field, to); break;
	case FIELD_SIGNED: read_signed(decoder, value, field, to); break;
	case FIELD_NAME:
		store(to, field->size, decode_name(decoder, value, field->names, field->what));
		break;
	case FIELD_NAMES_OR:
	case FIELD_NAMES_BIT: read_names(decoder, value, field, to); break;
	case FIELD_NUMBERS: read_numbers(decoder, value, field, to, count); break;
	case FIELD_TEXTS: read_texts(decoder, value, to, count); break;
	case FIELD_PAIRS: read_pairs(decoder, value, to, count); break;
	case FIELD_OBJECT: read_object(decoder, value, field, to); break;
	case FIELD_LIST: read_list(decoder, value, field, to, count); break;
	case FIELD_READ: field->read(decoder, value, to); break;
	}
}

static void check_required(struct decoder *decoder, const struct json *value,
			   const struct field *fields, uint64_t seen)
{
	const char *path;

	for (size_t i = 0; fields[i].key; i++) {
		if (!fields[i].required || seen >> i & 1)
			continue;
		path = json_path(decoder->arena, value);
		problem_set(decoder->problem, "%s%s%s: is missing", path, *path ? "." : "",
			    fields[i].key);
		return;
	}
}

/* The row of that key, or the last, which has none. */
static const struct field *find_field(const struct field *fields, const char *key)
{
	while (fields->key && (fields->key[0] != key[0] || strcmp(fields->key, key) != 0))
		fields++;
	return fields;
}

void json_decode(struct decoder *decoder, const struct json *value, const struct field *fields,
		 void *to)
{
	uint64_t seen = 0;	/* tables have fewer than 64 rows */
	const struct field *next = fields;

	if (!decode_kind(decoder, value, JSON_OBJECT))
		return;
	for (const struct json *item = value->first; item; item = item->next) {
		const struct field *field;

		if (decoder->problem->found)
			return;
		/* What we have written ourselves is in the order of the table. */
		field = find_field(next, item->key);
		if (!field->key)
			field = find_field(fields, item->key);
		if (field->key)
			next = field + 1;
		if (!field->key || item->kind == JSON_NULL)
			continue;
		seen |= UINT64_C(1) << (field - fields);
		read_field(decoder, item, field, to);
	}
	if (!decoder->problem->found)
		check_required(decoder, value, fields, seen);
}
