/* test_json.c - the reader of JSON takes what RFC 8259 allows, and nothing else; it says where a
 * fault is; and what is written is what was read. */
#include "base/json.h"
#include "base/json_write.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
	struct arena arena;
	struct problem problem;
	char *copy;		/* of exactly the right size, so that a sanitizer sees a byte too many */
	struct json *value;
};

static struct fixture read_bytes(const char *text, size_t length)
{
	struct fixture f = { 0 };

	arena_init(&f.arena, NULL, 0);
	f.copy = malloc(length + 1);
	assert_non_null(f.copy);
	memcpy(f.copy, text, length);
	f.copy[length] = 'X';	/* no NUL is promised after the text */
	f.value = json_read(&f.arena, f.copy, length, "config.json", &f.problem);
	assert_true(!f.value == f.problem.found);
	return f;
}

static struct fixture read_text(const char *text)
{
	return read_bytes(text, strlen(text));
}

static void release(struct fixture *f)
{
	arena_release(&f->arena);
	free(f->copy);
}

static const char *written(struct fixture *f, const char *indent)
{
	struct text text = text_new(&f->arena);
	struct json_writer writer = json_writer_new(&text, indent);

	json_put_value(&writer, NULL, f->value);
	return text.at;
}

/* What is read and written again is the same, without blanks. */
static void test_good(void **state)
{
	static const struct { const char *text, *same; } good[] = {
		{ "null", "null" }, { " true\r\n", "true" }, { "\tfalse", "false" },
		{ "0", "0" }, { "-0", "-0" }, { "12", "12" }, { "-0.50", "-0.50" },
		{ "1e5", "1e5" }, { "1E+5", "1E+5" }, { "1.25e-07", "1.25e-07" },
		{ "18446744073709551615", "18446744073709551615" },
		{ "99999999999999999999999", "99999999999999999999999" },
		{ "\"\"", "\"\"" }, { "[]", "[]" }, { "{}", "{}" }, { "[ [ ] , { } ]", "[[],{}]" },
		{ "[1,2,3]", "[1,2,3]" }, { "[1 ,2\n]", "[1,2]" }, { "{\"a\":1}", "{\"a\":1}" },
		{ "{\"\":{\"\":0}}", "{\"\":{\"\":0}}" },
		{ "{\"a\":[{\"b\":null}],\"c\":\"d\"}", "{\"a\":[{\"b\":null}],\"c\":\"d\"}" },
		{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\"" },
		{ "\"\\u0041\\u00e9\\u20ac\\ud83d\\ude00\"", "\"A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"" },
		{ "\"\x7f\"", "\"\\u007f\"" }, { "\"\\u0001\"", "\"\\u0001\"" },
		{ "\"0123456789abcdef\\n0123456789abcdef\"", "\"0123456789abcdef\\n0123456789abcdef\"" },
		{ "\"\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"",
		  "\"\\u0080\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"" },
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct fixture f = read_text(good[i].text);

		if (!f.value)
			fail_msg("%s: %s", good[i].text, f.problem.text);
		assert_string_equal(written(&f, NULL), good[i].same);
		release(&f);
	}
}

static const struct { const char *text, *problem; } bad[] = {
	{ "", "1:1: expected a value, but the text ends" },
	{ "\n \n  ", "3:3: expected a value, but the text ends" },
	{ "{", "1:2: expected a key in quotes, but the text ends" },
	{ "[", "1:2: expected a value, but the text ends" },
	{ "[1", "1:3: expected ',' or ']', but the text ends" },
	{ "[1,]", "1:4: expected a value, but there is ']'" },
	{ "[,1]", "1:2: expected a value, but there is ','" },
	{ "[1 2]", "1:4: expected ',' or ']', but there is '2'" },
	{ "[1}", "1:3: expected ',' or ']', but there is '}'" },
	{ "{\"a\" 1}", "1:6: expected ':' after a key, but there is '1'" },
	{ "{\"a\":}", "1:6: expected a value, but there is '}'" },
	{ "{\"a\":1,}", "1:8: expected a key in quotes, but there is '}'" },
	{ "{a:1}", "1:2: expected a key in quotes, but there is 'a'" },
	{ "{\n\"a\":1\n\"b\":2}", "3:1: expected ',' or '}', but there is '\"'" },
	{ "1 2", "1:3: expected nothing after the value, but there is '2'" },
	{ "[]]", "1:3: expected nothing after the value, but there is ']'" },
	{ "// a\n1", "1:1: expected a value, but there is '/'" },
	{ "tru", "1:1: expected a value, but there is 't'" },
	{ "True", "1:1: expected a value, but there is 'T'" },
	{ "nan", "1:1: expected a value, but there is 'n'" },
	{ "'a'", "1:1: expected a value, but there is '''" },
	{ "+1", "1:1: expected a value, but there is '+'" },
	{ ".5", "1:1: expected a value, but there is '.'" },
	{ "01", "1:2: a number must not begin with a zero" },
	{ "-", "1:2: expected a digit, but the text ends" },
	{ "-a", "1:2: expected a digit, but there is 'a'" },
	{ "1.", "1:3: expected a digit, but the text ends" },
	{ "1.e5", "1:3: expected a digit, but there is 'e'" },
	{ "1e", "1:3: expected a digit, but the text ends" },
	{ "0x10", "1:2: expected nothing after the value, but there is 'x'" },
	{ "\"a", "1:3: the text ends within a string" },
	{ "\"a\nb\"", "1:3: the line ends within a string" },
	{ "\"a\tb\"", "1:3: a control character in a string must be escaped" },
	{ "\"\\x\"", "1:3: a '\\' must be followed by one of \"\\/bfnrtu" },
	{ "\"\\", "1:3: a '\\' must be followed by one of \"\\/bfnrtu" },
	{ "\"\\u12\"", "1:4: expected four hexadecimal digits after '\\u'" },
	{ "\"\\u+123\"", "1:4: expected four hexadecimal digits after '\\u'" },
	{ "\"\\u0000\"", "1:4: a string must not hold the NUL character" },
	{ "\"\\ud800\"", "1:4: half of a surrogate pair is no character" },
	{ "\"\\ud800\\u0041\"", "1:4: half of a surrogate pair is no character" },
	{ "\"\\udc00\\ud800\"", "1:4: half of a surrogate pair is no character" },
	{ "\"\xff\"", "1:2: this is not valid UTF-8" },
	{ "\"\x80\"", "1:2: this is not valid UTF-8" },
	{ "\"\xc0\x80\"", "1:2: this is not valid UTF-8" },
	{ "\"\xe0\x80\x80\"", "1:2: this is not valid UTF-8" },
	{ "\"\xed\xa0\x80\"", "1:2: this is not valid UTF-8" },
	{ "\"\xf4\x90\x80\x80\"", "1:2: this is not valid UTF-8" },
	{ "\"\xf0\x9f\x98\"", "1:2: this is not valid UTF-8" },
	{ "\xc3\xa9", "1:1: expected a value, but there is byte 0xc3" },
	{ "\xef\xbb\xbf{}", "1:1: the text begins with a byte order mark, which JSON has not" },
	{ "{\"a\":1,\"a\":1}", "1:12: a is there twice" },
	{ "{\"x\":[0,{\"a b\":1,\"a b\":2}]}", "1:24: x[1][\"a b\"] is there twice" },
	{ "{\"a\":1,\"\\u0061\":1}", "1:17: a is there twice" },
};

static void test_bad(void **state)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct fixture f = read_text(bad[i].text);

		assert_null(f.value);
		assert_memory_equal(f.problem.text, "config.json:", 12);
		assert_string_equal(f.problem.text + 12, bad[i].problem);
		release(&f);
	}
}

