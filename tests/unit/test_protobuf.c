/* test_protobuf.c - messages as CRIU's: what is written is read back, what is cut off or hostile is refused. */
#include "base/protobuf.h"
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "in_arena.h"

#define BYTES(text) (text), sizeof(text) - 1

static void assert_bytes(const struct text *message, const char *bytes, size_t length)
{
	assert_int_equal(message->length, length);
	assert_memory_equal(message->at, bytes, length);
}

/* The examples of the description of the format. */
static void test_written_as_described(void **state)
{
	struct text message = text_new(&arena), inner = text_new(&arena);

	protobuf_add_number(&message, 1, 150);
	assert_bytes(&message, BYTES("\x08\x96\x01"));
	text_clear(&message);
	protobuf_add_text(&message, 2, "testing");
	assert_bytes(&message, BYTES("\x12\x07testing"));
	text_clear(&message);
	protobuf_add_number(&inner, 1, 150);
	protobuf_add_message(&message, 3, &inner);
	assert_bytes(&message, BYTES("\x1a\x03\x08\x96\x01"));
}

static void test_numbers_come_back(void **state)
{
	static const uint64_t numbers[] = {
		0, 1, 127, 128, 300, 16383, 16384, INT32_MAX, UINT32_MAX, 1ULL << 56, INT64_MAX, UINT64_MAX,
		(uint64_t)-1, (uint64_t)INT32_MIN,
	};
	struct text message = text_new(&arena);
	struct protobuf_reader reader;
	struct protobuf_field field;

	for (uint32_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		protobuf_add_number(&message, i + 1, numbers[i]);
	reader = (struct protobuf_reader){ message.at, message.length };
	for (uint32_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		assert_int_equal(protobuf_next(&reader, &field), 1);
		assert_int_equal(field.number, i + 1);
		assert_int_equal(field.kind, PROTOBUF_NUMBER);
		assert_true(field.value == numbers[i]);
	}
	assert_int_equal(protobuf_next(&reader, &field), 0);
}

static void test_texts_and_messages_come_back(void **state)
{
	struct text message = text_new(&arena), inner = text_new(&arena);
	struct protobuf_reader reader, in;
	struct protobuf_field field;

	protobuf_add_text(&inner, 1, "");
	protobuf_add_number(&inner, 536870911, 7);
	protobuf_add_message(&message, 5, &inner);
	protobuf_add_text(&message, 1000, "post-restore");
	reader = (struct protobuf_reader){ message.at, message.length };

	assert_int_equal(protobuf_next(&reader, &field), 1);
	assert_int_equal(field.number, 5);
	assert_int_equal(field.kind, PROTOBUF_BYTES);
	in = (struct protobuf_reader){ field.at, field.length };
	assert_int_equal(protobuf_next(&in, &field), 1);
	assert_int_equal(field.length, 0);
	assert_int_equal(protobuf_next(&in, &field), 1);
	assert_int_equal(field.number, 536870911);
	assert_int_equal(protobuf_next(&in, &field), 0);

	assert_int_equal(protobuf_next(&reader, &field), 1);
	assert_int_equal(field.number, 1000);
	assert_int_equal(field.length, 12);
	assert_memory_equal(field.at, "post-restore", 12);
	assert_int_equal(protobuf_next(&reader, &field), 0);
	assert_int_equal(protobuf_next(&reader, &field), 0);
}

static void test_fixed_forms_are_read(void **state)
{
	struct protobuf_reader reader = { BYTES("\x0d\x04\x03\x02\x01\x11\x08\x07\x06\x05\x04\x03\x02\x81") };
	struct protobuf_field field;

	assert_int_equal(protobuf_next(&reader, &field), 1);
	assert_true(field.number == 1 && field.value == 0x01020304);
	assert_int_equal(protobuf_next(&reader, &field), 1);
	assert_true(field.number == 2 && field.value == 0x8102030405060708);
	assert_int_equal(protobuf_next(&reader, &field), 0);
}

/* From memory of exactly this size, so that a look past the end is seen. */
static int read_all(const char *bytes, size_t length)
{
	char *copy = malloc(length ? length : 1);
	struct protobuf_reader reader = { copy, length };
	struct protobuf_field field;
	int got;

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	do
		got = protobuf_next(&reader, &field);
	while (got > 0);
	if (got < 0)
		assert_int_equal(protobuf_next(&reader, &field), got);
	free(copy);
	return got;
}

static void test_hostile_bytes_are_refused(void **state)
{
	static const struct { const char *bytes; size_t length; } bad[] = {
		{ BYTES("\x08") },					/* a key without a value */
		{ BYTES("\x80") },					/* half a key */
		{ BYTES("\x08\x80\x80") },				/* half a number */
		{ BYTES("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02") },	/* 65 bits */
		{ BYTES("\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00") },	/* 11 bytes */
		{ BYTES("\x12\x05" "four") },				/* more than there is */
		{ BYTES("\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01x") },	/* a length of 2^64 - 1 */
		{ BYTES("\x12\xff\xff\xff\xff\x07x") },
		{ BYTES("\x00\x01") },					/* field 0 */
		{ BYTES("\x80\x80\x80\x80\x10\x01") },			/* field 2^29 */
		{ BYTES("\x0b\x0c") }, { BYTES("\x0c") },		/* groups */
		{ BYTES("\x0e\x01") }, { BYTES("\x0f\x01") },		/* no form at all */
		{ BYTES("\x0d\x01\x02\x03") }, { BYTES("\x09\x01\x02\x03\x04\x05\x06\x07") },
		{ BYTES("\x08\x01\x12") },				/* good, then bad */
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(read_all(bad[i].bytes, bad[i].length), -EBADMSG);
	assert_int_equal(read_all("", 0), 0);
	assert_int_equal(read_all(BYTES("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")), 0);
}

/* Cut off anywhere, a message is either refused or ends between two fields. */
static void test_truncated_messages(void **state)
{
	struct text message = text_new(&arena), first = text_new(&arena);

	protobuf_add_number(&first, 1, 6);
	protobuf_add_message(&message, 5, &first);
	protobuf_add_text(&message, 9, "it failed");
	for (size_t length = 0; length <= message.length; length++) {
		bool whole = length == 0 || length == 4 || length == message.length;

		assert_int_equal(read_all(message.at, length), whole ? 0 : -EBADMSG);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_written_as_described, setup, teardown),
		cmocka_unit_test_setup_teardown(test_numbers_come_back, setup, teardown),
		cmocka_unit_test_setup_teardown(test_texts_and_messages_come_back, setup, teardown),
		cmocka_unit_test(test_fixed_forms_are_read),
		cmocka_unit_test(test_hostile_bytes_are_refused),
		cmocka_unit_test_setup_teardown(test_truncated_messages, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
