/* toml.c - the tables and lines of TOML; values are in toml_value.c: see toml.h */
#include "image/toml.h"
#include "image/toml_parts.h"
#include <string.h>

size_t toml_line(const struct json *value)
{
	const struct toml_value *found = (const void *)value;

	return found->line;
}

bool toml_take(struct line_reader *reader, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, word, length) != 0)
		return false;
	reader->at += length;
	return true;
}

bool toml_take_newline(struct line_reader *reader)
{
	if (!toml_take(reader, "\n") && !toml_take(reader, "\r\n"))
		return false;
	line_next(reader);
	return true;
}

size_t toml_character(struct line_reader *reader)
{
	size_t length = text_utf8(reader->at, (size_t)(reader->end - reader->at));
	unsigned char byte = reader->at < reader->end ? (unsigned char)*reader->at : 0;

	if (!length)
		line_fail(reader, reader->at, reader->at == reader->end ? "the text ends too soon" :
			  "this is not UTF-8");
	else if ((byte < ' ' && byte != '\t') || byte == 0x7f)
		line_fail(reader, reader->at, byte == '\n' || byte == '\r' ? "the line ends too soon" :
			  "there is a control character");
	return reader->problem->found ? 0 : length;
}

bool toml_skip_comment(struct line_reader *reader)
{
	line_skip_blanks(reader);
	if (!toml_take(reader, "#"))
		return true;
	while (reader->at < reader->end && *reader->at != '\n') {
		size_t length;

		if (*reader->at == '\r' && reader->end - reader->at > 1 && reader->at[1] == '\n')
			break;
		length = toml_character(reader);
		if (!length)
			return false;
		reader->at += length;
	}
	return true;
}

/* --- the tree --- */

struct toml_value *toml_add(struct line_reader *reader, struct toml_value *to, const char *key, enum json_kind kind)
{
	struct toml_value *value;

	if (++reader->values > TOML_VALUES) {
		line_fail(reader, reader->at, "there are too many values");
		return NULL;
	}
	value = ARENA_NEW(reader->arena, struct toml_value);
	value->json.kind = kind;
	value->json.key = key;
	value->json.index = to->json.count++;
	value->json.parent = &to->json;
	value->line = reader->line_number;
	if (to->last)
		to->last->json.next = &value->json;
	else
		to->json.first = &value->json;
	to->last = value;
	return value;
}

struct toml_value *toml_find(const struct toml_value *table, const char *key)
{
	for (struct json *member = table->json.first; member; member = member->next)
		if (strcmp(member->key, key) == 0)
			return (void *)member;
	return NULL;
}

static struct toml_value *fail_twice(struct line_reader *reader, const char *at, const char *key,
				     const struct toml_value *before)
{
	line_fail(reader, at, arena_printf(reader->arena, "'%.200s' is there already, in line %zu", key, before->line));
	return NULL;
}

struct toml_value *toml_add_key(struct line_reader *reader, struct toml_value *table, const struct toml_key *key,
				enum json_kind kind)
{
	struct toml_value *found;

	for (size_t i = 0; i + 1 < key->count; i++) {
		found = toml_find(table, key->part[i]);
		if (!found) {
			found = toml_add(reader, table, key->part[i], JSON_OBJECT);
			if (!found)
				return NULL;
			found->origin = TOML_DOTTED;
		} else if (found->json.kind != JSON_OBJECT || found->origin != TOML_DOTTED) {
			/* A table with a header, or a closed one, is not added to by a dotted key. */
			return fail_twice(reader, key->at, key->part[i], found);
		}
		table = found;
	}
	found = toml_find(table, key->part[key->count - 1]);
	if (found)
		return fail_twice(reader, key->at, key->part[key->count - 1], found);
	return toml_add(reader, table, key->part[key->count - 1], kind);
}

/* --- headers --- */

