/* test_resolver.c - the resolver of a network: what it makes of queries, of answers, and of its files. */
#include "names/answer.h"
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROOM = 4096 };

static struct table table;
static struct zone zone;

struct message {
	uint8_t bytes[ROOM];
	size_t length;
};

static void read_table(const char *text)
{
	strcpy(table.text, text);
	table_read(&table, strlen(text));
	zone = (struct zone){ .table = &table, .domain = "dns.taru" };
}

static void put(struct message *message, const char *bytes, size_t length)
{
	memcpy(message->bytes + message->length, bytes, length);
	message->length += length;
}

#define PUT(message, literal) put(message, literal, sizeof(literal) - 1)

static void put16(struct message *message, unsigned value)
{
	message->bytes[message->length++] = (uint8_t)(value >> 8);
	message->bytes[message->length++] = (uint8_t)value;
}

static unsigned get16(const struct message *message, size_t at)
{
	return (unsigned)message->bytes[at] << 8 | message->bytes[at + 1];
}

/* A query for a name with dots between the labels. */
static struct message query(const char *name, unsigned type)
{
	struct message message = { .length = 0 };

	PUT(&message, "\x12\x34\x01\x00\0\x01\0\0\0\0\0\0");
	while (*name) {
		const size_t label = strcspn(name, ".");

		message.bytes[message.length++] = (uint8_t)label;
		put(&message, name, label);
		name += label + (name[label] == '.');
	}
	PUT(&message, "");
	message.bytes[message.length++] = 0;
	put16(&message, type);
	put16(&message, CLASS_IN);
	return message;
}

static void add_edns(struct message *message, unsigned room, unsigned version)
{
	message->bytes[11] = 1;
	PUT(message, "\0\0\x29");
	put16(message, room);
	put16(message, version);
	PUT(message, "\0\0\0\0");
}

/* What is answered; `answer` is of length 0 for what is sent on or dropped. */
static enum answer ask_all(const struct message *asked, size_t room, struct message *answer)
{
	struct question question;
	const enum parsed parsed = message_parse(asked->bytes, asked->length, &question);

	answer->length = 0;
	if (question.room > room)
		question.room = room;
	return answer_make(&zone, asked->bytes, parsed, &question, answer->bytes, &answer->length);
}

static enum answer ask(const char *name, unsigned type, struct message *answer)
{
	const struct message asked = query(name, type);

	return ask_all(&asked, ROOM, answer);
}

static unsigned code(const struct message *answer)
{
	return answer->bytes[3] & 0xf;
}

static unsigned answers(const struct message *answer)
{
	return get16(answer, 6);
}

/* The address in the record of that index, where all are of one kind. */
static const char *address(const struct message *answer, unsigned index, unsigned family)
{
	static char text[INET6_ADDRSTRLEN];
	const size_t size = family == AF_INET ? 4 : 16;

	assert_true(index < answers(answer));
	return inet_ntop((int)family, answer->bytes + answer->length - (answers(answer) - index) * (12 + size) + 12,
			 text, sizeof(text));
}

static void test_addresses(void **state)
{
	struct message answer;

	read_table("10.0.0.2 web www\nfd00::2 web\n");
	assert_int_equal(ask("web", TYPE_A, &answer), ANSWER_READY);
	assert_int_equal(get16(&answer, 0), 0x1234);
	/* an answer, with authority; recursion was wanted and is there */
	assert_int_equal(get16(&answer, 2), 0x8580);
	assert_int_equal(answers(&answer), 1);
	assert_string_equal(address(&answer, 0, AF_INET), "10.0.0.2");
	assert_int_equal(ask("web", TYPE_AAAA, &answer), ANSWER_READY);
	assert_string_equal(address(&answer, 0, AF_INET6), "fd00::2");
	assert_int_equal(ask("web", TYPE_ANY, &answer), ANSWER_READY);
	assert_int_equal(answers(&answer), 2);
	assert_int_equal(ask("www", TYPE_A, &answer), ANSWER_READY);
	assert_int_equal(answers(&answer), 1);
}

