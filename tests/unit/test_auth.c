/* test_auth.c - a password goes to the registry that it is for, whichever way a file writes it down, and a file that is
 * changed keeps all else. */
#include "base/text.h"
#include "image/auth.h"
#include "image/base64.h"
#include "image/credential_helper.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "in_arena.h"

static struct auth_file file_of(const char *path, const char *text)
{
	struct problem problem = { 0 };
	struct auth_file file;

	if (!auth_read(&arena, arena_copy(&arena, text, strlen(text)), strlen(text), path, &file, &problem))
		fail_msg("%s", problem.text);
	return file;
}

/* "user password", "helper NAME", "token …", "nothing" or the problem. */
static const char *look(const char *text, const char *domain, const char *repository)
{
	struct auth_file file = file_of("/a.json", text);
	struct problem problem = { 0 };
	struct auth_answer answer;

	if (!auth_look(&file, &arena, domain, repository, &answer, &problem)) {
		assert_true(problem.found);
		return arena_printf(&arena, "%s", problem.text);
	}
	if (answer.kind == AUTH_HELPER)
		return arena_printf(&arena, "helper %s", answer.helper);
	if (answer.kind == AUTH_NOTHING)
		return "nothing";
	if (*answer.credentials.identity_token || *answer.credentials.registry_token)
		return arena_printf(&arena, "token %s%s", answer.credentials.identity_token,
				    answer.credentials.registry_token);
	return arena_printf(&arena, "%s %s", answer.credentials.user, answer.credentials.password);
}

/* YTpi is "a:b", Yzpk "c:d", ZTpm "e:f". */
static void test_the_longest_key_holds(void **state)
{
	static const char text[] = "{\"auths\":{\"h:1\":{\"auth\":\"YTpi\"},\"h:1/team\":{\"auth\":\"Yzpk\"},"
				   "\"h:1/team/app\":{\"auth\":\"ZTpm\"}}}";

	assert_string_equal(look(text, "h:1", "x"), "a b");
	assert_string_equal(look(text, "h:1", ""), "a b");
	assert_string_equal(look(text, "h:1", "team/x"), "c d");
	assert_string_equal(look(text, "h:1", "team/app"), "e f");
	assert_string_equal(look(text, "h:1", "team/app/more"), "e f");
	assert_string_equal(look(text, "h:1", "teams/app"), "a b");
	assert_string_equal(look(text, "h", "team/app"), "nothing");
	assert_string_equal(look(text, "h:11", "team/app"), "nothing");
}

