/* test_monitor.c - what the monitor writes down and how that is read again; the keys that end an attachment; lengths of
 * time as people write them. */
#include "base/duration.h"
#include "base/sys.h"
#include "life/keys.h"
#include "engine/log.h"
#include "monitor/log.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

/* --- the log --- */

static char folder[] = "/tmp/taru-test-log.XXXXXX";

static int make_folder(void **state)
{
	(void)snprintf(folder, sizeof(folder), "/tmp/taru-test-log.XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char path[64];

	for (int i = 0; i < 5; i++) {
		(void)snprintf(path, sizeof(path), i ? "%s/log.%d" : "%s/log", folder, i);
		unlink(path);
	}
	return rmdir(folder);
}

static struct log *open_log(enum log_driver driver)
{
	static struct log log;

	log = (struct log){ .driver = driver, .files_max = 1, .folder = open(folder, O_RDONLY | O_DIRECTORY) };
	assert_int_equal(log_open(&log), 0);
	return &log;
}

static size_t read_file(const char *name, char *to, size_t room)
{
	char path[64];
	size_t length;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "r");
	if (!file)
		return 0;
	length = fread(to, 1, room - 1, file);
	fclose(file);
	to[length] = '\0';
	return length;
}

static void close_log(struct log *log)
{
	log_close(log);
	close(log->file);
	close(log->folder);
}

static void what_is_written_is_read_again(void **state)
{
	static const char bytes[] = "a \"b\" \\ \t \x01 \x7f \xc3\xbc \0 end";
	static const enum log_driver drivers[] = { LOG_JSON, LOG_K8S };

	for (size_t i = 0; i < 2; i++) {
		struct log *log = open_log(drivers[i]);
		struct log_line line = { .error = false };
		char text[1024];
		size_t length;

		log_add(log, LOG_STDERR, bytes, sizeof(bytes) - 1);
		log_add(log, LOG_STDERR, "\n", 1);
		close_log(log);
		length = read_file("log", text, sizeof(text));
		assert_true(length > 0 && text[length - 1] == '\n');
		assert_true(i ? log_parse_k8s(text, length - 1, &line) : log_parse_json(text, length - 1, &line));
		assert_true(line.error);
		assert_int_equal(line.length, sizeof(bytes));
		assert_memory_equal(line.bytes, bytes, sizeof(bytes) - 1);
		assert_int_equal(line.bytes[line.length - 1], '\n');
		assert_int_equal(strlen(line.time), strlen("2026-01-31T12:00:00.123456789Z"));
		remove_folder(NULL);
		make_folder(NULL);
	}
}

static void bytes_that_are_no_text_become_one_character(void **state)
{
	struct log *log = open_log(LOG_JSON);
	struct log_line line;
	char text[1024];
	size_t length;

	log_add(log, LOG_STDOUT, "\xff\xc3(\xed\xa0\x80\n", 7);
	close_log(log);
	length = read_file("log", text, sizeof(text));
	assert_true(log_parse_json(text, length - 1, &line));
	assert_false(line.error);
	assert_memory_equal(line.bytes, "\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\n", line.length);
}

static size_t count_lines(const char *text)
{
	size_t count = 0;

	for (; (text = strchr(text, '\n')); text++)
		count++;
	return count;
}

static void a_long_line_is_kept_in_parts(void **state)
{
	static char bytes[LOG_LINE + 10], text[4 * LOG_LINE];
	struct log *log = open_log(LOG_K8S);

	memset(bytes, 'x', sizeof(bytes));
	log_add(log, LOG_STDOUT, bytes, sizeof(bytes));
	log_add(log, LOG_STDOUT, "y\n", 2);
	close_log(log);
	read_file("log", text, sizeof(text));
	assert_int_equal(count_lines(text), 2);
	assert_non_null(strstr(text, " stdout P xxx"));
	assert_non_null(strstr(text, " stdout F xxxxxxxxxxy\n"));
}

static void streams_do_not_mix_within_a_line(void **state)
{
	struct log *log = open_log(LOG_K8S);
	char text[1024];

	log_add(log, LOG_STDOUT, "one ", 4);
	log_add(log, LOG_STDERR, "other\n", 6);
	log_add(log, LOG_STDOUT, "line\nrest", 9);
	close_log(log);
	read_file("log", text, sizeof(text));
	assert_non_null(strstr(text, " stderr F other\n"));
	assert_non_null(strstr(text, " stdout F one line\n"));
	assert_non_null(strstr(text, " stdout P rest\n"));
}

