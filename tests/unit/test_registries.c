/* test_registries.c - registries.conf decides what a short name means, who is asked first, who is not asked at all, and
 * with which security. */
#include "base/text.h"
#include "image/registries.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "in_arena.h"

#define DIGEST "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct registries conf(const char *text)
{
	struct registries registries = { 0 };
	struct problem problem = { 0 };

	registries_add(&registries, &arena, text, strlen(text), "/c.conf", &problem);
	if (problem.found)
		fail_msg("%s", problem.text);
	return registries;
}

/* "https host/repository, mirror http …": all ways, in their order; or the problem. */
static const char *ways(const struct registries *registries, const char *name, bool push)
{
	struct text text = text_new(&arena);
	struct problem problem = { 0 };
	struct endpoint *at = NULL;
	struct reference reference;
	size_t count = 0;
	bool good;

	if (!reference_parse(&arena, name, &reference, &problem))
		fail_msg("%s", problem.text);
	good = (push ? registries_push_endpoints : registries_pull_endpoints)(registries, &arena, &reference, &at,
									       &count, &problem);
	assert_true(good == !problem.found);
	if (!good)
		return arena_printf(&arena, "%s", problem.text);
	for (size_t i = 0; i < count; i++)
		text_printf(&text, "%s%s%s%s/%s", i ? ", " : "", at[i].mirror ? "mirror " : "",
			    at[i].plain ? "http " : at[i].unverified ? "unverified " : "https ", at[i].host,
			    at[i].repository);
	return text.at;
}

static void expect(const struct registries *registries, const char *name, const char *expected)
{
	assert_string_equal(ways(registries, name, false), expected);
}

static const char *candidates(const struct registries *registries, const char *name)
{
	struct text text = text_new(&arena);
	struct reference *at = NULL;
	struct problem problem = { 0 };
	size_t count = 0;

	if (!registries_candidates(registries, &arena, name, &at, &count, &problem))
		return arena_printf(&arena, "%s", problem.text);
	for (size_t i = 0; i < count; i++)
		text_printf(&text, "%s%s", i ? ", " : "", reference_text(&arena, &at[i]));
	return text.at;
}

static void test_without_any_file(void **state)
{
	struct registries none = { 0 };

	assert_string_equal(candidates(&none, "busybox"), "docker.io/library/busybox:latest");
	expect(&none, "busybox", "https registry-1.docker.io/library/busybox");
	expect(&none, "host.example:5000/a/b", "https host.example:5000/a/b");
}

/* Nobody gives certificates to their own machine; and a name that only looks like it is another machine. */
static void test_this_machine_may_speak_http(void **state)
{
	struct registries none = { 0 };

	expect(&none, "localhost:5000/x", "unverified localhost:5000/x, http localhost:5000/x");
	expect(&none, "localhost/x", "unverified localhost/x, http localhost/x");
	expect(&none, "127.1.2.3:5000/x", "unverified 127.1.2.3:5000/x, http 127.1.2.3:5000/x");
	expect(&none, "[::1]:5000/x", "unverified [::1]:5000/x, http [::1]:5000/x");
	expect(&none, "127.evil.example/x", "https 127.evil.example/x");
	expect(&none, "localhost.example/x", "https localhost.example/x");
	expect(&none, "[::12]:5000/x", "https [::12]:5000/x");
	none.tls = TLS_VERIFIED;
	expect(&none, "localhost:5000/x", "https localhost:5000/x");
	none.tls = TLS_UNVERIFIED;
	expect(&none, "host.example/x", "unverified host.example/x, http host.example/x");
}

static void test_what_a_file_says_of_security(void **state)
{
	struct registries registries = conf("[[registry]]\nlocation='a.example'\ninsecure=true\n"
					    "[[registry]]\nlocation='localhost:1'\ninsecure=false\n");

	expect(&registries, "a.example/x", "unverified a.example/x, http a.example/x");
	expect(&registries, "localhost:1/x", "https localhost:1/x");
	expect(&registries, "a.example:5000/x", "https a.example:5000/x");
	registries.tls = TLS_VERIFIED;
	expect(&registries, "a.example/x", "https a.example/x");
}

