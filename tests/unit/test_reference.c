/* test_reference.c - the name of an image means what it means to Docker, and what is no name is refused with words that
 * help. */
#include "base/text.h"
#include "image/reference.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "in_arena.h"

#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define DIGEST "sha256:" HEX64

static struct reference parse(const char *text)
{
	struct problem problem = { 0 };
	struct reference reference = { 0 };

	if (!reference_parse(&arena, text, &reference, &problem))
		fail_msg("%s: %s", text, problem.text);
	return reference;
}

/* What is short is of docker.io, and of its library where it has no other owner; the tag is latest. */
static void test_names_are_completed_as_docker_does(void **state)
{
	static const struct { const char *text, *full, *familiar; } good[] = {
		{ "busybox", "docker.io/library/busybox:latest", "busybox:latest" },
		{ "busybox:1.36", "docker.io/library/busybox:1.36", "busybox:1.36" },
		{ "library/x", "docker.io/library/x:latest", "x:latest" },
		{ "docker.io/busybox", "docker.io/library/busybox:latest", "busybox:latest" },
		{ "docker.io/library/busybox:latest", "docker.io/library/busybox:latest", "busybox:latest" },
		{ "index.docker.io/busybox", "docker.io/library/busybox:latest", "busybox:latest" },
		{ "team/app", "docker.io/team/app:latest", "team/app:latest" },
		{ "docker.io/library/a/b", "docker.io/library/a/b:latest", "library/a/b:latest" },
		{ "localhost/x", "localhost/x:latest", "localhost/x:latest" },
		{ "localhost:5000/x/y:tag@" DIGEST, "localhost:5000/x/y:tag@" DIGEST,
		  "localhost:5000/x/y:tag@" DIGEST },
		{ "host.example/x", "host.example/x:latest", "host.example/x:latest" },
		{ "host:1/x", "host:1/x:latest", "host:1/x:latest" },
		{ "Host/x", "Host/x:latest", "Host/x:latest" },
		{ "[::1]:5000/x", "[::1]:5000/x:latest", "[::1]:5000/x:latest" },
		{ "[2001:DB8::1]/x", "[2001:DB8::1]/x:latest", "[2001:DB8::1]/x:latest" },
		{ "127.0.0.1:5000/x", "127.0.0.1:5000/x:latest", "127.0.0.1:5000/x:latest" },
		/* A name and a tag, since there is no '/'. */
		{ "localhost:5000", "docker.io/library/localhost:5000", "localhost:5000" },
		{ "busybox@" DIGEST, "docker.io/library/busybox@" DIGEST, "busybox@" DIGEST },
		{ "a__b/c-d/e---f/g.h/i_j", "docker.io/a__b/c-d/e---f/g.h/i_j:latest",
		  "a__b/c-d/e---f/g.h/i_j:latest" },
		{ "x:_", "docker.io/library/x:_", "x:_" },
		{ "x:A.b-C_9", "docker.io/library/x:A.b-C_9", "x:A.b-C_9" },
		{ HEX64 ":tag", "docker.io/library/" HEX64 ":tag", HEX64 ":tag" },
		{ HEX64 "0", "docker.io/library/" HEX64 "0:latest", HEX64 "0:latest" },
		/* Without its registry this would be of another one. */
		{ "docker.io/a.b/c", "docker.io/a.b/c:latest", "docker.io/a.b/c:latest" },
		{ "docker.io/localhost/c", "docker.io/localhost/c:latest", "docker.io/localhost/c:latest" },
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct reference reference = parse(good[i].text);

		assert_string_equal(reference_text(&arena, &reference), good[i].full);
		assert_string_equal(reference_familiar(&arena, &reference), good[i].familiar);
	}
}

/* Who looks for aliases has to know what was written. */
static void test_a_short_name_is_kept(void **state)
{
	assert_string_equal(parse("busybox:1").short_name, "busybox");
	assert_string_equal(parse("library/busybox").short_name, "library/busybox");
	assert_null(parse("docker.io/busybox").short_name);
	assert_null(parse("localhost/x").short_name);
}

