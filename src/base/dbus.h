/* dbus.h - messages of D-Bus as they are on the wire: the D-Bus specification, «Message Protocol».
 *
 * systemd is asked for a container's cgroup over D-Bus, with a handful of messages. libsystemd costs 0.6 ms at
 * each start and does not link into a static program.
 *
 * Writing adds at the end of a text that began empty, so that values are aligned by its length. Values have the
 * types of the signature that dbus_begin() was given, and stand in its order; nothing checks that:
 *
 *	dbus_begin(&message, &(struct dbus_call){ ... .signature = "ss" });
 *	dbus_add_text(&message, "a.scope");
 *	dbus_add_text(&message, "replace");
 *	dbus_end(&message);
 *
 * Reading is strict: whatever the bytes are, nothing outside of them is looked at, and nothing is allocated, so it
 * also serves exec/. Texts that are read end in a NUL and lie in the message.
 */
#pragma once
#include "base/text.h"

enum dbus_type { DBUS_CALL = 1, DBUS_RETURN = 2, DBUS_ERROR = 3, DBUS_SIGNAL = 4 };

enum { DBUS_NO_REPLY = 1 };		/* a flag of a call: it is not answered */

enum { DBUS_LARGEST = 128 << 20 };	/* bytes of a message */

/* --- writing: dbus_write.c --- */

struct dbus_call {
	const char *destination, *path, *interface, *member;
	const char *signature;		/* of the body; NULL: it has none */
	uint32_t serial;		/* the number of the call, not 0 */
	uint8_t flags;
};

/* The header of a method call; its body follows. */
void dbus_begin(struct text *message, const struct dbus_call *call);

/* Ends the body. */
void dbus_end(struct text *message);

/* Values, by their types: y; b; q and n; u and i; t and x; s and o. */
void dbus_add_byte(struct text *message, uint8_t value);
void dbus_add_bool(struct text *message, bool value);
void dbus_add_u16(struct text *message, uint16_t value);
void dbus_add_u32(struct text *message, uint32_t value);
void dbus_add_u64(struct text *message, uint64_t value);
void dbus_add_text(struct text *message, const char *value);

/* g. It also begins a variant, whose value follows. */
void dbus_add_signature(struct text *message, const char *signature);

struct dbus_array { size_t length_at, begin; };

/* Begins an array, of elements that are aligned to `alignment` (8: structures and 64 bits; 4; 1). */
struct dbus_array dbus_open_array(struct text *message, size_t alignment);

/* Ends it. */
void dbus_close_array(struct text *message, struct dbus_array array);

/* Begins a structure, which has no end of its own. */
void dbus_open_struct(struct text *message);

/* --- reading: dbus_read.c --- */

struct dbus_message {
	enum dbus_type type;
	uint32_t serial, reply_serial;	/* reply_serial: 0: it is no answer */
	const char *path, *interface, *member, *error, *sender;	/* NULL: not there */
	const char *signature;		/* of the body; "": it has none */
	const char *body;
	size_t length;			/* of the body */
	bool big;			/* numbers have their most significant byte first */
};

enum { DBUS_HEAD = 16 };		/* bytes by which a message's size is known */

/* The size of the whole message that these DBUS_HEAD bytes begin. -EBADMSG where they begin none. */
int dbus_size(const char *head, size_t *ret_size);

/* Reads a message of just that size: 0 or -EBADMSG. The body is looked at by the functions below. */
int dbus_read(const char *bytes, size_t size, struct dbus_message *ret_message);

/* What is left of a body. */
struct dbus_reader { const char *begin, *at, *end, *signature; bool big; };

/* The whole of it. */
struct dbus_reader dbus_body(const struct dbus_message *message);

/* The next value, where it is of this type (u; s or o); else false, and nothing is taken. */
bool dbus_take_u32(struct dbus_reader *reader, uint32_t *ret_value);
bool dbus_take_text(struct dbus_reader *reader, const char **ret_value);
