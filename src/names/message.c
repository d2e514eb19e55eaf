/* message.c - see message.h */
#include "names/message.h"
#include <string.h>

enum {
	FLAG_REPLY = 0x8000, FLAG_OPCODE = 0x7800, FLAG_AUTHORITY = 0x0400, FLAG_TRUNCATED = 0x0200,
	FLAG_WANTED = 0x0100, FLAG_AVAILABLE = 0x0080, FLAG_UNCHECKED = 0x0010, FLAG_CODE = 0x000f,
};
enum { LABEL_MOST = 63, POINTER = 0xc0, RECORD_HEAD = 10, OPT_SIZE = 11 };

static unsigned get16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

static void put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

unsigned message_code(const uint8_t *bytes)
{
	return get16(bytes + 2) & FLAG_CODE;
}

void message_set_id(uint8_t *bytes, uint16_t id)
{
	put16(bytes, id);
}

void message_set_recursion(uint8_t *bytes, bool recursion)
{
	put16(bytes + 2, (get16(bytes + 2) & ~(unsigned)FLAG_WANTED) | (recursion ? FLAG_WANTED : 0));
}

/* --- what comes in --- */

static uint8_t lower(uint8_t byte)
{
	return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + ('a' - 'A')) : byte;
}

/* Whether the bytes of a label can be told from the dots between labels, and end no text. */
static bool is_plain(const uint8_t *label, size_t length)
{
	return !memchr(label, '.', length) && !memchr(label, '\0', length);
}

static bool read_name(const uint8_t *bytes, size_t length, struct question *question)
{
	size_t at = MESSAGE_HEAD, text = 0;
	bool plain = true;

	question->name_length = 0;
	while (at < length && question->name_length < MESSAGE_NAME) {
		const size_t label = bytes[at];

		question->name[question->name_length++] = bytes[at++];
		if (label == 0) {
			question->text[plain && text ? text - 1 : 0] = '\0';
			question->end = at;
			return true;
		}
		if (label > LABEL_MOST || label > length - at || question->name_length + label >= MESSAGE_NAME)
			return false;
		plain &= is_plain(bytes + at, label);
		for (size_t i = 0; i < label; i++) {
			question->name[question->name_length++] = lower(bytes[at]);
			question->text[text++] = (char)lower(bytes[at++]);
		}
		question->text[text++] = '.';
	}
	return false;
}

static bool read_question(const uint8_t *bytes, size_t length, struct question *question)
{
	if (!read_name(bytes, length, question) || length - question->end < 4) {
		question->end = 0;
		return false;
	}
	question->type = (uint16_t)get16(bytes + question->end);
	question->class = (uint16_t)get16(bytes + question->end + 2);
	question->end += 4;
	return true;
}

/* Where the name ends that begins there; 0: not within the message. */
static size_t skip_name(const uint8_t *bytes, size_t length, size_t at)
{
	while (at < length) {
		const size_t label = bytes[at];

		if (label == 0)
			return at + 1;
		if ((label & POINTER) == POINTER)
			return at + 2 <= length ? at + 2 : 0;
		if (label > LABEL_MOST)
			return 0;
		at += 1 + label;
	}
	return 0;
}

/* Steps over all records behind the question; EDNS is one of them. */
static bool read_records(const uint8_t *bytes, size_t length, struct question *question)
{
	unsigned count = get16(bytes + 6) + get16(bytes + 8) + get16(bytes + 10);
	size_t at = question->end;

	for (; count; count--) {
		const size_t name = at;

		at = skip_name(bytes, length, at);
		if (!at || length - at < RECORD_HEAD || length - at - RECORD_HEAD < get16(bytes + at + 8))
			return false;
		if (get16(bytes + at) == TYPE_OPT) {
			if (question->edns || bytes[name] != 0)
				return false;
			question->edns = true;
			question->edns_version = bytes[at + 5];
			if (get16(bytes + at + 2) > MESSAGE_UDP)
				question->room = get16(bytes + at + 2);
		}
		at += RECORD_HEAD + get16(bytes + at + 8);
	}
	return true;
}

enum parsed message_parse(const uint8_t *bytes, size_t length, struct question *ret_question)
{
	struct question *question = ret_question;

	question->end = question->name_length = 0;
	question->text[0] = '\0';
	question->edns = question->recursion = false;
	question->room = MESSAGE_UDP;
	if (length < MESSAGE_HEAD || get16(bytes + 2) & FLAG_REPLY)
		return PARSED_NOTHING;
	question->id = (uint16_t)get16(bytes);
	question->flags = (uint16_t)get16(bytes + 2);
	question->recursion = question->flags & FLAG_WANTED;
	if (question->flags & FLAG_OPCODE)
		return PARSED_UNKNOWN;
	if (get16(bytes + 4) != 1 || !read_question(bytes, length, question) || !read_records(bytes, length, question))
		return PARSED_BAD;
	return PARSED;
}

