/* test_yaml.c - the reader of YAML makes the same of a text as the specification and other readers do, of what such
 * files need, and says where a fault is. */
#include "base/yaml.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define READ yaml_read
#define NAME "a.yaml"
#include "document.h"

static void test_blocks(void **state)
{
	static const struct document good[] = {
		{ "", "null" }, { "# nothing\n\n", "null" }, { "---\n", "null" },
		{ "---\na: 1\n...\n# x\n", "{\"a\":1}" },
		{ "\xef\xbb\xbf" "a: 1", "{\"a\":1}" }, { "a: 1\r\nb:\r\n  - c\r\n", "{\"a\":1,\"b\":[\"c\"]}" },
		{ "a:\nb: 2 # two\n", "{\"a\":null,\"b\":2}" }, { "  a: 1\n  b: 2\n", "{\"a\":1,\"b\":2}" },
		{ "a:\n  b:\n    c: d\n  e: f\ng: h\n", "{\"a\":{\"b\":{\"c\":\"d\"},\"e\":\"f\"},\"g\":\"h\"}" },
		{ "a:\n- 1\n- 2\nb: 3\n", "{\"a\":[1,2],\"b\":3}" },
		{ "a:\n  - 1\n  - 2\nb: 3\n", "{\"a\":[1,2],\"b\":3}" },
		{ "- a: 1\n  b: 2\n- c: 3\n", "[{\"a\":1,\"b\":2},{\"c\":3}]" },
		{ "- a:\n  - 1\n  - 2\n  b: 3\n-\n  c: 4\n", "[{\"a\":[1,2],\"b\":3},{\"c\":4}]" },
		{ "- - 1\n  - 2\n- - - 3\n", "[[1,2],[[3]]]" }, { "-\n- x\n-\n", "[null,\"x\",null]" },
		{ "-   a: 1\n    b: 2\n", "[{\"a\":1,\"b\":2}]" },
		{ "a:\n\n  # b\n  - c\n # d\n\n  - e\n", "{\"a\":[\"c\",\"e\"]}" },
		{ "'a b': 1\n\"c\\n\": 2\nd e : 3\n1: 4\n", "{\"a b\":1,\"c\\n\":2,\"d e\":3,\"1\":4}" },
		{ "h:1/a: x:y\nb: http://c/#d\n", "{\"h:1/a\":\"x:y\",\"b\":\"http://c/#d\"}" },
		{ "-a: -b\n?c: :d\n", "{\"-a\":\"-b\",\"?c\":\":d\"}" }, { "a:\tb\t# c\n", "{\"a\":\"b\"}" },
		{ "just a text", "\"just a text\"" }, { "--- 'x'\n", "\"x\"" }, { "--- [1]\n", "[1]" },
	};

	CHECK_GOOD(good);
}

static void test_scalars(void **state)
{
	static const struct document good[] = {
		{ "[null, Null, NULL, ~, nUll]", "[null,null,null,null,\"nUll\"]" },
		{ "[true, True, TRUE, false, False, FALSE]", "[true,true,true,false,false,false]" },
		{ "[yes, no, on, off, y]", "[\"yes\",\"no\",\"on\",\"off\",\"y\"]" },
		{ "[0, -0, +5, 12345678901234567890, 0x1F, 0o17]", "[0,-0,5,12345678901234567890,31,15]" },
		{ "[1.5, -.5, 5., 1e3, +1.5E-3]", "[1.5,-0.5,5,1e3,1.5E-3]" },
		{ "[0.5.0, 1_000, 0b1, 0x, 0o8, 1e, ., +., 1:30]",
		  "[\"0.5.0\",\"1_000\",\"0b1\",\"0x\",\"0o8\",\"1e\",\".\",\"+.\",\"1:30\"]" },
		{ "['0', \"true\", '~', '']", "[\"0\",\"true\",\"~\",\"\"]" },
		{ "'it''s'", "\"it's\"" }, { "'a\\n # b'", "\"a\\\\n # b\"" }, { "'\xc3\xa4'", "\"\xc3\xa4\"" },
		{ "\"\\t\\\"\\\\\\/\\x41\\u00e9\\U0001F600\\_\"", "\"\\t\\\"\\\\/A\xc3\xa9\xf0\x9f\x98\x80\xc2\xa0\"" },
		{ "a: b\n  c\n\n\n  d\ne: 'f \n  g\n\n h'\n", "{\"a\":\"b c\\n\\nd\",\"e\":\"f g\\nh\"}" },
		{ "\"a \\\n   b\\ \n  c\"", "\"a b  c\"" }, { "- a\n b\n- c # d\n", "[\"a b\",\"c\"]" },
		{ "a: b - c\n", "{\"a\":\"b - c\"}" }, { "a: b#c\n", "{\"a\":\"b#c\"}" },
	};

	CHECK_GOOD(good);
}

