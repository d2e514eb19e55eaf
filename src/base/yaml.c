/* yaml.c - the blocks of YAML, by indentation: see yaml.h
 *
 * How it works: recursion with a limit. Each block has the column that its entries begin in; it ends before the first
 * line that begins further left, which is then looked at by the block around it.
 */
#include "base/yaml.h"
#include "base/yaml_parts.h"
#include <string.h>

/* What may stand where a value is expected. */
struct place {
	size_t least;			/* its lines are indented by so much */
	bool sequence_at_key;		/* a sequence need not be indented below its key */
	bool compact;			/* a block may begin in this line: after "- ", or at the beginning */
};

static bool read_block(struct line_reader *reader, struct yaml_value *value, const struct place *place);

size_t yaml_line(const struct json *value)
{
	const struct yaml_value *found = (const void *)value;

	return found->line;
}

/* --- blanks --- */

static bool is_newline(const struct line_reader *reader)
{
	return reader->at < reader->end && *reader->at == '\n';
}

bool yaml_is_blank(const struct line_reader *reader, const char *at)
{
	return at >= reader->end || *at == ' ' || *at == '\t' || *at == '\n';
}

void yaml_take_newline(struct line_reader *reader)
{
	reader->at++;
	line_next(reader);
}

static void skip_comment(struct line_reader *reader)
{
	bool apart = reader->at == reader->line || yaml_is_blank(reader, reader->at - 1);

	if (reader->at == reader->end || *reader->at != '#' || !apart)
		return;
	while (reader->at < reader->end && *reader->at != '\n')
		reader->at++;
}

bool yaml_skip_lines(struct line_reader *reader)
{
	for (;;) {
		bool begin = reader->at == reader->line;
		const char *indent = reader->at;

		line_skip_blanks(reader);
		skip_comment(reader);
		if (is_newline(reader)) {
			yaml_take_newline(reader);
			continue;
		}
		if (begin && reader->at < reader->end && memchr(indent, '\t', (size_t)(reader->at - indent))) {
			line_fail(reader, indent, "a tab must not indent a line");
			return false;
		}
		return true;
	}
}

bool yaml_is_mark(const struct line_reader *reader, const char *at)
{
	return reader->end - at >= 3 && (!memcmp(at, "---", 3) || !memcmp(at, "...", 3)) &&
	       yaml_is_blank(reader, at + 3);
}

/* Nothing but a comment may be left in the line. */
static bool end_line(struct line_reader *reader)
{
	line_skip_blanks(reader);
	skip_comment(reader);
	if (reader->at == reader->end || is_newline(reader))
		return true;
	line_fail(reader, reader->at, "nothing more may be in this line");
	return false;
}

/* --- the tree --- */

static bool is_new_key(struct line_reader *reader, const struct yaml_value *mapping, const char *key, const char *at)
{
	for (const struct json *member = mapping->json.first; member; member = member->next) {
		if (strcmp(member->key, key) != 0)
			continue;
		line_fail(reader, at, arena_printf(reader->arena, "'%.200s' is there already, in line %zu", key,
						   yaml_line(member)));
		return false;
	}
	return true;
}

struct yaml_value *yaml_add(struct line_reader *reader, struct yaml_value *to, const char *key, const char *at,
			    size_t line)
{
	struct yaml_value *value;

	if (++reader->values > YAML_VALUES || (key && to->json.count == YAML_KEYS)) {
		line_fail(reader, at, reader->values > YAML_VALUES ? "there are too many values" :
			  "there are too many keys");
		return NULL;
	}
	if (key && !is_new_key(reader, to, key, at))
		return NULL;
	value = ARENA_NEW(reader->arena, struct yaml_value);
	*value = (struct yaml_value){ .json = { .kind = JSON_NULL, .key = key }, .line = line };
	if (!to)
		return value;
	value->json.parent = &to->json;
	value->json.index = to->json.count++;
	if (to->last)
		to->last->json.next = &value->json;
	else
		to->json.first = &value->json;
	to->last = value;
	return value;
}

