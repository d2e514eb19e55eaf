/* test_criu.c - what CRIU is told, what it answers, and what is read back from a checkpoint. */
#include "base/protobuf.h"
#include "life/criu_parts.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "in_arena.h"

#define BYTES(text) (text), sizeof(text) - 1

/* --- requests --- */

/* The field of that number; a problem where there is none. */
static struct protobuf_field find(const char *at, size_t length, uint32_t number)
{
	struct protobuf_reader reader = { at, length };
	struct protobuf_field field;

	while (protobuf_next(&reader, &field) > 0)
		if (field.number == number)
			return field;
	fail_msg("there is no field %u", number);
	return field;
}

static bool is_there(const struct protobuf_field *message, uint32_t number)
{
	struct protobuf_reader reader = { message->at, message->length };
	struct protobuf_field field;

	while (protobuf_next(&reader, &field) > 0)
		if (field.number == number)
			return true;
	return false;
}

static void assert_text(const struct protobuf_field *message, uint32_t number, const char *expected)
{
	struct protobuf_field field = find(message->at, message->length, number);

	assert_int_equal(field.length, strlen(expected));
	assert_memory_equal(field.at, expected, field.length);
}

static void assert_number(const struct protobuf_field *message, uint32_t number, uint64_t expected)
{
	assert_true(find(message->at, message->length, number).value == expected);
}

static void test_request_has_what_is_asked(void **state)
{
	struct pair mount[] = { { "/data", "/data" } };
	struct criu_inherit inherit[] = { { "pipe:[1]", 5 } };
	struct criu_join join[] = { { "ipc", "/proc/1/ns/ipc" } };
	char *external[] = { (char *)(uintptr_t)"net[1]:x", NULL };
	const struct criu_options options = {
		.images = 7, .work = -1, .status = -1, .pid = 4711, .log_level = 4, .log_file = "dump.log",
		.root = "/r", .cgroups_mode = { true, 0 }, .leave_running = true, .notify = true,
		.external = { external, 1 }, .mount = { mount, 1 }, .inherit = inherit, .inherits = 1,
		.join = join, .joins = 1, .page_server = "192.0.2.1", .page_server_port = 9876,
	};
	struct text request = text_new(&arena);
	struct protobuf_field message, inner;

	criu_write_request(&request, CRIU_DUMP, &options, false);
	assert_true(find(request.at, request.length, 1).value == CRIU_DUMP);
	message = find(request.at, request.length, 2);
	assert_number(&message, 1, 7);
	assert_number(&message, 2, 4711);
	assert_number(&message, 3, 1);
	assert_text(&message, 10, "dump.log");
	assert_number(&message, 12, 1);
	assert_text(&message, 13, "/r");
	assert_number(&message, 34, 0);
	assert_text(&message, 37, "net[1]:x");
	assert_false(is_there(&message, 4) || is_there(&message, 17) || is_there(&message, 51));
	inner = find(message.at, message.length, 11);
	assert_text(&inner, 1, "192.0.2.1");
	assert_number(&inner, 2, 9876);
	inner = find(message.at, message.length, 23);
	assert_text(&inner, 1, "/data");
	inner = find(message.at, message.length, 27);
	assert_text(&inner, 1, "pipe:[1]");
	assert_number(&inner, 2, 5);
	inner = find(message.at, message.length, 39);
	assert_text(&inner, 2, "/proc/1/ns/ipc");
}

static void test_short_requests(void **state)
{
	struct text request = text_new(&arena);

	criu_write_request(&request, CRIU_VERSION, NULL, true);
	assert_int_equal(request.length, 4);
	assert_memory_equal(request.at, "\x08\x0a\x20\x01", 4);
	text_clear(&request);
	criu_write_notified(&request, false);
	assert_int_equal(request.length, 4);
	assert_memory_equal(request.at, "\x08\x06\x18\x00", 4);
}

/* --- answers --- */