static void test_lines(void **state)
{
	static const struct document good[] = {
		{ "a: |\n  b\n   c\n\n  d\n\ne: f\n", "{\"a\":\"b\\n c\\n\\nd\\n\",\"e\":\"f\"}" },
		{ "a: |-\n  b\n\n", "{\"a\":\"b\"}" }, { "a: |+\n  b\n\nc: d", "{\"a\":\"b\\n\\n\",\"c\":\"d\"}" },
		{ "a: >\n  b\n  c\n\n  d\n", "{\"a\":\"b c\\nd\\n\"}" },
		{ "a: >\n  b\n    c\n  d\n", "{\"a\":\"b\\n  c\\nd\\n\"}" },
		{ "a: |2\n    b\n", "{\"a\":\"  b\\n\"}" }, { "a: >-2 # x\n   b\n", "{\"a\":\" b\"}" },
		{ "- |\n a: b # c\n- d\n", "[\"a: b # c\\n\",\"d\"]" }, { "a: |\nb: c\n", "{\"a\":\"\",\"b\":\"c\"}" },
		{ "a: |\n  b", "{\"a\":\"b\"}" }, { "a: |\n\n  b\n", "{\"a\":\"\\nb\\n\"}" },
		{ "a: |+\n\n", "{\"a\":\"\\n\"}" }, { "|\n a\n...", "\"a\\n\"" }, { "--- |\na\n", "\"a\\n\"" },
		{ "--- |2\n   a\n", "\" a\\n\"" },
	};

	CHECK_GOOD(good);
}

static void test_brackets(void **state)
{
	static const struct document good[] = {
		{ "[]", "[]" }, { "{}", "{}" }, { "a: [ ]\nb: { }\n", "{\"a\":[],\"b\":{}}" },
		{ "[a, 'b', \"c\", [d], {e: f},]", "[\"a\",\"b\",\"c\",[\"d\"],{\"e\":\"f\"}]" },
		{ "{a: 1, 'b': 2, \"c\":3, d, e:, f : }",
		  "{\"a\":1,\"b\":2,\"c\":3,\"d\":null,\"e\":null,\"f\":null}" },
		{ "a: [ # x\n  b,\n\n  c # y\n  ]\nd: e\n", "{\"a\":[\"b\",\"c\"],\"d\":\"e\"}" },
		{ "[a:b, http://c]", "[\"a:b\",\"http://c\"]" }, { "[a b , c]", "[\"a b\",\"c\"]" },
		{ "[a # x\n, b\n  c\n]", "[\"a\",\"b c\"]" }, { "{a: b\n c, d: e\n}", "{\"a\":\"b c\",\"d\":\"e\"}" },
		{ "{\n\"json\": [1, true, null, \"\\u0041\"]\n}", "{\"json\":[1,true,null,\"A\"]}" },
	};

	CHECK_GOOD(good);
}