bool message_is_reply(const uint8_t *bytes, size_t length, uint16_t id)
{
	return length >= MESSAGE_HEAD && get16(bytes) == id &&
	       (get16(bytes + 2) & (FLAG_REPLY | FLAG_OPCODE)) == FLAG_REPLY;
}

/* Who says that the question is bad, or that he has no time for it, may leave it out. */
static bool is_complaint(const uint8_t *bytes)
{
	const unsigned code = message_code(bytes);

	return code == CODE_FORMAT || code == CODE_FAILED || code == CODE_NOT_IMPLEMENTED || code == CODE_REFUSED;
}

bool message_answers(const uint8_t *bytes, size_t length, const struct question *question, uint16_t id)
{
	struct question echo;

	if (!message_is_reply(bytes, length, id))
		return false;
	if (get16(bytes + 4) == 0)
		return is_complaint(bytes);
	return get16(bytes + 4) == 1 && read_question(bytes, length, &echo) &&
	       echo.type == question->type && echo.class == question->class &&
	       echo.name_length == question->name_length && !memcmp(echo.name, question->name, echo.name_length);
}

/* --- what goes out --- */

void reply_begin(struct reply *reply, const uint8_t *query, const struct question *question, uint8_t *to, size_t room)
{
	const size_t asked = question->end ? question->end : MESSAGE_HEAD;

	*reply = (struct reply){ .question = question, .bytes = to, .length = asked,
				 .room = room - (question->edns ? OPT_SIZE : 0) };
	memcpy(to, query, asked);
	memset(to + 4, 0, MESSAGE_HEAD - 4);
	to[5] = question->end != 0;
}

/* The name is the one in question: it stands behind the head. */
static uint8_t *add_record(struct reply *reply, unsigned type, size_t length)
{
	uint8_t *at = reply->bytes + reply->length;

	if (reply->room - reply->length < 2 + RECORD_HEAD + length) {
		reply->truncated = true;
		return NULL;
	}
	put16(at, POINTER << 8 | MESSAGE_HEAD);
	put16(at + 2, type);
	put16(at + 4, CLASS_IN);
	/* What is true now is not kept for later: the next container may have that address. */
	memset(at + 6, 0, 4);
	put16(at + 10, (unsigned)length);
	reply->length += 2 + RECORD_HEAD + length;
	reply->answers++;
	return at + 2 + RECORD_HEAD;
}

bool reply_add_address(struct reply *reply, const uint8_t *address, size_t length)
{
	uint8_t *at = add_record(reply, length == 4 ? TYPE_A : TYPE_AAAA, length);

	if (at)
		memcpy(at, address, length);
	return at;
}

/* The name's labels, without the end. Returns their length, or 0 where it is no name. */
static size_t put_labels(uint8_t *to, size_t room, const char *name)
{
	size_t length = 0;

	while (*name) {
		const size_t label = strcspn(name, ".");

		if (!label || label > LABEL_MOST || length + 1 + label > room)
			return 0;
		to[length] = (uint8_t)label;
		memcpy(to + length + 1, name, label);
		length += 1 + label;
		name += label + (name[label] == '.');
	}
	return length;
}

bool reply_add_name(struct reply *reply, const char *name, const char *domain)
{
	uint8_t wire[MESSAGE_NAME], *at;
	size_t length = put_labels(wire, sizeof(wire) - 1, name);

	if (length && *domain)
		length += put_labels(wire + length, sizeof(wire) - 1 - length, domain);
	if (!length)
		return true;
	wire[length++] = 0;
	at = add_record(reply, TYPE_PTR, length);
	if (at)
		memcpy(at, wire, length);
	return at;
}

size_t reply_end(struct reply *reply)
{
	const struct question *question = reply->question;
	uint8_t *opt = reply->bytes + reply->length;
	unsigned flags = FLAG_REPLY | FLAG_AVAILABLE | (reply->code & FLAG_CODE);

	flags |= question->flags & (FLAG_OPCODE | FLAG_WANTED | FLAG_UNCHECKED);
	if (reply->code == CODE_OK || reply->code == CODE_NO_NAME)
		flags |= FLAG_AUTHORITY;
	if (reply->truncated)
		flags |= FLAG_TRUNCATED;
	put16(reply->bytes + 2, flags);
	put16(reply->bytes + 6, reply->answers);
	if (!question->edns)
		return reply->length;
	memset(opt, 0, OPT_SIZE);
	put16(opt + 1, TYPE_OPT);
	put16(opt + 3, MESSAGE_UDP_MOST);
	opt[5] = (uint8_t)(reply->code >> 4);
	put16(reply->bytes + 10, 1);
	return reply->length + OPT_SIZE;
}
