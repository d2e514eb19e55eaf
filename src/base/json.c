/* json.c - see json.h. One pass, without recursion: the reader stands in a container (an
 * array or object, or NULL at the outermost value) and goes from one value to the
 * next; a '[' or '{' steps in, its end steps out to the parent.
 *
 * Texts stay where they are: the closing quote becomes the NUL. The byte after a
 * number may be the ',' or ']' that comes next, so that NUL is written once this
 * byte has been read (reader->number_end).
 */
#include "base/json.h"
#include "base/json_string.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

enum {
	FEW_KEYS = 32,		/* objects of up to so many are searched for a double key by comparison */
	NODES_AT_ONCE = 32,
};

struct reader {
	struct arena *arena;
	struct problem *problem;
	const char *name;
	char *at, *end;			/* the next byte; text[length] */
	char *line;			/* where the line that `at` is in begins */
	size_t line_number;
	char *number_end;		/* where a NUL is due, or NULL */
	struct json *spare;		/* nodes that are not yet used */
	size_t spares, values, depth;
	struct json *inside, *last;	/* the container, and the last value in it */
};

static void fail_at(struct reader *reader, const char *at, const char *what)
{
	problem_set(reader->problem, "%s:%zu:%zu: %s", reader->name, reader->line_number,
		    (size_t)(at - reader->line) + 1, what);
}

/* "expected ',' or ']', not '}'": what is there in words. */
static void fail_expected(struct reader *reader, const char *expected)
{
	unsigned char found = reader->at < reader->end ? (unsigned char)*reader->at : 0;
	const char *what;

	if (reader->at == reader->end)
		what = "the text ends";
	else if (found > ' ' && found < 0x7f)
		what = arena_printf(reader->arena, "there is '%c'", found);
	else
		what = arena_printf(reader->arena, "there is byte 0x%02x", found);
	fail_at(reader, reader->at,
		arena_printf(reader->arena, "expected %s, but %s", expected, what));
}

static void skip_blanks(struct reader *reader)
{
	char *at = reader->at;

	for (;; at++) {
		if (at == reader->end || (unsigned char)*at > ' ')
			break;
		if (*at == '\n') {
			reader->line = at + 1;
			reader->line_number++;
		} else if (*at != ' ' && *at != '\t' && *at != '\r') {
			break;
		}
	}
	reader->at = at;
}

/* Takes the byte if it is the next one. */
static bool take(struct reader *reader, char byte)
{
	if (reader->at == reader->end || *reader->at != byte)
		return false;
	reader->at++;
	if (reader->number_end) {
		*reader->number_end = '\0';
		reader->number_end = NULL;
	}
	return true;
}

static struct json *new_value(struct reader *reader)
{
	struct json *value;

	if (++reader->values > JSON_VALUES) {
		fail_at(reader, reader->at, "there are too many values");
		return NULL;
	}
	if (!reader->spares) {
		reader->spare = ARENA_ARRAY(reader->arena, NODES_AT_ONCE, struct json);
		reader->spares = NODES_AT_ONCE;
	}
	reader->spares--;
	value = reader->spare++;
	value->parent = reader->inside;
	if (!reader->inside)
		return value;
	value->index = reader->inside->count++;
	if (reader->last)
		reader->last->next = value;
	else
		reader->inside->first = value;
	return value;
}

/* --- values --- */

/* Takes a string with its quotes. NULL after a problem. */
static const char *read_string(struct reader *reader)
{
	const char *begin = ++reader->at;
	const char *wrong = json_string_read(&reader->at, reader->end);

	if (!wrong)
		return begin;
	fail_at(reader, reader->at, wrong);
	return NULL;
}

static bool is_digit(const struct reader *reader)
{
	return reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9';
}

/* One digit or more. */
static bool skip_digits(struct reader *reader)
{
	if (!is_digit(reader)) {
		fail_expected(reader, "a digit");
		return false;
	}
	while (is_digit(reader))
		reader->at++;
	return true;
}

static bool skip_fraction(struct reader *reader)
{
	if (reader->at < reader->end && *reader->at == '.') {
		reader->at++;
		if (!skip_digits(reader))
			return false;
	}
	if (reader->at < reader->end && (*reader->at == 'e' || *reader->at == 'E')) {
		reader->at++;
		if (reader->at < reader->end && (*reader->at == '+' || *reader->at == '-'))
			reader->at++;
		return skip_digits(reader);
	}
	return true;
}

