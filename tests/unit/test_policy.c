/* test_policy.c - policy.json: the narrowest scope holds, what cannot be checked is no yes, and a file with anything
 * unknown in it is no policy. */
#include "base/text.h"
#include "image/policy.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "in_arena.h"

#define DIGEST "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define YES "[{\"type\":\"insecureAcceptAnything\"}]"
#define NO "[{\"type\":\"reject\"}]"
#define SIGNED(more) "{\"type\":\"sigstoreSigned\",\"keyPath\":\"/k.pub\"" more "}"

static struct policy policy_of(const char *text)
{
	struct problem problem = { 0 };
	struct policy policy;

	if (!policy_read(&arena, arena_copy(&arena, text, strlen(text)), strlen(text), "/p.json", &policy, &problem))
		fail_msg("%s: %s", text, problem.text);
	return policy;
}

/* "SCOPE" and how many signatures; or the problem. */
static const char *told(bool good, const struct policy_verdict *verdict, const struct problem *problem)
{
	assert_true(good == !problem->found);
	if (!good)
		return arena_printf(&arena, "%s", problem->text);
	return arena_printf(&arena, "%s %zu", verdict->scope, verdict->signatures);
}

static const char *ask(const struct policy *policy, const char *name)
{
	struct policy_verdict verdict = { 0 };
	struct problem problem = { 0 };
	struct reference reference;
	bool good;

	if (!reference_parse(&arena, name, &reference, &problem))
		fail_msg("%s", problem.text);
	good = policy_for_image(policy, &arena, &reference, &verdict, &problem);
	return told(good, &verdict, &problem);
}

static const char *ask_path(const struct policy *policy, const char *transport, const char *path, const char *name)
{
	struct policy_verdict verdict = { 0 };
	struct problem problem = { 0 };
	bool good = policy_for_path(policy, &arena, transport, path, name, &verdict, &problem);

	return told(good, &verdict, &problem);
}

static void test_the_narrowest_scope_holds(void **state)
{
	static const struct { const char *scope, *name, *other; } order[] = {
		{ "h.a.example:1/team/app:v1", "h.a.example:1/team/app:v1", "h.a.example:1/team/app:v2" },
		{ "h.a.example:1/team/app", "h.a.example:1/team/app:v2", "h.a.example:1/team/app2" },
		{ "h.a.example:1/team", "h.a.example:1/team/app2", "h.a.example:1/teams/app" },
		{ "h.a.example:1", "h.a.example:1/teams/app", "h.a.example/team/app" },
		{ "*.a.example", "i.a.example/x", "a.example/x" },
		{ "*.example", "a.example/x", "example.com/x" },
		{ "", "host/x", NULL },
	};
	struct text text = text_new(&arena);
	size_t count = sizeof(order) / sizeof(order[0]);

	for (size_t i = count; i-- > 0;)
		text_printf(&text, "%s\"%s\":" YES, text.length ? "," : "", order[i].scope);
	for (size_t i = 0; i < count; i++) {
		struct policy policy = policy_of(arena_printf(&arena,
			"{\"default\":" NO ",\"transports\":{\"docker\":{%s}}}",
							      text.at));

		assert_string_equal(ask(&policy, order[i].name),
				    arena_printf(&arena, "transports.docker[\"%s\"] 0", order[i].scope));
		if (order[i].other)
			assert_string_not_equal(ask(&policy, order[i].other),
						arena_printf(&arena, "transports.docker[\"%s\"] 0", order[i].scope));
	}
}

static void test_the_default_holds_for_the_rest(void **state)
{
	struct policy policy = policy_of("{\"default\":" NO ",\"transports\":{\"docker\":{\""
		"docker.io/library/busybox\":" YES
					 "},\"oci\":{\"\":" YES "}}}");

	assert_string_equal(ask(&policy, "busybox"), "transports.docker[\"docker.io/library/busybox\"] 0");
	assert_string_equal(ask(&policy, "alpine"), "'alpine:latest' is rejected by /p.json: default has 'reject'");
	assert_string_equal(ask_path(&policy, "oci", "/x", ""), "transports.oci[\"\"] 0");
	assert_non_null(strstr(ask_path(&policy, "dir", "/x", ""), "'dir:/x' is rejected by /p.json: default"));
}

/* A tag beside a digest says nothing of what is fetched. */
static void test_a_digest_is_its_own_scope(void **state)
{
	struct policy policy = policy_of("{\"default\":" NO ",\"transports\":{\"docker\":{\""
		"docker.io/library/x:1\":" YES
					 ",\"docker.io/library/y@" DIGEST "\":" YES "}}}");

	assert_string_equal(ask(&policy, "x:1"), "transports.docker[\"docker.io/library/x:1\"] 0");
	assert_non_null(strstr(ask(&policy, "x:1@" DIGEST), "is rejected"));
	assert_string_equal(ask(&policy, "y:7@" DIGEST), "transports.docker[\"docker.io/library/y@" DIGEST "\"] 0");
}

