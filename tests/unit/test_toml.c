/* test_toml.c - the reader of TOML takes what the language allows, of what such files need, and says where a fault
 * is. */
#include "image/toml.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define READ toml_read
#define NAME "a.conf"
#include "document.h"

/* What is read, as JSON. */
static void test_good(void **state)
{
	static const struct document good[] = {
		{ "", "{}" }, { "# nothing", "{}" }, { "\n\r\n \t\n", "{}" },
		{ "a=1", "{\"a\":1}" }, { "a = 1 # one\r\nb = 2\n", "{\"a\":1,\"b\":2}" },
		{ "a = true\nb = false", "{\"a\":true,\"b\":false}" },
		{ "a=0\nb=-0\nc=+5\nd=-7\ne=1_000", "{\"a\":0,\"b\":0,\"c\":5,\"d\":-7,\"e\":1000}" },
		{ "a=0xff\nb=0o17\nc=0b101\nd=0xDEAD_beef", "{\"a\":255,\"b\":15,\"c\":5,\"d\":3735928559}" },
		{ "a=9223372036854775807\nb=-9223372036854775808",
		  "{\"a\":9223372036854775807,\"b\":-9223372036854775808}" },
		{ "\"a b\" = 'x'\n'c\"' = \"\"\n1-_A='y'", "{\"a b\":\"x\",\"c\\\"\":\"\",\"1-_A\":\"y\"}" },
		{ "\"\" = 1", "{\"\":1}" },
		{ "a.b.c = 1\na.b.d = 2\na . \"e\" = 3", "{\"a\":{\"b\":{\"c\":1,\"d\":2},\"e\":3}}" },
		{ "[a]\nb=1\n[c.d]\ne=2\n[c]\nf=3", "{\"a\":{\"b\":1},\"c\":{\"d\":{\"e\":2},\"f\":3}}" },
		{ "[ a . 'b' ] # c\nd=1", "{\"a\":{\"b\":{\"d\":1}}}" },
		{ "[[r]]\na=1\n[[r.m]]\nb=2\n[[r.m]]\nb=3\n[[r]]\na=4\n[[r.m]]\nb=5",
		  "{\"r\":[{\"a\":1,\"m\":[{\"b\":2},{\"b\":3}]},{\"a\":4,\"m\":[{\"b\":5}]}]}" },
		{ "[[r]]\n[r.t]\nx=1\n[[r]]\n[r.t]\nx=2", "{\"r\":[{\"t\":{\"x\":1}},{\"t\":{\"x\":2}}]}" },
		{ "[f]\na.c=1\n[f.a.t]\ns=2", "{\"f\":{\"a\":{\"c\":1,\"t\":{\"s\":2}}}}" },
		{ "a=[]", "{\"a\":[]}" }, { "a=[1,'b',[true],{c=2}]", "{\"a\":[1,\"b\",[true],{\"c\":2}]}" },
		{ "a = [ # x\n 1,\n\n 2, # y\n]\nb=3", "{\"a\":[1,2],\"b\":3}" },
		{ "a={}", "{\"a\":{}}" }, { "a = { b.c = 1, \"d\" = [2] }", "{\"a\":{\"b\":{\"c\":1},\"d\":[2]}}" },
		{ "a=\"\\b\\t\\n\\f\\r\\\"\\\\\\u00e9\\U0001F600\"",
		  "{\"a\":\"\\b\\t\\n\\f\\r\\\"\\\\\xc3\xa9\xf0\x9f\x98\x80\"}" },
		{ "a='C:\\x'", "{\"a\":\"C:\\\\x\"}" },
		{ "a=\"\"\"\nx\ny\"\"\"", "{\"a\":\"x\\ny\"}" },
		{ "a=\"\"\"x\\\n   \n  y\"\"\"", "{\"a\":\"xy\"}" },
		{ "a=\"\"\"\"x\"\"\"\"\"", "{\"a\":\"\\\"x\\\"\\\"\"}" },
		{ "a=\"\"\"\"\"\"", "{\"a\":\"\"}" },
		{ "a='''\n'x'\\\n'''", "{\"a\":\"'x'\\\\\\n\"}" },
		{ "a='\xc3\xa4' # \xe2\x82\xac", "{\"a\":\"\xc3\xa4\"}" },
	};

	CHECK_GOOD(good);
}