bool yaml_enter(struct line_reader *reader, struct yaml_value *value, enum json_kind kind)
{
	if (++reader->depth > YAML_DEPTH) {
		line_fail(reader, reader->at, "there are too many levels");
		return false;
	}
	value->json.kind = kind;
	return true;
}

void yaml_leave(struct line_reader *reader)
{
	reader->depth--;
}

/* --- blocks --- */

static size_t column(const struct line_reader *reader)
{
	return (size_t)(reader->at - reader->line);
}

static bool is_entry(const struct line_reader *reader)
{
	return reader->at < reader->end && *reader->at == '-' && yaml_is_blank(reader, reader->at + 1);
}

/* Goes to the next line that says something. Whether it is one of the block whose entries begin at `own`. */
static bool is_next(struct line_reader *reader, size_t own)
{
	if (!yaml_skip_lines(reader) || reader->at == reader->end || column(reader) < own ||
	    (!column(reader) && yaml_is_mark(reader, reader->at)))
		return false;
	if (column(reader) > own)
		line_fail(reader, reader->at, "the line is indented like none above it");
	return !reader->problem->found;
}

static bool read_sequence(struct line_reader *reader, struct yaml_value *value)
{
	const size_t own = column(reader);
	const struct place place = { own + 1, false, true };

	if (!yaml_enter(reader, value, JSON_ARRAY))
		return false;
	do {
		struct yaml_value *entry = yaml_add(reader, value, NULL, reader->at, reader->line_number);

		reader->at++;
		if (!entry || !read_block(reader, entry, &place))
			return false;
	} while (is_next(reader, own) && is_entry(reader));
	yaml_leave(reader);
	return !reader->problem->found;
}

/* A scalar where a key may stand. `*ret_plain`: it is without quotes. */
static const char *read_key(struct line_reader *reader, bool *ret_plain)
{
	char first = reader->at < reader->end ? *reader->at : '\0';

	*ret_plain = first != '"' && first != '\'';
	return *ret_plain ? yaml_plain(reader, false) : yaml_quoted(reader);
}

/* Whether what was read since this line began is a key. */
static bool take_colon(struct line_reader *reader, size_t line)
{
	line_skip_blanks(reader);
	if (reader->line_number != line || reader->at == reader->end || *reader->at != ':' ||
	    !yaml_is_blank(reader, reader->at + 1))
		return false;
	reader->at++;
	return true;
}

/* The first key and its colon have been read. */
static bool read_mapping(struct line_reader *reader, struct yaml_value *value, const char *key, const char *at)
{
	const size_t own = (size_t)(at - reader->line);
	const struct place place = { own + 1, true, false };

	if (!yaml_enter(reader, value, JSON_OBJECT))
		return false;
	for (;;) {
		struct yaml_value *member = yaml_add(reader, value, key, at, reader->line_number);
		size_t line;
		bool plain;

		if (!member || !read_block(reader, member, &place))
			return false;
		if (!is_next(reader, own))
			break;
		at = reader->at;
		line = reader->line_number;
		if (is_entry(reader)) {
			line_fail(reader, at, "'key: value' is expected");
			return false;
		}
		key = NULL;
		if (!strchr("[{|>", *at) && yaml_check_begin(reader, false))
			key = read_key(reader, &plain);
		if (!key || !take_colon(reader, line)) {
			line_fail(reader, reader->line_number == line ? at : reader->at, "'key: value' is expected");
			return false;
		}
	}
	yaml_leave(reader);
	return !reader->problem->found;
}

/* A scalar, or the mapping whose first key it is. */
static bool read_scalar(struct line_reader *reader, struct yaml_value *value, const struct place *place, bool compact)
{
	const char *at = reader->at, *text;
	size_t line = reader->line_number;
	bool plain;

	text = read_key(reader, &plain);
	if (!text)
		return false;
	if (take_colon(reader, line)) {
		if (compact)
			return read_mapping(reader, value, text, at);
		line_fail(reader, at, "a mapping must begin in a line of its own");
		return false;
	}
	if (!plain) {
		value->json.kind = JSON_STRING;
		value->json.text = text;
		return end_line(reader);
	}
	text = yaml_plain_lines(reader, text, place->least, false);
	return text && yaml_resolve(reader, value, text, at);
}

