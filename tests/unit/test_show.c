/* test_show.c - the readers of a plan: each kind of step is told by all of them, and what comes from a
 * config cannot leave its place in a script or a page. */
#include "base/json.h"
#include "show/show.h"
#include "show_sample.h"
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena arena;
static struct spec spec;
static struct host host;
static struct plan_request request = { .spec = &spec, .host = &host, .id = "box" EVIL, .bundle = "/b" EVIL };

/* Room for the marks of all steps. */
static struct tape *tape_for(const struct plan *plan)
{
	return arena_alloc(&arena, sizeof(struct tape) + plan->count * sizeof(struct mark));
}

/* --- what is told --- */

static void each_kind_is_one_line(void **state)
{
	for (int kind = 0; kind < STEP_KINDS; kind++) {
		struct step step = show_sample((enum step_kind)kind);
		struct text line = text_new(&arena);

		explain_step(&line, &step);
		assert_true(line.length > 0 && line.length < 300);
		for (const char *at = line.at; *at; at++)
			assert_true((unsigned char)*at >= ' ' && *at != 0x7f);
	}
}

static void a_long_line_is_cut_between_characters(void **state)
{
	struct text name = text_new(&arena), line = text_new(&arena);
	struct step step = { .kind = STEP_SET_HOSTNAME };

	for (int i = 0; i < 200; i++)
		text_add(&name, "ä");
	step.hostname.name = name.at;
	explain_step(&line, &step);
	for (size_t at = 0; at < line.length; at += text_utf8(line.at + at, line.length - at))
		assert_true(text_utf8(line.at + at, line.length - at) > 0);
}

/* Runs the shell's parser over the text. */
static int parse(const char *shell, const char *script)
{
	char command[64];
	FILE *pipe;

	snprintf(command, sizeof(command), "%s -n", shell);
	pipe = popen(command, "w");
	assert_non_null(pipe);
	fputs(script, pipe);
	return pclose(pipe);
}

/* Between `from` and its end line, without them. */
static char *lane_of(const char *script)
{
	const char *begin = strstr(script, "<<'CONTAINER'\n");
	const char *end;

	assert_non_null(begin);
	begin = strchr(begin, '\n') + 1;
	end = strstr(begin, "\nCONTAINER\n");
	assert_non_null(end);
	return arena_copy(&arena, begin, (size_t)(end - begin) + 1);
}

static void the_script_is_a_script(void **state)
{
	struct plan plan = show_plan(&arena);
	struct text script = text_new(&arena);
	char *lane;

	spec.uid_map = spec.gid_map = show_maps;
	explain_script(&script, &plan, &request, "taru-oci run " EVIL);
	lane = lane_of(script.at);
	assert_int_equal(parse("sh", script.at), 0);
	assert_int_equal(parse("bash", script.at), 0);
	assert_int_equal(parse("sh", lane), 0);
	assert_int_equal(parse("bash", lane), 0);
}

/* EVIL holds a line of its own, which must always be within quotes. A shell that finds no program, and
 * may not write (-r), goes through the lane: it must not come to that line. */
static void nothing_of_the_config_is_a_command(void **state)
{
	static const char head[] = "set +eu\ntouch() { echo OWNED; }\nread() { return 1; }\nexit() { :; }\n";
	struct plan plan = show_plan(&arena);
	struct text script = text_new(&arena), run = text_new(&arena);
	char line[512], name[] = "/tmp/test_show.XXXXXX";
	int fd = mkstemp(name);
	bool read_all = false;
	FILE *pipe;

	assert_true(fd >= 0);
	explain_script(&script, &plan, &request, "what");
	text_printf(&run, "%s%s\necho DONE\n", head, lane_of(script.at));
	assert_int_equal(write(fd, run.at, run.length), (ssize_t)run.length);
	close(fd);
	pipe = popen(arena_printf(&arena, "PATH=/nowhere /bin/bash -r %s 2>/dev/null </dev/null", name), "r");
	assert_non_null(pipe);
	while (fgets(line, sizeof(line), pipe)) {
		assert_null(strstr(line, "OWNED"));
		read_all |= strcmp(line, "DONE\n") == 0;
	}
	pclose(pipe);
	unlink(name);
	assert_true(read_all);
}

static void a_lane_cannot_end_its_file(void **state)
{
	static char end[] = "x\nCONTAINER\nCONTAINER_2\ntouch owned";
	static char path[] = "PATH=/bin";
	static char *const words[] = { end, NULL }, *const env[] = { path, NULL };
	struct plan plan = { .arena = &arena };
	struct text script = text_new(&arena);
	struct step exec = { .kind = STEP_EXEC, .lane = LANE_CONTAINER, .exec = { words, env, "/bin" } };

	plan_add(&plan, (struct step){ .kind = STEP_CLONE, .lane = LANE_RUNTIME });
	plan_add(&plan, exec);
	explain_script(&script, &plan, &request, "what");
	assert_non_null(strstr(script.at, "<<'CONTAINER_3'\n"));
	assert_int_equal(parse("sh", script.at), 0);
}

