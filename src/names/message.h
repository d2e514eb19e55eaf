/* message.h - messages of DNS (RFC 1035, EDNS of RFC 6891): the question of a query, and answers to it. Pure.
 *
 * What comes in was sent by a container, or by somebody who wants to be taken for a name server. Names are read in the
 * question alone, where nothing may be compressed; elsewhere they are stepped over. So no pointer is ever followed.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	MESSAGE_HEAD = 12,
	MESSAGE_NAME = 255,		/* bytes of a name on the wire at most */
	MESSAGE_UDP = 512,		/* what everybody takes by UDP */
	MESSAGE_UDP_MOST = 1232,	/* what we send and ask for at most: it needs no fragments */
};

enum { TYPE_A = 1, TYPE_PTR = 12, TYPE_AAAA = 28, TYPE_OPT = 41, TYPE_ANY = 255 };
enum { CLASS_IN = 1 };
enum { CODE_OK = 0, CODE_FORMAT = 1, CODE_FAILED = 2, CODE_NO_NAME = 3, CODE_NOT_IMPLEMENTED = 4, CODE_REFUSED = 5,
       CODE_VERSION = 16 };

struct question {
	uint16_t id, flags;
	uint16_t type, class;
	size_t end;				/* where it ends in the message; 0: there is none */
	size_t name_length;
	uint8_t name[MESSAGE_NAME];		/* as on the wire, in lower case */
	char text[MESSAGE_NAME + 1];		/* with dots between; "" for what cannot be the name of a host */
	bool recursion;				/* others may be asked for the answer */
	bool edns;
	uint8_t edns_version;
	size_t room;				/* of an answer */
};

enum parsed {
	PARSED,
	PARSED_NOTHING,		/* no query, or too short to be answered */
	PARSED_BAD,		/* CODE_FORMAT is the answer */
	PARSED_UNKNOWN,		/* CODE_NOT_IMPLEMENTED is */
};

/* Reads a query. `question` has what there is to be answered, unless it is PARSED_NOTHING. */
enum parsed message_parse(const uint8_t *bytes, size_t length, struct question *ret_question);

/* Whether this is an answer to the question, under that id. */
bool message_answers(const uint8_t *bytes, size_t length, const struct question *question, uint16_t id);

/* Whether it says of itself to be an answer and has that id. */
bool message_is_reply(const uint8_t *bytes, size_t length, uint16_t id);

/* Of a message that is long enough. */
unsigned message_code(const uint8_t *bytes);
void message_set_id(uint8_t *bytes, uint16_t id);
void message_set_recursion(uint8_t *bytes, bool recursion);

/* --- an answer --- */

struct reply {
	const struct question *question;
	uint8_t *bytes;
	size_t length, room;
	unsigned answers, code;
	bool truncated;
};

/* An answer without records; `query` is the message that the question is from. `room` is at least MESSAGE_UDP. */
void reply_begin(struct reply *reply, const uint8_t *query, const struct question *question, uint8_t *to, size_t room);

/* Add a record for the name in question. False where there is no room for it. */
bool reply_add_address(struct reply *reply, const uint8_t *address, size_t length);
bool reply_add_name(struct reply *reply, const char *name, const char *domain);

/* Returns the length of it all. */
size_t reply_end(struct reply *reply);