static void test_case_and_domain(void **state)
{
	struct message answer;

	read_table("10.0.0.2 Web.\n");
	for (size_t i = 0; i < 3; i++) {
		static const char *const names[] = { "WEB", "web.dns.taru", "wEb.DNS.Taru" };

		assert_int_equal(ask(names[i], TYPE_A, &answer), ANSWER_READY);
		assert_int_equal(answers(&answer), 1);
		/* the question comes back as it was written */
		assert_memory_equal(answer.bytes + MESSAGE_HEAD + 1, names[i], 3);
	}
	assert_int_equal(ask("webdns.taru", TYPE_A, &answer), ANSWER_FORWARD);
	assert_int_equal(ask("web.dns.taru.example", TYPE_A, &answer), ANSWER_FORWARD);
}

static void test_no_name_and_no_data(void **state)
{
	struct message answer;

	read_table("10.0.0.2 web\n");
	assert_int_equal(ask("web", TYPE_AAAA, &answer), ANSWER_READY);
	assert_int_equal(code(&answer), CODE_OK);
	assert_int_equal(answers(&answer), 0);
	assert_int_equal(ask("web", 15, &answer), ANSWER_READY);
	assert_int_equal(code(&answer), CODE_OK);
	assert_int_equal(ask("dns.taru", TYPE_A, &answer), ANSWER_READY);
	assert_int_equal(code(&answer), CODE_OK);
	assert_int_equal(ask("other.dns.taru", TYPE_A, &answer), ANSWER_UNKNOWN);
	assert_int_equal(code(&answer), CODE_NO_NAME);
	assert_int_equal(ask("other", TYPE_A, &answer), ANSWER_FORWARD);
	zone.alone = true;
	assert_int_equal(ask("other", TYPE_A, &answer), ANSWER_UNKNOWN);
	assert_int_equal(code(&answer), CODE_NO_NAME);
}

/* So do resolvers ask each other: what one does not know it asks nobody for. */
static void test_without_recursion_nobody_else_is_asked(void **state)
{
	static const char *const unknown[] = { "other", "other.dns.taru", "2.0.0.10.in-addr.arpa", "example.org" };
	struct message asked, answer;

	for (int alone = 0; alone < 2; alone++) {
		read_table("@peers 10.0.0.9 10.0.1.1\n10.0.0.9 web\n");
		zone.alone = alone;
		for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++) {
			asked = query(unknown[i], TYPE_A);
			message_set_recursion(asked.bytes, false);
			assert_int_equal(ask_all(&asked, ROOM, &answer), ANSWER_READY);
			assert_int_not_equal(code(&answer), CODE_OK);
		}
		asked = query("web", TYPE_A);
		message_set_recursion(asked.bytes, false);
		assert_int_equal(ask_all(&asked, ROOM, &answer), ANSWER_READY);
		assert_int_equal(code(&answer), CODE_OK);
		assert_int_equal(answer.bytes[2] & 1, 0);
	}
}

/* A name that one container alone has for another leads to where that one is; to others it is a name as any. */
static void test_a_link_is_one_askers_name(void **state)
{
	struct message answer;

	read_table("10.0.0.3 web 0123456789ab\n10.0.0.5 shop\n@links 10.0.0.9 Shop WEB other gone 9999999999ab\n");
	zone.asker = (struct address){ { 10, 0, 0, 9 }, 4 };
	assert_int_equal(ask("shop", TYPE_A, &answer), ANSWER_READY);
	assert_memory_equal(answer.bytes + answer.length - 4, "\x0a\0\0\x03", 4);
	assert_int_equal(ask("SHOP.dns.taru", TYPE_A, &answer), ANSWER_READY);
	assert_memory_equal(answer.bytes + answer.length - 4, "\x0a\0\0\x03", 4);
	assert_int_equal(ask("web", TYPE_A, &answer), ANSWER_READY);
	assert_int_equal(ask("other", TYPE_A, &answer), ANSWER_FORWARD);
	assert_int_equal(ask("9999999999ab", TYPE_A, &answer), ANSWER_FORWARD);
	zone.asker = (struct address){ { 10, 0, 0, 8 }, 4 };
	assert_int_equal(ask("shop", TYPE_A, &answer), ANSWER_READY);
	assert_memory_equal(answer.bytes + answer.length - 4, "\x0a\0\0\x05", 4);
	zone.asker = (struct address){ 0 };
	read_table("@links\n@links x a b\n@links 10.0.0.9\n@links 10.0.0.9 a\n");
	assert_int_equal(table.links, 0);
}

