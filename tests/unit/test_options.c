/* test_options.c - the command line: every form of an option, and a clear word for every fault. */
#include "oci/json_pretty.h"
#include "oci/options.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct asked {
	const char *bundle, *log;
	bool debug, quiet;
	unsigned count;
	struct maybe_text trace;
};

static const struct option table[] = {
	{ "bundle", 'b', OPTION_TEXT, offsetof(struct asked, bundle), "DIR", "the bundle" },
	{ "log", 0, OPTION_TEXT, offsetof(struct asked, log), "FILE", "a file" },
	{ "debug", 'd', OPTION_FLAG, offsetof(struct asked, debug), NULL, "more" },
	{ "quiet", 'q', OPTION_FLAG, offsetof(struct asked, quiet), NULL, "less" },
	{ "count", 'c', OPTION_NUMBER, offsetof(struct asked, count), "N", "how many" },
	{ "trace", 't', OPTION_MAYBE_TEXT, offsetof(struct asked, trace), "FILE", "times" },
	{ NULL }
};

enum { WORDS = 16 };

struct fixture {
	struct asked asked;
	struct problem problem;
	char *word[WORDS];
	enum options_result result;
};

/* Splits `line` at blanks; "_" stands for an empty word. */
static struct fixture read_line(const char *line, bool in_order)
{
	static char text[256];
	struct fixture f = { 0 };
	size_t count = 0;

	strcpy(text, line);
	for (char *word = strtok(text, " "); word && count < WORDS - 1; word = strtok(NULL, " "))
		f.word[count++] = strcmp(word, "_") ? word : word + 1;
	f.result = options_read(table, "taru-oci run", in_order, f.word, &f.asked, &f.problem);
	return f;
}

static struct fixture read_good(const char *line)
{
	struct fixture f = read_line(line, false);

	assert_int_equal(f.result, OPTIONS_READ);
	assert_false(f.problem.found);
	return f;
}

static void assert_bad(const char *line, const char *message)
{
	struct fixture f = read_line(line, false);

	assert_int_equal(f.result, OPTIONS_WRONG);
	assert_string_equal(f.problem.text, message);
}

static void a_value_stands_in_four_places(void **state)
{
	static const char *const lines[] = { "--bundle x", "--bundle=x", "-b x", "-bx" };

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_string_equal(read_good(lines[i]).asked.bundle, "x");
}

static void a_value_may_look_like_an_option(void **state)
{
	assert_string_equal(read_good("--bundle --debug").asked.bundle, "--debug");
	assert_string_equal(read_good("-b -d").asked.bundle, "-d");
	assert_string_equal(read_good("--bundle=a=b").asked.bundle, "a=b");
	assert_string_equal(read_good("--bundle=").asked.bundle, "");
	assert_string_equal(read_good("--bundle _").asked.bundle, "");
}

static void letters_can_be_joined(void **state)
{
	struct fixture f = read_good("-dqbx");

	assert_true(f.asked.debug && f.asked.quiet);
	assert_string_equal(f.asked.bundle, "x");
	f = read_good("-dqb x y");
	assert_string_equal(f.asked.bundle, "x");
	assert_string_equal(f.word[0], "y");
}

static void a_flag_can_be_false(void **state)
{
	assert_true(read_good("--debug").asked.debug);
	assert_true(read_good("--debug=true").asked.debug);
	assert_false(read_good("--debug --debug=false").asked.debug);
	assert_bad("--debug=maybe", "option '--debug' is true or false, not 'maybe'; see 'taru-oci run --help'");
}

static void the_last_one_wins(void **state)
{
	assert_string_equal(read_good("-b x --bundle y").asked.bundle, "y");
}

static void a_number_is_a_whole_one(void **state)
{
	assert_int_equal(read_good("--count 7").asked.count, 7);
	assert_int_equal(read_good("-c7").asked.count, 7);
	assert_bad("--count 7x", "option '--count' takes a number, not '7x'; see 'taru-oci run --help'");
	assert_bad("--count=-1", "option '--count' takes a number, not '-1'; see 'taru-oci run --help'");
	assert_bad("--count 4294967296",
		   "option '--count' takes a number, not '4294967296'; see 'taru-oci run --help'");
}

