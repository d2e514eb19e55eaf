/* test_dbus.c - messages of D-Bus: what is written is read back, what is cut off or hostile is refused. */
#include "base/dbus.h"
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "in_arena.h"

/* What dbus-daemon gets from libdbus for the same call. */
static void test_hello_as_others_write_it(void **state)
{
	static const char hello[] =
		"l\1\0\1\0\0\0\0\1\0\0\0\x6e\0\0\0"
		"\1\1o\0\x15\0\0\0/org/freedesktop/DBus\0\0\0"
		"\2\1s\0\x14\0\0\0org.freedesktop.DBus\0\0\0\0"
		"\3\1s\0\5\0\0\0Hello\0\0\0"
		"\6\1s\0\x14\0\0\0org.freedesktop.DBus\0\0\0\0";
	struct text message = text_new(&arena);

	dbus_begin(&message, &(struct dbus_call){ "org.freedesktop.DBus", "/org/freedesktop/DBus",
						  "org.freedesktop.DBus", "Hello", .serial = 1 });
	dbus_end(&message);
	assert_int_equal(message.length % 8, 0);
	assert_true(message.length <= sizeof(hello));
	/* But for the length of the fields, which does not count the padding after them. */
	assert_memory_equal(message.at, hello, 12);
	assert_memory_equal(message.at + 16, hello + 16, message.length - 16);
	assert_int_equal((unsigned char)message.at[12], 0x6d);
}

static void write_body(struct text *message)
{
	struct dbus_array list;

	dbus_add_text(message, "one");
	dbus_add_bool(message, true);
	list = dbus_open_array(message, 8);
	dbus_open_struct(message);
	dbus_add_text(message, "Delegate");
	dbus_add_signature(message, "b");
	dbus_add_bool(message, true);
	dbus_open_struct(message);
	dbus_add_text(message, "X");
	dbus_add_signature(message, "t");
	dbus_add_u64(message, 0x1122334455667788);
	dbus_close_array(message, list);
}

static void test_body_is_aligned(void **state)
{
	static const char body[] =
		"\3\0\0\0one\0" "\1\0\0\0" "\x30\0\0\0"			/* s, b, length of the array */
		"\x08\0\0\0Delegate\0\1b\0" "\1\0\0\0" "\0\0\0\0"
		"\1\0\0\0X\0\1t" "\0\0\0\0\0\0\0\0" "\x88\x77\x66\x55\x44\x33\x22\x11";
	struct text message = text_new(&arena);
	struct dbus_message read;
	size_t size;

	dbus_begin(&message, &(struct dbus_call){ "a.b", "/", "a.b", "C", "sba(sv)", 7, DBUS_NO_REPLY });
	write_body(&message);
	dbus_end(&message);
	assert_int_equal(dbus_size(message.at, &size), 0);
	assert_int_equal(size, message.length);
	assert_int_equal(dbus_read(message.at, size, &read), 0);
	assert_int_equal(read.type, DBUS_CALL);
	assert_int_equal(read.serial, 7);
	assert_string_equal(read.path, "/");
	assert_string_equal(read.member, "C");
	assert_string_equal(read.signature, "sba(sv)");
	assert_int_equal(message.at[2], DBUS_NO_REPLY);
	assert_int_equal(read.length, sizeof(body) - 1);
	assert_memory_equal(read.body, body, sizeof(body) - 1);
}

/* An empty array of structures has its padding too: «ssa(sv)a(sa(sv))». */
static void test_empty_array(void **state)
{
	struct text message = text_new(&arena);

	dbus_begin(&message, &(struct dbus_call){ "a.b", "/", "a.b", "C", "a(sv)", 1 });
	dbus_close_array(&message, dbus_open_array(&message, 8));
	dbus_end(&message);
	assert_memory_equal(message.at + message.length - 8, "\0\0\0\0\0\0\0\0", 8);
	assert_int_equal(message.at[4], 8);
}

/* --- reading --- */

/* JobRemoved, in both orders of bytes. */
#define FIELDS(u) \
	"\1\1o\0" u(1) "/\0\0\0\0\0\0\0" "\2\1s\0" u(1) "i\0\0\0\0\0\0\0" "\3\1s\0" u(1) "m\0\0\0\0\0\0\0" \
	"\7\1s\0" u(4) ":1.2\0\0\0\0" "\x08\1g\0\4uoss\0"
