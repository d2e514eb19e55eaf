/* test_attachments.c - registries.d says for which images signatures are looked for, and what is not understood of it
 * is an error and not a no. */
#include "image/attachments.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "in_arena.h"

static bool enabled(const struct attachments *attachments, const char *name)
{
	struct problem problem = { 0 };
	struct reference reference;

	if (!reference_parse(&arena, name, &reference, &problem))
		fail_msg("%s", problem.text);
	return attachments_enabled(attachments, &arena, &reference);
}

static void test_the_narrowest_scope_holds(void **state)
{
	static const char text[] =
		"---\n# signatures\n\ndefault-docker:\n  lookaside: https://l.example # a comment\n"
		"  use-sigstore-attachments: true\ndocker:\n"
		"    h:1:\n        lookaside: 'file:///x # y'\n"
		"    \"h:1/team\":\n        use-sigstore-attachments: true\n"
		"    h:1/team/app:tag:\n      use-sigstore-attachments: false\n"
		"    docker.io/library:\r\n        use-sigstore-attachments: false\r\n";
	struct attachments attachments = { 0 };
	struct problem problem = { 0 };

	attachments_add(&attachments, &arena, text, strlen(text), "/a.yaml", &problem);
	if (problem.found)
		fail_msg("%s", problem.text);
	assert_false(enabled(&attachments, "h:1/x"));
	assert_true(enabled(&attachments, "h:1/team/x"));
	assert_true(enabled(&attachments, "h:1/team/app:other"));
	assert_false(enabled(&attachments, "h:1/team/app:tag"));
	assert_false(enabled(&attachments, "busybox"));
	assert_true(enabled(&attachments, "team/app"));
	assert_true(enabled(&attachments, "h:2/x"));
	assert_int_equal(attachments.count, 5);
}

static void test_without_any_file(void **state)
{
	struct attachments none = { 0 };

	assert_false(enabled(&none, "busybox"));
}

static void test_faults_are_named(void **state)
{
	static const struct { const char *text, *problem; } bad[] = {
		{ "x", "/a.yaml:1: a mapping is expected" }, { "x:\n", "the keys of such a file" },
		{ "docker: x", "a mapping is expected" },
		{ "docker:\ndocker:\n", "/a.yaml:2:1: 'docker' is there already, in line 1" },
		{ "docker:\n\th:\n", "/a.yaml:2:1: a tab" },
		{ "docker:\n  h: x\n", "/a.yaml:2: a mapping is expected" },
		{ "docker:\n  h:\n    use-sigstore-attachments: yes\n", "/a.yaml:3: use-sigstore-attachments must be" },
		{ "docker:\n  h:\n    use-sigstore-attachments: 'true'\n", "must be 'true' or 'false'" },
		{ "docker:\n  h:\n    use-sigstore-attachments:\n", "must be 'true' or 'false'" },
		{ "docker:\n  h:\n  h:\n", "/a.yaml:3:3: 'h' is there already, in line 2" },
		{ "docker:\n    h:\n  i:\n", "/a.yaml:3:3: the line is indented like none" },
		{ "docker:\n  h:\n    a: b\n      c: d\n", "/a.yaml:4:7: the line is indented" },
		{ "docker:\n  - h\n", "a mapping is expected" }, { "default-docker: [a]\n", "a mapping is expected" },
		{ "docker: &a\n", "/a.yaml:1:9: anchors" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct attachments attachments = { 0 };
		struct problem problem = { 0 };

		attachments_add(&attachments, &arena, bad[i].text, strlen(bad[i].text), "/a.yaml", &problem);
		if (!problem.found)
			fail_msg("'%s' was taken", bad[i].text);
		if (!strstr(problem.text, bad[i].problem))
			fail_msg("'%s': %s", bad[i].text, problem.text);
	}
}

/* As the documentation has it, also over several files. */
static void test_a_scope_is_in_one_file(void **state)
{
	static const char text[] = "docker:\n  h:\n    use-sigstore-attachments: true\n";
	struct attachments attachments = { 0 };
	struct problem problem = { 0 };

	attachments_add(&attachments, &arena, text, strlen(text), "/a.yaml", &problem);
	assert_false(problem.found);
	attachments_add(&attachments, &arena, text, strlen(text), "/b.yaml", &problem);
	assert_string_equal(problem.text, "/b.yaml:2: 'h' is there already: /a.yaml:2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_narrowest_scope_holds),
		cmocka_unit_test(test_without_any_file),
		cmocka_unit_test(test_faults_are_named),
		cmocka_unit_test(test_a_scope_is_in_one_file),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