static void test_answers_are_read(void **state)
{
	struct criu_response response;

	assert_int_equal(criu_read_response(BYTES("\x08\x0a\x10\x01\x52\x08\x08\x03\x10\x11\x1a\x00\x20\x01"),
					    &response), 0);
	assert_true(response.kind == CRIU_VERSION && response.success);
	assert_true(response.major == 3 && response.minor == 17 && response.sublevel == 1);
	assert_int_equal(criu_read_response(BYTES("\x08\x06\x10\x01\x2a\x11\x0a\x0cpost-restore\x10\x92\x20"),
					    &response), 0);
	assert_int_equal(response.kind, CRIU_NOTIFY);
	assert_string_equal(response.stage, "post-restore");
	assert_int_equal(response.pid, 4114);
	assert_int_equal(criu_read_response(BYTES("\x08\x01\x10\x00\x38\x10\x4a\x02no"), &response), 0);
	assert_true(response.kind == CRIU_DUMP && !response.success && response.error == EBUSY);
	assert_string_equal(response.reason, "no");
	/* What is not known is left out. */
	assert_int_equal(criu_read_response(BYTES("\x08\x02\x10\x01\x22\x04\x08\x07\x18\x01\xa0\x06\x01"),
					    &response), 0);
	assert_int_equal(response.restored, 7);
}

static void test_bad_answers_are_refused(void **state)
{
	static const struct { const char *bytes; size_t length; } bad[] = {
		{ BYTES("") },
		{ BYTES("\x10\x01") },				/* of no kind */
		{ BYTES("\x08\x00") },
		{ BYTES("\x0a\x01x") },				/* the kind is a text */
		{ BYTES("\x08\x01\x28\x01") },			/* a notification that is a number */
		{ BYTES("\x08\x02\x10\x01\x22\x06\x08\xff\xff\xff\xff\x0f") },	/* a pid of 2^32 - 1 */
		{ BYTES("\x08\x06\x10\x01\x2a\x02\x08\x01") },	/* a stage that is a number */
		{ BYTES("\x08\x06\x10\x01\x2a\x04\x0a\x02" "a\0") },	/* with a NUL */
		{ BYTES("\x08\x06\x10\x01\x2a\x22\x0a\x20" "abcdefghijklmnopqrstuvwxyz012345") },
		{ BYTES("\x08\x06\x10\x01\x2a\x03\x0a\x05" "a") },	/* more than there is */
	};
	struct criu_response response;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(criu_read_response(bad[i].bytes, bad[i].length, &response), -EBADMSG);
}

static void test_a_long_reason_is_cut(void **state)
{
	struct text answer = text_new(&arena);
	struct criu_response response;
	char reason[1000];

	memset(reason, 'x', sizeof(reason));
	reason[sizeof(reason) - 1] = '\0';
	protobuf_add_number(&answer, 1, CRIU_DUMP);
	protobuf_add_text(&answer, 9, reason);
	assert_int_equal(criu_read_response(answer.at, answer.length, &response), 0);
	assert_int_equal(strlen(response.reason), sizeof(response.reason) - 1);
}

/* --- streams --- */

static struct criu_streams parse(const char *text, struct problem *problem)
{
	struct criu_streams streams;

	criu_parse_streams(&arena, arena_copy(&arena, text, strlen(text)), strlen(text), &streams, problem);
	return streams;
}

static void test_streams_of_the_host_are_taken(void **state)
{
	struct problem problem = { 0 };
	struct criu_streams streams =
		parse("[\"file[17:3] /dev/null\", \"pipe:[34712]\", \"file[1a:80cf]\"]", &problem);

	assert_false(problem.found);
	assert_string_equal(streams.key[0], "file[17:3]");
	assert_string_equal(streams.key[1], "pipe:[34712]");
	assert_string_equal(streams.key[2], "file[1a:80cf]");
	assert_true(streams.null[0] && !streams.null[1] && !streams.null[2]);
	/* runc's, and what stands for itself. */
	streams = parse("[\"/dev/null\", \"/dev/pts/0\", \"\"]", &problem);
	assert_false(problem.found);
	assert_null(streams.key[0]);
	assert_null(streams.key[1]);
	assert_null(streams.key[2]);
}