static bool read_number(struct reader *reader, struct json *value)
{
	value->kind = JSON_NUMBER;
	value->text = reader->at;
	if (*reader->at == '-')
		reader->at++;
	if (reader->at < reader->end && *reader->at == '0') {
		reader->at++;
		if (is_digit(reader)) {
			fail_at(reader, reader->at, "a number must not begin with a zero");
			return false;
		}
	} else if (!skip_digits(reader)) {
		return false;
	}
	if (!skip_fraction(reader))
		return false;
	reader->number_end = reader->at;
	return true;
}

static bool read_word(struct reader *reader, struct json *value)
{
	static const struct { const char *word; enum json_kind kind; bool boolean; } known[] = {
		{ "true", JSON_BOOL, true }, { "false", JSON_BOOL, false }, { "null", JSON_NULL, false },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		size_t length = strlen(known[i].word);

		if ((size_t)(reader->end - reader->at) < length ||
		    memcmp(reader->at, known[i].word, length) != 0)
			continue;
		reader->at += length;
		value->kind = known[i].kind;
		value->boolean = known[i].boolean;
		return true;
	}
	fail_expected(reader, "a value");
	return false;
}

/* --- keys --- */

static void fail_double(struct reader *reader, const struct json *value)
{
	fail_at(reader, reader->at,
		arena_printf(reader->arena, "%s is there twice", json_path(reader->arena, value)));
}

/* Whether the key of the newest member is new among a few. */
static bool check_few_keys(struct reader *reader, const struct json *newest)
{
	for (const struct json *other = newest->parent->first; other != newest; other = other->next) {
		if (other->key[0] == newest->key[0] && strcmp(other->key, newest->key) == 0) {
			fail_double(reader, newest);
			return false;
		}
	}
	return true;
}

static int compare_keys(const void *a, const void *b)
{
	const struct json *const *one = a, *const *other = b;
	int order = strcmp((*one)->key, (*other)->key);

	return order ? order : ((*one)->index > (*other)->index) - ((*one)->index < (*other)->index);
}

/* At the end of an object with many members: sorted, since comparing each with each takes minutes
 * for a hostile file. */
static bool check_many_keys(struct reader *reader)
{
	size_t count = reader->inside->count, at = 0;
	const struct json **member = ARENA_ARRAY(reader->arena, count, const struct json *);

	for (const struct json *value = reader->inside->first; value; value = value->next)
		member[at++] = value;
	qsort(member, count, sizeof(const struct json *), compare_keys);
	for (size_t i = 1; i < count; i++) {
		if (strcmp(member[i - 1]->key, member[i]->key) == 0) {
			fail_double(reader, member[i]);
			return false;
		}
	}
	return true;
}

/* --- the walk --- */

static bool enter(struct reader *reader, struct json *value, enum json_kind kind)
{
	if (++reader->depth > JSON_DEPTH) {
		fail_at(reader, reader->at, "there are more than 128 levels");
		return false;
	}
	reader->at++;
	value->kind = kind;
	reader->inside = value;
	reader->last = NULL;
	return true;
}

/* Reads one value; of a container only its begin, which makes it the one that the reader is in. */
static bool read_value(struct reader *reader, const char *key)
{
	struct json *value = new_value(reader);

	if (!value)
		return false;
	value->key = key;
	reader->last = value;
	if (key && value->parent->count <= FEW_KEYS && !check_few_keys(reader, value))
		return false;
	if (reader->at == reader->end)
		return read_word(reader, value);	/* which says what is missing */
	switch (*reader->at) {
	case '"':
		value->kind = JSON_STRING;
		value->text = read_string(reader);
		return value->text;
	case '{':
		return enter(reader, value, JSON_OBJECT);
	case '[':
		return enter(reader, value, JSON_ARRAY);
	case '-': case '0': case '1': case '2': case '3': case '4':
	case '5': case '6': case '7': case '8': case '9':
		return read_number(reader, value);
	default:
		return read_word(reader, value);
	}
}

/* "key": and the value's begin. */
static bool read_member(struct reader *reader)
{
	const char *key;

	if (reader->at == reader->end || *reader->at != '"') {
		fail_expected(reader, "a key in quotes");
		return false;
	}
	key = read_string(reader);
	if (!key)
		return false;
	skip_blanks(reader);
	if (!take(reader, ':')) {
		fail_expected(reader, "':' after a key");
		return false;
	}
	skip_blanks(reader);
	return read_value(reader, key);
}