/* The table that a part of a header before its last one means: of an array of tables the newest. */
static struct toml_value *enter_part(struct line_reader *reader, struct toml_value *table, const char *part,
				     const char *at)
{
	struct toml_value *found = toml_find(table, part);

	if (!found) {
		found = toml_add(reader, table, part, JSON_OBJECT);
		if (found)
			found->origin = TOML_IMPLIED;
		return found;
	}
	if (found->json.kind == JSON_ARRAY && found->origin == TOML_TABLES)
		return found->last;
	if (found->json.kind != JSON_OBJECT || found->origin == TOML_CLOSED)
		return fail_twice(reader, at, part, found);
	return found;
}

static struct toml_value *open_table(struct line_reader *reader, struct toml_value *in, const struct toml_key *key)
{
	const char *name = key->part[key->count - 1];
	struct toml_value *found = toml_find(in, name);

	if (!found) {
		found = toml_add(reader, in, name, JSON_OBJECT);
		if (!found)
			return NULL;
	} else if (found->json.kind != JSON_OBJECT || found->origin != TOML_IMPLIED) {
		return fail_twice(reader, key->at, name, found);
	}
	found->origin = TOML_HEADER;
	found->line = reader->line_number;
	return found;
}

static struct toml_value *open_array(struct line_reader *reader, struct toml_value *in, const struct toml_key *key)
{
	const char *name = key->part[key->count - 1];
	struct toml_value *found = toml_find(in, name);

	if (!found) {
		found = toml_add(reader, in, name, JSON_ARRAY);
		if (!found)
			return NULL;
		found->origin = TOML_TABLES;
	} else if (found->json.kind != JSON_ARRAY || found->origin != TOML_TABLES) {
		return fail_twice(reader, key->at, name, found);
	}
	found = toml_add(reader, found, NULL, JSON_OBJECT);
	if (found)
		found->origin = TOML_HEADER;
	return found;
}

/* [a.b] or [[a.b]]: what follows is in it. */
static struct toml_value *read_header(struct line_reader *reader, struct toml_value *root)
{
	bool array = toml_take(reader, "[[");
	struct toml_value *table = root;
	struct toml_key key;

	if (!array)
		reader->at++;
	if (!toml_read_key(reader, &key))
		return NULL;
	if (!toml_take(reader, array ? "]]" : "]")) {
		line_fail(reader, reader->at, array ? "']]' is missing after the name of the table" :
			  "']' is missing after the name of the table");
		return NULL;
	}
	for (size_t i = 0; table && i + 1 < key.count; i++)
		table = enter_part(reader, table, key.part[i], key.at);
	if (!table)
		return NULL;
	return array ? open_array(reader, table, &key) : open_table(reader, table, &key);
}

/* --- all of it --- */

/* One line, without its end. NULL after a problem; else the table that the next line is in. */
static struct toml_value *read_line(struct line_reader *reader, struct toml_value *root, struct toml_value *table)
{
	line_skip_blanks(reader);
	if (reader->at == reader->end || strchr("#\r\n", *reader->at))
		return table;
	if (*reader->at == '[')
		return read_header(reader, root);
	return toml_read_member(reader, table) ? table : NULL;
}

const struct json *toml_read(struct arena *arena, const char *text, size_t length, const char *name,
			     struct problem *problem)
{
	struct line_reader reader = line_reader_new(arena, text, length, name, problem);
	struct toml_value *root = ARENA_NEW(arena, struct toml_value), *table = root;

	root->json.kind = JSON_OBJECT;
	root->line = 1;
	if (problem->found)
		return NULL;
	while (reader.at < reader.end) {
		table = read_line(&reader, root, table);
		if (!table || !toml_skip_comment(&reader))
			return NULL;
		if (reader.at == reader.end)
			break;
		if (!toml_take_newline(&reader)) {
			line_fail(&reader, reader.at, "nothing more is expected in this line");
			return NULL;
		}
	}
	return &root->json;
}