/* Line and column are those where a person would look. */
static void test_bad(void **state)
{
	static const struct document bad[] = {
		{ "a", "a.conf:1:2: '=' is expected" }, { "= 1", "a.conf:1:1: a key is expected" },
		{ "a =", "a.conf:1:4: a value is missing" }, { "a = # b", "a.conf:1:5: a value is missing" },
		{ "a=1\nb=\n", "a.conf:2:3: a value is missing" }, { "a=x", "1:3: a value is expected" },
		{ "a=1 b=2", "1:5: nothing more" }, { "a=truex", "1:3: a value" }, { "a=True", "1:3: a value" },
		{ "a=1\n\na=2", "3:1: 'a' is there already, in line 1" },
		{ "a=1\na.b=2", "2:1: 'a' is there already" }, { "a.b=1\na=2", "2:1: 'a' is there" },
		{ "[a]\n[a]", "2:2: 'a' is there already" }, { "[a]\n[[a]]", "2:3: 'a' is there" },
		{ "[[a]]\n[a]", "2:2: 'a' is there" }, { "a=[]\n[[a]]", "2:3: 'a' is there" },
		{ "a={}\n[a.b]", "2:2: 'a' is there" }, { "a={b={}}\n[a.b.c]", "'a' is there" },
		{ "a={b.c=1}\na.b.d=1", "2:1: 'a' is there" }, { "a=[{b.c=1}]\n[a.b]", "'a' is there" },
		{ "[a.b.c]\n[a]\nb.x=1", "3:1: 'b' is there" }, { "[a]\nb.c=1\n[a.b]", "3:2: 'b' is there" },
		{ "[a", "1:3: ']' is missing" }, { "[[a]", "1:4: ']]' is missing" }, { "[]", "1:2: a key" },
		{ "[a] b=1", "1:5: nothing more" }, { "[a]]", "1:4: nothing more" }, { "[ [a]]", "a key" },
		{ "a=\"", "1:4: the text ends too soon" }, { "a=\"b\nc\"", "1:5: the line ends too soon" },
		{ "a='b\n'", "1:5: the line ends" }, { "a='''b", "the text ends too soon" },
		{ "a=\"\\x\"", "1:5: after '\\'" }, { "a=\"\\ud800\"", "no such character" },
		{ "a=\"\\u0000\"", "no such character" }, { "a=\"\\U00110000\"", "no such character" },
		{ "a=\"\\u12\"", "1:8: a hexadecimal digit" }, { "\"\"\"a\"\"\"=1", "'=' is expected" },
		{ "a=\"\x01\"", "1:4: there is a control character" }, { "# \x7f", "1:3: there is a control" },
		{ "a='\xff'", "1:4: this is not UTF-8" }, { "a=1 # \xc0\x80", "not UTF-8" }, { "\xef\xbb\xbf",
		  "a key" },
		{ "a=01", "1:3: a number must not begin with a zero" }, { "a=1.5", "fractions" },
		{ "a=1e5", "no whole number" }, { "a=1979-05-27", "dates are not supported" },
		{ "a=07:32:00", "dates are not" }, { "a=inf", "a value is expected" }, { "a=1__0", "1:5: a digit" },
		{ "a=1_", "a digit is expected" }, { "a=_1", "a value is expected" }, { "a=0x", "a digit" },
		{ "a=-0x1", "no whole number" }, { "a=-", "a digit" },
		{ "a=9223372036854775808", "too large" }, { "a=-9223372036854775809", "too large" },
		{ "a=99999999999999999999", "too large" }, { "a=[1", "',' or ']'" }, { "a=[1 2]", "',' or ']'" },
		{ "a=[,]", "a value" }, { "a={b=1,}", "a key" }, { "a={b=1\n}", "',' or '}'" }, { "a={b=1,b=2}",
		  "there already" },
		{ "a=1\rb=2", "1:4: nothing more" }, { "a\n=1", "'='" },
	};

	CHECK_BAD(bad);
}

static void test_nul_is_refused(void **state)
{
	static const char text[] = "a='\0'";
	struct problem problem = { 0 };

	assert_null(read_bytes(text, sizeof(text) - 1, &problem));
}

static void test_lines_are_known(void **state)
{
	struct problem problem = { 0 };
	const char *text = "a=1\n\n[[r]]\nb='''\n\n'''\nc=2\n";
	const struct json *root = read_bytes(text, strlen(text), &problem), *r = json_get(root, "r")->first;

	assert_int_equal(toml_line(json_get(root, "a")), 1);
	assert_int_equal(toml_line(r), 3);
	assert_int_equal(toml_line(json_get(r, "b")), 4);
	assert_int_equal(toml_line(json_get(r, "c")), 7);
}

/* A file that only wants to cost time or stack is refused. */
static void test_sizes_have_limits(void **state)
{
	struct problem problem = { 0 };
	struct text text = text_new(&arena);

	text_add(&text, "a=");
	for (int i = 0; i < 100000; i++)
		text_add(&text, "[");
	assert_null(read_bytes(text.at, text.length, &problem));
	assert_non_null(strstr(problem.text, "too many levels"));
	problem.found = false;
	text_clear(&text);
	for (int i = 0; i < 30000; i++)
		text_printf(&text, "a%d=1\n", i);
	assert_null(read_bytes(text.at, text.length, &problem));
	assert_non_null(strstr(problem.text, "too many values"));
	problem.found = false;
	text_clear(&text);
	for (int i = 0; i < 100; i++)
		text_add(&text, "a.");
	assert_null(read_bytes(text.at, text.length, &problem));
	assert_non_null(strstr(problem.text, "too many parts"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_nul_is_refused),
		cmocka_unit_test(test_lines_are_known),
		cmocka_unit_test(test_sizes_have_limits),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