static void test_no_other_names_are_taken(void **state)
{
	static const char *const names[] = {
		"pipe:[]", "pipe:[1", "pipe:[1] ", "pipe:[-1]", "pipe:[1x]", "xpipe:[1]", "pipe:[12345678901234567]",
		"file[]", "file[1]", "file[1:]", "file[:1]", "file[1:2", "file[1:2]x", "file[G:1]",
		"file[1:2] /dev/zero", "file[1:2]/dev/null", " /dev/null", "net[4026531840]:x", "extRootNetNS",
	};
	struct problem problem = { 0 };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct criu_streams streams =
			parse(arena_printf(&arena, "[\"%s\", \"\", \"\"]", names[i]), &problem);

		assert_false(problem.found);
		assert_null(streams.key[0]);
		assert_false(streams.null[0]);
	}
}

static void test_bad_lists_are_refused(void **state)
{
	static const char *const texts[] = {
		"", "{}", "[]", "null", "[\"a\",\"b\"]", "[\"a\",\"b\",\"c\",\"d\"]", "[1,2,3]",
		"[\"pipe:[1]\",\"file[2:1]\",null]",
		"[\"a\",\"b\",\"c\"", "[\"a\",\"b\",\"c\"] x", "[\"a\",\"b\",\"\\u0000\"]",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct problem problem = { 0 };
		struct criu_streams streams = parse(texts[i], &problem);

		assert_true(problem.found);
		for (int stream = 0; stream < CRIU_STREAMS; stream++)
			assert_null(streams.key[stream]);
		assert_memory_equal(problem.text, "descriptors.json", 16);
	}
}

/* --- mounts --- */

static void test_mount_points_are_found(void **state)
{
	static const char mountinfo[] =
		"36 35 98:0 / / rw,noatime master:1 - ext3 /dev/root rw\n"
		"136 36 98:0 /a /one\\040file\\134 rw - ext3 /dev/root rw\n"
		"6 36 0:5 / /proc rw - proc proc rw\n"
		"9 36\n";

	assert_string_equal(criu_find_mount_point(&arena, mountinfo, 36), "/");
	assert_string_equal(criu_find_mount_point(&arena, mountinfo, 136), "/one file\\");
	assert_string_equal(criu_find_mount_point(&arena, mountinfo, 6), "/proc");
	assert_null(criu_find_mount_point(&arena, mountinfo, 35));
	assert_null(criu_find_mount_point(&arena, mountinfo, 3));
	assert_null(criu_find_mount_point(&arena, mountinfo, 9));
	assert_null(criu_find_mount_point(&arena, "", 1));
}

static void test_binds_and_masks_are_told(void **state)
{
	struct step steps[] = {
		{ .kind = STEP_BIND, .bind = { .source = "/src", .target = "/data" } },
		{ .kind = STEP_MOUNT, .mount = { .type = "proc", .target = "/proc" } },
		{ .kind = STEP_MASK, .mask = { "/proc/keys" } },
		{ .kind = STEP_MASK, .mask = { "/proc/kcore" } },
	};
	const struct plan plan = { .step = steps, .count = 4 };
	struct pairs mounts = criu_find_mounts(&arena, &plan);

	assert_int_equal(mounts.count, 2);
	assert_string_equal(mounts.at[0].key, "/data");
	assert_string_equal(mounts.at[0].value, "/src");
	assert_string_equal(mounts.at[1].key, "/dev/null");
	assert_string_equal(mounts.at[1].value, "/dev/null");
}

/* --- options --- */

static struct criu_options read_asked(const struct criu_asked *asked, struct problem *problem)
{
	struct criu_options options;

	criu_read_asked(&arena, asked, "checkpoint", &options, problem);
	return options;
}

