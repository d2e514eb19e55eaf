/* test_fetch_fields.c - header fields of registries: what is asked of us, where the next page is, which bytes came. */
#include "base/text.h"
#include "fetch/challenge.h"
#include "fetch/field.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "in_arena.h"

static void has(const struct challenge *challenge, const char *name, const char *value)
{
	const char *found = challenge ? challenge_parameter(challenge, name) : NULL;

	assert_non_null(found);
	assert_string_equal(found, value);
}

static void test_bearer_of_docker(void **state)
{
	const struct challenge *list = challenge_read(&arena,
		"Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\","
		"scope=\"repository:a/b:pull,push repository:c:pull\"");

	assert_non_null(list);
	assert_null(list->next);
	has(list, "realm", "https://auth.docker.io/token");
	has(list, "SERVICE", "registry.docker.io");
	has(list, "scope", "repository:a/b:pull,push repository:c:pull");
	assert_null(challenge_parameter(list, "error"));
}

static void test_several_challenges_in_one_field(void **state)
{
	const struct challenge *list = challenge_read(&arena,
		"Negotiate, Digest dGVzdA==, basic realm=\"a, Bearer realm=\\\"x\\\"\" , , "
		"BEARER realm = \"https://t\"");

	has(challenge_find(list, "Basic"), "realm", "a, Bearer realm=\"x\"");
	has(challenge_find(list, "Bearer"), "realm", "https://t");
	assert_non_null(challenge_find(list, "negotiate"));
	assert_int_equal(challenge_find(list, "Digest")->count, 0);
	assert_null(challenge_find(list, "realm"));
}

static void test_values_without_quotes(void **state)
{
	const struct challenge *list = challenge_read(&arena, "Bearer realm=https://t/x?y=z,service=s scope=a:b:c");

	has(list, "realm", "https://t/x?y=z");
	has(list, "service", "s");
	has(list, "scope", "a:b:c");
}

/* A parameter that is cut off must not become a shorter one: a realm could be another host's then. */
static void test_what_cannot_be_read_is_left_out(void **state)
{
	const struct challenge *list = challenge_read(&arena, "Basic realm=\"a\", Bearer realm=\"https://t");

	has(challenge_find(list, "Basic"), "realm", "a");
	assert_non_null(challenge_find(list, "Bearer"));
	assert_null(challenge_parameter(challenge_find(list, "Bearer"), "realm"));
	assert_null(challenge_read(&arena, ""));
	assert_null(challenge_read(&arena, " , ,"));
	assert_null(challenge_read(&arena, "=x"));
	assert_null(challenge_read(&arena, "realm=\"x\""));
	assert_null(challenge_read(&arena, "\"Bearer\""));
	assert_null(challenge_parameter(challenge_read(&arena, "Bearer realm=\"a\\"), "realm"));
}

static void test_challenges_have_limits(void **state)
{
	struct text text = text_new(&arena);
	const struct challenge *list;
	size_t count = 0;

	for (int i = 0; i < 100; i++)
		text_printf(&text, "%sS%d a=b", i ? "," : "", i);
	for (list = challenge_read(&arena, text.at); list; list = list->next)
		count++;
	assert_int_equal(count, CHALLENGES_MAX);
	text_clear(&text);
	text_add(&text, "Bearer ");
	for (int i = 0; i < 100; i++)
		text_printf(&text, "p%d=b,", i);
	list = challenge_read(&arena, text.at);
	assert_int_equal(list->count, CHALLENGE_PARAMETERS_MAX);
}

static void next_is(const char *field, const char *reference)
{
	const char *next = link_next(&arena, field);

	if (!reference) {
		assert_null(next);
		return;
	}
	assert_non_null(next);
	assert_string_equal(next, reference);
}

static void test_link(void **state)
{
	next_is("</v2/_catalog?last=b&n=2>; rel=\"next\"", "/v2/_catalog?last=b&n=2");
	next_is("<a>; rel=next", "a");
	next_is("<a>; rel=\"prev\", <b>; title=\"x, y; rel=next\"; REL=\"last next\"", "b");
	next_is("<a;b,c>;x;rel=next", "a;b,c");
	next_is("<a>; rel=\"nextish\"", NULL);
	next_is("<a>; anchor=\"rel=next\"", NULL);
	next_is("<a>", NULL);
	next_is("<a; rel=next", NULL);
	next_is("a; rel=next", NULL);
	next_is("<a>; rel=\"next", NULL);
	next_is("<a> \"; rel=next", NULL);
	next_is("", NULL);
	next_is(NULL, NULL);
}

static void test_retry_after(void **state)
{
	const time_t now = 784111777;	/* Sun, 06 Nov 1994 08:49:37 GMT */

	assert_int_equal(retry_after("120", now), 120);
	assert_int_equal(retry_after(" 0 ", now), 0);
	assert_int_equal(retry_after("Sun, 06 Nov 1994 08:49:47 GMT", now), 10);
	assert_int_equal(retry_after("Sun, 06 Nov 1994 08:49:07 GMT", now), 0);
	assert_int_equal(retry_after("99999999999999", now), INT32_MAX);
	assert_int_equal(retry_after("-5", now), -1);
	assert_int_equal(retry_after("soon", now), -1);
	assert_int_equal(retry_after("", now), -1);
	assert_int_equal(retry_after(NULL, now), -1);
}

static void test_content_range(void **state)
{
	static const char *const bad[] = { "", "bytes", "bytes 0-9", "bytes 9-0/10", "bytes 0-10/10", "bytes */10",
		"lines 0-9/10", "bytes 0-9/10 x", "bytes -9/10", "bytes 0-99999999999999999999/*", "bytes 0-9/x",
		NULL };
	struct content_range range;

	assert_true(content_range_read("bytes 5-9/10", &range));
	assert_int_equal(range.first, 5);
	assert_int_equal(range.last, 9);
	assert_true(range.whole_known);
	assert_int_equal(range.whole, 10);
	assert_true(content_range_read(" Bytes 0-0/* ", &range));
	assert_false(range.whole_known);
	for (size_t i = 0; bad[i]; i++)
		assert_false(content_range_read(bad[i], &range));
}

static void test_range_of_an_upload(void **state)
{
	uint64_t there = 7;

	assert_true(upload_range_read("0-9", &there));
	assert_int_equal(there, 10);
	assert_true(upload_range_read("bytes=0-0", &there));
	assert_int_equal(there, 1);
	assert_false(upload_range_read("1-9", &there));
	assert_false(upload_range_read("0-18446744073709551615", &there));
	assert_false(upload_range_read("0-", &there));
	assert_int_equal(there, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_bearer_of_docker, setup, teardown),
		cmocka_unit_test_setup_teardown(test_several_challenges_in_one_field, setup, teardown),
		cmocka_unit_test_setup_teardown(test_values_without_quotes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_cannot_be_read_is_left_out, setup, teardown),
		cmocka_unit_test_setup_teardown(test_challenges_have_limits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_link, setup, teardown),
		cmocka_unit_test_setup_teardown(test_retry_after, setup, teardown),
		cmocka_unit_test_setup_teardown(test_content_range, setup, teardown),
		cmocka_unit_test_setup_teardown(test_range_of_an_upload, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