/* Line and column are those where a person would look. */
static void test_bad(void **state)
{
	static const struct document bad[] = {
		{ "a: &b c", "a.yaml:1:4: anchors are" }, { "a: *b", "1:4: aliases are" },
		{ "a: !!str b", "1:4: tags are" },
		{ "&a b: c", "1:1: anchors" }, { "a: b\n*c : d", "2:1: " }, { "[&a b]", "1:2: anchors" },
		{ "%YAML 1.2\n---\n", "1:1: directives are" }, { "? a\n: b\n", "1:1: keys that are" },
		{ "a: 1\n---\nb: 2\n", "2:1: a second document" }, { "a: 1\n...\nb: 2\n", "3:1: the line" },
		{ "a: 1\n\na: 2", "3:1: 'a' is there already, in line 1" }, { "{a: 1, a: 2}", "'a' is there already" },
		{ "a: 1\n b: 2", "2:2: the line is indented" }, { "a:\n  b: 1\n c: 2", "3:2: the line is indented" },
		{ "- a\n  - b: c", "2:3: the line" }, { "  a: 1\nb: 2", "2:1: the line" },
		{ "a: 'b'\n  c: d", "2:3: the" },
		{ "a: b: c", "1:4: a mapping must begin" }, { "a: - b", "1:4: a sequence must begin" },
		{ "--- a: b", "1:5: a mapping must" }, { "--- - b", "1:5: a sequence must" },
		{ "a: 1\nb", "2:1: 'key: value' is expected" }, { "a: 1\n- b", "2:1: 'key: value'" },
		{ "a: 1\n[b]: 2", "2:1: 'key: value'" }, { "a: 1\n'b\nc': d", "'key: value'" },
		{ "- a\nb: c", "2:1: the line is" }, { "a:\n\t- b", "2:1: a tab" }, { "a: b\n\tc", "2:1: a tab" },
		{ "a: 'b' c", "1:8: nothing more" }, { "a: [b] c", "1:8: nothing more" },
		{ "a: 'b'#c", "1:7: nothing" },
		{ "[a]: b", "1:4: nothing more" }, { "a: 'b", "1:6: the text ends" },
		{ "a: \"b\n---\n", "2:1: the text ends" },
		{ "a: \"\\q\"", "1:6: after '\\'" }, { "a: \"\\x4\"", "1:8: a hexa" }, { "a: \"\\0\"", "1:6: after" },
		{ "a: \"\\x00\"", "1:7: there is no such" }, { "a: \"\\ud800\"", "no such character" },
		{ "a: @b", "1:4: a text must not begin so" }, { "a: `b`", "must not begin so" },
		{ "a: %b", "must not" },
		{ "a: ,b", "must not" }, { "a: ]", "must not" }, { ": a", "1:1: a key is missing" },
		{ "[a, , b]", "1:5: a text must not" }, { "[-]", "1:2: this must not be here" }, { "[|]", "1:2: this" },
		{ "[a", "1:3: the text ends" }, { "[a b\nc: d]", "2:2: ',' or ']'" }, { "[a: b]", "1:3: ',' or ']'" },
		{ "{'a': 'b' c}", "1:11: ',' or '}'" }, { "{a: b c: d}", "',' or '}'" }, { "{[a]: b}", "1:2: a key" },
		{ "{a: 1]", "',' or" },
		{ "[\n---\n]", "2:1: the text ends" }, { "[a#b, #c\n", "the text ends" }, { "[a,#b]", "1:4: a text" },
		{ "a: |x\n", "1:5: after '|'" }, { "a: |22\n", "1:6: after" }, { "a: | b\n", "1:6: after" },
		{ "a: |\n  b\n c\n", "3:2: the line is" }, { "a: 0644", "1:4: a number must not begin with a zero" },
		{ "a: -01.5", "begin with a zero" }, { "a: .inf", "1:4: a number must have an end" },
		{ "a: -.NaN", "an end" },
		{ "a: 0x10000000000000000", "1:4: the number is too large" }, { "a: \x01", "1:4: there is a control" },
		{ "a: b\n\xff", "2:1: this is not UTF-8" }, { "a: b\rc", "1:5: there is a control" },
	};

	CHECK_BAD(bad);
}

static void test_nul_is_refused(void **state)
{
	static const char text[] = "a: '\0'";
	struct problem problem = { 0 };

	assert_null(read_bytes(text, sizeof(text) - 1, &problem));
}

static void test_lines_are_known(void **state)
{
	struct problem problem = { 0 };
	const char *text = "---\na: 1\n\nb:\n  - c: |\n      x\n    d: 2\n  - {\n    e: 3}\n";
	const struct json *root = read_bytes(text, strlen(text), &problem), *b = json_get(root, "b");

	assert_int_equal(yaml_line(json_get(root, "a")), 2);
	assert_int_equal(yaml_line(b), 4);
	assert_int_equal(yaml_line(b->first), 5);
	assert_int_equal(yaml_line(json_get(b->first, "d")), 7);
	assert_int_equal(yaml_line(json_get(b->first->next, "e")), 9);
	assert_string_equal(json_path(&arena, json_get(b->first, "d")), "b[0].d");
}

/* A file that only wants to cost time or stack is refused. */
static void test_sizes_have_limits(void **state)
{
	static const struct { const char *repeated, *problem; } large[] = {
		{ "[", "too many levels" }, { "{a: ", "too many levels" }, { "- ", "too many levels" },
		{ "- 1\n", "too many values" },
	};
	struct problem problem = { 0 };
	struct text text = text_new(&arena);

	for (size_t i = 0; i < sizeof(large) / sizeof(large[0]); i++) {
		text_clear(&text);
		problem.found = false;
		for (int j = 0; j <= YAML_VALUES; j++)
			text_add(&text, large[i].repeated);
		assert_null(read_bytes(text.at, text.length, &problem));
		assert_non_null(strstr(problem.text, large[i].problem));
	}
	problem.found = false;
	text_clear(&text);
	for (int i = 0; i <= YAML_KEYS; i++)
		text_printf(&text, "a%d: 1\n", i);
	assert_null(read_bytes(text.at, text.length, &problem));
	assert_non_null(strstr(problem.text, "too many keys"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_scalars),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_brackets),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_nul_is_refused),
		cmocka_unit_test(test_lines_are_known),
		cmocka_unit_test(test_sizes_have_limits),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
