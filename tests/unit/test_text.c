/* test_text.c - memory, files and texts: what grows keeps its content, a shell reads a quoted word as
 * it was, and a number is a number or nothing. */
#include "base/file.h"
#include "base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void test_arena_grows_in_place(void **state)
{
	static unsigned char first[4096];
	struct arena arena;
	char *piece, *next;

	arena_init(&arena, first, sizeof(first));
	piece = arena_alloc(&arena, 10);
	memcpy(piece, "012345678", 10);
	assert_ptr_equal(arena_resize(&arena, piece, 10, 100), piece);
	next = arena_alloc(&arena, 1);
	assert_true(next >= piece + 100);
	next = arena_resize(&arena, piece, 100, 5000);
	assert_ptr_not_equal(next, piece);
	assert_string_equal(next, "012345678");
	assert_int_equal(next[4999], 0);
	arena_release(&arena);
}

/* What is given back is handed out again, and is zeroed as all memory of an arena. */
static void test_arena_shrinks(void **state)
{
	struct arena arena;
	char *piece, *next;

	arena_init(&arena, NULL, 0);
	piece = arena_alloc(&arena, 65536);
	memset(piece, 'x', 20);
	assert_ptr_equal(arena_resize(&arena, piece, 65536, 20), piece);
	next = arena_alloc(&arena, 100);
	assert_ptr_equal(next, piece + 32);
	for (size_t i = 0; i < 100; i++)
		assert_int_equal(next[i], 0);
	arena_release(&arena);
}

static void test_text_grows(void **state)
{
	struct arena arena;
	struct text text;

	arena_init(&arena, NULL, 0);
	text = text_new(&arena);
	assert_string_equal(text.at, "");
	for (int i = 0; i < 10000; i++) {
		text_printf(&text, "%d,", i % 10);
		if (i % 1000 == 0)
			arena_alloc(&arena, 1);	/* so that it cannot stay where it is */
	}
	assert_int_equal(text.length, 20000);
	assert_int_equal(strlen(text.at), 20000);
	assert_memory_equal(text.at, "0,1,2,", 6);
	text_printf(&text, "%3000s", "x");
	assert_int_equal(strlen(text.at), 23000);
	text_clear(&text);
	text_add(&text, "abc");
	assert_string_equal(text.at, "abc");
	arena_release(&arena);
}

static const char *const words[] = {
	"plain", "/a/b.c", "--option=x", "size=64k", "", " ", "a b", "it's", "'", "''", "$HOME", "`id`",
	"a\nb", "*", "~", "#", "-", "\\", "\"", "a;b", "\xc3\xa9", "!x", "{a,b}", "[a]", "a'b'c",
};

static void test_word_is_plain_where_it_can_be(void **state)
{
	static const struct { const char *word, *quoted; } cases[] = {
		{ "/usr/bin/env", "/usr/bin/env" }, { "size=64k", "size=64k" }, { "", "''" },
		{ "a b", "'a b'" }, { "it's", "'it'\\''s'" }, { "~", "'~'" }, { "$x", "'$x'" },
	};
	struct arena arena;

	arena_init(&arena, NULL, 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text text = text_new(&arena);

		text_add_word(&text, cases[i].word);
		assert_string_equal(text.at, cases[i].quoted);
	}
	arena_release(&arena);
}

/* The proof of the quoting: sh prints each word back. */
static void test_shell_reads_words_back(void **state)
{
	struct arena arena;
	struct text command, wanted;
	char output[1024] = "";
	FILE *shell;

	arena_init(&arena, NULL, 0);
	command = text_new(&arena);
	wanted = text_new(&arena);
	text_add(&command, "printf '<%s>'");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		text_add(&command, " ");
		text_add_word(&command, words[i]);
		text_printf(&wanted, "<%s>", words[i]);
	}
	shell = popen(command.at, "r");
	assert_non_null(shell);
	assert_true(fread(output, 1, sizeof(output) - 1, shell) > 0);
	assert_int_equal(pclose(shell), 0);
	assert_string_equal(output, wanted.at);
	arena_release(&arena);
}