static void test_the_longest_prefix_holds(void **state)
{
	struct registries registries = conf(
		"[[registry]]\nprefix='a.example'\nlocation='one.example'\n"
		"[[registry]]\nprefix='a.example/team'\nlocation='two.example/x'\n"
		"[[registry]]\nprefix='a.example/team/app:v1'\nlocation='three.example/y/app'\n"
		"[[registry]]\nprefix='*.example'\nlocation='four.example'\n"
		"[[registry]]\nprefix='*.b.example'\n");

	expect(&registries, "a.example/x", "https one.example/x");
	expect(&registries, "a.example/team/app", "https two.example/x/app");
	expect(&registries, "a.example/teams/app", "https one.example/teams/app");
	expect(&registries, "a.example/team/app:v1", "https three.example/y/app");
	expect(&registries, "a.example/team/app:v1@" DIGEST, "https two.example/x/app");
	expect(&registries, "c.example/x", "https four.example/x");
	expect(&registries, "d.c.example/x", "https four.example/x");
	expect(&registries, "c.b.example/x", "https c.b.example/x");
	/* '*' stands for something; a port makes another registry. */
	expect(&registries, "b.example:5000/x", "https b.example:5000/x");
	expect(&registries, "bexample.com/x", "https bexample.com/x");
}

static void test_docker_hub_by_its_full_name(void **state)
{
	struct registries registries = conf("[[registry]]\nprefix='docker.io/library'\nlocation='m.example/hub'\n"
					    "[[registry]]\nprefix='q.example'\nlocation='docker.io'\n");

	expect(&registries, "busybox", "https m.example/hub/busybox");
	expect(&registries, "team/app", "https registry-1.docker.io/team/app");
	expect(&registries, "q.example/x", "https registry-1.docker.io/library/x");
}

static void test_mirrors_come_first_and_in_order(void **state)
{
	struct registries registries = conf(
		"[[registry]]\nprefix='a.example'\nlocation='b.example'\n"
		"[[registry.mirror]]\nlocation='m1.example/p'\n"
		"[[registry.mirror]]\nlocation='m2.example'\ninsecure=true\n"
		"[[registry.mirror]]\nlocation='m3.example'\npull-from-mirror='digest-only'\n"
		"[[registry.mirror]]\nlocation='m4.example'\npull-from-mirror='tag-only'\n"
		"[[registry]]\nlocation='c.example'\nmirror-by-digest-only=true\nmirror=[{location='m5'}]\n");

	expect(&registries, "a.example/x", "mirror https m1.example/p/x, mirror unverified m2.example/x, "
	       "mirror http m2.example/x, mirror https m4.example/x, https b.example/x");
	expect(&registries, "a.example/x@" DIGEST, "mirror https m1.example/p/x, mirror unverified m2.example/x, "
	       "mirror http m2.example/x, mirror https m3.example/x, https b.example/x");
	expect(&registries, "c.example/x:1", "https c.example/x");
	expect(&registries, "c.example/x@" DIGEST, "mirror https m5/x, https c.example/x");
}

/* What is sent goes where the name says. */
static void test_pushes_use_no_mirror(void **state)
{
	struct registries registries = conf(
		"[[registry]]\nprefix='a.example'\nlocation='b.example'\n"
		"[[registry.mirror]]\nlocation='m1.example'\n"
		"[[registry]]\nlocation='c.example'\nblocked=true\n");

	assert_string_equal(ways(&registries, "a.example/x", true), "https a.example/x");
	assert_non_null(strstr(ways(&registries, "c.example/x", true), "is blocked"));
}

static void test_a_blocked_registry_is_named_with_its_line(void **state)
{
	struct registries registries = conf("\n[[registry]]\nlocation='a.example/bad'\nblocked=true\n");

	expect(&registries, "a.example/bad/x",
	       "'a.example/bad/x:latest' is blocked: /c.conf:2 has 'blocked = true' for 'a.example/bad'");
	expect(&registries, "a.example/good/x", "https a.example/good/x");
}

static void test_short_names(void **state)
{
	struct registries registries = conf(
		"unqualified-search-registries=['one.example', 'docker.io', 'short']\n"
		"[aliases]\nfedora='f.example/fedora'\n'team/app'='t.example/app'\ngone=''\n");

	assert_string_equal(candidates(&registries, "fedora:41"), "f.example/fedora:41");
	assert_string_equal(candidates(&registries, "fedora@" DIGEST), "f.example/fedora@" DIGEST);
	assert_string_equal(candidates(&registries, "team/app"), "t.example/app:latest");
	assert_string_equal(candidates(&registries, "x"),
			    "one.example/x:latest, docker.io/library/x:latest, short/x:latest");
	assert_string_equal(candidates(&registries, "gone:1"),
			    "one.example/gone:1, docker.io/library/gone:1, short/gone:1");
	assert_string_equal(candidates(&registries, "library/x"),
			    "one.example/library/x:latest, docker.io/library/x:latest, short/library/x:latest");
	assert_string_equal(candidates(&registries, "docker.io/x"), "docker.io/library/x:latest");
	registries.mode = SHORT_NAME_ENFORCING;
	assert_non_null(strstr(candidates(&registries, "x"),
			       "'x' may be 'one.example/x:latest' or 'docker.io/library/x:latest' or"));
	assert_string_equal(candidates(&registries, "fedora"), "f.example/fedora:latest");
}

