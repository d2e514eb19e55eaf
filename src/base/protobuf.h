/* protobuf.h - protocol buffers as they are on the wire.
 *
 * A message is a row of fields, each a key (number and form) and a value. CRIU is spoken to in
 * such messages, of a few small kinds; protobuf-c would have to be linked into the static program, and
 * generated code with it, for what are two pages here.
 *
 * Writing adds fields at the end of a text, which may hold any bytes:
 *
 *	protobuf_add_number(&message, 1, value);
 *	protobuf_add_text(&message, 13, "/root");
 *
 * Reading takes one field after the other, and is strict: whatever the bytes are, nothing outside of
 * them is looked at, and nothing is allocated.
 *
 *	struct protobuf_reader reader = { bytes, length };
 *	while ((got = protobuf_next(&reader, &field)) > 0)
 *		...
 */
#pragma once
#include "base/text.h"

enum protobuf_kind {
	PROTOBUF_NUMBER,		/* varint, and the two forms of fixed size */
	PROTOBUF_BYTES			/* a string, or another message */
};

struct protobuf_field {
	uint32_t number;
	enum protobuf_kind kind;
	uint64_t value;			/* PROTOBUF_NUMBER */
	const char *at;			/* PROTOBUF_BYTES: within the message, without a NUL after them */
	size_t length;
};

/* What is left of a message. */
struct protobuf_reader { const char *at; size_t left; };

/* Adds a field to the message. A negative number is given as the 64 bits of its two's complement. */
void protobuf_add_number(struct text *message, uint32_t number, uint64_t value);
void protobuf_add_text(struct text *message, uint32_t number, const char *text);
void protobuf_add_message(struct text *message, uint32_t number, const struct text *inner);

/* Takes the next field: 1; 0 at the end; -EBADMSG where the bytes are no message, and then always. */
int protobuf_next(struct protobuf_reader *reader, struct protobuf_field *ret_field);