/* Each message names the part and what would be right. */
static void test_faults_are_named(void **state)
{
	static const struct { const char *text, *problem; } bad[] = {
		{ "", "the name of an image is empty" },
		{ HEX64, "is the id of an image" },
		{ "Busybox", "repository name must be lower case: 'Busybox'; did you mean 'busybox'?" },
		{ "host.example/Team/App", "did you mean 'host.example/team/app'?" },
		{ "a//b", "a part of the path is empty" },
		{ "/a", "a part of the path is empty" },
		{ "a/", "a part of the path is empty" },
		{ "host.example/", "missing after the registry" },
		{ "a-", "ends in a separator" },
		{ "a-/b", "ends in a separator" },
		{ "-a", "'-' must stand between" },
		{ "a..b", "'.' must stand between" },
		{ "a._b", "'_' must stand between" },
		{ "a___b", "'_' must stand between" },
		{ "a b", "' ' must not be in it" },
		{ "a\nb", "'?' must not be in it" },
		{ "\xc3\xa4", "must not be in it" },
		{ "https://host.example/x", "has no 'https://' before it" },
		{ ":tag", "repository name is missing" },
		{ "@" DIGEST, "repository name is missing" },
		{ "x:", "the tag after ':' is empty" },
		{ "x:-a", "tag '-a': '-' must not begin it" },
		{ "x:.a", "tag '.a': '.' must not begin it" },
		{ "x:a b", "' ' must not be in it" },
		{ "x:a+b", "'+' must not be in it" },
		{ "x@", "digest '': it must be 'sha256:'" },
		{ "x@" DIGEST "0", "not 65" },
		{ "x@sha256:abc", "not 3" },
		{ "x@sha256:", "not 0" },
		{ "x@SHA256:" HEX64, "it must be 'sha256:'" },
		{ "x@sha256:0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
		  "'A' is no hexadecimal digit in lower case" },
		{ "x@sha512:" HEX64 HEX64, "sha512 is not supported" },
		{ "x@md5:abc", "it must be 'sha256:'" },
		{ "x@" DIGEST "@" DIGEST, "digest" },
		{ "host.example:/x", "registry 'host.example:' is no host name" },
		{ "host.example:a/x", "is no host name" },
		{ "-host.example/x", "is no host name" },
		{ "host-.example/x", "is no host name" },
		{ "host..example/x", "is no host name" },
		{ "../x", "is no host name" },
		{ "./x", "is no host name" },
		{ "[::1/x", "is no host name" },
		{ "[]:1/x", "is no host name" },
		{ "user:pw@host.example/x", "digest 'host.example/x'" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct problem problem = { 0 };
		struct reference reference;

		if (reference_parse(&arena, bad[i].text, &reference, &problem))
			fail_msg("'%s' was taken", bad[i].text);
		if (!strstr(problem.text, bad[i].problem))
			fail_msg("'%s': %s", bad[i].text, problem.text);
	}
}

static const char *repeat(const char *head, size_t count)
{
	struct text text = text_new(&arena);

	text_add(&text, head);
	while (count--)
		text_add(&text, "a");
	return text.at;
}

/* The lengths are those of the specification, on both sides of the limit. */
static void test_lengths_have_limits(void **state)
{
	struct problem problem = { 0 };
	struct reference reference;

	parse(repeat("x:", 128));
	assert_false(reference_parse(&arena, repeat("x:", 129), &reference, &problem));
	assert_non_null(strstr(problem.text, "129 characters"));
	problem.found = false;
	parse(repeat("host.example/", 255 - strlen("host.example/")));
	assert_false(reference_parse(&arena, repeat("host.example/", 256 - strlen("host.example/")), &reference,
				     &problem));
	assert_non_null(strstr(problem.text, "256 characters"));
	problem.found = false;
	assert_false(reference_parse(&arena, repeat("", 1000000), &reference, &problem));
}

static void test_scopes_go_from_the_image_to_its_registry(void **state)
{
	struct reference reference = parse("host:1/team/app:tag");
	const char *const *scope = reference_scopes(&arena, &reference);

	assert_string_equal(scope[0], "host:1/team/app:tag");
	assert_string_equal(scope[1], "host:1/team/app");
	assert_string_equal(scope[2], "host:1/team");
	assert_string_equal(scope[3], "host:1");
	assert_null(scope[4]);
	reference = parse("busybox:1@" DIGEST);
	assert_string_equal(reference_scopes(&arena, &reference)[0], "docker.io/library/busybox@" DIGEST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_are_completed_as_docker_does),
		cmocka_unit_test(test_a_short_name_is_kept),
		cmocka_unit_test(test_faults_are_named),
		cmocka_unit_test(test_lengths_have_limits),
		cmocka_unit_test(test_scopes_go_from_the_image_to_its_registry),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
