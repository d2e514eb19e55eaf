/* test_endpoint_message.c - the helper that talks to registries is told all that it needs, in the words of
 * wire/fetch.h. */
#include "base/json.h"
#include "image/endpoint_message.h"
#include "wire/fetch.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "in_arena.h"

static const struct access some[] = {
	{ { "m.example", "m.example", "p/x", false, false, false, true }, { "", "", "", "", "" }, { "", "", "" } },
	{ { "localhost:1", "localhost:1", "x", false, true, true, false }, { "u", "p\"\n", "i", "r", "f" },
	  { "CA", "CERT", "KEY" } },
	{ { "localhost:1", "localhost:1", "x", true, false, true, false }, { "u", "p\"\n", "i", "r", "f" },
	  { "CA", "CERT", "KEY" } },
	{ { "localhost:2", "localhost:2", "x", false, true, true, false }, { "", "", "", "", "" }, { "", "", "" } },
	{ { "localhost:2", "localhost:2", "x", true, false, true, false }, { "", "", "", "", "" }, { "", "", "" } },
	{ { "a.example", "a.example", "x", false, true, false, false }, { "", "", "", "", "" }, { "CA", "", "" } },
};

static const char *text_at(const struct json *object, const char *key)
{
	const struct json *value = json_get(object, key);

	assert_non_null(value);
	assert_int_equal(value->kind, JSON_STRING);
	return value->text;
}

static const struct json *message(size_t count)
{
	struct text text = text_new(&arena);
	struct problem problem = { 0 };
	const struct json *root;

	assert_true(endpoint_message(&text, "taru/1", some, count, true, &fetch_limits_usual, &problem));
	root = json_read(&arena, text.at, text.length, "message", &problem);
	assert_non_null(root);
	return root;
}

static void test_all_is_told(void **state)
{
	static const char *const keys[] = { "host", "repository", "user", "password", "identity-token",
		"registry-token",
					    "ca", "certificate", "key" };
	static const char *const values[] = { "localhost:1", "x", "u", "p\"\n", "i", "r", "CA", "CERT", "KEY" };
	const struct json *root = message(2), *second = json_get(root, "endpoints")->first->next;

	assert_string_equal(text_at(root, "user-agent"), "taru/1");
	assert_true(json_get(root, "push")->boolean);
	assert_string_equal(json_get(root, "attempts")->text, "5");
	assert_string_equal(json_get(root, "connect-seconds")->text, "30");
	assert_string_equal(json_get(root, "silence-seconds")->text, "60");
	assert_int_equal(second->count, 11);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		assert_string_equal(text_at(second, keys[i]), values[i]);
	assert_string_equal(text_at(json_get(root, "endpoints")->first, "repository"), "p/x");
}

/* Where there is a certificate for this machine, it is asked for; elsewhere what was said holds. */
static void test_certificates_make_this_machine_one_that_is_verified(void **state)
{
	static const struct { const char *host; bool plain, unverified; } expected[] = {
		{ "m.example", false, false }, { "localhost:1", false, false }, { "localhost:2", false, true },
		{ "localhost:2", true, false }, { "a.example", false, true },
	};
	const struct json *endpoints = json_get(message(6), "endpoints");
	size_t i = 0;

	assert_int_equal(endpoints->count, 5);
	for (const struct json *one = endpoints->first; one; one = one->next, i++) {
		assert_string_equal(text_at(one, "host"), expected[i].host);
		assert_true(json_get(one, "plain")->boolean == expected[i].plain);
		assert_true(json_get(one, "unverified")->boolean == expected[i].unverified);
	}
}

static void test_it_has_a_limit(void **state)
{
	char *large = arena_alloc(&arena, FETCH_OPEN_MAX + 1);
	struct access access = some[0];
	struct text text = text_new(&arena);
	struct problem problem = { 0 };

	memset(large, 'x', FETCH_OPEN_MAX);
	access.certificates.ca = large;
	assert_false(endpoint_message(&text, "taru/1", &access, 1, false, &fetch_limits_usual, &problem));
	assert_string_equal(problem.text, "the certificates for the registry are larger than 4 MiB");
}

/* Each way has its own rights; the second way to one host those of the first. */
static void test_rights_are_found(void **state)
{
	static const struct endpoint ways[] = {
		{ "h", "h", "x", false, true, false, false }, { "h", "h", "x", true, false, false, false },
	};
	static const struct places nowhere = { .etc = "/nonexistent" };
	const struct auth auth = { .places = &nowhere };
	struct problem problem = { 0 };
	struct access *access;

	assert_int_equal(access_find(&arena, &auth, ways, 2, &access, &problem), 0);
	assert_string_equal(access[1].credentials.user, "");
	assert_string_equal(access[1].certificates.key, "");
	assert_true(access[1].endpoint.plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_is_told),
		cmocka_unit_test(test_certificates_make_this_machine_one_that_is_verified),
		cmocka_unit_test(test_it_has_a_limit),
		cmocka_unit_test(test_rights_are_found),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