static void test_all_addresses_in_turn(void **state)
{
	struct message answer;
	unsigned first[4] = { 0 };

	read_table("10.0.0.1 a all\nfd00::1 all\n10.0.0.2 b all\n10.0.0.3 all c\n");
	for (unsigned i = 0; i < 9; i++) {
		assert_int_equal(ask("all", TYPE_A, &answer), ANSWER_READY);
		assert_int_equal(answers(&answer), 3);
		first[atoi(address(&answer, 0, AF_INET) + 7)]++;
	}
	for (unsigned i = 1; i <= 3; i++)
		assert_int_equal(first[i], 3);
}

static void test_what_does_not_fit(void **state)
{
	char text[64 * 200] = "";
	struct message answer, asked;

	for (unsigned i = 0; i < 200; i++)
		sprintf(text + strlen(text), "10.0.0.%u all\n", i);
	read_table(text);
	asked = query("all", TYPE_A);
	assert_int_equal(ask_all(&asked, ROOM, &answer), ANSWER_READY);
	assert_true(answer.length <= MESSAGE_UDP);
	assert_true(answer.bytes[2] & 0x02);
	assert_true(answers(&answer) > 20);
	add_edns(&asked, 1232, 0);
	assert_int_equal(ask_all(&asked, 1232, &answer), ANSWER_READY);
	assert_true(answer.length > MESSAGE_UDP && answer.length <= 1232);
	assert_true(answer.bytes[2] & 0x02);
	/* by TCP */
	asked = query("all", TYPE_A);
	{
		struct question question;
		const enum parsed parsed = message_parse(asked.bytes, asked.length, &question);

		question.room = ROOM;
		assert_int_equal(answer_make(&zone, asked.bytes, parsed, &question, answer.bytes, &answer.length),
				 ANSWER_READY);
	}
	assert_int_equal(answers(&answer), 200);
	assert_false(answer.bytes[2] & 0x02);
}

static void test_edns(void **state)
{
	struct message answer, asked = query("web", TYPE_A);

	read_table("10.0.0.2 web\n");
	add_edns(&asked, 4096, 0);
	assert_int_equal(ask_all(&asked, ROOM, &answer), ANSWER_READY);
	assert_int_equal(get16(&answer, 10), 1);
	assert_int_equal(get16(&answer, answer.length - 10), TYPE_OPT);
	assert_int_equal(get16(&answer, answer.length - 8), MESSAGE_UDP_MOST);
	/* A version that nobody knows yet is refused by a code of its own. */
	asked = query("other.example", TYPE_A);
	add_edns(&asked, 4096, 1);
	assert_int_equal(ask_all(&asked, ROOM, &answer), ANSWER_READY);
	assert_int_equal(code(&answer), 0);
	assert_int_equal(answer.bytes[answer.length - 6], CODE_VERSION >> 4);
	/* Two of them are none. */
	asked = query("web", TYPE_A);
	add_edns(&asked, 4096, 0);
	add_edns(&asked, 4096, 0);
	asked.bytes[11] = 2;
	assert_int_equal(ask_all(&asked, ROOM, &answer), ANSWER_READY);
	assert_int_equal(code(&answer), CODE_FORMAT);
}

static void is_pointer(const char *name, const char *wire, size_t length)
{
	struct message answer;

	assert_int_equal(ask(name, TYPE_PTR, &answer), ANSWER_READY);
	assert_int_equal(answers(&answer), 1);
	assert_memory_equal(answer.bytes + answer.length - length, wire, length);
}