static void test_json_string(void **state)
{
	static const struct { const char *text, *json; } cases[] = {
		{ "", "\"\"" }, { "a\"b\\c/", "\"a\\\"b\\\\c/\"" }, { "\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"" },
		{ "\x01\x7f", "\"\\u0001\\u007f\"" }, { "\xc3\xa9", "\"\xc3\xa9\"" },
		{ "a\xff" "b\xc3", "\"a\xef\xbf\xbd" "b\xef\xbf\xbd\"" },
		{ "\xc2\x9b\xc2\xa0\xe2\x80\xae\xe2\x80\xaf", "\"\\u009b\xc2\xa0\\u202e\xe2\x80\xaf\"" },
	};
	struct arena arena;

	arena_init(&arena, NULL, 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text text = text_new(&arena);

		text_add_json(&text, cases[i].text);
		assert_string_equal(text.at, cases[i].json);
	}
	arena_release(&arena);
}

static void test_clean(void **state)
{
	static const struct { const char *text, *clean; } cases[] = {
		{ "", "" }, { "a\xc3\xa9\xf0\x9f\x90\xb3", "a\xc3\xa9\xf0\x9f\x90\xb3" },
		{ "\x1b[31m\n\x7f", "?[31m??" }, { "\xc2\x80\xc2\x9f\xc2\xa0", "??\xc2\xa0" },
		/* A byte alone, as a terminal without UTF-8 reads it; and the begin of a character that is cut off. */
		{ "\x9b" "1m\xa0\xe2\x80", "?1m\xa0\xe2?" },
		{ "\xd8\x9b\xd8\x9c\xd8\x9d", "\xd8\x9b?\xd8\x9d" },
		{ "\xe2\x80\x8d\xe2\x80\x8e\xe2\x80\x8f\xe2\x80\x90", "\xe2\x80\x8d??\xe2\x80\x90" },
		{ "\xe2\x80\xa9\xe2\x80\xaa\xe2\x80\xae\xe2\x80\xaf", "\xe2\x80\xa9??\xe2\x80\xaf" },
		{ "\xe2\x81\xa5\xe2\x81\xa6\xe2\x81\xa9\xe2\x81\xaa", "\xe2\x81\xa5??\xe2\x81\xaa" },
	};
	char text[64];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		strcpy(text, cases[i].text);
		text_clean(text, '?');
		assert_string_equal(text, cases[i].clean);
	}
}

/* CVE-2024-40635, CVE-2026-30892: half a number must not become a user. */
static void test_number_is_whole_or_nothing(void **state)
{
	static const char *const bad[] = {
		"", " ", "1 ", " 1", "+1", "-1", "0x10", "1e3", "1.0", "1a", "a",
		"18446744073709551616", "99999999999999999999",
	};
	uint64_t value = 7;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(text_to_u64(bad[i], &value));
	assert_int_equal(value, 7);
	assert_true(text_to_u64("0", &value));
	assert_int_equal(value, 0);
	assert_true(text_to_u64("18446744073709551615", &value));
	assert_true(value == UINT64_MAX);
}

static int new_file(char *path, size_t size)
{
	char *bytes = malloc(size + 1);
	int fd = mkstemp(path);

	assert_non_null(bytes);
	assert_true(fd >= 0);
	for (size_t i = 0; i < size; i++)
		bytes[i] = (char)('a' + i % 26);
	assert_int_equal(file_write_all(fd, bytes, size), 0);
	free(bytes);
	return fd;
}

static void test_file_is_read_whole_up_to_its_limit(void **state)
{
	static const size_t sizes[] = { 0, 1, 65534, 65535, 65536, 65537, 131071, 131072, 1000000 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		char path[] = "/tmp/test_text_XXXXXX", *text = NULL;
		int fd = new_file(path, sizes[i]);
		struct arena arena;
		size_t length;

		arena_init(&arena, NULL, 0);
		assert_int_equal(file_read(&arena, AT_FDCWD, path, sizes[i], &text, &length), 0);
		assert_int_equal(length, sizes[i]);
		assert_int_equal(strlen(text), sizes[i]);
		assert_true(!length || text[length - 1] == 'a' + (char)((length - 1) % 26));
		assert_int_equal(*(char *)arena_alloc(&arena, 1), 0);
		if (sizes[i])
			assert_int_equal(file_read(&arena, AT_FDCWD, path, sizes[i] - 1, &text, &length),
					 -EFBIG);
		arena_release(&arena);
		close(fd);
		unlink(path);
	}
}

static void test_file_faults(void **state)
{
	struct arena arena;
	char *text;
	size_t length;

	arena_init(&arena, NULL, 0);
	assert_int_equal(file_read(&arena, AT_FDCWD, "/nonexistent/x", 10, &text, &length), -ENOENT);
	assert_int_equal(file_read(&arena, AT_FDCWD, "/tmp", 10, &text, &length), -EISDIR);
	assert_int_equal(file_read(&arena, AT_FDCWD, "/proc/self/stat", 4096, &text, &length), 0);
	assert_true(length > 0);
	assert_int_equal(file_read(&arena, AT_FDCWD, "/dev/zero", 100000, &text, &length), -EFBIG);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arena_grows_in_place),
		cmocka_unit_test(test_arena_shrinks),
		cmocka_unit_test(test_text_grows),
		cmocka_unit_test(test_word_is_plain_where_it_can_be),
		cmocka_unit_test(test_shell_reads_words_back),
		cmocka_unit_test(test_json_string),
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_number_is_whole_or_nothing),
		cmocka_unit_test(test_file_is_read_whole_up_to_its_limit),
		cmocka_unit_test(test_file_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
