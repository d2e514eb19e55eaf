/* fuzz_json.c - any bytes as JSON.
 *
 * What is accepted can be walked and named, and written again: that text is accepted too, and
 * written once more it stays the same.
 */
#include "base/json.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void write_value(struct text *out, const struct json *value);

static void write_members(struct text *out, const struct json *value)
{
	for (const struct json *member = value->first; member; member = member->next) {
		if (member->parent != value)
			abort();
		if (member != value->first)
			text_add(out, ",");
		if (value->kind == JSON_OBJECT) {
			text_add_json(out, member->key);
			text_add(out, ":");
			if (json_get(value, member->key) != member && member->kind != JSON_NULL)
				abort();
		}
		write_value(out, member);
	}
}

static void write_value(struct text *out, const struct json *value)
{
	switch (value->kind) {
	case JSON_NULL: text_add(out, "null"); break;
	case JSON_BOOL: text_add(out, value->boolean ? "true" : "false"); break;
	case JSON_NUMBER: text_add(out, value->text); break;
	case JSON_STRING: text_add_json(out, value->text); break;
	case JSON_ARRAY:
		text_add(out, "[");
		write_members(out, value);
		text_add(out, "]");
		break;
	case JSON_OBJECT:
		text_add(out, "{");
		write_members(out, value);
		text_add(out, "}");
		break;
	}
}

static void name_values(struct arena *arena, const struct json *value, size_t *names)
{
	if (++*names < 64 && !json_path(arena, value))
		abort();
	for (const struct json *member = value->first; member; member = member->next)
		name_values(arena, member, names);
}

/* What the bytes say, written again; NULL where they are refused. */
static char *rewrite(struct arena *arena, const char *bytes, size_t size)
{
	struct problem problem = { 0 };
	struct text out = text_new(arena);
	size_t names = 0;
	const struct json *value =
		json_read(arena, arena_copy(arena, bytes, size), size, "fuzz", &problem);

	if (!value != problem.found)
		abort();
	if (!value)
		return NULL;
	name_values(arena, value, &names);
	write_value(&out, value);
	return out.at;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct arena arena;
	const char *once, *twice;

	arena_init(&arena, NULL, 0);
	once = rewrite(&arena, (const char *)bytes, size);
	if (once) {
		twice = rewrite(&arena, once, strlen(once));
		if (!twice || strcmp(once, twice) != 0)
			abort();
	}
	arena_release(&arena);
	return 0;
}
