/* test_listing.c - what lists are made of: columns, sizes, times, filters. Results are those of docker. */
#include "base/size.h"
#include "listing/columns.h"
#include "listing/filter.h"
#include "listing/human.h"
#include "listing/order.h"
#include "listing/rows.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static struct arena arena;

static int begin(void **state)
{
	arena_init(&arena, NULL, 0);
	setenv("TZ", "UTC", 1);
	tzset();
	return 0;
}

static int end(void **state)
{
	arena_release(&arena);
	return 0;
}

static const char *columns(const char *text)
{
	struct text out = text_new(&arena);

	columns_add(&out, text);
	return out.at;
}

static void columns_are_as_wide_as_what_is_in_them(void **state)
{
	assert_string_equal(columns("REPOSITORY\tTAG\tSIZE\nb\tlatest\t1B\n"),
			    "REPOSITORY   TAG       SIZE\nb            latest    1B\n");
	assert_string_equal(columns("é\tx\n"), "é         x\n");
	assert_string_equal(columns("a\tb\t\n"), "a         b         \n");
	assert_string_equal(columns(""), "");
}

/* Go's tabwriter: a column ends at a line that does not have it. */
static void a_line_without_a_column_ends_it(void **state)
{
	assert_string_equal(columns("a long cell indeed\tx\nnothing\nb\ty\n"),
			    "a long cell indeed   x\nnothing\nb         y\n");
}

