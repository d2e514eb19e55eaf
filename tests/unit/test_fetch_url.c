/* test_fetch_url.c - URLs: where a redirect leads, and who is still the same. */
#include "base/text.h"
#include "fetch/url.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "in_arena.h"

static void joins(const char *base, const char *reference, const char *wanted)
{
	const char *url = url_join(&arena, base, reference);

	if (!wanted) {
		assert_null(url);
		return;
	}
	assert_non_null(url);
	assert_string_equal(url, wanted);
}

static void test_references_are_resolved(void **state)
{
	joins("https://a/v2/x?y=z", "/w?s=t", "https://a/w?s=t");
	joins("https://a/v2/x?y=z", "w", "https://a/v2/w");
	joins("https://a/v2/x", "https://b:5000/w", "https://b:5000/w");
	joins("https://a/v2/x", "http://b/w", "http://b/w");
	joins("https://a/v2/x", "//b/w", "https://b/w");
	joins("https://a/v2/x", "?n=2", "https://a/v2/x?n=2");
	joins("https://a/v2/x", "/w#part", "https://a/w");
	joins(NULL, "https://a/x?state=a%2Fb", "https://a/x?state=a%2Fb");
}

static void test_what_is_no_web_address_is_refused(void **state)
{
	static const char *const bad[] = { "file:///etc/passwd", "ftp://a/", "gopher://a/", "dict://a", "unix:/x",
		"https://user:password@a/", "https://user@a/", "https://", "https:///x", "https:/x", "https://a:99999/",
		"https://a\r\nX: y/", "https://a b/", "javascript:alert(1)", NULL };
	struct text long_one = text_new(&arena);

	for (size_t i = 0; bad[i]; i++) {
		joins(NULL, bad[i], NULL);
		if (strchr(bad[i], ':'))
			joins("https://c/", bad[i], NULL);
	}
	joins(NULL, "/relative", NULL);
	text_add(&long_one, "https://a/");
	while (long_one.length <= URL_MAX)
		text_add(&long_one, "x");
	joins(NULL, long_one.at, NULL);
}

/* Who is taken for the same is sent the password. */
static void test_origins(void **state)
{
	assert_true(url_same_origin("https://a/x", "https://A:443/y?z"));
	assert_true(url_same_origin("http://a:80/", "http://a"));
	assert_false(url_same_origin("https://a/", "http://a/"));
	assert_false(url_same_origin("https://a/", "https://a:444/"));
	assert_false(url_same_origin("https://a/", "https://a.b/"));
	assert_false(url_same_origin("https://a/", "https://a@b/"));
	assert_false(url_same_origin("https://a/", "https://b/?https://a/"));
	assert_false(url_same_origin("https://b/\\@a/", "https://a/"));
	assert_false(url_same_origin("", ""));
	assert_false(url_same_origin("https://a/", ""));
}

static void test_query(void **state)
{
	assert_string_equal(url_add(&arena, "https://a/x", "from", "b/c d&e"), "https://a/x?from=b%2fc+d%26e");
	assert_string_equal(url_add(&arena, "https://a/x?state=a%2Fb", "n", "2"), "https://a/x?state=a%2Fb&n=2");
}

static void test_hosts(void **state)
{
	assert_string_equal(url_host(&arena, "https://a:443/x"), "a");
	assert_string_equal(url_host(&arena, "https://a:5000/x"), "a:5000");
	assert_string_equal(url_host(&arena, "https://[::1]:5000/x"), "[::1]:5000");
	assert_string_equal(url_host(&arena, "nonsense"), "");
	assert_true(url_is_https("HTTPS://a"));
	assert_false(url_is_https("http://https://"));
	assert_true(url_is_loopback("http://127.0.0.1:5000/v2/"));
	assert_true(url_is_loopback("https://127.9.9.9"));
	assert_true(url_is_loopback("https://LOCALHOST:1/"));
	assert_true(url_is_loopback("https://[::1]:1/"));
	assert_false(url_is_loopback("https://127.evil.example/"));
	assert_false(url_is_loopback("https://localhost.example/"));
	assert_false(url_is_loopback("https://[::2]/"));
	assert_false(url_is_loopback("https://10.0.0.1/?127.0.0.1"));
	assert_false(url_is_loopback("nonsense"));
}

static void test_paths(void **state)
{
	assert_true(url_is_path("library/busybox"));
	assert_true(url_is_path("sha256:0123"));
	assert_false(url_is_path(""));
	assert_false(url_is_path("a//b"));
	assert_false(url_is_path("/a"));
	assert_false(url_is_path("a/../b"));
	assert_false(url_is_path("."));
	assert_false(url_is_path("a?b"));
	assert_false(url_is_path("a%2e"));
	assert_false(url_is_path("a\r\nb"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_references_are_resolved, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_no_web_address_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_origins, setup, teardown),
		cmocka_unit_test_setup_teardown(test_query, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hosts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_paths, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
