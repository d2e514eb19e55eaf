/* fuzz_format.c - any bytes as a template: it is refused with a problem, or ends within what it may make. The first
 * byte says whether it is for headers; what stands behind a NUL is the data, where it is JSON. */
#include "format/format.h"
#include "listing/columns.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const char usual[] = "{\"A\":\"text\",\"B\":[1,2.5,\"x\"],\"C\":{\"k\":true,\"l\":null},\"D\":7}";

static const struct json *read_data(struct arena *arena, const char *text)
{
	struct problem problem = { 0 };
	char *copy = arena_copy(arena, text, strlen(text));
	const struct json *data = json_read(arena, copy, strlen(text), "data", &problem);

	return data ? data : read_data(arena, usual);
}

static void use(struct arena *arena, const char *template, const struct json *data, bool headers)
{
	const struct format_source source = { .text = template, .escapes = headers };
	struct problem problem = { 0 };
	const struct format *format = format_read(arena, &source, &problem);
	struct text out = text_new(arena), table = text_new(arena);

	if (!format != problem.found)
		abort();
	if (!format)
		return;
	if ((headers ? format_add_headers : format_add)(&out, format, data, &problem) == problem.found)
		abort();
	if (out.length > 2 * (size_t)FORMAT_WORK_MAX)
		abort();
	if (out.length < 65536)
		columns_add(&table, out.at);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct arena arena;
	const char *template, *end;

	if (!size)
		return 0;
	arena_init(&arena, NULL, 0);
	template = arena_copy(&arena, (const char *)bytes + 1, size - 1);
	end = template + strlen(template);
	use(&arena, template, read_data(&arena, end < template + size - 1 ? end + 1 : usual), bytes[0] & 1);
	arena_release(&arena);
	return 0;
}
