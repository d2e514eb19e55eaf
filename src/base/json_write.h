/* json_write.h - writes JSON, with its commas where they belong.
 *
 *	struct json_writer out = json_writer_new(&text, "\t");
 *	json_open_object(&out, NULL);
 *	json_put_text(&out, "id", id);
 *	json_open_array(&out, "hooks");
 *	…
 *	json_close(&out);
 *	json_close(&out);
 *
 * `key` is NULL for what stands in an array, and for the outermost value.
 */
#pragma once
#include "base/json.h"
#include "base/text.h"

struct json_writer {
	struct text *text;
	const char *indent;	/* one level's; NULL: all on one line, without blanks */
	unsigned depth;
	bool begun;		/* the container that is open holds something */
	char end[JSON_DEPTH];	/* '}' or ']' of each open one */
};

/* Writes at the end of `text`; `indent` as above. */
struct json_writer json_writer_new(struct text *text, const char *indent);

/* What is put from here on is in it, until json_close(). */
void json_open_object(struct json_writer *writer, const char *key);
void json_open_array(struct json_writer *writer, const char *key);

/* Ends what was opened last. After the outermost one comes a newline when there is an indent. */
void json_close(struct json_writer *writer);

/* One value. A text that is NULL becomes null. */
void json_put_text(struct json_writer *writer, const char *key, const char *value);
void json_put_unsigned(struct json_writer *writer, const char *key, uint64_t value);
void json_put_signed(struct json_writer *writer, const char *key, int64_t value);
void json_put_bool(struct json_writer *writer, const char *key, bool value);
void json_put_null(struct json_writer *writer, const char *key);

/* A number that is not known yet: 0, with blanks before it for `digits` in all. Returns where in the text its
 * last digit is. */
size_t json_put_place(struct json_writer *writer, const char *key, int digits);

/* An array of texts that ends in a NULL. */
void json_put_texts(struct json_writer *writer, const char *key, const char *const *texts);

/* What was read, as it was. */
void json_put_value(struct json_writer *writer, const char *key, const struct json *value);