/* A NUL byte ends a C string, so that what comes after it would go unseen. */
static void test_nul_byte(void **state)
{
	struct fixture f = read_bytes("\"a\0b\"", 5);

	assert_string_equal(f.problem.text, "config.json:1:3: a string must not hold the NUL character");
	release(&f);
	f = read_bytes("{}\0{}", 5);
	assert_string_equal(f.problem.text,
			    "config.json:1:3: expected nothing after the value, but there is byte 0x00");
	release(&f);
}

static void nest(char *text, size_t levels)
{
	memset(text, '[', levels);
	memset(text + levels, ']', levels);
	text[2 * levels] = '\0';
}

/* Hostile nesting must not use up the stack, or the time. */
static void test_depth(void **state)
{
	static char text[2000001];
	struct fixture f;

	nest(text, JSON_DEPTH);
	f = read_text(text);
	assert_non_null(f.value);
	assert_string_equal(written(&f, NULL), text);
	release(&f);
	nest(text, JSON_DEPTH + 1);
	f = read_text(text);
	assert_string_equal(f.problem.text, "config.json:1:129: there are more than 128 levels");
	release(&f);
	nest(text, 1000000);
	f = read_text(text);
	assert_null(f.value);
	release(&f);
}

static char *object_with_keys(size_t count, const char *last)
{
	char *text = malloc(count * 32 + 100), *at = text;

	assert_non_null(text);
	*at++ = '{';
	for (size_t i = 0; i < count; i++)
		at += sprintf(at, "\"k%zu\":%zu,", i, i);
	sprintf(at, "\"%s\":0}", last);
	return text;
}

