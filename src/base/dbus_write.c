/* dbus_write.c - messages of D-Bus are written: see dbus.h. The least significant byte comes first. */
#include "base/dbus.h"
#include <string.h>

enum { FIELD_PATH = 1, FIELD_INTERFACE = 2, FIELD_MEMBER = 3, FIELD_DESTINATION = 6, FIELD_SIGNATURE = 8 };

enum { LENGTH_AT = 4, FIELDS_AT = 12, VERSION = 1 };

static void align(struct text *message, size_t to)
{
	static const char zeros[8];

	text_add_bytes(message, zeros, (to - message->length % to) % to);
}

static void put(char *at, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		at[i] = (char)(value >> 8 * i);
}

static uint32_t get_u32(const char *at)
{
	uint32_t value = 0;

	for (size_t i = 4; i-- > 0;)
		value = value << 8 | (unsigned char)at[i];
	return value;
}

static void add_number(struct text *message, uint64_t value, size_t size)
{
	char bytes[8];

	put(bytes, value, size);
	align(message, size);
	text_add_bytes(message, bytes, size);
}

void dbus_add_byte(struct text *message, uint8_t value)
{
	add_number(message, value, 1);
}

void dbus_add_u16(struct text *message, uint16_t value)
{
	add_number(message, value, 2);
}

void dbus_add_u32(struct text *message, uint32_t value)
{
	add_number(message, value, 4);
}

void dbus_add_u64(struct text *message, uint64_t value)
{
	add_number(message, value, 8);
}

void dbus_add_bool(struct text *message, bool value)
{
	dbus_add_u32(message, value);
}

void dbus_add_text(struct text *message, const char *value)
{
	size_t length = strlen(value);

	dbus_add_u32(message, (uint32_t)length);
	text_add_bytes(message, value, length + 1);
}

void dbus_add_signature(struct text *message, const char *signature)
{
	size_t length = strlen(signature);

	dbus_add_byte(message, (uint8_t)length);
	text_add_bytes(message, signature, length + 1);
}

/* The padding before the first element does not count for the length, and is there for an empty array too. */
struct dbus_array dbus_open_array(struct text *message, size_t alignment)
{
	struct dbus_array array;

	dbus_add_u32(message, 0);
	array.length_at = message->length - 4;
	align(message, alignment);
	array.begin = message->length;
	return array;
}

void dbus_close_array(struct text *message, struct dbus_array array)
{
	put(message->at + array.length_at, message->length - array.begin, 4);
}

void dbus_open_struct(struct text *message)
{
	align(message, 8);
}

/* --- a call --- */

static void add_field(struct text *message, uint8_t field, const char *type, const char *value)
{
	if (!value)
		return;
	dbus_open_struct(message);
	dbus_add_byte(message, field);
	dbus_add_signature(message, type);
	if (*type == 'g')
		dbus_add_signature(message, value);
	else
		dbus_add_text(message, value);
}

void dbus_begin(struct text *message, const struct dbus_call *call)
{
	struct dbus_array fields;

	text_clear(message);
	dbus_add_byte(message, 'l');
	dbus_add_byte(message, DBUS_CALL);
	dbus_add_byte(message, call->flags);
	dbus_add_byte(message, VERSION);
	dbus_add_u32(message, 0);
	dbus_add_u32(message, call->serial);
	fields = dbus_open_array(message, 8);
	add_field(message, FIELD_PATH, "o", call->path);
	add_field(message, FIELD_INTERFACE, "s", call->interface);
	add_field(message, FIELD_MEMBER, "s", call->member);
	add_field(message, FIELD_DESTINATION, "s", call->destination);
	add_field(message, FIELD_SIGNATURE, "g", call->signature);
	dbus_close_array(message, fields);
	align(message, 8);
}

void dbus_end(struct text *message)
{
	size_t fields = get_u32(message->at + FIELDS_AT), body = (DBUS_HEAD + fields + 7) / 8 * 8;

	put(message->at + LENGTH_AT, message->length - body, 4);
}
