/* test_platform.c - an image runs on the machine that it is chosen for, and the choice is the best there is. */
#include "image/platform.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "in_arena.h"

static const struct platform amd64 = { "linux", "amd64", "" };

static struct platform parse(const char *text)
{
	struct problem problem = { 0 };
	struct platform platform = { 0 };

	if (!platform_parse(&arena, text, &amd64, &platform, &problem))
		fail_msg("%s", problem.text);
	return platform;
}

static void test_words_are_brought_to_one_form(void **state)
{
	static const struct { const char *text, *normal; } good[] = {
		{ "linux/amd64", "linux/amd64" }, { "linux/x86_64", "linux/amd64" }, { "Linux/X86-64", "linux/amd64" },
		{ "linux/amd64/v1", "linux/amd64" }, { "linux/amd64/v3", "linux/amd64/v3" },
		{ "linux/arm64", "linux/arm64" }, { "linux/arm64/v8", "linux/arm64" }, { "linux/aarch64/8",
		  "linux/arm64" },
		{ "linux/arm64/v9", "linux/arm64/v9" }, { "linux/arm", "linux/arm/v7" }, { "linux/arm/6",
		  "linux/arm/v6" },
		{ "linux/armhf", "linux/arm/v7" }, { "linux/armel", "linux/arm/v6" }, { "linux/armv7l",
		  "linux/arm/v7" },
		{ "linux/i686", "linux/386" }, { "linux/s390x", "linux/s390x" }, { "macos/arm64", "darwin/arm64" },
		{ "arm64", "linux/arm64" }, { "aarch64", "linux/arm64" }, { "armhf", "linux/arm/v7" },
		{ "linux", "linux/amd64" }, { "windows", "windows/amd64" }, { "linux/new-cpu", "linux/new-cpu" },
	};
	static const char *const bad[] = { "", "/", "linux/", "/amd64", "linux/amd64/", "a/b/c/d", "linux amd64",
		"what",
					   "linux/amd64\n", "linux//v8" };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct platform platform = parse(good[i].text);

		assert_string_equal(platform_text(&arena, &platform), good[i].normal);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct problem problem = { 0 };
		struct platform platform;

		if (platform_parse(&arena, bad[i], &amd64, &platform, &problem))
			fail_msg("'%s' was taken", bad[i]);
		assert_non_null(strstr(problem.text, "platform '"));
	}
}

static void test_machines(void **state)
{
	static const struct { const char *machine, *platform; } known[] = {
		{ "x86_64", "linux/amd64" }, { "aarch64", "linux/arm64" }, { "armv7l", "linux/arm/v7" },
		{ "armv6l", "linux/arm/v6" }, { "i686", "linux/386" }, { "riscv64", "linux/riscv64" },
		{ "ppc64le", "linux/ppc64le" }, { "s390x", "linux/s390x" },
	};
	struct platform here = platform_here(&arena);

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct platform platform = platform_of_machine(&arena, known[i].machine);

		assert_string_equal(platform_text(&arena, &platform), known[i].platform);
	}
#if defined(__x86_64__)
	assert_string_equal(here.architecture, "amd64");
#elif defined(__aarch64__)
	assert_string_equal(here.architecture, "arm64");
#endif
	assert_string_equal(here.os, "linux");
}

enum { MOST = 8 };

static size_t list(const char *const *text, struct platform *to)
{
	size_t count = 0;

	for (; text[count]; count++) {
		const char *slash = strchr(text[count], '/');

		to[count] = slash ? parse(text[count]) : (struct platform){ "", "", "" };
	}
	return count;
}

static void test_the_best_one_is_chosen(void **state)
{
	static const struct { const char *wanted, *there[MOST]; int index; } rows[] = {
		{ "linux/amd64", { "linux/arm64", "linux/amd64", "linux/amd64" }, 1 },
		{ "linux/amd64", { "linux/386", "linux/amd64" }, 1 }, { "linux/amd64", { "linux/386" }, 0 },
		{ "linux/amd64", { "linux/amd64/v2" }, -1 }, { "linux/amd64", { "windows/amd64" }, -1 },
		{ "linux/amd64/v3", { "linux/amd64", "linux/amd64/v2", "linux/amd64/v4" }, 1 },
		{ "linux/amd64/v3", { "linux/386", "linux/amd64" }, 1 },
		{ "linux/amd64/v3", { "linux/amd64/v4", "linux/amd64/v3" }, 1 },
		{ "linux/arm/v7", { "linux/arm/v5", "linux/arm/v6" }, 1 }, { "linux/arm/v7", { "linux/arm/v8" }, -1 },
		{ "linux/arm/v6", { "linux/arm/v7" }, -1 }, { "linux/arm/v7", { "linux/arm64" }, -1 },
		{ "linux/arm64", { "linux/arm/v7", "linux/arm64/v8" }, 1 },
		{ "linux/arm64", { "linux/arm/v5", "linux/arm/v7", "linux/amd64" }, 1 },
		{ "linux/arm64", { "linux/arm64/v9" }, -1 }, { "linux/arm64/v9", { "linux/arm64" }, 0 },
		{ "linux/arm64/v9", { "linux/arm64", "linux/arm64/v9" }, 1 },
		{ "linux/386", { "linux/amd64" }, -1 }, { "linux/s390x", { "linux/s390x" }, 0 },
		/* What has no platform, as signatures and the like have, is nothing to run. */
		{ "linux/amd64", { "", "unknown/unknown", "linux/amd64" }, 2 }, { "linux/amd64", { "" }, -1 },
		{ "linux/amd64", { NULL }, -1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct platform there[MOST], wanted = parse(rows[i].wanted);
		struct problem problem = { 0 };
		size_t count = list(rows[i].there, there), index = 99;
		bool good = platform_choose(&arena, &wanted, there, count, "x", &index, &problem);

		if (good != (rows[i].index >= 0) || (good && (int)index != rows[i].index))
			fail_msg("row %zu: %zu", i, index);
		assert_true(good == !problem.found);
	}
}

static void test_what_there_is_is_listed(void **state)
{
	static const char *const text[] = { "linux/arm64", "unknown/unknown", "linux/arm/v7", NULL };
	struct problem problem = { 0 };
	struct platform there[MOST];
	size_t count = list(text, there), index;

	assert_false(platform_choose(&arena, &amd64, there, count, "'busybox:latest'", &index, &problem));
	assert_string_equal(problem.text,
			    "'busybox:latest' is not there for linux/amd64; it is there for linux/arm64, linux/arm/v7");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_are_brought_to_one_form),
		cmocka_unit_test(test_machines),
		cmocka_unit_test(test_the_best_one_is_chosen),
		cmocka_unit_test(test_what_there_is_is_listed),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