/* The same key twice is found among few and among many, in a time that does not explode. */
static void test_many_keys(void **state)
{
	static const size_t counts[] = { 1, 31, 32, 33, 1000, 500000 };

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		char *text = object_with_keys(counts[i], "other");
		struct fixture f = read_text(text);

		assert_non_null(f.value);
		assert_int_equal(f.value->count, counts[i] + 1);
		assert_string_equal(json_get(f.value, "k0")->text, "0");
		release(&f);
		free(text);
		text = object_with_keys(counts[i], "k0");
		f = read_text(text);
		assert_non_null(strstr(f.problem.text, "k0 is there twice"));
		release(&f);
		free(text);
	}
}

/* A small file must not take all memory: 16 MiB of "0," would be 8 million values. */
static void test_too_many_values(void **state)
{
	size_t length = 2 * ((size_t)JSON_VALUES + 10);
	char *text = malloc(length);
	struct fixture f;

	assert_non_null(text);
	for (size_t i = 0; i < length; i += 2)
		memcpy(text + i, i ? "0," : "[ ", 2);
	f = read_bytes(text, length);
	assert_non_null(strstr(f.problem.text, "there are too many values"));
	release(&f);
	free(text);
}

static void test_path(void **state)
{
	struct fixture f = read_text("{\"a\":{\"net.x\":[0,{\"b\":1}]},\"c d\":2,\"9\":{\"\\n\":3}}");
	const struct json *inner = json_get(json_get(f.value, "a"), "net.x")->first->next;

	assert_string_equal(json_path(&f.arena, f.value), "");
	assert_string_equal(json_path(&f.arena, json_get(f.value, "a")), "a");
	assert_string_equal(json_path(&f.arena, inner), "a[\"net.x\"][1]");
	assert_string_equal(json_path(&f.arena, json_get(inner, "b")), "a[\"net.x\"][1].b");
	assert_string_equal(json_path(&f.arena, json_get(f.value, "c d")), "[\"c d\"]");
	assert_string_equal(json_path(&f.arena, json_get(f.value, "9")->first), "[\"9\"][\"\\n\"]");
	assert_null(json_get(f.value, "b"));
	assert_null(json_get(NULL, "b"));
	assert_null(json_get(inner->first, "b"));
	release(&f);
}

/* Whatever the bytes are, the reader ends with a value or a problem, within the text. */
static void test_broken_texts(void **state)
{
	static const char seed[] =
		"{\"a\":[1,-2.5e3,\"x\\u00e9\\ud83d\\ude00\\n\",true,null],\"b\":{\"c\":\"\xc3\xa9 0123456789\"}}";
	char text[sizeof(seed)];
	uint32_t random = 1;

	for (int round = 0; round < 20000; round++) {
		struct fixture f;

		memcpy(text, seed, sizeof(seed));
		for (int change = 0; change < 1 + round % 3; change++) {
			random = random * 1664525 + 1013904223;
			text[(random >> 8) % (sizeof(seed) - 1)] = (char)(random >> 24);
		}
		f = read_bytes(text, (random >> 4) % sizeof(seed));
		if (f.value) {
			const char *once = written(&f, NULL);
			struct fixture again = read_text(once);

			assert_non_null(again.value);
			assert_string_equal(written(&again, NULL), once);
			release(&again);
		}
		release(&f);
	}
}

static void test_write(void **state)
{
	static const char *const words[] = { "x", "y", NULL };
	static const char *const none[] = { NULL };
	struct fixture f = read_text("0");
	struct text text = text_new(&f.arena);
	struct json_writer writer = json_writer_new(&text, "  ");

	json_open_object(&writer, NULL);
	json_put_text(&writer, "text", "a \"b\"\n\xff");
	json_put_text(&writer, "no text", NULL);
	json_put_unsigned(&writer, "unsigned", UINT64_MAX);
	json_put_signed(&writer, "signed", INT64_MIN);
	json_put_bool(&writer, "bool", true);
	json_put_null(&writer, "null");
	json_put_texts(&writer, "texts", words);
	json_put_texts(&writer, "none", none);
	json_open_object(&writer, "empty");
	json_close(&writer);
	json_close(&writer);
	assert_string_equal(text.at, "{\n"
				     "  \"text\": \"a \\\"b\\\"\\n\xef\xbf\xbd\",\n"
				     "  \"no text\": null,\n"
				     "  \"unsigned\": 18446744073709551615,\n"
				     "  \"signed\": -9223372036854775808,\n"
				     "  \"bool\": true,\n"
				     "  \"null\": null,\n"
				     "  \"texts\": [\n"
				     "    \"x\",\n"
				     "    \"y\"\n"
				     "  ],\n"
				     "  \"none\": [],\n"
				     "  \"empty\": {}\n"
				     "}\n");
	release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_nul_byte),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_many_keys),
		cmocka_unit_test(test_too_many_values),
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_broken_texts),
		cmocka_unit_test(test_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
