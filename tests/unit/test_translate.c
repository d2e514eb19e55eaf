/* test_translate.c - sentences in another language: a catalogue is believed nothing, a translation that would have
 * printf(3) take other arguments than its sentence does is not told, and which language is meant is read as gettext(3)
 * does. */
#include "base/translate.h"
#include "base/width.h"
#include "in_arena.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { ROOM = 1024, ENTRIES = 5, TABLE = 28 };

static const char *const sentences[ENTRIES][2] = {
	{ "", "Language: ja\n" }, { "%s has %d files", "%2$d 個のファイルが %1$s にある" },
	{ "no", "いいえ" },
	{ "take %s", "%s と %s" }, { "yes", "はい" },
};

static void put(unsigned char *at, size_t offset, uint32_t number)
{
	memcpy(at + offset, &number, sizeof(number));
}

/* A catalogue as msgfmt(1) writes it: sorted, without a table of hashes. */
static size_t make_catalogue(unsigned char *at)
{
	size_t end = TABLE + 2 * ENTRIES * 8;

	memset(at, 0, ROOM);
	put(at, 0, 0x950412de);
	put(at, 8, ENTRIES);
	put(at, 12, TABLE);
	put(at, 16, TABLE + ENTRIES * 8);
	for (size_t side = 0; side < 2; side++)
		for (size_t i = 0; i < ENTRIES; i++) {
			const size_t length = strlen(sentences[i][side]);

			put(at, TABLE + (side * ENTRIES + i) * 8, (uint32_t)length);
			put(at, TABLE + (side * ENTRIES + i) * 8 + 4, (uint32_t)end);
			memcpy(at + end, sentences[i][side], length + 1);
			end += length + 1;
		}
	return end;
}

static void test_catalogue(void **state)
{
	unsigned char catalogue[ROOM];
	const size_t size = make_catalogue(catalogue);
	char told[64];

	translate_end();
	assert_string_equal(_("yes"), "yes");
	assert_string_equal(translate_language(), "en");
	assert_true(translate_take(catalogue, size));
	assert_string_equal(_("yes"), "はい");
	assert_string_equal(_("no"), "いいえ");
	assert_string_equal(_("maybe"), "maybe");
	assert_string_equal(_(""), "");
	assert_string_equal(_("a"), "a");
	assert_string_equal(_("zz"), "zz");
	/* Its directives are not those of the sentence. */
	assert_string_equal(_("take %s"), "take %s");
	snprintf(told, sizeof(told), _("%s has %d files"), "x", 3);
	assert_string_equal(told, "3 個のファイルが x にある");
	translate_end();
	assert_string_equal(_("no"), "no");
}

/* Cut off, and with each of its bytes changed: a look outside of it ends the test, since it is at the end of what was
 * allocated. */
static void test_damaged(void **state)
{
	unsigned char whole[ROOM];
	const size_t size = make_catalogue(whole);

	for (size_t length = 0; length < size; length++) {
		unsigned char *cut = malloc(length ? length : 1);

		memcpy(cut, whole, length);
		if (translate_take(cut, length))
			for (size_t i = 0; i < ENTRIES; i++)
				assert_non_null(translate(sentences[i][0]));
		translate_end();
		free(cut);
	}
	for (size_t at = 0; at < size; at++)
		for (unsigned bit = 0; bit < 8; bit++) {
			unsigned char *changed = malloc(size);

			memcpy(changed, whole, size);
			changed[at] ^= (unsigned char)(1U << bit);
			if (translate_take(changed, size))
				for (size_t i = 0; i < ENTRIES; i++)
					assert_non_null(translate(sentences[i][0]));
			translate_end();
			free(changed);
		}
}

static void test_formats(void **state)
{
	static const struct { const char *one, *other; bool same; } cases[] = {
		{ "plain", "だけ", true }, { "%s", "%s です", true }, { "%s", "", false }, { "", "%s", false },
		{ "%s %d", "%d %s", false }, { "%s %d", "%2$d %1$s", true }, { "%s %d", "%2$d", false },
		{ "%s %s", "%2$s", false }, { "%s %s", "%1$s %1$s", false }, { "%s", "%1$s %1$s", true },
		{ "%llu", "%lu", false }, { "%llu of %llu", "%2$llu 個のうち %1$llu", true },
		{ "%zu", "%zd", false },
		{ "%*d", "%d", false }, { "%*d", "%*d", true }, { "%-20s", "%s", true }, { "%.*s", "%s", false },
		{ "100%%", "100%%", true }, { "100%%", "百", true }, { "%s", "%n", false }, { "%n", "%n", false },
		{ "100%", "100%", false }, { "%s", "%17$s", false }, { "%s", "%0$s", false }, { "%04o", "%o", true },
		{ "%d", "%s", false }, { "%c", "%d", false }, { "%s", "%2147483648$s", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (translate_same_format(cases[i].one, cases[i].other) != cases[i].same)
			fail_msg("'%s' and '%s'", cases[i].one, cases[i].other);
}

static const char *names_in(const char *list)
{
	static char all[128];
	char name[16];

	all[0] = '\0';
	while (translate_next(&list, name, sizeof(name))) {
		strcat(all, name);
		strcat(all, " ");
	}
	return all;
}

static void test_names(void **state)
{
	assert_string_equal(names_in("ja_JP.UTF-8"), "ja_JP ");
	assert_string_equal(names_in("ja_JP.utf8"), "ja_JP ");
	assert_string_equal(names_in("ja"), "ja ");
	assert_string_equal(names_in("de_AT.UTF-8@euro:ja:en"), "de_AT ja en ");
	assert_string_equal(names_in("ja_JP.eucJP"), "");
	assert_string_equal(names_in("ja_JP.eucJP:ja"), "ja ");
	assert_string_equal(names_in("../../tmp/x"), "");
	assert_string_equal(names_in("ja/../x:ja"), "ja ");
	assert_string_equal(names_in("abcdefghijklmnopq:ja"), "ja ");
	assert_string_equal(names_in("::ja::"), "ja ");
	assert_string_equal(names_in(""), "");
}

static void test_lines(void **state)
{
	static const struct { const char *text; unsigned columns; size_t bytes; } cases[] = {
		{ "one two three", 7, 7 }, { "one two three", 6, 3 }, { "one two three", 13, 13 },
		{ "one", 1, 3 }, { "longer one", 3, 6 }, { "", 10, 0 },
		/* Two columns each; a 。 stays with what it ends, a 「 with what it begins. */
		{ "日本語です", 4, 6 }, { "日本語です", 5, 6 }, { "日本。語", 4, 3 },
		{ "日「本」語", 4, 3 },
		{ "日本 word 語", 5, 6 }, { "日本word語", 5, 6 }, { "日本語", 6, 9 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (width_line(cases[i].text, cases[i].columns) != cases[i].bytes)
			fail_msg("'%s' in %u columns: %zu bytes", cases[i].text, cases[i].columns,
				 width_line(cases[i].text, cases[i].columns));
}

static const char *cell(const char *text, unsigned columns)
{
	struct text out = text_new(&arena);

	width_add(&out, text, columns);
	return out.at;
}

static void test_cells(void **state)
{
	assert_string_equal(cell("yes", 6), "yes   ");
	assert_string_equal(cell("はい", 6), "はい  ");
	assert_string_equal(cell("いいえ", 6), "いいえ ");
	assert_string_equal(cell("", 2), "  ");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_catalogue), cmocka_unit_test(test_damaged), cmocka_unit_test(test_formats),
		cmocka_unit_test(test_names), cmocka_unit_test(test_lines), cmocka_unit_test(test_cells),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
