/* test_debug.c - the debugger of plans: what is typed, where it stops, whose turn it is, how a line is edited. */
#include "debug/breakpoint.h"
#include "debug/command.h"
#include "debug/line.h"
#include "debug/skip.h"
#include "debug/turn.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static struct step steps[] = {
	{ STEP_MAKE_CGROUP, LANE_RUNTIME, .why = "linux.cgroupsPath" },
	{ STEP_CLONE, LANE_RUNTIME, .why = "linux.namespaces" },
	{ STEP_MOUNT, LANE_CONTAINER, .why = "mounts[1]" },
	{ STEP_BIND, LANE_CONTAINER, .why = "mounts[12]" },
	{ STEP_OPEN_GATE, LANE_RUNTIME },
	{ STEP_MOUNT, LANE_CONTAINER, .why = "mounts[2]" },
	{ STEP_EXEC, LANE_CONTAINER, .why = "process.args[0]" },
};

static const struct plan plan = { .step = steps, .count = sizeof(steps) / sizeof(steps[0]) };

/* --- commands --- */

static void reads_verbs_by_name_and_letter(void **state)
{
	static const struct { const char *line; enum debug_verb verb; const char *argument; } good[] = {
		{ "", DEBUG_NOTHING, "" },	    { "  \t", DEBUG_NOTHING, "" },
		{ "# a remark", DEBUG_NOTHING, "" }, { "step", DEBUG_STEP, "" },
		{ " s \r", DEBUG_STEP, "" },	    { "c", DEBUG_CONTINUE, "" },
		{ "l all", DEBUG_LIST, "all" },	    { "print 3", DEBUG_PRINT, "3" },
		{ "skip", DEBUG_SKIP, "" },	    { "!ls  -l ", DEBUG_SHELL, "ls  -l" },
		{ "! ls", DEBUG_SHELL, "ls" },	    { "shell", DEBUG_SHELL, "" },
		{ "b\tmounts[3]", DEBUG_BREAK, "mounts[3]" }, { "d 1", DEBUG_DELETE, "1" },
		{ "help", DEBUG_HELP, "" },	    { "q", DEBUG_QUIT, "" },
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct problem problem = { 0 };
		struct debug_command command = command_parse(&arena, good[i].line, &problem);

		assert_false(problem.found);
		assert_int_equal(command.verb, good[i].verb);
		assert_string_equal(command.argument, good[i].argument);
	}
}

static void refuses_what_is_no_command(void **state)
{
	static const char *const bad[] = { "stepp", "ste", "S", "continue 3", "quit now", "skip 14", "\x1b[A",
					   "--help" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct problem problem = { 0 };

		assert_int_equal(command_parse(&arena, bad[i], &problem).verb, DEBUG_NOTHING);
		assert_true(problem.found);
	}
}

static void help_names_every_verb(void **state)
{
	static const char *const verbs[] = { "step, s", "continue, c", "list, l", "print, p", "skip", "shell, !",
					     "break, b", "delete, d", "quit, q" };

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		assert_non_null(strstr(debug_help, verbs[i]));
}

/* --- breakpoints --- */

/* The steps at which the breakpoint stops, as digits. */
static const char *stops_at(const char *text)
{
	static char at[sizeof(steps) / sizeof(steps[0]) + 1];
	struct breakpoints list = { .count = 0 };
	struct problem problem = { 0 };
	size_t count = 0;

	if (!breakpoint_add(&list, &plan, text, &problem))
		return "none";
	for (size_t i = 0; i < plan.count; i++)
		if (breakpoint_at(&list, &plan, i))
			at[count++] = (char)('1' + i);
	at[count] = '\0';
	assert_int_equal(breakpoint_steps(&list.at[0], &plan), count);
	return at;
}

static void stops_by_number_kind_lane_and_key(void **state)
{
	assert_string_equal(stops_at("1"), "1");
	assert_string_equal(stops_at("7"), "7");
	assert_string_equal(stops_at("mount"), "36");
	assert_string_equal(stops_at("open-gate"), "5");
	assert_string_equal(stops_at("runtime"), "125");
	assert_string_equal(stops_at("container"), "3467");
	assert_string_equal(stops_at("mounts"), "346");
	assert_string_equal(stops_at("mounts[1]"), "3");
	assert_string_equal(stops_at("linux"), "12");
	assert_string_equal(stops_at("process.args"), "7");
}