static void sizes_are_by_1000(void **state)
{
	static const struct { uint64_t bytes; int digits; const char *text; } known[] = {
		{ 0, 3, "0B" }, { 999, 3, "999B" }, { 1000, 3, "1kB" }, { 1240000, 3, "1.24MB" },
		{ 77800000, 3, "77.8MB" },
		{ 1245678, 4, "1.246MB" }, { 1024, 4, "1.024kB" }, { 1400000000000, 3, "1.4TB" }, { 999950, 3, "1MB" },
		{ 999940, 4, "999.9kB" }, { UINT64_MAX, 4, "18.45EB" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_string_equal(size_human(&arena, known[i].bytes, known[i].digits), known[i].text);
}

static void spans_are_said_in_words(void **state)
{
	enum { MINUTE = 60, HOUR = 3600, DAY = 24 * HOUR };
	static const struct { int64_t seconds; const char *text; } known[] = {
		{ -5, "Less than a second" }, { 0, "Less than a second" }, { 1, "1 second" }, { 45, "45 seconds" },
		{ MINUTE, "About a minute" }, { 119, "About a minute" }, { 3 * MINUTE, "3 minutes" },
		{ 29 * MINUTE, "29 minutes" }, { 59 * MINUTE, "59 minutes" }, { HOUR, "About an hour" },
		{ HOUR + 29 * MINUTE, "About an hour" }, { HOUR + 31 * MINUTE, "2 hours" }, { 47 * HOUR, "47 hours" },
		{ 2 * DAY, "2 days" }, { 13 * DAY, "13 days" }, { 14 * DAY, "2 weeks" }, { 59 * DAY, "8 weeks" },
		{ 60 * DAY, "2 months" }, { 23 * 30 * DAY, "23 months" }, { 730 * DAY, "2 years" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_string_equal(human_span(&arena, known[i].seconds), known[i].text);
	assert_string_equal(human_ago(&arena, 1000000, 1000000 - 3 * MINUTE), "3 minutes ago");
	assert_string_equal(human_ago(&arena, 1000000, 0), "N/A");
}

static void times_are_those_of_this_place(void **state)
{
	assert_string_equal(human_time(&arena, 1704164645), "2024-01-02 03:04:05 +0000 UTC");
	assert_string_equal(human_rfc3339(&arena, 1704164645), "2024-01-02T03:04:05Z");
	setenv("TZ", "XYZ-5:30", 1);
	tzset();
	assert_string_equal(human_time(&arena, 1704164645), "2024-01-02 08:34:05 +0530 XYZ");
	assert_string_equal(human_rfc3339(&arena, 1704164645), "2024-01-02T08:34:05+05:30");
}

/* --- filters --- */

static void forms_are_those_of_path_match(void **state)
{
	static const struct { const char *form, *text; bool matches; } known[] = {
		{ "abc", "abc", true }, { "*", "abc", true }, { "*c", "abc", true }, { "a*", "a", true },
		{ "a*", "abc", true },
		{ "a*", "ab/c", false }, { "a*/b", "abc/b", true }, { "a*/b", "a/c/b", false },
		{ "a*b*c*d*e*/f", "axbxcxdxe/f", true }, { "a*b*c*d*e*/f", "axbxcxdxexxx/f", true },
		{ "a*b*c*d*e*/f", "axbxcxdxe/xxx/f", false }, { "a*b?c*x", "abxbbxdbxebxczzx", true },
		{ "a*b?c*x", "abxbbxdbxebxczzy", false }, { "ab[c]", "abc", true }, { "ab[b-d]", "abc", true },
		{ "ab[e-g]", "abc", false }, { "ab[^c]", "abc", false }, { "ab[^e-g]", "abc", true },
		{ "a\\*b", "a*b", true },
		{ "a\\*b", "ab", false }, { "a?b", "a/b", false }, { "a*b", "a/b", false }, { "[\\]a]", "]", true },
		{ "[\\-x]", "-", true }, { "[x\\-]", "z", false }, { "[]a]", "]", false }, { "[-x]", "x", false },
		{ "[x-]", "x", false }, { "[", "a", false }, { "[^", "a", false }, { "[a-b-c]", "a", false },
		{ "a[", "a", false },
		{ "\\", "a", false }, { "*x", "xxx", true }, { "", "", true }, { "", "a", false }, { "?", "", false },
		{ "**", "a", true }, { "busy*", "busybox:latest", true }, { "*/*:1", "foo/bar:1", true },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (filter_matches(known[i].form, known[i].text) != known[i].matches)
			fail_msg("'%s' and '%s'", known[i].form, known[i].text);
}

static void times_of_filters(void **state)
{
	enum { NOW = 1704164645 };
	static const struct { const char *value; int64_t seconds; } known[] = {
		{ "24h", NOW - 24 * 3600 }, { "1h30m", NOW - 5400 }, { "90s", NOW - 90 }, { "1704164645", NOW },
		{ "2024-01-02", 1704153600 }, { "2024-01-02T03:04:05", NOW }, { "2024-01-02T03:04:05Z", NOW },
		{ "2024-01-02T03:04", NOW - 5 }, { "2024-01-02T03:04:05.5Z", NOW },
		{ "2024-01-02T05:04:05+02:00", NOW },
		{ "2024-01-02T01:04:05-02:00", NOW },
	};
	static const char *const wrong[] = { "x", "h", "24", "24x", "1h30", "2024-13-02", "2024-01-02x", "-5h",
					     "2024-01-02T03:04:05+0200", "9999999999h" };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct filter filter = { "until", known[i].value, false };
		struct problem problem = { 0 };
		int64_t seconds = 0;

		if (!filter_time(&filter, NOW, &seconds, &problem) || seconds != known[i].seconds)
			fail_msg("%s: %lld, %s", known[i].value, (long long)seconds, problem.text);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct filter filter = { "until", wrong[i], false };
		struct problem problem = { 0 };
		int64_t seconds = 0;

		/* "24" is a time: seconds since 1970. */
		assert_int_equal(filter_time(&filter, NOW, &seconds, &problem), !strcmp(wrong[i], "24"));
	}
}

static bool read_filters(char **texts, size_t count, struct filters *ret_filters, struct problem *problem)
{
	static const char *const known[] = { "dangling", "label", NULL };
	struct texts given = { texts, count };

	return filters_read(&arena, &given, known, ret_filters, problem);
}

static void wrong_filters_are_named(void **state)
{
	static const struct { char text[24]; const char *message; } wrong[] = {
		{ "dangling", "option '--filter' takes KEY=VALUE, not 'dangling'" },
		{ "=x", "option '--filter' takes KEY=VALUE, not '=x'" },
		{ "label=", "option '--filter' takes KEY=VALUE, not 'label='" },
		{ "nosuch=1", "option '--filter': there is no filter 'nosuch'; known are: dangling label" },
		{ "dangling!=true", "option '--filter': only 'label' takes '!=', not 'dangling'" },
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct problem problem = { 0 };
		struct filters filters;
		char copy[24], *texts[] = { copy };

		memcpy(copy, wrong[i].text, sizeof(copy));
		assert_false(read_filters(texts, 1, &filters, &problem));
		assert_string_equal(problem.text, wrong[i].message);
	}
}

static void all_labels_must_be_there(void **state)
{
	static const struct { char one[16], two[16]; bool taken; } known[] = {
		{ "label=a", "label=b", true }, { "label=a=1", "label=b", true }, { "label=a=2", "label=b", false },
		{ "label=a", "label=c", false }, { "label!=c", "label=a", true }, { "label!=a", "label=b", false },
		{ "label!=a=2", "label=b", true },
	};
	char labels[] = "{\"a\":\"1\",\"b\":\"\"}";
	struct problem problem = { 0 };
	const struct json *json = json_read(&arena, labels, strlen(labels), "labels", &problem);

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct filters filters;
		char one[16], two[16], *texts[] = { one, two };

		memcpy(one, known[i].one, sizeof(one));
		memcpy(two, known[i].two, sizeof(two));
		assert_true(read_filters(texts, 2, &filters, &problem));
		assert_int_equal(filters_have_labels(&filters, json), known[i].taken);
	}
}

static void truth_is_true_or_false(void **state)
{
	struct problem problem = { 0 };
	bool truth = false;

	assert_true(filter_truth(&(struct filter){ "dangling", "1", false }, &truth, &problem) && truth);
	assert_true(filter_truth(&(struct filter){ "dangling", "false", false }, &truth, &problem) && !truth);
	assert_false(filter_truth(&(struct filter){ "dangling", "maybe", false }, &truth, &problem));
	assert_string_equal(problem.text, "option '--filter': 'dangling' is true or false, not 'maybe'");
}

/* --- rows --- */

static const char *rows_as(const char *format, size_t count)
{
	static const struct pair headers[] = { { "ID", "IMAGE ID" }, { "Tag", "TAG" }, { NULL, NULL } };
	struct rows_style style = { headers, "table {{.ID}}\t{{.Tag}}", format };
	struct text out = text_new(&arena);
	struct rows rows = rows_new(&arena);
	struct problem problem = { 0 };

	for (size_t i = 0; i < count; i++) {
		json_open_object(&rows.writer, NULL);
		json_put_text(&rows.writer, "ID", i ? "b" : "a");
		json_put_text(&rows.writer, "Tag", "<none>");
		json_close(&rows.writer);
	}
	assert_true(rows_add(&out, &rows, &style, &problem));
	return out.at;
}

static void rows_are_told_in_four_ways(void **state)
{
	assert_string_equal(rows_as(NULL, 1), "IMAGE ID   TAG\na          <none>\n");
	assert_string_equal(rows_as("table", 0), "IMAGE ID   TAG\n");
	assert_string_equal(rows_as("table {{.Tag}}\\t{{upper .ID}}", 1), "TAG       IMAGE ID\n<none>    A\n");
	assert_string_equal(rows_as("json", 2),
			    "{\"ID\":\"a\",\"Tag\":\"<none>\"}\n{\"ID\":\"b\",\"Tag\":\"<none>\"}\n");
	assert_string_equal(rows_as("{{.ID}}", 2), "a\nb\n");
	assert_string_equal(rows_as("{{.ID}}", 0), "");
}

static int by_letter(const void *one, const void *other)
{
	return *(const char *)one - *(const char *)other;
}

static void orders_are_found_by_their_words(void **state)
{
	static const struct order orders[] = {
		{ "one", by_letter }, { "two", NULL }, { "three", NULL }, { NULL, NULL }
	};
	struct problem problem = { 0 };
	char list[] = "cab";

	assert_ptr_equal(order_find(orders, NULL, &problem), &orders[0]);
	assert_ptr_equal(order_find(orders, "three", &problem), &orders[2]);
	assert_false(problem.found);
	assert_null(order_find(orders, "four", &problem));
	assert_string_equal(problem.text, "option '--sort' is one, two or three, not 'four'");
	order_put(NULL, list, 3, 1);
	assert_string_equal(list, "cab");
	order_put(&orders[0], list, 3, 1);
	assert_string_equal(list, "abc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(columns_are_as_wide_as_what_is_in_them, begin, end),
		cmocka_unit_test_setup_teardown(a_line_without_a_column_ends_it, begin, end),
		cmocka_unit_test_setup_teardown(sizes_are_by_1000, begin, end),
		cmocka_unit_test_setup_teardown(spans_are_said_in_words, begin, end),
		cmocka_unit_test_setup_teardown(times_are_those_of_this_place, begin, end),
		cmocka_unit_test_setup_teardown(forms_are_those_of_path_match, begin, end),
		cmocka_unit_test_setup_teardown(times_of_filters, begin, end),
		cmocka_unit_test_setup_teardown(wrong_filters_are_named, begin, end),
		cmocka_unit_test_setup_teardown(all_labels_must_be_there, begin, end),
		cmocka_unit_test_setup_teardown(truth_is_true_or_false, begin, end),
		cmocka_unit_test_setup_teardown(rows_are_told_in_four_ways, begin, end),
		cmocka_unit_test_setup_teardown(orders_are_found_by_their_words, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