static void test_registries_have_several_names(void **state)
{
	static const struct { const char *key, *domain; bool same; } keys[] = {
		{ "https://index.docker.io/v1/", "docker.io", true }, { "index.docker.io", "docker.io", true },
		{ "registry-1.docker.io", "docker.io", true }, { "docker.io", "docker.io", true },
		{ "https://h.example", "h.example", true }, { "http://h.example:1/v2/", "h.example:1", true },
		{ "h.example/", "h.example", true }, { "h.example/v1/", "h.example", true },
		{ "https://h.example/team", "h.example", true }, { "h.example/team", "h.example", false },
		{ "h.example.com", "h.example", false }, { "docker.io.example", "docker.io", false },
		{ "ftp://h.example", "h.example", false }, { "", "h.example", false },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (auth_key_means(&arena, keys[i].key, keys[i].domain) != keys[i].same)
			fail_msg("%s, %s", keys[i].key, keys[i].domain);
	assert_string_equal(look("{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"YTpi\"}}}", "docker.io",
				 "library/x"), "a b");
	/* The key that is just so holds before one that only means the same. */
	assert_string_equal(look("{\"auths\":{\"https://h.example/v1/\":{\"auth\":\"YTpi\"},"
				 "\"h.example\":{\"auth\":\"Yzpk\"}}}", "h.example", "x"), "c d");
}

static void test_helpers_are_chosen(void **state)
{
	static const char text[] = "{\"credHelpers\":{\"h.example\":\"one\",\"e.example\":\"\"},\"credsStore\":\"two\","
				   "\"auths\":{\"h.example\":{\"auth\":\"YTpi\"},\"i.example\":{\"auth\":\"Yzpk\"},"
				   "\"j.example\":{},\"k.example\":null}}";

	assert_string_equal(look(text, "h.example", "x"), "helper one");
	assert_string_equal(look(text, "i.example", "x"), "c d");
	assert_string_equal(look(text, "j.example", "x"), "helper two");
	assert_string_equal(look(text, "k.example", "x"), "helper two");
	assert_string_equal(look(text, "e.example", "x"), "helper two");
	assert_string_equal(look("{\"credHelpers\":{\"https://index.docker.io/v1/\":\"one\"}}", "docker.io", "x"),
			    "helper one");
	assert_string_equal(look("{\"credHelpers\":null,\"auths\":null,\"credsStore\":null}", "h", "x"), "nothing");
}

static void test_forms_of_an_entry(void **state)
{
	assert_string_equal(look("{\"auths\":{\"h\":{\"username\":\"u\",\"password\":\"p\"}}}", "h", ""), "u p");
	assert_string_equal(look("{\"auths\":{\"h\":{\"auth\":\"YTpi\",\"identitytoken\":\"t\"}}}", "h", ""),
		"token t");
	assert_string_equal(look("{\"auths\":{\"h\":{\"registrytoken\":\"r\",\"email\":\"e\"}}}", "h", ""), "token r");
	/* "a:b:c" */
	assert_string_equal(look("{\"auths\":{\"h\":{\"auth\":\"YTpiOmM=\"}}}", "h", ""), "a b:c");
	assert_string_equal(look("{}", "h", ""), "nothing");
}

/* Messages name the file and the key, and never what is secret. */
static void test_faults_are_named(void **state)
{
	static const struct { const char *text, *problem; } bad[] = {
		{ "{\"auths\":{\"h\":{\"auth\":\"YTp\"}}}", "/a.json: auths[\"h\"]: 'auth' is not base64" },
		{ "{\"auths\":{\"h\":{\"auth\":\"YT pi\"}}}", "'auth' is not base64" },
		{ "{\"auths\":{\"h\":{\"auth\":\"YTpi\\n\"}}}", "'auth' is not base64" },
		{ "{\"auths\":{\"h\":{\"auth\":\"YWI=\"}}}", "is not base64 of 'user:password'" },
		{ "{\"auths\":{\"h\":{\"auth\":\"YTpiAA==\"}}}", "control characters" },
		{ "{\"auths\":{\"h\":{\"auth\":\"YTpiCg==\"}}}", "control characters" },
		{ "{\"auths\":{\"h\":{\"auth\":\"YTr/\"}}}", "not UTF-8" },
		{ "{\"auths\":{\"h\":{\"auth\":1}}}", "/a.json: auths.h.auth: must be a string" },
		{ "{\"auths\":{\"h\":[]}}", "/a.json: auths.h: must be an object" },
		{ "{\"credHelpers\":{\"h\":\"../x\"}}", "/a.json: credHelpers: must be the name" },
		{ "{\"credHelpers\":{\"h\":1}}", "must be the name" },
		{ "{\"credsStore\":\"a b\"}", "/a.json: credsStore: must be the name" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!strstr(look(bad[i].text, "h", ""), bad[i].problem))
			fail_msg("'%s': %s", bad[i].text, look(bad[i].text, "h", ""));
}

static void test_files_that_are_none(void **state)
{
	static const struct { const char *text, *problem; } bad[] = {
		{ "[]", "/a.json: must be an object, not an array" }, { "{\"auths\":[]}",
		  "/a.json: auths: must be an object" },
		{ "{\"credHelpers\":\"x\"}", "credHelpers: must be an object" }, { "{", "/a.json:1:2: expected" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct problem problem = { 0 };
		struct auth_file file;

		assert_false(auth_read(&arena, arena_copy(&arena, bad[i].text, strlen(bad[i].text)),
				       strlen(bad[i].text), "/a.json", &file, &problem));
		if (!strstr(problem.text, bad[i].problem))
			fail_msg("'%s': %s", bad[i].text, problem.text);
	}
}

static const char *edited(const char *path, const char *text, const char *key, const struct credentials *credentials,
			  bool *ret_changed)
{
	struct auth_file file = text ? file_of(path, text) : (struct auth_file){ .path = path };
	struct text plain = text_new(&arena);

	/* Without the blanks, so that it reads well here. */
	for (const char *c = auth_edit(&file, &arena, key, credentials, ret_changed); *c; c++)
		if (!strchr(" \t\n", *c))
			text_add_bytes(&plain, c, 1);
	return plain.at;
}

static void test_an_edit_keeps_all_else(void **state)
{
	static const struct credentials credentials = { "a", "b", "", "", "" }, token = { "a", "", "t", "", "" };
	static const char text[] = "{\"z\":1.50,\"auths\":{\"x\":{\"auth\":\"eDp5\",\"email\":\"e\"},\"h\":"
				   "{\"auth\":\"Yzpk\"},"
				   "\"https://h/v1/\":{}},\"HttpHeaders\":{\"A\":\"B\"}}";
	bool changed;

	assert_string_equal(edited("/auth.json", text, "h", &credentials, &changed),
			    "{\"z\":1.50,\"auths\":{\"x\":{\"auth\":\"eDp5\",\"email\":\"e\"},\"h\":"
			    "{\"auth\":\"YTpi\"}},"
			    "\"HttpHeaders\":{\"A\":\"B\"}}");
	assert_true(changed);
	assert_string_equal(edited("/auth.json", text, "h", NULL, &changed),
			    "{\"z\":1.50,\"auths\":{\"x\":{\"auth\":\"eDp5\",\"email\":\"e\"}},"
			    "\"HttpHeaders\":{\"A\":\"B\"}}");
	assert_true(changed);
	edited("/auth.json", text, "nobody", NULL, &changed);
	assert_false(changed);
	assert_string_equal(edited("/auth.json", text, NULL, NULL, &changed),
			    "{\"z\":1.50,\"auths\":{},\"HttpHeaders\":{\"A\":\"B\"}}");
	assert_true(changed);
	edited("/auth.json", "{\"auths\":{}}", NULL, NULL, &changed);
	assert_false(changed);
	assert_string_equal(edited("/auth.json", NULL, "h", &credentials, &changed),
			    "{\"auths\":{\"h\":{\"auth\":\"YTpi\"}}}");
	assert_string_equal(edited("/auth.json", "{\"auths\":null}", "h", &token, &changed),
			    "{\"auths\":{\"h\":{\"auth\":\"YTo=\",\"identitytoken\":\"t\"}}}");
	assert_string_equal(edited("/auth.json", NULL, "docker.io", &credentials, &changed),
			    "{\"auths\":{\"docker.io\":{\"auth\":\"YTpi\"}}}");
	/* Docker looks for its own registry by this name alone. */
	assert_string_equal(edited("/x/config.json", NULL, "docker.io", &credentials, &changed),
			    "{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"YTpi\"}}}");
}

static void test_base64(void **state)
{
	static const struct { const char *text, *bytes; } good[] = {
		{ "", "" }, { "YQ==", "a" }, { "YWI=", "ab" }, { "YWJj", "abc" }, { "+/+/", "\xfb\xff\xbf" },
	};
	static const char *const bad[] = { "Y", "YQ", "YQ=", "YR==", "YWJ=", "YQ==YQ==", "====", "=YQ=", "Y=Q=", "YW-_",
					   "YWJjZ", " YWJj", "YWJj\n" };
	size_t length;
	char *bytes;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(base64_decode(&arena, good[i].text, &bytes, &length));
		assert_string_equal(bytes, good[i].bytes);
		assert_int_equal(length, strlen(good[i].bytes));
		assert_string_equal(base64_encode(&arena, bytes, length), good[i].text);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (base64_decode(&arena, bad[i], &bytes, &length))
			fail_msg("%s", bad[i]);
}

static void test_names_of_helpers(void **state)
{
	assert_true(credential_helper_is_name("ecr-login.v2_x"));
	assert_false(credential_helper_is_name(""));
	assert_false(credential_helper_is_name("a/b"));
	assert_false(credential_helper_is_name("a;b"));
	assert_false(credential_helper_is_name("a b"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_longest_key_holds),
		cmocka_unit_test(test_registries_have_several_names),
		cmocka_unit_test(test_helpers_are_chosen),
		cmocka_unit_test(test_forms_of_an_entry),
		cmocka_unit_test(test_faults_are_named),
		cmocka_unit_test(test_files_that_are_none),
		cmocka_unit_test(test_an_edit_keeps_all_else),
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_names_of_helpers),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