/* Files are read one after the other; the later one holds, and only for what it speaks of. */
static void test_later_files_hold(void **state)
{
	struct registries registries = conf("unqualified-search-registries=['a.example']\n"
					    "[aliases]\nx='one.example/x'\n"
					    "y='one.example/y'\n[[registry]]\nlocation='r.example'\nblocked=true\n");
	const char *more = "short-name-mode='disabled'\n[aliases]\nx='two.example/x'\ny=''\n"
			   "[[registry]]\nlocation='r.example'\n";
	struct problem problem = { 0 };

	registries_add(&registries, &arena, more, strlen(more), "/d.conf", &problem);
	assert_false(problem.found);
	assert_int_equal(registries.mode, SHORT_NAME_DISABLED);
	assert_string_equal(candidates(&registries, "x"), "two.example/x:latest");
	assert_string_equal(candidates(&registries, "y"), "a.example/y:latest");
	expect(&registries, "r.example/x", "https r.example/x");
}

static void test_faults_are_named(void **state)
{
	static const struct { const char *text, *problem; } bad[] = {
		{ "a", "/c.conf:1:2: '='" },
		{ "[registries.search]\nregistries=[]", "/c.conf: registries: this is the old form" },
		{ "unqualified-search-registries='x'", "unqualified-search-registries: must be an array" },
		{ "unqualified-search-registries=['a/b']", "unqualified-search-registries[0]: 'a/b' is no host" },
		{ "[[registry]]\ninsecure='yes'\nlocation='a'", "registry[0].insecure" },
		{ "[[registry]]\n", "/c.conf:1: this [[registry]] has neither" },
		{ "[[registry]]\nprefix='a.example'", "has no location" },
		{ "\n[[registry]]\nlocation='https://a.example'", "/c.conf:2: " },
		{ "[[registry]]\nprefix='a.example'\nlocation='https://a.example'", "but an URL" },
		{ "[[registry]]\nprefix='*.a.example/x'\n", "prefix '*.a.example/x' is none" },
		{ "[[registry]]\nprefix='a.*.example'\nlocation='x'", "is none" },
		{ "[[registry]]\nprefix='*.a.example:1'\n", "is none" },
		{ "[[registry]]\nlocation='a.example/x:tag'\nprefix='b.example'", "location 'a.example/x:tag'" },
		{ "[[registry]]\nlocation='a'\n[[registry]]\nlocation='a'",
		  "/c.conf:3: the prefix 'a' is there already" },
		{ "[[registry]]\nlocation='a'\n[[registry.mirror]]\ninsecure=true",
		  "registry[0].mirror[0].location: is missing" },
		{ "[[registry]]\nlocation='a'\nmirror-by-digest-only=true\n[[registry.mirror]]\nlocation='b'\n"
		  "pull-from-mirror='tag-only'", "exclude each other" },
		{ "[[registry]]\nlocation='a'\n[[registry.mirror]]\nlocation='b'\npull-from-mirror='never'",
		  "'never' is not 'all', 'digest-only' or 'tag-only'" },
		{ "short-name-mode='maybe'", "'maybe' is not 'enforcing'" },
		{ "[aliases]\nx=1", "/c.conf:2: alias 'x' must be a text" },
		{ "[aliases]\nx='y'", "'y' must be a name with its registry" },
		{ "[aliases]\nx='a.example/y:1'", "without a tag" },
		{ "[aliases]\n'a.example/x'='a.example/y'", "must be a short name" },
		{ "[aliases]\n'x:1'='a.example/y'", "must be a short name" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct registries registries = { 0 };
		struct problem problem = { 0 };

		registries_add(&registries, &arena, bad[i].text, strlen(bad[i].text), "/c.conf", &problem);
		if (!problem.found)
			fail_msg("'%s' was taken", bad[i].text);
		if (!strstr(problem.text, bad[i].problem))
			fail_msg("'%s': %s", bad[i].text, problem.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_any_file),
		cmocka_unit_test(test_this_machine_may_speak_http),
		cmocka_unit_test(test_what_a_file_says_of_security),
		cmocka_unit_test(test_the_longest_prefix_holds),
		cmocka_unit_test(test_docker_hub_by_its_full_name),
		cmocka_unit_test(test_mirrors_come_first_and_in_order),
		cmocka_unit_test(test_pushes_use_no_mirror),
		cmocka_unit_test(test_a_blocked_registry_is_named_with_its_line),
		cmocka_unit_test(test_short_names),
		cmocka_unit_test(test_later_files_hold),
		cmocka_unit_test(test_faults_are_named),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