static void test_names_of_addresses(void **state)
{
	static const char wire[] = "\3web\3dns\4taru";
	static const char v6[] = "2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa";
	struct message answer;

	read_table("10.0.0.2 web www\nfd00::2 web\n10.0.0.3 a.b\n");
	is_pointer("2.0.0.10.in-addr.arpa", wire, sizeof(wire));
	is_pointer("2.0.0.10.IN-ADDR.ARPA", wire, sizeof(wire));
	is_pointer(v6, wire, sizeof(wire));
	is_pointer("3.0.0.10.in-addr.arpa", "\1a\1b", 5);
	assert_int_equal(ask("2.0.0.10.in-addr.arpa", TYPE_A, &answer), ANSWER_READY);
	assert_int_equal(answers(&answer), 0);
	assert_int_equal(ask("9.0.0.10.in-addr.arpa", TYPE_PTR, &answer), ANSWER_FORWARD);
	assert_int_equal(ask("0.0.10.in-addr.arpa", TYPE_PTR, &answer), ANSWER_FORWARD);
	assert_int_equal(ask("256.0.0.10.in-addr.arpa", TYPE_PTR, &answer), ANSWER_FORWARD);
	assert_int_equal(ask("2.0.0.10.in-addr.arpa.x", TYPE_PTR, &answer), ANSWER_FORWARD);
}

/* --- what containers may send --- */

static void is_answered(const struct message *asked, enum answer want, unsigned want_code)
{
	struct message answer;

	assert_int_equal(ask_all(asked, ROOM, &answer), want);
	if (want == ANSWER_READY)
		assert_int_equal(code(&answer), want_code);
}

static void test_hostile_names(void **state)
{
	struct message message = { .length = 0 };

	read_table("10.0.0.2 web\n");
	/* A pointer in the question: to itself, to the head, beyond the end. */
	for (unsigned to = 0; to < 300; to += 12) {
		message.length = 0;
		PUT(&message, "\x12\x34\x01\x00\0\x01\0\0\0\0\0\0");
		put16(&message, 0xc000 | to);
		PUT(&message, "\0\x01\0\x01");
		is_answered(&message, ANSWER_READY, CODE_FORMAT);
	}
	/* A name of more than 255 bytes. */
	message = (struct message){ .length = 0 };
	PUT(&message, "\x12\x34\x01\x00\0\x01\0\0\0\0\0\0");
	for (unsigned i = 0; i < 130; i++)
		PUT(&message, "\1a");
	PUT(&message, "\0\0\x01\0\x01");
	is_answered(&message, ANSWER_READY, CODE_FORMAT);
	/* A label that leads beyond the end; the two kinds of labels that nobody uses. */
	for (unsigned label = 10; label < 256; label += 5) {
		message = query("web", TYPE_A);
		message.bytes[MESSAGE_HEAD] = (uint8_t)label;
		is_answered(&message, ANSWER_READY, CODE_FORMAT);
	}
}

static void test_bytes_that_look_like_a_name(void **state)
{
	struct message asked = query("webxdns.taru", TYPE_A);

	read_table("10.0.0.2 web\n10.0.0.3 a.b\n");
	/* A dot and a NUL within a label are no end of it. */
	asked.bytes[MESSAGE_HEAD + 4] = '.';
	is_answered(&asked, ANSWER_FORWARD, 0);
	asked.bytes[MESSAGE_HEAD + 4] = '\0';
	is_answered(&asked, ANSWER_FORWARD, 0);
	asked = query("axb", TYPE_A);
	asked.bytes[MESSAGE_HEAD + 2] = '.';
	is_answered(&asked, ANSWER_FORWARD, 0);
	asked = query("", TYPE_A);
	is_answered(&asked, ANSWER_FORWARD, 0);
}