static void test_without_a_file_all_is_accepted(void **state)
{
	struct policy none = { 0 };

	assert_string_equal(ask(&none, "busybox"), "no policy.json 0");
	assert_string_equal(ask_path(&none, "oci", "/x", "y"), "no policy.json 0");
}

static void test_all_requirements_have_to_be_met(void **state)
{
	struct policy policy = policy_of(
		"{\"default\":[" SIGNED("") ",{\"type\":\"insecureAcceptAnything\"}," SIGNED("") "],\"tran"
			"sports\":{\"docker\":{"
		"\"a\":[" SIGNED("") ",{\"type\":\"reject\"}],"
		"\"b\":[{\"type\":\"insecureAcceptAnything\"},{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\","
			"\"keyPath\":\"/g\"}],"
		"\"c\":[{\"type\":\"sigstoreSigned\",\"fulcio\":{\"caPath\":\"/x\"}}],"
		"\"d\":[" SIGNED(",\"rekorPublicKeyPath\":\"/r\"") "],"
		"\"e\":[{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyPath\":\"/g\"},"
		"{\"type\":\"reject\"}]}}}");

	assert_string_equal(ask(&policy, "busybox"), "default 2");
	/* Scopes of hosts without a dot need names that have a port. */
	policy.transport[0].scope[0].name = "a:1";
	policy.transport[0].scope[1].name = "b:1";
	policy.transport[0].scope[2].name = "c:1";
	policy.transport[0].scope[3].name = "d:1";
	policy.transport[0].scope[4].name = "e:1";
	assert_non_null(strstr(ask(&policy, "a:1/x"), "transports.docker[\"a:1\"] has 'reject'"));
	assert_non_null(strstr(ask(&policy, "b:1/x"), "asks for a GPG signature (signedBy), which taru cannot check"));
	assert_non_null(strstr(ask(&policy, "c:1/x"), "asks for 'fulcio', which taru cannot check"));
	assert_non_null(strstr(ask(&policy, "d:1/x"), "asks for 'rekorPublicKeyPath'"));
	/* Who gets nothing by any signature is told so. */
	assert_non_null(strstr(ask(&policy, "e:1/x"), "has 'reject'"));
	assert_non_null(strstr(ask_path(&policy, "oci", "/x", ""),
		"asks for a signature, which is nowhere in such a file"));
}

static void test_paths(void **state)
{
	struct policy policy = policy_of("{\"default\":" NO ",\"transports\":{\"oci\":{\"/a/b\":" YES ",\"/a/c:1\":" YES
					 ",\"/d\":" YES "},\"docker-archive\":{\"/a\":" YES "}}}");

	assert_string_equal(ask_path(&policy, "oci", "/a/b", ""), "transports.oci[\"/a/b\"] 0");
	assert_string_equal(ask_path(&policy, "oci", "/a/b/c", "1"), "transports.oci[\"/a/b\"] 0");
	assert_string_equal(ask_path(&policy, "oci", "/a/c", "1"), "transports.oci[\"/a/c:1\"] 0");
	assert_non_null(strstr(ask_path(&policy, "oci", "/a/c", "2"), "is rejected"));
	assert_non_null(strstr(ask_path(&policy, "oci", "/a/bc", ""), "is rejected"));
	assert_non_null(strstr(ask_path(&policy, "docker-archive", "/a", ""), "is rejected"));
}

static void test_what_is_read(void **state)
{
	struct policy policy = policy_of(
		"{\"default\":[" SIGNED(",\"signedIdentity\":{\"type\":\"matchRepository\"}") ","
		"{\"type\":\"sigstoreSigned\",\"keyData\":\"YWJj\",\"signedIdentity\":{\"type\":\"remapIdentity\","
		"\"prefix\":\"m:1/v\",\"signedPrefix\":\"v.example\"}},"
		"{\"type\":\"sigstoreSigned\",\"keyPaths\":[\"/a\",\"/b\"],\"signedIdentity\":{\"type\":\""
			"exactReference\","
		"\"dockerReference\":\"docker.io/library/x:1\"}}]}");
	const struct requirement *requirement = policy.all.requirement;
	struct problem problem = { 0 };
	const char **key;
	size_t count;

	assert_int_equal(policy.all.count, 3);
	assert_int_equal(requirement[0].identity.kind, IDENTITY_REPOSITORY);
	assert_string_equal(requirement[0].key_path[0], "/k.pub");
	assert_int_equal(requirement[1].identity.kind, IDENTITY_REMAPPED);
	assert_string_equal(requirement[1].identity.signed_prefix, "v.example");
	assert_string_equal(requirement[2].identity.given, "docker.io/library/x:1");
	assert_int_equal(requirement[2].key_paths, 2);
	assert_true(policy_keys(&arena, &requirement[1], &key, &count, &problem) < 0);
	assert_non_null(strstr(problem.text, "no public key in PEM"));
	problem.found = false;
	assert_true(policy_keys(&arena, &requirement[0], &key, &count, &problem) < 0);
	assert_non_null(strstr(problem.text, "/k.pub: the public key of the policy is not there"));
}

