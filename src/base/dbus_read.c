/* dbus_read.c - messages of D-Bus are read: see dbus.h. Nothing is allocated, and nothing is called but mem*. */
#include "base/dbus.h"
#include <errno.h>
#include <string.h>

/* Of the header's fields: what is known of them. */
enum { FIELD_PATH = 1, FIELD_INTERFACE, FIELD_MEMBER, FIELD_ERROR, FIELD_REPLY_SERIAL, FIELD_DESTINATION, FIELD_SENDER,
       FIELD_SIGNATURE };

enum { TYPE_AT = 1, VERSION_AT = 3, LENGTH_AT = 4, SERIAL_AT = 8, FIELDS_AT = 12 };

enum { LARGEST_ARRAY = 64 << 20 };

/* --- values --- */

static uint32_t get_u32(const char *at, bool big)
{
	uint32_t value = 0;

	for (size_t i = 0; i < 4; i++)
		value |= (uint32_t)(unsigned char)at[i] << 8 * (big ? 3 - i : i);
	return value;
}

/* Padding is zero, by the specification. */
static bool align(struct dbus_reader *reader, size_t to)
{
	size_t more = (to - (size_t)(reader->at - reader->begin) % to) % to;

	if ((size_t)(reader->end - reader->at) < more)
		return false;
	for (; more; more--)
		if (*reader->at++)
			return false;
	return true;
}

static bool take_byte(struct dbus_reader *reader, uint8_t *ret_value)
{
	if (reader->at == reader->end)
		return false;
	*ret_value = (uint8_t)*reader->at++;
	return true;
}

static bool take_u32(struct dbus_reader *reader, uint32_t *ret_value)
{
	if (!align(reader, 4) || reader->end - reader->at < 4)
		return false;
	*ret_value = get_u32(reader->at, reader->big);
	reader->at += 4;
	return true;
}

/* `length` bytes and a NUL, and no other NUL. */
static bool take_bytes(struct dbus_reader *reader, size_t length, const char **ret_value)
{
	if (length >= (size_t)(reader->end - reader->at) || memchr(reader->at, '\0', length) || reader->at[length])
		return false;
	*ret_value = reader->at;
	reader->at += length + 1;
	return true;
}

static bool take_text(struct dbus_reader *reader, const char **ret_value)
{
	uint32_t length;

	return take_u32(reader, &length) && take_bytes(reader, length, ret_value);
}

static bool take_signature(struct dbus_reader *reader, const char **ret_value)
{
	uint8_t length;

	return take_byte(reader, &length) && take_bytes(reader, length, ret_value);
}

/* --- the header's fields --- */

/* How many bytes a value of the type has, which is also how it is aligned; 0: it has no fixed size. */
static size_t size_of(char type)
{
	switch (type) {
	case 'y': return 1;
	case 'n': case 'q': return 2;
	case 'b': case 'i': case 'u': case 'h': return 4;
	case 'x': case 't': case 'd': return 8;
	default: return 0;
	}
}

/* A field that is not known may be of any type. No message has one of a container's type, so these are refused. */
static bool skip_value(struct dbus_reader *reader, char type)
{
	size_t size = size_of(type);
	const char *text;

	if (type == 's' || type == 'o')
		return take_text(reader, &text);
	if (type == 'g')
		return take_signature(reader, &text);
	if (!size || !align(reader, size) || (size_t)(reader->end - reader->at) < size)
		return false;
	reader->at += size;
	return true;
}

static const char **place_of(struct dbus_message *message, uint8_t field, char *ret_type)
{
	*ret_type = 's';
	switch (field) {
	case FIELD_PATH: *ret_type = 'o'; return &message->path;
	case FIELD_INTERFACE: return &message->interface;
	case FIELD_MEMBER: return &message->member;
	case FIELD_ERROR: return &message->error;
	case FIELD_SENDER: return &message->sender;
	case FIELD_SIGNATURE: *ret_type = 'g'; return &message->signature;
	default: return NULL;
	}
}

static bool take_field(struct dbus_reader *reader, struct dbus_message *message)
{
	const char *type, **place;
	uint8_t field;
	char wanted;

	if (!align(reader, 8) || !take_byte(reader, &field) || !take_signature(reader, &type) || !*type || type[1])
		return false;
	place = place_of(message, field, &wanted);
	if (field == FIELD_REPLY_SERIAL)
		return *type == 'u' && take_u32(reader, &message->reply_serial);
	if (!place)
		return field && skip_value(reader, *type);
	if (*type != wanted)
		return false;
	return wanted == 'g' ? take_signature(reader, place) : take_text(reader, place);
}

/* Which fields each type must have. */
static bool is_complete(const struct dbus_message *message)
{
	switch (message->type) {
	case DBUS_CALL: return message->path && message->member;
	case DBUS_RETURN: return message->reply_serial;
	case DBUS_ERROR: return message->reply_serial && message->error;
	case DBUS_SIGNAL: return message->path && message->interface && message->member;
	}
	return false;
}

/* --- messages --- */

int dbus_size(const char *head, size_t *ret_size)
{
	bool big = head[0] == 'B';
	uint32_t body = get_u32(head + LENGTH_AT, big), fields = get_u32(head + FIELDS_AT, big);

	if ((!big && head[0] != 'l') || head[VERSION_AT] != 1 || fields > LARGEST_ARRAY || body > DBUS_LARGEST)
		return -EBADMSG;
	*ret_size = (DBUS_HEAD + (size_t)fields + 7) / 8 * 8 + body;
	return *ret_size <= DBUS_LARGEST ? 0 : -EBADMSG;
}

int dbus_read(const char *bytes, size_t size, struct dbus_message *ret_message)
{
	struct dbus_message *message = ret_message;
	struct dbus_reader reader;
	size_t known, fields;

	*message = (struct dbus_message){ .signature = "" };
	if (size < DBUS_HEAD || dbus_size(bytes, &known) < 0 || known != size)
		return -EBADMSG;
	message->big = bytes[0] == 'B';
	message->serial = get_u32(bytes + SERIAL_AT, message->big);
	message->length = get_u32(bytes + LENGTH_AT, message->big);
	message->body = bytes + size - message->length;
	if (bytes[TYPE_AT] < DBUS_CALL || bytes[TYPE_AT] > DBUS_SIGNAL || !message->serial)
		return -EBADMSG;
	message->type = (enum dbus_type)bytes[TYPE_AT];
	fields = get_u32(bytes + FIELDS_AT, message->big);
	reader = (struct dbus_reader){ bytes, bytes + DBUS_HEAD, bytes + DBUS_HEAD + fields, "", message->big };
	while (reader.at < reader.end)
		if (!take_field(&reader, message))
			return -EBADMSG;
	return is_complete(message) ? 0 : -EBADMSG;
}

struct dbus_reader dbus_body(const struct dbus_message *message)
{
	/* Without a body there may be no place for one either, and nothing may be added to NULL. */
	const char *end = message->length ? message->body + message->length : message->body;

	return (struct dbus_reader){ message->body, message->body, end, message->signature, message->big };
}

bool dbus_take_u32(struct dbus_reader *reader, uint32_t *ret_value)
{
	struct dbus_reader rest = *reader;

	if (*rest.signature != 'u' || !take_u32(&rest, ret_value))
		return false;
	rest.signature++;
	*reader = rest;
	return true;
}

bool dbus_take_text(struct dbus_reader *reader, const char **ret_value)
{
	struct dbus_reader rest = *reader;

	if ((*rest.signature != 's' && *rest.signature != 'o') || !take_text(&rest, ret_value))
		return false;
	rest.signature++;
	*reader = rest;
	return true;
}
