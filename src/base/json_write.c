/* json_write.c - see json_write.h */
#include "base/json_write.h"
#include <assert.h>
#include <inttypes.h>

struct json_writer json_writer_new(struct text *text, const char *indent)
{
	return (struct json_writer){ .text = text, .indent = indent };
}

static void new_line(struct json_writer *writer)
{
	if (!writer->indent)
		return;
	text_add(writer->text, "\n");
	for (unsigned i = 0; i < writer->depth; i++)
		text_add(writer->text, writer->indent);
}

/* What comes before each value: a comma, the line, the key. */
static void begin(struct json_writer *writer, const char *key)
{
	if (writer->begun)
		text_add(writer->text, ",");
	if (writer->depth)
		new_line(writer);
	if (key) {
		text_add_json(writer->text, key);
		text_add(writer->text, writer->indent ? ": " : ":");
	}
	writer->begun = true;
}

static void open_container(struct json_writer *writer, const char *key, const char *mark, char end)
{
	assert(writer->depth < JSON_DEPTH);
	begin(writer, key);
	text_add(writer->text, mark);
	writer->end[writer->depth++] = end;
	writer->begun = false;
}

void json_open_object(struct json_writer *writer, const char *key)
{
	open_container(writer, key, "{", '}');
}

void json_open_array(struct json_writer *writer, const char *key)
{
	open_container(writer, key, "[", ']');
}

void json_close(struct json_writer *writer)
{
	bool begun = writer->begun;

	assert(writer->depth);
	writer->depth--;
	if (begun)
		new_line(writer);
	text_add_bytes(writer->text, &writer->end[writer->depth], 1);
	writer->begun = true;
	if (!writer->depth && writer->indent)
		text_add(writer->text, "\n");
}

void json_put_text(struct json_writer *writer, const char *key, const char *value)
{
	begin(writer, key);
	if (value)
		text_add_json(writer->text, value);
	else
		text_add(writer->text, "null");
}

void json_put_unsigned(struct json_writer *writer, const char *key, uint64_t value)
{
	begin(writer, key);
	text_printf(writer->text, "%" PRIu64, value);
}

void json_put_signed(struct json_writer *writer, const char *key, int64_t value)
{
	begin(writer, key);
	text_printf(writer->text, "%" PRId64, value);
}

size_t json_put_place(struct json_writer *writer, const char *key, int digits)
{
	begin(writer, key);
	text_printf(writer->text, "%*d", digits, 0);
	return writer->text->length - 1;
}

void json_put_bool(struct json_writer *writer, const char *key, bool value)
{
	begin(writer, key);
	text_add(writer->text, value ? "true" : "false");
}

void json_put_null(struct json_writer *writer, const char *key)
{
	json_put_text(writer, key, NULL);
}

void json_put_texts(struct json_writer *writer, const char *key, const char *const *texts)
{
	json_open_array(writer, key);
	for (; *texts; texts++)
		json_put_text(writer, NULL, *texts);
	json_close(writer);
}

static void put_container(struct json_writer *writer, const char *key, const struct json *value)
{
	bool object = value->kind == JSON_OBJECT;

	if (object)
		json_open_object(writer, key);
	else
		json_open_array(writer, key);
	for (const struct json *item = value->first; item; item = item->next)
		json_put_value(writer, object ? item->key : NULL, item);
	json_close(writer);
}

void json_put_value(struct json_writer *writer, const char *key, const struct json *value)
{
	switch (value->kind) {
	case JSON_NULL: json_put_null(writer, key); break;
	case JSON_BOOL: json_put_bool(writer, key, value->boolean); break;
	case JSON_NUMBER:
		begin(writer, key);
		text_add(writer->text, value->text);
		break;
	case JSON_STRING: json_put_text(writer, key, value->text); break;
	case JSON_ARRAY:
	case JSON_OBJECT: put_container(writer, key, value); break;
	}
}
