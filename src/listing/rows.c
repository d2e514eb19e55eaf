/* rows.c - see rows.h */
#include "listing/rows.h"
#include "format/format.h"
#include "listing/columns.h"
#include "spec/lists.h"
#include <string.h>

/* No field of docker's has that name. */
#define LABELS_APART "Label"

struct rows rows_new(struct arena *arena)
{
	struct rows rows = { ARENA_NEW(arena, struct text), { 0 } };

	/* Of its own, where it grows without being moved. */
	*rows.text = text_new(ARENA_NEW(arena, struct arena));
	rows.writer = json_writer_new(rows.text, NULL);
	json_open_array(&rows.writer, NULL);
	return rows;
}

void rows_put_labels(struct arena *arena, struct json_writer *row, const struct pairs *labels)
{
	pairs_put(row, LABELS_APART, labels);
	json_put_text(row, "Labels", pairs_join(arena, labels));
}

/* Takes what is no field out of a row: the labels one by one, or NULL. */
static const struct json *take_labels(struct json *row)
{
	for (struct json **at = &row->first; *at; at = &(*at)->next) {
		const struct json *labels = *at;

		if (strcmp(labels->key, LABELS_APART) != 0)
			continue;
		*at = labels->next;
		row->count--;
		return labels;
	}
	return NULL;
}

bool rows_are_table(const char *format)
{
	return !format || !strcmp(format, "table") || !strncmp(format, "table ", strlen("table "));
}

static const struct json *header_row(struct arena *arena, const struct pair *headers)
{
	struct json *row = ARENA_NEW(arena, struct json), **last = &row->first;

	row->kind = JSON_OBJECT;
	for (; headers->key; headers++) {
		struct json *member = ARENA_NEW(arena, struct json);

		*member = (struct json){ .kind = JSON_STRING, .key = headers->key, .text = headers->value,
					 .parent = row, .index = row->count++ };
		*last = member;
		last = &member->next;
	}
	return row;
}

/* "table" alone is the usual table, "json" each row as it is. */
static const struct format *read_format(struct arena *arena, const struct rows_style *style, struct problem *problem)
{
	struct format_source source = { .text = style->format, .escapes = true };

	if (!style->format || !strcmp(style->format, "table"))
		source.text = style->table;
	if (!strcmp(source.text, "json"))
		source.text = "{{json .}}";
	if (rows_are_table(source.text)) {
		source.skip = strlen("table");
		source.skip += strspn(source.text + source.skip, " ");
	}
	return format_read(arena, &source, problem);
}

bool rows_add(struct text *out, struct rows *rows, const struct rows_style *style, struct problem *problem)
{
	const struct format *format = read_format(out->arena, style, problem);
	bool table = rows_are_table(style->format);
	struct text made = text_new(ARENA_NEW(out->arena, struct arena));
	struct json *all;

	json_close(&rows->writer);
	all = json_read(out->arena, rows->text->at, rows->text->length, "rows", problem);
	if (problem->found)
		return false;
	if (table) {
		format_add_headers(&made, format, header_row(out->arena, style->headers), problem);
		text_add(&made, "\n");
	}
	for (struct json *row = all->first; row && !problem->found; row = row->next) {
		const struct json *labels = take_labels(row);

		format_add_row(&made, format, row, labels, problem);
		text_add(&made, "\n");
	}
	if (table)
		columns_add(out, made.at);
	else
		text_add_bytes(out, made.at, made.length);
	return !problem->found;
}

bool rows_add_values(struct text *out, const char *template, struct text *values, struct problem *problem)
{
	struct format_source source = { .text = strcmp(template, "json") ? template : "{{json .}}" };
	const struct format *format = format_read(out->arena, &source, problem);
	const struct json *all = json_read(out->arena, values->at, values->length, "values", problem);

	for (const struct json *value = all ? all->first : NULL; value && !problem->found; value = value->next) {
		format_add(out, format, value, problem);
		text_add(out, "\n");
	}
	return !problem->found;
}