/* The container that the reader is in has ended. */
static bool leave(struct reader *reader)
{
	struct json *inside = reader->inside;

	if (inside->kind == JSON_OBJECT && inside->count > FEW_KEYS && !check_many_keys(reader))
		return false;
	reader->last = inside;
	reader->inside = inside->parent;
	reader->depth--;
	return true;
}

/* The next value of the container that the reader is in, or its end. */
static bool read_next(struct reader *reader)
{
	bool object = reader->inside->kind == JSON_OBJECT;

	skip_blanks(reader);
	if (take(reader, object ? '}' : ']'))
		return leave(reader);
	if (reader->last) {
		if (!take(reader, ',')) {
			fail_expected(reader, object ? "',' or '}'" : "',' or ']'");
			return false;
		}
		skip_blanks(reader);
	}
	return object ? read_member(reader) : read_value(reader, NULL);
}

struct json *json_read(struct arena *arena, char *text, size_t length, const char *name,
		       struct problem *problem)
{
	struct reader reader = { .arena = arena, .problem = problem, .name = name, .at = text,
				 .end = text + length, .line = text, .line_number = 1 };
	struct json *outermost;

	if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		fail_at(&reader, text, "the text begins with a byte order mark, which JSON has not");
		return NULL;
	}
	skip_blanks(&reader);
	if (!read_value(&reader, NULL))
		return NULL;
	outermost = reader.inside ? reader.inside : reader.last;
	while (reader.inside)
		if (!read_next(&reader))
			return NULL;
	skip_blanks(&reader);
	if (reader.at != reader.end) {
		fail_expected(&reader, "nothing after the value");
		return NULL;
	}
	if (reader.number_end)
		*reader.number_end = '\0';
	return outermost;
}

/* --- what was read --- */

const struct json *json_get(const struct json *value, const char *key)
{
	if (!value || value->kind != JSON_OBJECT)
		return NULL;
	for (const struct json *member = value->first; member; member = member->next)
		if (strcmp(member->key, key) == 0)
			return member;
	return NULL;
}

static bool is_plain_key(const char *key)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	static const char others[] = "0123456789-";

	if (!*key || !strchr(letters, *key))
		return false;
	for (; *key; key++)
		if (!strchr(letters, *key) && !strchr(others, *key))
			return false;
	return true;
}

const char *json_path(struct arena *arena, const struct json *value)
{
	const struct json *way[JSON_DEPTH + 1];
	struct text path = text_new(arena);
	size_t depth = 0;

	for (; value && value->parent && depth <= JSON_DEPTH; value = value->parent)
		way[depth++] = value;
	while (depth--) {
		const struct json *step = way[depth];

		if (!step->key) {
			text_printf(&path, "[%zu]", step->index);
		} else if (is_plain_key(step->key)) {
			text_add(&path, path.length ? "." : "");
			text_add(&path, step->key);
		} else {
			text_add(&path, "[");
			text_add_json(&path, step->key);
			text_add(&path, "]");
		}
	}
	return path.at;
}

const char *json_text(const struct json *value, const char *key)
{
	const struct json *member = json_get(value, key);

	return member && member->kind == JSON_STRING ? member->text : "";
}

bool json_unsigned(const struct json *value, const char *key, uint64_t *ret_number)
{
	const struct json *member = json_get(value, key);

	*ret_number = 0;
	return member && member->kind == JSON_NUMBER && text_to_u64(member->text, ret_number);
}

const struct json *json_read_object(struct arena *arena, char *text, size_t length, const char *name,
				    struct problem *problem)
{
	const struct json *value = json_read(arena, text, length, name, problem);

	if (value && value->kind != JSON_OBJECT)
		problem_set(problem, "%s: must be an object, not %s", name, json_kind_name(value->kind));
	return problem->found ? NULL : value;
}

const char *json_kind_name(enum json_kind kind)
{
	static const char *const name[] = {
		[JSON_NULL] = "null", [JSON_BOOL] = "a boolean", [JSON_NUMBER] = "a number",
		[JSON_STRING] = "a string", [JSON_ARRAY] = "an array", [JSON_OBJECT] = "an object",
	};

	return name[kind];
}