/* What stands here, in this line or in those below. Nothing is null. */
static bool read_block(struct line_reader *reader, struct yaml_value *value, const struct place *place)
{
	size_t line = reader->line_number;
	bool compact;

	if (!yaml_skip_lines(reader))
		return false;
	compact = place->compact || reader->line_number != line;
	if (reader->at == reader->end || (!column(reader) && yaml_is_mark(reader, reader->at)))
		return true;
	if (reader->line_number != line && column(reader) < place->least &&
	    !(place->sequence_at_key && column(reader) + 1 == place->least && is_entry(reader)))
		return true;
	if (is_entry(reader)) {
		if (compact)
			return read_sequence(reader, value);
		line_fail(reader, reader->at, "a sequence must begin in a line of its own");
		return false;
	}
	if (!yaml_check_begin(reader, false))
		return false;
	if (*reader->at == '|' || *reader->at == '>')
		return yaml_read_lines(reader, value, place->least);
	if (*reader->at == '[' || *reader->at == '{')
		return yaml_read_flow(reader, value) && end_line(reader);
	return read_scalar(reader, value, place, compact);
}

/* --- the document --- */

/* A copy without the CRs of line ends; NULL after a problem: characters that no text has. */
static const char *clean(struct line_reader *reader, const char *text, size_t length)
{
	const char *end = text + length;
	char *copy = arena_alloc(reader->arena, length + 1), *to = copy;

	reader->line = text;
	while (text < end) {
		size_t size = text_utf8(text, (size_t)(end - text));
		unsigned char byte = (unsigned char)*text;

		if (byte == '\r' && end - text > 1 && text[1] == '\n') {
			text++;
			continue;
		}
		if (!size || (byte < ' ' && byte != '\t' && byte != '\n') || byte == 0x7f) {
			line_fail(reader, text, size ? "there is a control character" : "this is not UTF-8");
			return NULL;
		}
		memcpy(to, text, size);
		to += size;
		text += size;
		if (byte == '\n') {
			reader->line = text;
			reader->line_number++;
		}
	}
	reader->end = to;
	return copy;
}

/* "---" before the document; in its line no block may begin, elsewhere the first line is like all others. */
static bool skip_begin(struct line_reader *reader, bool *ret_marked)
{
	*ret_marked = false;
	if (!yaml_skip_lines(reader))
		return false;
	if (reader->at < reader->end && !column(reader) && *reader->at == '%') {
		line_fail(reader, reader->at, "directives are not supported");
		return false;
	}
	*ret_marked = reader->at == reader->line && yaml_is_mark(reader, reader->at) && *reader->at == '-';
	reader->at += *ret_marked ? 3 : 0;
	return true;
}

/* "..." after it, and nothing more. */
static bool skip_end(struct line_reader *reader)
{
	if (!yaml_skip_lines(reader))
		return false;
	if (reader->at == reader->line && yaml_is_mark(reader, reader->at) && *reader->at == '.') {
		reader->at += 3;
		if (!end_line(reader) || !yaml_skip_lines(reader))
			return false;
	}
	if (reader->at == reader->end)
		return true;
	line_fail(reader, reader->at, !column(reader) && yaml_is_mark(reader, reader->at) ?
		  "a second document is not supported" : "the line is indented like none above it");
	return false;
}

const struct json *yaml_read(struct arena *arena, const char *text, size_t length, const char *name,
			     struct problem *problem)
{
	struct line_reader reader = { .arena = arena, .problem = problem, .name = name, .line_number = 1 };
	struct yaml_value *value;
	bool marked;

	if (length >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
		text += 3;
		length -= 3;
	}
	reader.at = clean(&reader, text, length);
	if (!reader.at)
		return NULL;
	reader.line = reader.at;
	reader.line_number = 1;
	if (!skip_begin(&reader, &marked))
		return NULL;
	value = yaml_add(&reader, NULL, NULL, reader.at, reader.line_number);
	if (!read_block(&reader, value, &(struct place){ 0, false, !marked }) || !skip_end(&reader))
		return NULL;
	return &value->json;
}