#define L(n) U_LITTLE_##n
#define U_LITTLE_1 "\1\0\0\0"
#define U_LITTLE_4 "\4\0\0\0"
#define U_BIG_1 "\0\0\0\1"
#define U_BIG_4 "\0\0\0\4"
#define B(n) U_BIG_##n

static const char little[] = "l\4\1\1\x1d\0\0\0\5\0\0\0\x4a\0\0\0" FIELDS(L) "\0\0\0\0\0\0"
			     "\7\0\0\0" "\2\0\0\0/j\0\0" "\1\0\0\0u\0\0\0" "\4\0\0\0done";
static const char big[] = "B\4\1\1\0\0\0\x1d\0\0\0\5\0\0\0\x4a" FIELDS(B) "\0\0\0\0\0\0"
			  "\0\0\0\7" "\0\0\0\2/j\0\0" "\0\0\0\1u\0\0\0" "\0\0\0\4done";

static void check_signal(const char *bytes, size_t size)
{
	struct dbus_message message;
	struct dbus_reader body;
	const char *text;
	uint32_t number;
	size_t known;

	assert_int_equal(dbus_size(bytes, &known), 0);
	assert_int_equal(known, size);
	assert_int_equal(dbus_read(bytes, size, &message), 0);
	assert_int_equal(message.type, DBUS_SIGNAL);
	assert_string_equal(message.sender, ":1.2");
	body = dbus_body(&message);
	assert_false(dbus_take_text(&body, &text));
	assert_true(dbus_take_u32(&body, &number));
	assert_int_equal(number, 7);
	assert_true(dbus_take_text(&body, &text));
	assert_string_equal(text, "/j");
	assert_true(dbus_take_text(&body, &text));
	assert_true(dbus_take_text(&body, &text));
	assert_string_equal(text, "done");
	assert_false(dbus_take_text(&body, &text));
	assert_false(dbus_take_u32(&body, &number));
}

static void test_signals_of_both_orders(void **state)
{
	/* With the NUL that ends the literal. */
	check_signal(little, sizeof(little));
	check_signal(big, sizeof(big));
}

/* From memory of exactly this size, so that a look past the end is seen. */
static int read_copy(const char *bytes, size_t size)
{
	char *copy = malloc(size ? size : 1);
	struct dbus_message message;
	struct dbus_reader body;
	const char *text;
	uint32_t number;
	int error;

	assert_non_null(copy);
	memcpy(copy, bytes, size);
	error = dbus_read(copy, size, &message);
	body = dbus_body(&message);
	if (!error)
		while (dbus_take_u32(&body, &number) || dbus_take_text(&body, &text))
			;
	free(copy);
	return error;
}

static void test_cut_off(void **state)
{
	for (size_t size = 0; size < sizeof(little); size++)
		assert_int_equal(read_copy(little, size), -EBADMSG);
	assert_int_equal(read_copy(little, sizeof(little)), 0);
}

/* Each byte with each value: refused or read, never beyond the end. */
static void test_changed_bytes(void **state)
{
	char bytes[sizeof(little)];

	for (size_t i = 0; i < sizeof(little); i++)
		for (int value = 0; value < 256; value++) {
			memcpy(bytes, little, sizeof(little));
			bytes[i] = (char)value;
			read_copy(bytes, sizeof(bytes));
		}
}

static void test_sizes_that_are_none(void **state)
{
	static const char *const bad[] = {
		"x\1\0\1\0\0\0\0\1\0\0\0\0\0\0\0",		/* no order of bytes */
		"l\1\0\2\0\0\0\0\1\0\0\0\0\0\0\0",		/* version 2 */
		"l\1\0\1\xff\xff\xff\xff\1\0\0\0\0\0\0\0",	/* 4 GiB of body */
		"l\1\0\1\0\0\0\0\1\0\0\0\xff\xff\xff\xff",	/* and of fields */
		"l\1\0\1\0\0\0\x08\1\0\0\0\0\0\0\x01",
	};
	size_t size;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(dbus_size(bad[i], &size), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_hello_as_others_write_it, setup, teardown),
		cmocka_unit_test_setup_teardown(test_body_is_aligned, setup, teardown),
		cmocka_unit_test_setup_teardown(test_empty_array, setup, teardown),
		cmocka_unit_test(test_signals_of_both_orders),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_changed_bytes),
		cmocka_unit_test(test_sizes_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
