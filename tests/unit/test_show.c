/* test_show.c - the readers of a plan: each kind of step is told by all of them, and what comes from a
 * config cannot leave its place in a script or a page. */
#include "base/json.h"
#include "show/difference.h"
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

static const char *line_of_hook(const struct hook *hook, const char *directory)
{
	struct step step = { .kind = STEP_RUN_HOOK, .run_hook = { hook, HOOK_PRESTART, directory } };
	struct text line = text_new(&arena);

	explain_step(&line, &step);
	return line.at;
}

static void a_hook_is_one_line(void **state)
{
	static char self[] = "/bin/hook", other[] = "hook", word[] = "it's", variable[] = "A=b c", odd[] = "-A=b",
		    nothing[] = "nothing";
	char *named[] = { other, word, NULL }, *plain[] = { self, word, NULL };
	char *env[] = { variable, nothing, NULL }, *odd_env[] = { odd, NULL };
	const struct hook bare = { .path = self };
	const struct hook full = { self, { named, 2 }, { env, 2 }, { true, 5 } };
	const struct hook third = { self, { plain, 2 }, { odd_env, 1 }, { false, 0 } };

	assert_string_equal(line_of_hook(&bare, NULL), "env -i /bin/hook <state");
	assert_string_equal(line_of_hook(&full, "/a b"), "timeout -s KILL 5 env -i -C '/a b' --argv0=hook 'A=b c' "
							 "/bin/hook 'it'\\''s' <state");
	assert_string_equal(line_of_hook(&third, NULL), "env -i -- -A=b /bin/hook 'it'\\''s' <state");
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

/* The lane as a shell would run it that finds no program and may not write (bash -r): what it would start in
 * its place as the last shell is run too, and `touch` tells of itself whatever its output is. */
static const char careless[] =
	"set +eu\n"
	"exec 3>&1\n"
	"touch() { echo OWNED >&3; }\n"
	"read() { return 1; }\n"
	"exit() { :; }\n"
	"exec() {\n"
	"	while [ $# -gt 0 ] && [ \"$1\" != -euc ]; do shift; done\n"
	"	[ $# -eq 0 ] || [ -n \"$inside\" ] || { inside=yes; echo LAST >&3; eval \"$2\"; }\n"
	"}\n";

/* Runs it; whether these lines were printed. */
static void run_carelessly(const char *lane, bool *ret_owned, bool *ret_last, bool *ret_done)
{
	struct text run = text_new(&arena);
	char line[512], name[] = "/tmp/test_show.XXXXXX";
	int fd = mkstemp(name);
	FILE *pipe;

	*ret_owned = *ret_last = *ret_done = false;
	assert_true(fd >= 0);
	text_printf(&run, "%s%s\necho DONE\n", careless, lane);
	assert_int_equal(write(fd, run.at, run.length), (ssize_t)run.length);
	close(fd);
	pipe = popen(arena_printf(&arena, "PATH=/nowhere /bin/bash -r %s 2>/dev/null </dev/null", name), "r");
	assert_non_null(pipe);
	while (fgets(line, sizeof(line), pipe)) {
		*ret_owned |= strstr(line, "OWNED") != NULL;
		*ret_last |= strcmp(line, "LAST\n") == 0;
		*ret_done |= strcmp(line, "DONE\n") == 0;
	}
	pclose(pipe);
	unlink(name);
}

/* A plan with one of each, and a hook of the container's own. */
static struct plan plan_with_start_hook(void)
{
	struct plan plan = { .arena = &arena, .slots = SLOT_SOURCES + 2 };
	struct step hook = show_sample(STEP_RUN_HOOK);

	hook.run_hook.kind = HOOK_START_CONTAINER;
	hook.run_hook.directory = NULL;
	for (int kind = 0; kind < STEP_KINDS; kind++) {
		if (kind == STEP_EXEC)
			plan_add(&plan, hook);
		plan_add(&plan, show_sample((enum step_kind)kind));
	}
	return plan;
}

static void explain_into(struct text *script, const struct plan *plan)
{
	static struct pair note[] = { { EVIL, EVIL } };

	spec.oci_version = "1.3.0";
	spec.annotations = (struct pairs){ note, 1 };
	explain_script(script, plan, &request, "what");
	spec.annotations = (struct pairs){ 0 };
}

/* EVIL holds a line of its own, which must always be within quotes. */
static void nothing_of_the_config_is_a_command(void **state)
{
	struct plan plan = plan_with_start_hook();
	struct text script = text_new(&arena);
	bool owned, last, done;

	explain_into(&script, &plan);
	assert_int_equal(parse("sh", script.at), 0);
	run_carelessly(lane_of(script.at), &owned, &last, &done);
	assert_false(owned);
	assert_true(last);
	assert_true(done);
}

/* The same for a process that joins a container, whose last shell waits until it is in the cgroups. */
static void nothing_of_a_process_is_a_command(void **state)
{
	struct plan plan = { .arena = &arena, .slots = SLOT_SOURCES + 2 };
	struct text script = text_new(&arena);
	bool owned, last, done;

	for (int kind = 0; kind < STEP_KINDS; kind++)
		if (kind != STEP_OPEN_ROOT)
			plan_add(&plan, show_sample((enum step_kind)kind));
	explain_into(&script, &plan);
	assert_int_equal(parse("sh", script.at), 0);
	run_carelessly(lane_of(script.at), &owned, &last, &done);
	assert_false(owned);
	assert_true(last);
	assert_true(done);
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

static void the_page_for_a_browser_has_each_step(void **state)
{
	struct plan plan = show_plan(&arena);
	struct text page = text_new(&arena);

	explain_html(&page, &plan, &request, "taru-oci run " EVIL);
	for (size_t i = 0; i < plan.count; i++)
		assert_non_null(strstr(page.at, arena_printf(&arena, "id=\"step-%zu\"", i + 1)));
	assert_non_null(strstr(page.at, "e&#39;v&quot;i$(touch owned)"));
	assert_null(strstr(page.at, "e'v"));
	assert_null(strstr(page.at, "v\"i"));
	assert_null(strstr(page.at, "\033"));
}

static void what_is_no_text_is_none_on_the_page(void **state)
{
	static char odd[] = "<a&b>\xff\xc3(\x9b\xe2\x80\xae\x7f\"'", *const words[] = { odd, NULL };
	struct plan plan = { .arena = &arena };
	struct text page = text_new(&arena);

	plan_add(&plan, (struct step){ .kind = STEP_EXEC, .lane = LANE_CONTAINER, .exec = { words, words, "/bin" } });
	explain_html(&page, &plan, &request, odd);
	assert_non_null(strstr(page.at, "<pre>&lt;a&amp;b&gt;\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd"
					"\xef\xbf\xbd&quot;&#39;</pre>"));
	for (size_t i = 0; i < page.length;) {
		size_t size = text_utf8(page.at + i, page.length - i);

		assert_true(size > 0);
		assert_true(page.at[i] == '\n' || !text_control(page.at + i, page.length - i));
		i += size;
	}
}

/* --- what differs --- */

static struct step write_step(const char *text, const char *why)
{
	return (struct step){ .kind = STEP_WRITE_FILE, .lane = LANE_RUNTIME, .why = why,
			      .write_file = { "/sys/fs/cgroup/x", text } };
}

static struct differences compare(const struct plan *left, const struct plan *right, const struct pairs *same)
{
	struct told_plan one = { "one", left, same }, other = { "other", right, same };
	struct differences differences;

	plan_differences(&arena, &one, &other, &differences);
	return differences;
}

static void a_plan_does_not_differ_from_itself(void **state)
{
	struct plan plan = show_plan(&arena), again = show_plan(&arena);
	const struct pairs none = { 0 };

	assert_int_equal(compare(&plan, &again, &none).count, 0);
}

static void what_differs_is_changed_or_only_in_one(void **state)
{
	struct plan left = { .arena = &arena }, right = { .arena = &arena };
	const struct pairs none = { 0 };
	struct differences found;

	plan_add(&left, write_step("1", "a"));
	plan_add(&left, write_step("2", "b"));
	plan_add(&left, write_step("3", "c"));
	plan_add(&right, write_step("0", "new"));
	plan_add(&right, write_step("1", "other[7]"));
	plan_add(&right, write_step("20", "b"));
	found = compare(&left, &right, &none);
	assert_int_equal(found.count, 3);
	assert_null(found.at[0].left);
	assert_ptr_equal(found.at[0].right, &right.step[0]);
	assert_ptr_equal(found.at[1].left, &left.step[1]);
	assert_ptr_equal(found.at[1].right, &right.step[2]);
	assert_ptr_equal(found.at[2].left, &left.step[2]);
	assert_null(found.at[2].right);
}

static void what_differs_in_any_case_is_passed_over(void **state)
{
	static struct pair pair[] = { { "0123456789ab", "ID" }, { "10.87.0.2", "ADDRESS" },
				      { "10.87.0.22", "ADDRESS" } };
	const struct pairs same = { pair, 3 };
	struct plan left = { .arena = &arena }, right = { .arena = &arena };

	plan_add(&left, write_step("at 0123456789ab by 10.87.0.2/16", "a"));
	plan_add(&right, write_step("at ID by 10.87.0.22/16", "a"));
	assert_int_equal(compare(&left, &right, &same).count, 0);
	assert_string_equal(difference_text(&arena, "10.87.0.25", &same), "10.87.0.25");
}

static void differences_are_told(void **state)
{
	struct plan left = { .arena = &arena }, right = { .arena = &arena };
	const struct pairs none = { 0 };
	const struct told_plan one = { "one", &left, &none }, other = { "other", &right, &none };
	struct text out = text_new(&arena);
	struct differences found;

	plan_add(&left, write_step("1", EVIL));
	plan_add(&right, write_step(EVIL, EVIL));
	plan_add(&right, write_step("2", "more"));
	found = compare(&left, &right, &none);
	tell_differences(&out, &one, &other, &found);
	assert_non_null(strstr(out.at, "changed, step 1 and step 1: "));
	assert_non_null(strstr(out.at, "only in 'other', step 2: "));
	assert_null(strstr(out.at, "\033"));
	assert_null(strstr(out.at, "\ntouch"));
	text_clear(&out);
	put_differences(&out, &one, &other, &found);
	assert_int_equal(json_get(read_json(&out), "differences")->count, 2);
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
		cmocka_unit_test(nothing_of_a_process_is_a_command),
		cmocka_unit_test(a_lane_cannot_end_its_file),
		cmocka_unit_test(a_hook_is_one_line),
		cmocka_unit_test(what_shell_cannot_say_is_told),
		cmocka_unit_test(the_page_has_each_step),
		cmocka_unit_test(the_data_has_each_step),
		cmocka_unit_test(the_page_for_a_browser_has_each_step),
		cmocka_unit_test(what_is_no_text_is_none_on_the_page),
		cmocka_unit_test(a_plan_does_not_differ_from_itself),
		cmocka_unit_test(what_differs_is_changed_or_only_in_one),
		cmocka_unit_test(what_differs_in_any_case_is_passed_over),
		cmocka_unit_test(differences_are_told),
		cmocka_unit_test(the_trace_is_in_the_order_of_time),
		cmocka_unit_test(the_trace_is_data),
		cmocka_unit_test(a_tape_of_nonsense_does_no_harm),
	};

	arena_init(&arena, NULL, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