static void test_words_become_numbers(void **state)
{
	const struct criu_asked asked = { .cgroups_mode = "strict", .network_lock = "nftables",
					  .empty_namespaces = "network", .page_server = "[2001:db8::1]:80" };
	struct problem problem = { 0 };
	struct criu_options options = read_asked(&asked, &problem);

	assert_int_equal(options.cgroups_mode.value, CRIU_CGROUPS_STRICT);
	assert_int_equal(options.network_lock, CRIU_LOCK_NFTABLES);
	assert_int_equal(options.empty_namespaces, CLONE_NEWNET);
	assert_string_equal(options.page_server, "2001:db8::1");
	assert_int_equal(options.page_server_port, 80);
	options = read_asked(&(struct criu_asked){ .page_server = "host:1" }, &problem);
	assert_string_equal(options.page_server, "host");
	assert_true(options.cgroups_mode.set && options.cgroups_mode.value == CRIU_CGROUPS_IGNORE);
	assert_int_equal(options.status, -1);
}

/* --- CRIU's log --- */

static void make_file(const char *folder, const char *name, const char *text)
{
	FILE *file = fopen(arena_printf(&arena, "%s/%s", folder, name), "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void assert_told(const char *log, const struct criu_response *response, const char *expected)
{
	char folder[] = "/tmp/test_criu_XXXXXX";
	struct criu criu = { .arena = &arena, .verb = "checkpoint", .log = "dump.log", .log_folder = "work",
			     .said = -1 };
	struct problem problem = { 0 };

	assert_non_null(mkdtemp(folder));
	if (log)
		make_file(folder, "dump.log", log);
	criu.work = open(folder, O_RDONLY | O_DIRECTORY);
	criu_tell_failure(&criu, response, &problem);
	close(criu.work);
	unlink(arena_printf(&arena, "%s/dump.log", folder));
	rmdir(folder);
	assert_string_equal(problem.text, expected);
}

static void test_the_reason_is_in_the_log(void **state)
{
	const struct criu_response denied = { .kind = CRIU_DUMP, .error = EACCES };

	assert_told("(00.1) Error (criu/util.c:1): rlimit: Can't setup RLIMIT_NOFILE for self: x\n"
		    "(00.2) Warn  (criu/x.c:1): nothing\n"
		    "(00.3)      1: Error (criu/a.c:1): Can't open x: No such file or directory\n"
		    "(00.4) Error (criu/cr-dump.c:1975): Dumping FAILED.\n", NULL,
		    "checkpoint: CRIU failed: Can't open x: it does not exist; see work/dump.log");
	assert_told("Error (a.c:1): one\nError (a.c:1): two\nError (a.c:1): three\nError (a.c:1): four\x1b[1m", NULL,
		    "checkpoint: CRIU failed: two; three; four?[1m; see work/dump.log");
	assert_told("Error (a.c:1): vdso: Unexpected rt vDSO area bounds\n", NULL,
		    "checkpoint: CRIU failed: vdso: Unexpected rt vDSO area bounds; this CRIU is too old for this "
		    "kernel; install a newer one; see work/dump.log");
	assert_told(NULL, &denied, "checkpoint: CRIU failed: it is out of reach");
	assert_told(NULL, NULL, "checkpoint: CRIU failed: it ended without a word");
	assert_told("", &(struct criu_response){ .reason = "its own words" },
		    "checkpoint: CRIU failed: its own words; see work/dump.log");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_request_has_what_is_asked, setup, teardown),
		cmocka_unit_test_setup_teardown(test_short_requests, setup, teardown),
		cmocka_unit_test(test_answers_are_read),
		cmocka_unit_test(test_bad_answers_are_refused),
		cmocka_unit_test_setup_teardown(test_a_long_reason_is_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(test_streams_of_the_host_are_taken, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_other_names_are_taken, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_lists_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_mount_points_are_found, setup, teardown),
		cmocka_unit_test_setup_teardown(test_binds_and_masks_are_told, setup, teardown),
		cmocka_unit_test_setup_teardown(test_words_become_numbers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_reason_is_in_the_log, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
