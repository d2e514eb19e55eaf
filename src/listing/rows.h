/* rows.h - what a verb lists: rows of fields, told as a table, by a template, or as JSON.
 *
 * A row is a JSON object of the fields that docker's templates know, in the order of their names:
 *
 *	struct rows rows = rows_new(arena);
 *	json_open_object(&rows.writer, NULL);
 *	json_put_text(&rows.writer, "ID", id);
 *	json_close(&rows.writer);
 *	rows_add(&out, &rows, &(struct rows_style){ headers, "table {{.ID}}", asked->format }, problem);
 */
#pragma once
#include "base/json_write.h"
#include "base/name.h"

struct pairs;

struct rows {
	struct text *text;
	struct json_writer writer;	/* an array is open */
};

struct rows_style {
	const struct pair *headers;	/* a field and its header; ends in a NULL */
	const char *table;		/* the template of the usual table, "table {{.ID}}\t{{.Size}}" */
	const char *format;		/* --format: a template, "table TEMPLATE", "table", "json"; NULL: as "table" */
};

/* No rows yet. */
struct rows rows_new(struct arena *arena);

/* Adds the labels of a row: {{.Labels}}, one text, and {{.Label "x"}}, which no list of fields shows. */
void rows_put_labels(struct arena *arena, struct json_writer *row, const struct pairs *labels);

/* Adds all of it, a line for each row; with a table, a line of headers first. False after a problem. */
bool rows_add(struct text *out, struct rows *rows, const struct rows_style *style, struct problem *problem);

/* Adds what a template, or "json", makes of each value of an array, a line for each: for `inspect`. `values` is text of
 * JSON, which is changed. False after a problem. */
bool rows_add_values(struct text *out, const char *template, struct text *values, struct problem *problem);

/* Whether the template is "table", "table …" or none: then there are headers. */
bool rows_are_table(const char *format);
