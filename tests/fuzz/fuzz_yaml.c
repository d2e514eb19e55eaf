/* fuzz_yaml.c - any bytes as YAML.
 *
 * What is accepted can be walked, each value has a line of the text, and written as JSON it is JSON that says the same,
 * which is YAML too, as far as its limits go.
 */
#include "base/json_write.h"
#include "base/yaml.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_lines(const struct json *value, size_t lines)
{
	size_t count = 0;

	if (yaml_line(value) < 1 || yaml_line(value) > lines)
		abort();
	for (const struct json *member = value->first; member; member = member->next) {
		if (member->parent != value || member->index != count++ ||
		    (value->kind == JSON_OBJECT) != (member->key != NULL))
			abort();
		check_lines(member, lines);
	}
	if (count != value->count)
		abort();
}

static char *write_value(struct arena *arena, const struct json *value)
{
	struct text text = text_new(arena);
	struct json_writer writer = json_writer_new(&text, NULL);

	json_put_value(&writer, NULL, value);
	return text.at;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct problem problem = { 0 };
	const struct json *value, *again;
	struct arena arena;
	size_t lines = 1;
	char *text;

	for (size_t i = 0; i < size; i++)
		lines += bytes[i] == '\n';
	arena_init(&arena, NULL, 0);
	value = yaml_read(&arena, (const char *)bytes, size, "fuzz", &problem);
	if (!value != problem.found)
		abort();
	if (value) {
		check_lines(value, lines);
		text = write_value(&arena, value);
		again = yaml_read(&arena, text, strlen(text), "again", &problem);
		if (!again || strcmp(write_value(&arena, again), text) != 0)
			abort();
		again = json_read(&arena, arena_copy(&arena, text, strlen(text)), strlen(text), "json", &problem);
		if (!again || strcmp(write_value(&arena, again), text) != 0)
			abort();
	}
	arena_release(&arena);
	return 0;
}