static void test_faults_are_named(void **state)
{
	static const struct { const char *text, *problem; } bad[] = {
		{ "{}", "/p.json: default: is missing" }, { "[]", "/p.json: must be an object" },
		{ "{\"default\":[]}", "default: must not be empty" },
		{ "{\"default\":" YES ",\"other\":1}", "/p.json: other: this key is not known" },
		{ "{\"default\":" YES ",\"default\":" YES "}", "default is there twice" },
		{ "{\"default\":null}", "default: must not be null" },
		{ "{\"default\":[{}]}", "default[0].type: is missing" },
		{ "{\"default\":[{\"type\":\"accept\"}]}", "default[0].type: 'accept' is not a known type" },
		{ "{\"default\":[{\"type\":\"reject\",\"x\":1}]}", "default[0].x: this key is not known" },
		{ "{\"default\":[{\"type\":\"insecureAcceptAnything\",\"keyPath\":\"/x\"}]}",
		  "keyPath: this key is not known" },
		{ "{\"default\":[1]}", "default[0]: must be an object" },
		{ "{\"default\":" YES ",\"transports\":[]}", "transports: must be an object" },
		{ "{\"default\":" YES ",\"transports\":{\"docker\":{\"x\":{}}}}",
		  "transports.docker.x: must be an array" },
		{ "{\"default\":[{\"type\":\"sigstoreSigned\"}]}",
		  "one of keyPath, keyPaths and keyData is needed, not 0" },
		{ "{\"default\":[" SIGNED(",\"keyData\":\"YWJj\"") "]}", "not 2 of them" },
		{ "{\"default\":[{\"type\":\"sigstoreSigned\",\"keyData\":\"YWJ\"}]}", "keyData is not base64" },
		{ "{\"default\":[{\"type\":\"sigstoreSigned\",\"keyPaths\":[]}]}", "there must be a key" },
		{ "{\"default\":[{\"type\":\"sigstoreSigned\",\"keyDatas\":[\"YWJj\",\"?\"]}]}",
		  "keyDatas[1] is not base64" },
		{ "{\"default\":[{\"type\":\"signedBy\",\"keyPath\":\"/x\"}]}", "keyType must be 'GPGKeys'" },
		{ "{\"default\":[" SIGNED(",\"signedIdentity\":{}") "]}", "signedIdentity.type: is missing" },
		{ "{\"default\":[" SIGNED(",\"signedIdentity\":{\"type\":\"any\"}") "]}", "type 'any' is not known" },
		{ "{\"default\":[" SIGNED(",\"signedIdentity\":{\"type\":\"matchExact\",\"prefix\":\"x\"}") "]}",
		  "no other keys" },
		{ "{\"default\":[" SIGNED(",\"signedIdentity\":{\"type\":\"exactReference\",\"dockerReferen"
			"ce\":\"x\"}") "]}",
		  "must be a name with a tag" },
		{ "{\"default\":[" SIGNED(",\"signedIdentity\":{\"type\":\"exactRepository\",\""
			"dockerRepository\":\"x:1\"}") "]}",
		  "without a tag" },
		{ "{\"default\":[" SIGNED(",\"signedIdentity\":{\"type\":\"remapIdentity\",\"prefix\":\"x\"}") "]}",
		  "has 'prefix' and 'signedPrefix'" },
		{ "{\"default\":[" SIGNED(",\"signedIdentity\":{\"type\":\"remapIdentity\",\"prefix\":\"h/x:1\","
					  "\"signedPrefix\":\"y\"}") "]}", "must be a host" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct problem problem = { 0 };
		struct policy policy;

		if (policy_read(&arena, arena_copy(&arena, bad[i].text, strlen(bad[i].text)), strlen(bad[i].text),
				"/p.json", &policy, &problem))
			fail_msg("'%s' was taken", bad[i].text);
		if (!strstr(problem.text, bad[i].problem))
			fail_msg("'%s': %s", bad[i].text, problem.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_narrowest_scope_holds),
		cmocka_unit_test(test_the_default_holds_for_the_rest),
		cmocka_unit_test(test_a_digest_is_its_own_scope),
		cmocka_unit_test(test_without_a_file_all_is_accepted),
		cmocka_unit_test(test_all_requirements_have_to_be_met),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_what_is_read),
		cmocka_unit_test(test_faults_are_named),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
