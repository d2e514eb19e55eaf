/* protobuf.c - see protobuf.h */
#include "base/protobuf.h"
#include <errno.h>
#include <string.h>

/* The low three bits of a key: how the value is written. Groups (3, 4) have been out of use since before
 * there was CRIU, and are refused. */
enum form { FORM_VARINT = 0, FORM_FIXED_64 = 1, FORM_BYTES = 2, FORM_FIXED_32 = 5 };

enum {
	FORM_BITS = 3,
	VARINT_BITS = 7,		/* of the value in each byte; the eighth says that another one follows */
	VARINT_MORE = 0x80,
	VARINT_LONGEST = 10,		/* bytes for 64 bits */
	NUMBER_LARGEST = (1 << 29) - 1	/* of a field */
};

/* --- writing --- */

static void add_varint(struct text *message, uint64_t value)
{
	char bytes[VARINT_LONGEST];
	size_t length = 0;

	for (; value >= VARINT_MORE; value >>= VARINT_BITS)
		bytes[length++] = (char)(value | VARINT_MORE);
	bytes[length++] = (char)value;
	text_add_bytes(message, bytes, length);
}

static void add_key(struct text *message, uint32_t number, enum form form)
{
	add_varint(message, (uint64_t)number << FORM_BITS | form);
}

void protobuf_add_number(struct text *message, uint32_t number, uint64_t value)
{
	add_key(message, number, FORM_VARINT);
	add_varint(message, value);
}

static void add_bytes(struct text *message, uint32_t number, const char *bytes, size_t length)
{
	add_key(message, number, FORM_BYTES);
	add_varint(message, length);
	text_add_bytes(message, bytes, length);
}

void protobuf_add_text(struct text *message, uint32_t number, const char *text)
{
	add_bytes(message, number, text, strlen(text));
}

void protobuf_add_message(struct text *message, uint32_t number, const struct text *inner)
{
	add_bytes(message, number, inner->at, inner->length);
}

/* --- reading --- */

static bool take_varint(struct protobuf_reader *reader, uint64_t *ret_value)
{
	uint64_t value = 0;

	for (size_t i = 0; i < reader->left && i < VARINT_LONGEST; i++) {
		unsigned char byte = (unsigned char)reader->at[i];

		/* The tenth byte has room for one bit more. */
		if (i == VARINT_LONGEST - 1 && byte > 1)
			return false;
		value |= (uint64_t)(byte & ~VARINT_MORE) << (VARINT_BITS * i);
		if (byte & VARINT_MORE)
			continue;
		reader->at += i + 1;
		reader->left -= i + 1;
		*ret_value = value;
		return true;
	}
	return false;
}

/* Least significant byte first. */
static bool take_fixed(struct protobuf_reader *reader, size_t size, uint64_t *ret_value)
{
	uint64_t value = 0;

	if (reader->left < size)
		return false;
	for (size_t i = size; i-- > 0;)
		value = value << 8 | (unsigned char)reader->at[i];
	reader->at += size;
	reader->left -= size;
	*ret_value = value;
	return true;
}

static bool take_bytes(struct protobuf_reader *reader, struct protobuf_field *field)
{
	uint64_t length;

	if (!take_varint(reader, &length) || length > reader->left)
		return false;
	field->kind = PROTOBUF_BYTES;
	field->at = reader->at;
	field->length = length;
	reader->at += length;
	reader->left -= length;
	return true;
}

static bool take_value(struct protobuf_reader *reader, unsigned form, struct protobuf_field *field)
{
	switch (form) {
	case FORM_VARINT: return take_varint(reader, &field->value);
	case FORM_FIXED_64: return take_fixed(reader, sizeof(uint64_t), &field->value);
	case FORM_FIXED_32: return take_fixed(reader, sizeof(uint32_t), &field->value);
	case FORM_BYTES: return take_bytes(reader, field);
	default: return false;
	}
}

static bool take_field(struct protobuf_reader *reader, struct protobuf_field *field)
{
	uint64_t key;

	*field = (struct protobuf_field){ .kind = PROTOBUF_NUMBER };
	if (!take_varint(reader, &key) || key >> FORM_BITS == 0 || key >> FORM_BITS > NUMBER_LARGEST)
		return false;
	field->number = (uint32_t)(key >> FORM_BITS);
	return take_value(reader, key & ((1 << FORM_BITS) - 1), field);
}

int protobuf_next(struct protobuf_reader *reader, struct protobuf_field *ret_field)
{
	struct protobuf_reader rest = *reader;

	if (!rest.left)
		return 0;
	if (!take_field(&rest, ret_field))
		return -EBADMSG;
	*reader = rest;
	return 1;
}