static void refuses_what_no_step_is(void **state)
{
	static const char *const bad[] = { "0", "8", "1x", "99999999999999999999", "-1", "pivot-root", "moun",
					   "mounts[", "MOUNT", "process.arg", "hooks" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_string_equal(stops_at(bad[i]), "none");
}

static void breakpoints_keep_their_numbers(void **state)
{
	struct breakpoints list = { .count = 0 };
	struct problem problem = { 0 };

	for (int i = 0; i < BREAKPOINTS_MAX; i++)
		assert_non_null(breakpoint_add(&list, &plan, "mount", &problem));
	assert_null(breakpoint_add(&list, &plan, "mount", &problem));
	problem = (struct problem){ 0 };
	assert_true(breakpoint_delete(&list, "2", &problem));
	assert_int_equal(list.at[1].id, 3);
	assert_int_equal(breakpoint_add(&list, &plan, "exec", &problem)->id, BREAKPOINTS_MAX + 1);
	assert_false(breakpoint_delete(&list, "2", &problem));
	assert_true(problem.found);
	problem = (struct problem){ 0 };
	assert_false(breakpoint_delete(&list, "x", &problem));
	assert_true(breakpoint_delete(&list, "", &problem));
	assert_null(breakpoint_at(&list, &plan, 2));
}

/* --- whose turn it is --- */

/* Plays both lanes, each of which comes to its next step as soon as it is let go. Returns the order of the steps. */
static const char *play(void)
{
	static char order[sizeof(steps) / sizeof(steps[0]) + 1];
	struct turn turn = turn_new();
	size_t next[LANES] = { 0 }, count = 0;

	for (;;) {
		for (int lane = 0; lane < LANES; lane++) {
			if (turn.state[lane] != LANE_GOES)
				continue;
			while (next[lane] < plan.count && steps[next[lane]].lane != (enum lane)lane)
				next[lane]++;
			if (next[lane] < plan.count)
				turn_waits(&turn, (enum lane)lane, next[lane]++);
			else
				turn_gone(&turn, (enum lane)lane);
		}
		assert_false(turn_is_open(&turn));
		if (turn_next(&turn) == LANES)
			break;
		order[count++] = (char)('1' + turn.index[turn_next(&turn)]);
		turn_go(&turn, &plan, turn_next(&turn), true);
	}
	order[count] = '\0';
	return order;
}

static void the_steps_are_taken_in_the_order_of_the_plan(void **state)
{
	assert_string_equal(play(), "1234567");
}

static void nobody_waits_for_a_lane_that_was_not_cloned(void **state)
{
	struct turn turn = turn_new();

	assert_true(turn_is_open(&turn));
	assert_int_equal(turn_next(&turn), LANES);
	turn_waits(&turn, LANE_RUNTIME, 1);
	turn_go(&turn, &plan, LANE_RUNTIME, false);
	assert_int_equal(turn.state[LANE_CONTAINER], LANE_UNBORN);
	turn_waits(&turn, LANE_RUNTIME, 1);
	turn_go(&turn, &plan, LANE_RUNTIME, true);
	assert_int_equal(turn.state[LANE_CONTAINER], LANE_GOES);
	turn_gone(&turn, LANE_RUNTIME);
	assert_true(turn_is_open(&turn));
	turn_waits(&turn, LANE_CONTAINER, 2);
	assert_int_equal(turn_next(&turn), LANE_CONTAINER);
}

static void what_others_need_is_not_skipped(void **state)
{
	static const enum step_kind needed[] = {
		STEP_CLONE, STEP_REFORK, STEP_OPEN_GATE, STEP_AWAIT_GATE, STEP_OPEN_ROOT, STEP_PIVOT_ROOT,
		STEP_SET_PROPAGATION, STEP_CLOSE_DESCRIPTORS, STEP_WRITE_RECORD, STEP_MAKE_CGROUP, STEP_EXEC,
	};
	static const enum step_kind others[] = {
		STEP_MOUNT, STEP_SET_HOSTNAME, STEP_MASK, STEP_SET_SECCOMP, STEP_RUN_HOOK,
	};

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		assert_non_null(skip_refused(needed[i]));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_null(skip_refused(others[i]));
}

/* --- the line --- */

static struct line line;

/* Types the keys; what the line is then, with '|' where the cursor is. */
static const char *typed(const char *keys)
{
	static char shown[LINE_SIZE + 2];

	line_begin(&line);
	for (; *keys; keys++)
		assert_int_equal(line_key(&line, (unsigned char)*keys), LINE_MORE);
	(void)snprintf(shown, sizeof(shown), "%.*s|%s", (int)line.cursor, line.at, line.at + line.cursor);
	return shown;
}

static void a_line_is_edited_as_in_a_shell(void **state)
{
	static const struct { const char *keys, *shown; } cases[] = {
		{ "step", "step|" },
		{ "ste\x01p", "p|ste" },
		{ "ste\x02\x02x\x06y", "sxty|e" },
		{ "abc\x1b[D\x1b[D\x1b[Cx", "abx|c" },
		{ "abc\x1bOHx\x1bOFy", "xabcy|" },
		{ "abc\x1b[1~x\x1b[4~y", "xabcy|" },
		{ "abc\x7f\b", "a|" },
		{ "abc\x01\x1b[3~\x04", "|c" },
		{ "abc def\x02\x02\x0b", "abc d|" },
		{ "abc def\x02\x15", "|f" },
		{ "abc  def \x17x", "abc  x|" },
		{ "\x7f\x1b[D\x1b[C\x1b[3~\x17\x0b\x15", "|" },
		{ "a\xc3\xa4o\x02\x02x", "ax|\xc3\xa4o" },
		{ "a\xc3\xa4\x7f", "a|" },
		{ "a\x1b[200~b\x1b[99;5Xc\x1bxd", "abcd|" },
		{ "a\tb\x1b[1;5Dc", "abc|" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(typed(cases[i].keys), cases[i].shown);
}

static void keys_that_end_a_line(void **state)
{
	typed("step");
	assert_int_equal(line_key(&line, '\r'), LINE_DONE);
	assert_string_equal(line.at, "step");
	typed("step");
	assert_int_equal(line_key(&line, '\n'), LINE_DONE);
	typed("step");
	assert_int_equal(line_key(&line, 3), LINE_CANCELLED);
	typed("\x1b[");
	assert_int_equal(line_key(&line, 3), LINE_CANCELLED);
	typed("");
	assert_int_equal(line_key(&line, 4), LINE_ENDED);
}

static void earlier_lines_come_back(void **state)
{
	memset(&line, 0, sizeof(line));
	assert_string_equal(typed("\x10\x0e"), "|");
	typed("one");
	line_remember(&line, &arena);
	typed("two");
	line_remember(&line, &arena);
	typed("two");
	line_remember(&line, &arena);
	typed("");
	line_remember(&line, &arena);
	assert_int_equal(line.histories, 2);
	assert_string_equal(typed("\x1b[A"), "two|");
	assert_string_equal(typed("\x1b[A\x1b[A\x1b[A"), "one|");
	assert_string_equal(typed("new\x10\x10\x0e\x0e\x0e"), "new|");
	for (int i = 0; i < 2 * LINE_HISTORY; i++) {
		char text[16];

		(void)snprintf(text, sizeof(text), "l%d", i);
		typed(text);
		line_remember(&line, &arena);
	}
	assert_int_equal(line.histories, LINE_HISTORY);
	assert_string_equal(line.history[0], "l64");
	assert_string_equal(typed("\x10"), "l127|");
}

static void a_line_ends_where_there_is_no_more_room(void **state)
{
	line_begin(&line);
	for (int i = 0; i < 3 * LINE_SIZE; i++)
		assert_int_equal(line_key(&line, 'x'), LINE_MORE);
	assert_int_equal(line.length, LINE_SIZE - 1);
	assert_int_equal(strlen(line.at), LINE_SIZE - 1);
}

static const char *drawn(const char *keys, size_t columns)
{
	struct text text = text_new(&arena);

	typed(keys);
	line_draw(&line, "> ", columns, &text);
	return text.at;
}

static void a_wide_line_is_shown_around_the_cursor(void **state)
{
	assert_string_equal(drawn("ab\x02", 80), "\r> ab\033[K\r\033[3C");
	assert_string_equal(drawn("a\xc3\xa4", 80), "\r> a\xc3\xa4\033[K\r\033[4C");
	assert_string_equal(drawn("0123456789", 12), "\r> 123456789\033[K\r\033[11C");
	assert_string_equal(drawn("0123456789\x01", 12), "\r> 012345678\033[K\r\033[2C");
	assert_string_equal(drawn("0123456789", 0), "\r> 3456789\033[K\r\033[9C");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_verbs_by_name_and_letter),
		cmocka_unit_test(refuses_what_is_no_command),
		cmocka_unit_test(help_names_every_verb),
		cmocka_unit_test(stops_by_number_kind_lane_and_key),
		cmocka_unit_test(refuses_what_no_step_is),
		cmocka_unit_test(breakpoints_keep_their_numbers),
		cmocka_unit_test(the_steps_are_taken_in_the_order_of_the_plan),
		cmocka_unit_test(nobody_waits_for_a_lane_that_was_not_cloned),
		cmocka_unit_test(what_others_need_is_not_skipped),
		cmocka_unit_test(a_line_is_edited_as_in_a_shell),
		cmocka_unit_test(keys_that_end_a_line),
		cmocka_unit_test(earlier_lines_come_back),
		cmocka_unit_test(a_line_ends_where_there_is_no_more_room),
		cmocka_unit_test(a_wide_line_is_shown_around_the_cursor),
	};

	arena_init(&arena, NULL, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
