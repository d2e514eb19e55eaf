/* test_output.c - what other programs read of ours: the table of `list`, records of the log. */
#include "base/file.h"
#include "base/json.h"
#include "base/sys.h"
#include "command/fold.h"
#include "command/log.h"
#include "oci/owner.h"
#include "oci/state_json.h"
#include "command/table.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena arena;

static int begin(void **state)
{
	arena_init(&arena, NULL, 0);
	return 0;
}

static int end(void **state)
{
	arena_release(&arena);
	return 0;
}

static void is_folded(const char *text, unsigned columns, const char *want)
{
	struct text out = text_new(&arena);

	fold_lines(&out, text, columns);
	assert_string_equal(out.at, want);
}

static void a_report_is_folded_where_its_last_column_begins(void **state)
{
	is_folded("short\n\n  and so\n", 20, "short\n\n  and so\n");
	is_folded("no end", 20, "no end");
	is_folded("yes  kernel  one two three four\nmore\n", 20,
		  "yes  kernel  one two\n             three\n             four\nmore\n");
	is_folded("  word  one two three four five\n", 20, "  word  one two\n        three four\n        five\n");
	is_folded("a sentence that has no columns at all\n", 20, "a sentence that has\nno columns at all\n");
	is_folded("    an indented sentence of words\n", 20, "    an indented\n    sentence of\n    words\n");
	/* A word that is longer stays whole, and a column in the right third is none. */
	is_folded("key  /a/path/that/is/longer/than/all\n", 20, "key  /a/path/that/is/longer/than/all\n");
	is_folded("key  one two three  four five six\n", 20, "key  one two three\n     four five six\n");
	/* Letters of two columns may be parted. */
	is_folded("key  \u540d\u524d\u7a7a\u9593\u540d\u524d\u7a7a\u9593\u540d\u524d\n", 20,
		  "key  \u540d\u524d\u7a7a\u9593\u540d\u524d\u7a7a\n     \u9593\u540d\u524d\n");
}

/* As runc 1.1.5 prints it. */
static void columns_are_those_of_tabwriter(void **state)
{
	static const char *const cells[] = {
		"ID", "PID", "STATUS", "BUNDLE", "OWNER",
		"c1", "18540", "running", "/tmp/oci-play/b1", "root",
		"a-long-name", "0", "stopped", "/\xc3\xa4", "#7",
	};
	struct text out = text_new(&arena);

	table_add(&out, cells, 5, 3);
	assert_string_equal(out.at, "ID            PID         STATUS      BUNDLE             OWNER\n"
				    "c1            18540       running     /tmp/oci-play/b1   root\n"
				    "a-long-name   0           stopped     /\xc3\xa4                 #7\n");
	out = text_new(&arena);
	table_add(&out, cells, 3, 1);
	assert_string_equal(out.at, "ID          PID         STATUS\n");
}

static void formats_are_two(void **state)
{
	struct problem problem = { 0 };

	assert_false(table_or_json(NULL, &problem));
	assert_false(table_or_json("table", &problem));
	assert_true(table_or_json("json", &problem));
	assert_false(problem.found);
	table_or_json("xml", &problem);
	assert_string_equal(problem.text, "option '--format' is table or json, not 'xml'");
}

static void owners_have_names(void **state)
{
	static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\n\n:x:5:0::/:\nbroken\nx:10:20\n"
				     "alice:x:1000:10:::\nlast::77:0:::";

	assert_string_equal(owner_name(&arena, passwd, 0), "root");
	assert_string_equal(owner_name(&arena, passwd, 1000), "alice");
	assert_string_equal(owner_name(&arena, passwd, 77), "last");
	assert_string_equal(owner_name(&arena, passwd, 10), "#10");
	assert_string_equal(owner_name(&arena, passwd, 5), "#5");
	assert_string_equal(owner_name(&arena, "", 3), "#3");
}

static void a_cut_off_start_has_a_state(void **state)
{
	struct container container = { .id = "c", .status = STATUS_CREATING };
	struct text out = text_new(&arena);
	struct json_writer writer = json_writer_new(&out, NULL);

	assert_int_equal(state_pid(&container), 0);
	state_json(&writer, &container, "root");
	assert_string_equal(out.at, "{\"ociVersion\":\"1.3.0\",\"id\":\"c\",\"pid\":0,\"status\":\"creating\","
				    "\"bundle\":\"\",\"rootfs\":\"\",\"created\":\"0001-01-01T00:00:00Z\","
				    "\"owner\":\"root\"}");
}

