/* fuzz_dbus.c - any bytes as a message of D-Bus: what is read lies within the bytes, and texts end in a NUL there. */
#include "base/dbus.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

struct bytes { const char *at; size_t size; };

static void check_text(const struct bytes *bytes, const char *text)
{
	if (!text || !*text)
		return;
	if (text < bytes->at || text >= bytes->at + bytes->size ||
	    !memchr(text, '\0', bytes->size - (size_t)(text - bytes->at)))
		abort();
}

static void check_message(const struct bytes *bytes, const struct dbus_message *message)
{
	struct dbus_reader body = dbus_body(message);
	const char *text;
	uint32_t number;

	check_text(bytes, message->path);
	check_text(bytes, message->interface);
	check_text(bytes, message->member);
	check_text(bytes, message->error);
	check_text(bytes, message->sender);
	check_text(bytes, message->signature);
	if (message->body < bytes->at || message->body + message->length != bytes->at + bytes->size)
		abort();
	for (;;) {
		if (dbus_take_text(&body, &text))
			check_text(bytes, text);
		else if (!dbus_take_u32(&body, &number))
			break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct bytes bytes = { (const char *)data, size };
	struct dbus_message message;
	size_t known;

	if (size >= DBUS_HEAD && dbus_size(bytes.at, &known) == 0 && known > DBUS_LARGEST)
		abort();
	if (dbus_read(bytes.at, bytes.size, &message) == 0)
		check_message(&bytes, &message);
	return 0;
}