static void an_optional_value_needs_the_sign(void **state)
{
	struct fixture f = read_good("--trace id");

	assert_true(f.asked.trace.given);
	assert_null(f.asked.trace.text);
	assert_string_equal(f.word[0], "id");
	assert_string_equal(read_good("--trace=f").asked.trace.text, "f");
	assert_false(read_good("id").asked.trace.given);
}

static void operands_stand_anywhere(void **state)
{
	struct fixture f = read_good("one -d two -b x three");

	assert_true(f.asked.debug);
	assert_string_equal(f.word[0], "one");
	assert_string_equal(f.word[1], "two");
	assert_string_equal(f.word[2], "three");
	assert_null(f.word[3]);
}

static void two_dashes_end_the_options(void **state)
{
	struct fixture f = read_good("-d -- -q --bundle");

	assert_false(f.asked.quiet);
	assert_string_equal(f.word[0], "-q");
	assert_string_equal(f.word[1], "--bundle");
	assert_null(f.word[2]);
	assert_string_equal(read_good("-").word[0], "-");
}

static void in_order_the_verb_ends_them(void **state)
{
	struct fixture f = read_line("-d run -q --nonsense", true);

	assert_int_equal(f.result, OPTIONS_READ);
	assert_true(f.asked.debug);
	assert_false(f.asked.quiet);
	assert_string_equal(f.word[0], "run");
	assert_string_equal(f.word[1], "-q");
	assert_string_equal(f.word[2], "--nonsense");
}

static void help_is_known_everywhere(void **state)
{
	assert_int_equal(read_line("-d --help", false).result, OPTIONS_HELP);
	assert_int_equal(read_line("-dh", false).result, OPTIONS_HELP);
	assert_int_equal(read_line("x -h --nonsense", false).result, OPTIONS_HELP);
	assert_int_equal(read_line("-b --help", false).result, OPTIONS_READ);
}

static void faults_are_named(void **state)
{
	assert_bad("--nonsense", "unknown option '--nonsense'; see 'taru-oci run --help'");
	assert_bad("--nonsense=1", "unknown option '--nonsense'; see 'taru-oci run --help'");
	assert_bad("--bundl x", "unknown option '--bundl'; see 'taru-oci run --help'");
	assert_bad("-dx", "unknown option '-x'; see 'taru-oci run --help'");
	assert_bad("--bundle", "option '--bundle' needs a value (DIR); see 'taru-oci run --help'");
	assert_bad("-dqb", "option '--bundle' needs a value (DIR); see 'taru-oci run --help'");
}

static void help_shows_each_option(void **state)
{
	struct arena arena;
	struct text out;

	arena_init(&arena, NULL, 0);
	out = text_new(&arena);
	options_help(&out, table);
	assert_string_equal(out.at,
			    "  -b, --bundle DIR             the bundle\n"
			    "      --log FILE               a file\n"
			    "  -d, --debug                  more\n"
			    "  -q, --quiet                  less\n"
			    "  -c, --count N                how many\n"
			    "  -t, --trace[=FILE]           times\n"
			    "  -h, --help                   show this and end\n");
	arena_release(&arena);
}

static void json_is_indented(void **state)
{
	struct arena arena;
	struct text out;

	arena_init(&arena, NULL, 0);
	out = text_new(&arena);
	json_pretty(&out, "{\"a\":[],\"b\":{\"c\":[1,\"x,\\\"{\"],\"d\":{}}}");
	assert_string_equal(out.at, "{\n\t\"a\": [],\n\t\"b\": {\n\t\t\"c\": [\n\t\t\t1,\n\t\t\t\"x,\\\"{\"\n"
				    "\t\t],\n\t\t\"d\": {}\n\t}\n}\n");
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_stands_in_four_places),
		cmocka_unit_test(a_value_may_look_like_an_option),
		cmocka_unit_test(letters_can_be_joined),
		cmocka_unit_test(a_flag_can_be_false),
		cmocka_unit_test(the_last_one_wins),
		cmocka_unit_test(a_number_is_a_whole_one),
		cmocka_unit_test(an_optional_value_needs_the_sign),
		cmocka_unit_test(operands_stand_anywhere),
		cmocka_unit_test(two_dashes_end_the_options),
		cmocka_unit_test(in_order_the_verb_ends_them),
		cmocka_unit_test(help_is_known_everywhere),
		cmocka_unit_test(faults_are_named),
		cmocka_unit_test(help_shows_each_option),
		cmocka_unit_test(json_is_indented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
