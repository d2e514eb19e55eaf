/* test_options.c - the command line: every form of an option, and a clear word for every fault. */
#include "command/json_pretty.h"
#include "command/options.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* What two commands could share. */
struct shared {
	bool quiet;
	struct texts env;
};

struct asked {
	const char *bundle, *log;
	bool debug;
	struct shared shared;
	unsigned count;
	struct maybe_bool rights;
	struct maybe_u64 period;
	struct maybe_i64 quota, memory;
	struct maybe_text trace;
};

static const struct option shared_table[] = {
	{ "quiet", 'q', OPTION_FLAG, offsetof(struct shared, quiet), NULL, "less" },
	{ "env", 'e', OPTION_TEXTS, offsetof(struct shared, env), "NAME=VALUE", "a variable" },
	{ NULL }
};

static const struct option table[] = {
	{ "bundle", 'b', OPTION_TEXT, offsetof(struct asked, bundle), "DIR", "the bundle" },
	{ "log", 0, OPTION_TEXT, offsetof(struct asked, log), "FILE", "a file" },
	{ "debug", 'd', OPTION_FLAG, offsetof(struct asked, debug), NULL, "more" },
	{ "debug", 'D', OPTION_FLAG, offsetof(struct asked, debug), NULL, NULL },
	{ .kind = OPTION_TABLE, .offset = offsetof(struct asked, shared), .table = shared_table },
	{ "count", 'c', OPTION_NUMBER, offsetof(struct asked, count), "N", "how many" },
	{ "rights", 0, OPTION_MAYBE_FLAG, offsetof(struct asked, rights), NULL, "whether" },
	{ "period", 0, OPTION_UNSIGNED, offsetof(struct asked, period), "US", "how long" },
	{ "quota", 0, OPTION_SIGNED, offsetof(struct asked, quota), "US", "how much" },
	{ "memory", 0, OPTION_BYTES, offsetof(struct asked, memory), "BYTES", "how large" },
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
	static struct arena arena;
	static char text[256];
	struct options options = { table, "taru-oci run", in_order };
	struct fixture f = { 0 };
	size_t count = 0;

	strcpy(text, line);
	for (char *word = strtok(text, " "); word && count < WORDS - 1; word = strtok(NULL, " "))
		f.word[count++] = strcmp(word, "_") ? word : word + 1;
	arena_release(&arena);
	arena_init(&arena, NULL, 0);
	f.result = options_read(&arena, &options, f.word, &f.asked, &f.problem);
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
}

static void an_empty_value_is_none(void **state)
{
	assert_null(read_good("--bundle=").asked.bundle);
	assert_null(read_good("--bundle _").asked.bundle);
	assert_null(read_good("-b x -b _").asked.bundle);
}

static void what_is_repeated_is_collected(void **state)
{
	struct texts env = read_good("-e A=1 --env B=2 id --env=C= -eD").asked.shared.env;

	assert_int_equal(env.count, 4);
	assert_string_equal(env.at[0], "A=1");
	assert_string_equal(env.at[1], "B=2");
	assert_string_equal(env.at[2], "C=");
	assert_string_equal(env.at[3], "D");
	assert_null(env.at[4]);
	assert_null(read_good("id").asked.shared.env.at);
}

static void a_row_may_have_two_letters(void **state)
{
	assert_true(read_good("-D").asked.debug);
}

static void letters_can_be_joined(void **state)
{
	struct fixture f = read_good("-dqbx");

	assert_true(f.asked.debug && f.asked.shared.quiet);
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
	assert_true(read_good("--debug=1").asked.debug);
	assert_false(read_good("--debug --debug=no").asked.debug);
	assert_false(read_good("id").asked.rights.set);
	assert_true(read_good("--rights").asked.rights.value);
	assert_true(read_good("--rights=false").asked.rights.set);
	assert_false(read_good("--rights=false").asked.rights.value);
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

static void wide_numbers_keep_all_bits(void **state)
{
	assert_true(read_good("--period 18446744073709551615").asked.period.value == UINT64_MAX);
	assert_true(read_good("--quota -9223372036854775808").asked.quota.value == INT64_MIN);
	assert_true(read_good("--quota=9223372036854775807").asked.quota.value == INT64_MAX);
	assert_int_equal(read_good("--quota -1").asked.quota.value, -1);
	assert_true(read_good("--quota 0").asked.quota.set);
	assert_false(read_good("id").asked.quota.set);
	assert_bad("--period -1", "option '--period' takes a number, not '-1'; see 'taru-oci run --help'");
	assert_bad("--quota 9223372036854775808",
		   "option '--quota' takes a number, not '9223372036854775808'; see 'taru-oci run --help'");
	assert_bad("--quota=--1", "option '--quota' takes a number, not '--1'; see 'taru-oci run --help'");
	assert_bad("--quota=-", "option '--quota' takes a number, not '-'; see 'taru-oci run --help'");
}

static void bytes_have_units(void **state)
{
	static const struct { const char *text; int64_t bytes; } good[] = {
		{ "0", 0 }, { "4096", 4096 }, { "1k", 1024 }, { "512m", 512 << 20 }, { "512MiB", 512 << 20 },
		{ "2Gb", INT64_C(2) << 30 }, { "1.5g", INT64_C(3) << 29 }, { "0.25k", 256 }, { "7b", 7 },
		{ "1t", INT64_C(1) << 40 }, { "8191P", INT64_C(8191) << 50 }, { "-1", -1 },
	};
	static const char *const bad[] = { "", "m", "-2", "1x", "1mm", "1.k", ".5k", "1 k", "8192p", "1i",
					   "9223372036854775808", "99999999999999999999", "1.5.5k" };
	int64_t bytes;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(option_to_bytes(good[i].text, &bytes));
		assert_true(bytes == good[i].bytes);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(option_to_bytes(bad[i], &bytes));
	assert_bad("--memory much", "option '--memory' takes a number of bytes such as 512m, or -1, not 'much'; "
		   "see 'taru-oci run --help'");
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

	assert_false(f.asked.shared.quiet);
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
	assert_false(f.asked.shared.quiet);
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
	assert_int_equal(read_line("-?", false).result, OPTIONS_HELP);
	assert_int_equal(read_line("--usage", false).result, OPTIONS_HELP);
	assert_int_equal(read_line("id --help", true).result, OPTIONS_READ);
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
			    "  -e, --env NAME=VALUE         a variable\n"
			    "  -c, --count N                how many\n"
			    "      --rights                 whether\n"
			    "      --period US              how long\n"
			    "      --quota US               how much\n"
			    "      --memory BYTES           how large\n"
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
		cmocka_unit_test(an_empty_value_is_none),
		cmocka_unit_test(what_is_repeated_is_collected),
		cmocka_unit_test(a_row_may_have_two_letters),
		cmocka_unit_test(letters_can_be_joined),
		cmocka_unit_test(a_flag_can_be_false),
		cmocka_unit_test(the_last_one_wins),
		cmocka_unit_test(a_number_is_a_whole_one),
		cmocka_unit_test(wide_numbers_keep_all_bits),
		cmocka_unit_test(bytes_have_units),
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