static void what_shell_cannot_say_is_told(void **state)
{
	static const char *const words[] = { "seccomp(2)", "PR_SET_DUMPABLE", "keyctl(2)", "close_range(2)",
					     "fsopen(2)", "SCM_RIGHTS", "pair of terminals" };
	struct plan plan = show_plan(&arena);
	struct text script = text_new(&arena);

	explain_script(&script, &plan, &request, "what");
	/* Comments are broken into lines. */
	for (char *at = strstr(script.at, "\n# "); at; at = strstr(at, "\n# "))
		memcpy(at, "   ", 3);
	for (char *from = script.at, *to = script.at; (*to = *from); from++)
		to += *from != ' ' || from[1] != ' ';
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_non_null(strstr(script.at, words[i]));
}

static void the_page_has_each_step(void **state)
{
	struct plan plan = show_plan(&arena);
	struct text page = text_new(&arena);

	explain_prose(&page, &plan, &request);
	for (size_t i = 0; i < plan.count; i++)
		assert_non_null(strstr(page.at, arena_printf(&arena, "\n%4zu. The ", i + 1)));
	assert_null(strstr(page.at, "\033"));
	assert_null(strstr(page.at, "\ntouch"));
}

static const struct json *read_json(struct text *text)
{
	struct problem problem = { 0 };
	const struct json *json = json_read(&arena, text->at, text->length, "output", &problem);

	assert_string_equal(problem.text, "");
	assert_non_null(json);
	return json;
}

static void the_data_has_each_step(void **state)
{
	struct plan plan = show_plan(&arena);
	struct text text = text_new(&arena), again = text_new(&arena);
	const struct json *steps, *step;

	explain_json(&text, &plan, &request);
	explain_json(&again, &plan, &request);
	assert_string_equal(text.at, again.at);
	steps = json_get(read_json(&text), "steps");
	assert_int_equal(steps->count, STEP_KINDS);
	step = steps->first;
	for (int kind = 0; kind < STEP_KINDS; kind++, step = step->next)
		assert_string_equal(json_get(step, "kind")->text, step_name(kind));
}

/* --- the tape --- */

static void the_trace_is_in_the_order_of_time(void **state)
{
	struct plan plan = show_plan(&arena);
	struct tape *tape = tape_for(&plan);
	struct text table = text_new(&arena);

	tape->mark[3] = (struct mark){ .began = 2000, .ended = 5000 };
	tape->mark[1] = (struct mark){ .began = 9000, .ended = 10500, .error = -EPERM };
	explain_step(&table, &plan.step[0]);
	text_clear(&table);
	trace_table(&table, &plan, tape);
	assert_true(strstr(table.at, "\n    4  ") < strstr(table.at, "\n    2  "));
	assert_non_null(strstr(table.at, "       7.0        1.5  unshare"));
	assert_non_null(strstr(table.at, "[EPERM]"));
	assert_non_null(strstr(table.at, "8.5  from the first step"));
}

static void the_trace_is_data(void **state)
{
	struct plan plan = show_plan(&arena);
	struct tape *tape = tape_for(&plan);
	struct text events = text_new(&arena);
	const struct json *list, *event;

	tape->mark[1] = (struct mark){ .began = 1000, .ended = 2500 };
	tape->mark[STEP_EXEC] = (struct mark){ .began = 3001, .ended = 3001, .error = -ENOENT };
	trace_events(&events, &plan, tape, 42);
	list = json_get(read_json(&events), "traceEvents");
	assert_int_equal(list->count, 1 + LANES + 2);
	event = list->first->next->next->next;
	assert_string_equal(json_get(event, "ph")->text, "X");
	assert_string_equal(json_get(event, "dur")->text, "1.500");
	event = event->next;
	assert_string_equal(json_get(event, "ts")->text, "2.001");
	assert_string_equal(json_get(json_get(event, "args"), "error")->text, "ENOENT");
}

static void a_tape_of_nonsense_does_no_harm(void **state)
{
	struct plan plan = show_plan(&arena);
	struct tape *tape = tape_for(&plan);
	unsigned char *bytes = (unsigned char *)tape->mark;

	for (unsigned seed = 1; seed < 200; seed++) {
		struct text text = text_new(&arena);

		srand(seed);
		for (size_t i = 0; i < plan.count * sizeof(struct mark); i++)
			bytes[i] = (unsigned char)(rand() % (seed % 3 ? 256 : 2) * (seed % 2 ? 255 : 1));
		memset(tape->note, (int)seed, sizeof(tape->note));
		trace_table(&text, &plan, tape);
		trace_events(&text, &plan, tape, 1);
		why_failed(&text, &plan, &request, tape);
		assert_true(text.length > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_is_one_line),
		cmocka_unit_test(a_long_line_is_cut_between_characters),
		cmocka_unit_test(the_script_is_a_script),
		cmocka_unit_test(nothing_of_the_config_is_a_command),
		cmocka_unit_test(a_lane_cannot_end_its_file),
		cmocka_unit_test(what_shell_cannot_say_is_told),
		cmocka_unit_test(the_page_has_each_step),
		cmocka_unit_test(the_data_has_each_step),
		cmocka_unit_test(the_trace_is_in_the_order_of_time),
		cmocka_unit_test(the_trace_is_data),
		cmocka_unit_test(a_tape_of_nonsense_does_no_harm),
	};

	arena_init(&arena, NULL, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