static void a_state_has_runcs_keys(void **state)
{
	struct pair annotation = { "b", "\"" };
	struct container container = {
		.id = "c", .recorded = true, .status = STATUS_RUNNING,
		.record = { .pid = 7, .bundle = "/b", .rootfs = "/b/r", .created = "2026-01-31T12:00:00Z",
			    .spec = { .oci_version = "1.0.2", .annotations = { &annotation, 1 } } },
	};
	struct text out = text_new(&arena);
	struct json_writer writer = json_writer_new(&out, NULL);

	state_json(&writer, &container, "root");
	assert_string_equal(out.at, "{\"ociVersion\":\"1.0.2\",\"id\":\"c\",\"pid\":7,\"status\":\"running\","
				    "\"bundle\":\"/b\",\"rootfs\":\"/b/r\",\"created\":\"2026-01-31T12:00:00Z\","
				    "\"annotations\":{\"b\":\"\\\"\"},\"owner\":\"root\"}");
	container.status = STATUS_STOPPED;
	assert_int_equal(state_pid(&container), 0);
}

/* --- the log --- */

/* What the file has after these messages. */
static char *logged(const char *format, const char *level, const char *prefix)
{
	char path[] = "/tmp/taru-test-XXXXXX", *text;
	struct log log = { .program = "taru-oci" };
	struct problem problem = { 0 };
	size_t length;
	struct log_options options = { .format = format, .level = level };
	int fd = mkstemp(path), saved = dup(STDERR_FILENO);

	assert_true(fd >= 0);
	options.destination = arena_printf(&arena, "%s%s", prefix, path);
	log_open(&log, &options, &problem);
	assert_string_equal(problem.text, "");
	dup2(fd, STDERR_FILENO);
	log_message(&log, "warning", "first");
	log_debug(&log, "%s", "second");
	dup2(saved, STDERR_FILENO);
	assert_int_equal(file_read(&arena, AT_FDCWD, path, 4096, &text, &length), 0);
	unlink(path);
	close(fd);
	close(saved);
	close(log.fd);
	return text;
}

static void a_record_is_one_line_of_json(void **state)
{
	char *text = logged("json", NULL, "");
	struct problem problem = { 0 };
	const struct json *record = json_read(&arena, text, strlen(text), "log", &problem);

	assert_non_null(record);
	assert_string_equal(json_get(record, "level")->text, "warning");
	assert_string_equal(json_get(record, "msg")->text, "first");
	assert_int_equal(strlen(json_get(record, "time")->text), strlen("2026-01-31T12:00:00Z"));
}

static void text_and_levels(void **state)
{
	char *text = logged(NULL, "debug", "file:");

	assert_non_null(strstr(text, "Z\" level=warning msg=\"first\"\ntime=\""));
	assert_non_null(strstr(text, "Z\" level=debug msg=\"second\"\n"));
	assert_string_equal(logged("text", "error", ""), "");
}

static void wrong_logs_are_named(void **state)
{
	static const struct { struct log_options options; const char *message; } wrong[] = {
		{ { .format = "xml" }, "option '--log-format' is text or json, not 'xml'" },
		{ { .level = "info" }, "option '--log-level' is error, warning or debug, not 'info'" },
		{ { .destination = "/nonexistent/log" },
		  "option '--log': cannot open '/nonexistent/log': it does not exist" },
		{ { .destination = "file:/tmp" }, "option '--log': cannot open 'file:/tmp': it is a folder" },
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct problem problem = { 0 };
		struct log log = { .program = "taru-oci" };

		log_open(&log, &wrong[i].options, &problem);
		assert_string_equal(problem.text, wrong[i].message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_report_is_folded_where_its_last_column_begins, begin, end),
		cmocka_unit_test_setup_teardown(columns_are_those_of_tabwriter, begin, end),
		cmocka_unit_test(formats_are_two),
		cmocka_unit_test_setup_teardown(owners_have_names, begin, end),
		cmocka_unit_test_setup_teardown(a_cut_off_start_has_a_state, begin, end),
		cmocka_unit_test_setup_teardown(a_state_has_runcs_keys, begin, end),
		cmocka_unit_test_setup_teardown(a_record_is_one_line_of_json, begin, end),
		cmocka_unit_test_setup_teardown(text_and_levels, begin, end),
		cmocka_unit_test(wrong_logs_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