static void a_full_file_is_renamed_and_the_oldest_goes(void **state)
{
	struct log *log = open_log(LOG_K8S);
	char text[4096];

	log->size_max = 200;
	log->files_max = 3;
	for (int i = 0; i < 100; i++) {
		char line[32];

		log_add(log, LOG_STDOUT, line, (size_t)snprintf(line, sizeof(line), "number %d\n", i));
		log_flush(log);
	}
	close_log(log);
	assert_true(read_file("log.2", text, sizeof(text)) >= 200);
	assert_true(read_file("log.1", text, sizeof(text)) >= 200);
	assert_null(strstr(text, "number 1\n"));
	assert_int_equal(read_file("log.3", text, sizeof(text)), 0);
}

static void what_is_no_entry_is_refused(void **state)
{
	static const char *const lines[] = {
		"", "{", "{\"log\":\"", "{\"log\":\"a", "{\"log\":\"a\"}",
		"{\"log\":\"\\u12\",\"stream\":\"stdout\",\"time\":\"t\"}",
		"{\"log\":\"\\q\",\"stream\":\"stdout\",\"time\":\"t\"}",
		"{\"log\":\"a\",\"stream\":\"stdout\",\"time\":\"t\"",
		"{\"log\":\"a\",\"stream\":\"stdout\",\"attrs\":{\"a\":\"b\",\"time\":\"t\"}",
		"{\"log\":\"a\",\"stream\":\"stdout\",\"attrs\":{\"a\":{}},\"time\":\"t\"}",
		"{\"log\":\"a\",\"stream\":\"stdout\",\"attrs\":{\"a\":\"b\\",
		"no", "time stdout", "time stdout F", "time stdout FX",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct log_line line;
		char text[128];

		(void)snprintf(text, sizeof(text), "%s", lines[i]);
		assert_false(log_parse_json(text, strlen(text), &line));
		(void)snprintf(text, sizeof(text), "%s", lines[i]);
		assert_false(log_parse_k8s(text, strlen(text), &line));
	}
}

/* --- keys --- */

static void take(struct keys *keys, const char *typed, const char *passed, bool all)
{
	char to[64];
	size_t length;

	assert_int_equal(keys_take(keys, typed, strlen(typed), to, &length), all);
	assert_int_equal(length, strlen(passed));
	assert_memory_equal(to, passed, length);
}

static void keys_are_found_and_others_passed_on(void **state)
{
	struct problem problem = { 0 };
	struct keys keys;

	assert_true(keys_read(NULL, &keys, &problem));
	take(&keys, "ls\r", "ls\r", false);
	take(&keys, "a\x10", "a", false);
	take(&keys, "b", "\x10" "b", false);
	take(&keys, "\x10\x10", "\x10", false);
	take(&keys, "\x11", "", true);
	take(&keys, "x\x10\x11" "lost", "x", true);
	assert_true(keys_read("a,a,b", &keys, &problem));
	take(&keys, "aaab", "a", true);
	take(&keys, "aac", "aac", false);
	assert_true(keys_read("", &keys, &problem));
	take(&keys, "\x10\x11", "\x10\x11", false);
}

static void words_that_are_no_keys_are_refused(void **state)
{
	static const char *const words[] = { "ctrl-", "ctrl-aa", "ctrl-1", ",", "ab", "ctrl-p,,a", "a,", "\xc3\xbc" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct problem problem = { 0 };
		struct keys keys;

		assert_false(keys_read(words[i], &keys, &problem));
		assert_non_null(strstr(problem.text, "--detach-keys"));
	}
}

/* --- lengths of time --- */

static void times_are_read_whole_or_refused(void **state)
{
	static const struct { const char *text; uint64_t ns; } good[] = {
		{ "0", 0 }, { "1s", 1000000000 }, { "1m30s", 90000000000 }, { "1.5h", 5400000000000 },
		{ "500ms", 500000000 }, { "2us", 2000 }, { "7ns", 7 }, { ".5s", 500000000 }, { "1.s", 1000000000 },
	};
	static const char *const bad[] = { "", "1", "s", "1x", "-1s", "1s ", " 1s", ".s", "1..5s", "1s1",
					   "99999999999999999999s", "9999999999h" };
	uint64_t ns;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(duration_read(good[i].text, &ns));
		assert_int_equal(ns, good[i].ns);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(duration_read(bad[i], &ns));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_written_is_read_again, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(bytes_that_are_no_text_become_one_character, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(a_long_line_is_kept_in_parts, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(streams_do_not_mix_within_a_line, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(a_full_file_is_renamed_and_the_oldest_goes, make_folder, remove_folder),
		cmocka_unit_test(what_is_no_entry_is_refused),
		cmocka_unit_test(keys_are_found_and_others_passed_on),
		cmocka_unit_test(words_that_are_no_keys_are_refused),
		cmocka_unit_test(times_are_read_whole_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
