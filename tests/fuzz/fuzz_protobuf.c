/* fuzz_protobuf.c - any bytes as a message in the form of protocol buffers.
 *
 * What is read lies within the bytes, in their order and without overlap. Written again from what was read,
 * it is the same message.
 */
#include "base/protobuf.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_field(const struct protobuf_field *field, const char *begin, const char *end)
{
	if (field->number == 0 || field->number >= 1U << 29)
		abort();
	if (field->kind == PROTOBUF_NUMBER)
		return;
	if (field->at < begin || field->at > end || (size_t)(end - field->at) != field->length)
		abort();
}

static void write_again(struct text *out, const struct protobuf_field *field)
{
	struct text inner = text_new(out->arena);

	if (field->kind == PROTOBUF_NUMBER) {
		protobuf_add_number(out, field->number, field->value);
		return;
	}
	text_add_bytes(&inner, field->at, field->length);
	protobuf_add_message(out, field->number, &inner);
}

/* All fields; false where the bytes are refused. */
static bool rewrite(struct text *out, const char *bytes, size_t size)
{
	struct protobuf_reader reader = { bytes, size };
	struct protobuf_field field;

	for (;;) {
		const char *begin = reader.at;
		int got = protobuf_next(&reader, &field);

		if (got < 0 && (got != -EBADMSG || reader.at != begin))
			abort();
		if (got <= 0)
			return got == 0;
		if (reader.at <= begin || (size_t)(bytes + size - reader.at) != reader.left)
			abort();
		check_field(&field, begin, reader.at);
		write_again(out, &field);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct arena arena;
	struct text once, twice;

	arena_init(&arena, NULL, 0);
	once = text_new(&arena);
	twice = text_new(&arena);
	if (rewrite(&once, (const char *)bytes, size) &&
	    (!rewrite(&twice, once.at, once.length) || once.length != twice.length ||
	     memcmp(once.at, twice.at, once.length) != 0))
		abort();
	arena_release(&arena);
	return 0;
}
