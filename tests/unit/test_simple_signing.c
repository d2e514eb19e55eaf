/* test_simple_signing.c - a good signature counts for the image that it was made for, and for no other. */
#include "image/simple_signing.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "in_arena.h"

#define DIGEST "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER "sha256:1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define PAYLOAD(name) "{\"critical\":{\"identity\":{\"docker-reference\":\"" name "\"},\"image\":{" \
	"\"docker-manifest-digest\":\"" DIGEST "\"},\"type\":\"cosign container image signature\"},\"optional\":null}"

/* NULL where it is good; else what is wrong. */
static const char *check(const char *payload, const struct signed_identity *identity, const char *image,
			 const char *digest)
{
	struct problem problem = { 0 };
	struct reference reference;
	bool good;

	if (!reference_parse(&arena, image, &reference, &problem))
		fail_msg("%s", problem.text);
	good = simple_signing_check(&arena, arena_copy(&arena, payload, strlen(payload)), strlen(payload), identity,
				    &reference, digest, &problem);
	assert_true(good == !problem.found);
	return good ? NULL : arena_printf(&arena, "%s", problem.text);
}

static void test_identities(void **state)
{
	static const struct signed_identity usual = { IDENTITY_DIGEST_OR_EXACT, NULL, NULL, NULL },
		exact = { IDENTITY_EXACT, NULL, NULL, NULL }, repository = { IDENTITY_REPOSITORY, NULL, NULL, NULL },
		given = { IDENTITY_GIVEN_REFERENCE, "h:1/x:1", NULL, NULL },
		given_repository = { IDENTITY_GIVEN_REPOSITORY, "h:1/x", NULL, NULL },
		remapped = { IDENTITY_REMAPPED, NULL, "m:1/v", "h:1" };
	static const struct { const struct signed_identity *identity; const char *signed_for,
		*image; bool good; } rows[] = {
		{ &usual, PAYLOAD("h:1/x:1"), "h:1/x:1", true }, { &usual, PAYLOAD("h:1/x:2"), "h:1/x:1", false },
		{ &usual, PAYLOAD("h:1/x"), "h:1/x:1", false }, { &usual, PAYLOAD("h:1/y:1"), "h:1/x:1", false },
		{ &usual, PAYLOAD("h:1/x:2"), "h:1/x@" DIGEST, true },
		{ &usual, PAYLOAD("h:1/y:2"), "h:1/x@" DIGEST, false },
		{ &usual, PAYLOAD("docker.io/library/x:1"), "x:1", true },
		{ &usual, PAYLOAD("index.docker.io/library/x:1"), "x:1", true },
		/* Without a tag that was signed, latest is not one. */
		{ &usual, PAYLOAD("h:1/x"), "h:1/x", false },
		{ &exact, PAYLOAD("h:1/x:1"), "h:1/x:1", true }, { &exact, PAYLOAD("h:1/x:1"), "h:1/x@" DIGEST, false },
		{ &exact, PAYLOAD("h:1/x@" DIGEST), "h:1/x@" DIGEST, true },
		{ &exact, PAYLOAD("h:1/x"), "h:1/x:latest", false },
		{ &repository, PAYLOAD("h:1/x"), "h:1/x:1", true }, { &repository, PAYLOAD("h:1/x:9"), "h:1/x:1",
		  true },
		{ &repository, PAYLOAD("h:1/xy"), "h:1/x:1", false }, { &repository, PAYLOAD("h:2/x"), "h:1/x:1",
		  false },
		{ &given, PAYLOAD("h:1/x:1"), "other/y", true }, { &given, PAYLOAD("h:1/x:2"), "h:1/x:2", false },
		{ &given, PAYLOAD("h:1/x"), "h:1/x:1", false },
		{ &given_repository, PAYLOAD("h:1/x:7"), "other/y", true },
		{ &given_repository, PAYLOAD("h:1/y"), "h:1/y", false },
		{ &remapped, PAYLOAD("h:1/x:1"), "m:1/v/x:1", true }, { &remapped, PAYLOAD("m:1/v/x:1"), "m:1/v/x:1",
		  false },
		{ &remapped, PAYLOAD("m:1/vx/x:1"), "m:1/vx/x:1", true },
		{ &remapped, PAYLOAD("h:1/x:2"), "m:1/v/x@" DIGEST, true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *wrong = check(rows[i].signed_for, rows[i].identity, rows[i].image, DIGEST);

		if (rows[i].good != !wrong)
			fail_msg("row %zu: %s", i, wrong ? wrong : "was taken");
		if (wrong)
			assert_non_null(strstr(wrong, "it was made for '"));
	}
}

static void test_another_manifest(void **state)
{
	static const struct signed_identity any = { IDENTITY_REPOSITORY, NULL, NULL, NULL };

	assert_string_equal(check(PAYLOAD("h:1/x"), &any, "h:1/x", OTHER), "it was made for another manifest, " DIGEST);
}

/* What is not known in it could mean that it does not hold. */
static void test_the_payload_is_read_strictly(void **state)
{
	static const struct signed_identity any = { IDENTITY_REPOSITORY, NULL, NULL, NULL };
#define IMAGE "\"image\":{\"docker-manifest-digest\":\"" DIGEST "\"}"
#define WHO "\"identity\":{\"docker-reference\":\"h:1/x\"}"
#define TYPE "\"type\":\"cosign container image signature\""
	static const char *const bad[] = {
		"", "[]", "{}", "{\"critical\":{" WHO "," IMAGE "," TYPE "}}",
		"{\"critical\":{" WHO "," IMAGE "," TYPE "},\"optional\":[]}",
		"{\"critical\":{" WHO "," IMAGE "," TYPE "},\"optional\":{},\"more\":1}",
		"{\"critical\":{" WHO "," IMAGE "," TYPE ",\"expires\":1},\"optional\":{}}",
		"{\"critical\":{" WHO "," IMAGE "},\"optional\":{}}",
		"{\"critical\":{" WHO "," TYPE "},\"optional\":{}}",
		"{\"critical\":{" IMAGE "," TYPE "},\"optional\":{}}",
		"{\"critical\":{" WHO "," IMAGE ",\"type\":\"atomic container signature\"},\"optional\":{}}",
		"{\"critical\":{" WHO "," IMAGE ",\"type\":1},\"optional\":{}}",
		"{\"critical\":{\"identity\":{\"docker-reference\":\"h:1/x\",\"and\":1}," IMAGE "," TYPE "},\""
			"optional\":{}}",
		"{\"critical\":{\"identity\":{\"docker-reference\":\"H X\"}," IMAGE "," TYPE "},\"optional\":{}}",
		"{\"critical\":{" WHO ",\"image\":{\"docker-manifest-digest\":\"sha256:ab\"}," TYPE "},\""
			"optional\":{}}",
		"{\"critical\":{" WHO "," IMAGE "," TYPE "},\"critical\":{},\"optional\":{}}",
		"{\"critical\":{" WHO "," IMAGE "," TYPE "},\"optional\":{}} x",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!check(bad[i], &any, "h:1/x", DIGEST))
			fail_msg("'%s' was taken", bad[i]);
	assert_null(check("{\"critical\":{" WHO "," IMAGE "," TYPE "},\"optional\":{\"creator\":\"c\"}}", &any, "h:1/x",
			  DIGEST));
}

static void test_where_signatures_are(void **state)
{
	assert_string_equal(simple_signing_tag(&arena, "sha256:ab"), "sha256-ab.sig");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identities),
		cmocka_unit_test(test_another_manifest),
		cmocka_unit_test(test_the_payload_is_read_strictly),
		cmocka_unit_test(test_where_signatures_are),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