static void test_no_query(void **state)
{
	struct message asked = query("web", TYPE_A);

	read_table("10.0.0.2 web\n");
	/* Cut off anywhere. */
	for (asked.length = 0; asked.length < MESSAGE_HEAD; asked.length++)
		is_answered(&asked, ANSWER_NONE, 0);
	for (; asked.length < query("web", TYPE_A).length; asked.length++)
		is_answered(&asked, ANSWER_READY, CODE_FORMAT);
	is_answered(&asked, ANSWER_READY, CODE_OK);
	/* An answer is never answered: two resolvers would talk for ever. */
	asked.bytes[2] |= 0x80;
	is_answered(&asked, ANSWER_NONE, 0);
	asked.bytes[2] = 0x28;
	is_answered(&asked, ANSWER_READY, CODE_NOT_IMPLEMENTED);
	asked.bytes[2] = 0x01;
	asked.bytes[5] = 2;
	is_answered(&asked, ANSWER_READY, CODE_FORMAT);
	asked.bytes[5] = 0;
	is_answered(&asked, ANSWER_READY, CODE_FORMAT);
	asked.bytes[5] = 1;
	/* Records that are not there. */
	asked.bytes[10] = asked.bytes[11] = 0xff;
	is_answered(&asked, ANSWER_READY, CODE_FORMAT);
	asked.bytes[10] = asked.bytes[11] = 0;
	/* Another class. */
	asked.bytes[asked.length - 1] = 3;
	is_answered(&asked, ANSWER_READY, CODE_REFUSED);
}

/* --- what servers may send --- */

static void test_answers_of_servers(void **state)
{
	struct message asked = query("Example.org", TYPE_A), answer = asked;
	struct question question;

	assert_int_equal(message_parse(asked.bytes, asked.length, &question), PARSED);
	answer.bytes[2] = 0x81;
	assert_true(message_answers(answer.bytes, answer.length, &question, 0x1234));
	assert_false(message_answers(answer.bytes, answer.length, &question, 0x1235));
	assert_false(message_answers(asked.bytes, asked.length, &question, 0x1234));
	for (size_t length = 0; length < answer.length; length++)
		assert_false(message_answers(answer.bytes, length, &question, 0x1234));
	answer.bytes[MESSAGE_HEAD + 1] = 'e';
	assert_true(message_answers(answer.bytes, answer.length, &question, 0x1234));
	answer.bytes[MESSAGE_HEAD + 1] = 'f';
	assert_false(message_answers(answer.bytes, answer.length, &question, 0x1234));
	answer.bytes[MESSAGE_HEAD + 1] = 'e';
	answer.bytes[answer.length - 3] = TYPE_AAAA;
	assert_false(message_answers(answer.bytes, answer.length, &question, 0x1234));
	/* Without a question only a complaint is one. */
	answer.bytes[5] = 0;
	assert_false(message_answers(answer.bytes, answer.length, &question, 0x1234));
	answer.bytes[3] = CODE_FORMAT;
	assert_true(message_answers(answer.bytes, MESSAGE_HEAD, &question, 0x1234));
}

/* --- files --- */

static void test_hosts_file(void **state)
{
	struct message answer;

	read_table("# none\n\n10.0.0.1\n10.0.0.2\tweb  www # more\r\n10.0.0 bad\nweb 10.0.0.3\n10.0.0.4 last");
	assert_int_equal(table.names, 3);
	assert_int_equal(ask("more", TYPE_A, &answer), ANSWER_FORWARD);
	assert_int_equal(ask("bad", TYPE_A, &answer), ANSWER_FORWARD);
	assert_int_equal(ask("www", TYPE_A, &answer), ANSWER_READY);
	assert_int_equal(ask("last", TYPE_A, &answer), ANSWER_READY);
	/* What comes later counts anew. */
	read_table("10.0.0.9 web\n");
	assert_int_equal(ask("www", TYPE_A, &answer), ANSWER_FORWARD);
	read_table("");
	assert_int_equal(table.names, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_case_and_domain),
		cmocka_unit_test(test_no_name_and_no_data),
		cmocka_unit_test(test_without_recursion_nobody_else_is_asked),
		cmocka_unit_test(test_a_link_is_one_askers_name),
		cmocka_unit_test(test_all_addresses_in_turn),
		cmocka_unit_test(test_what_does_not_fit),
		cmocka_unit_test(test_edns),
		cmocka_unit_test(test_names_of_addresses),
		cmocka_unit_test(test_hostile_names),
		cmocka_unit_test(test_bytes_that_look_like_a_name),
		cmocka_unit_test(test_no_query),
		cmocka_unit_test(test_answers_of_servers),
		cmocka_unit_test(test_hosts_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
