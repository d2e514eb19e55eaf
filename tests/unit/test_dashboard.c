/* test_dashboard.c - frames of what containers use: as they were when somebody looked at them (tests/data/dashboard;
 * with DASHBOARD_UPDATE=1 they are written anew), never larger than the terminal, and nobody's name is more than a
 * name. */
#include "base/file.h"
#include "base/width.h"
#include "in_arena.h"
#include "live/dashboard.h"
#include "live/key.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

/* --- what is seen --- */

static const char *const names[] = { "web", "builder", "\033[31mred\033[0m", "日本語の名前が長い", "idle",
				     "e\xcc\x81t\xc3\xa9",
				     "one-with-a-very-long-name-that-does-not-fit", "broken\xff\xc3" };
enum { NAMES = sizeof(names) / sizeof(names[0]) };

static struct dashboard_container container(size_t i)
{
	struct dashboard_container made = {
		.id = arena_printf(&arena, "%064zx", i), .status = i % 9 == 8 ? "paused" : "running",
		.name = i < NAMES ? names[i] : arena_printf(&arena, "c%zu", i),
		.counted = i % 7 != 6, .pressured = i % 5 != 4,
		.now = { (double)(i * 37 % 190) * 1.01, (double)(i * 977 % 512) * (1 << 20), (double)(i * i * 1000),
			 (double)(i % 3 * 5000000), (double)(i * 7), (double)(i * 13 % 100) },
		.memory_limit = 512 << 20, .received = (double)(i * 900), .sent = (double)(i * 100),
		.block_read = (double)(i % 3 * 4000000), .block_written = (double)(i % 3 * 1000000),
		.pressure = { (double)(i * 13 % 100), 1, 0 },
	};

	for (size_t meter = 0; meter < METERS; meter++)
		for (size_t step = 0; step < 5 + i * 3; step++)
			trend_add(&made.trend[meter], made.now[meter] * (double)(step * 31 % 17) / 16);
	return made;
}

static struct dashboard dashboard(size_t count, unsigned columns, unsigned rows)
{
	struct dashboard_container *list = ARENA_ARRAY(&arena, count + 1, struct dashboard_container);

	for (size_t i = 0; i < count; i++)
		list[i] = container(i);
	dashboard_order(list, count, SORT_CPU);
	return (struct dashboard){
		.look.utf8 = true, .rows = rows, .columns = columns, .keys = true, .container = list, .count = count,
		.processors = 2, .memory = 8.0 * (1 << 30),
		.processes = "HPID   USER   COMMAND\n1234   root   sh -c \033[2Jwhile\n99   alice   日本\n",
	};
}

/* --- as they were --- */

static void compare(const char *name, const struct text *frame)
{
	const char *path = arena_printf(&arena, "%s/dashboard/%s.txt", TEST_DATA, name);
	char *known;
	size_t length;

	if (getenv("DASHBOARD_UPDATE")) {
		int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

		assert_true(fd >= 0);
		assert_int_equal(file_write_all(fd, frame->at, frame->length), 0);
		assert_int_equal(file_write_all(fd, "\n", 1), 0);
		close(fd);
	}
	assert_int_equal(file_read(&arena, AT_FDCWD, path, 1 << 20, &known, &length), 0);
	assert_string_equal(arena_printf(&arena, "%s\n", frame->at), known);
}

static const struct { unsigned columns, rows; } sizes[] = { { 80, 24 }, { 120, 40 }, { 40, 10 } };
enum { SIZES = sizeof(sizes) / sizeof(sizes[0]) };

static void test_known_frames(void **state)
{
	static const size_t counts[] = { 0, 1, 50 };

	for (size_t i = 0; i < SIZES; i++)
		for (size_t j = 0; j < sizeof(counts) / sizeof(counts[0]); j++) {
			struct dashboard all = dashboard(counts[j], sizes[i].columns, sizes[i].rows);
			struct text frame = text_new(&arena);

			dashboard_list(&frame, &all);
			compare(arena_printf(&arena, "%ux%u-%zu", all.columns, all.rows, all.count), &frame);
		}
}

static void test_known_details(void **state)
{
	for (size_t i = 0; i < SIZES; i++) {
		struct dashboard all = dashboard(50, sizes[i].columns, sizes[i].rows);
		struct text frame = text_new(&arena);

		all.selected = 4;
		dashboard_details(&frame, &all);
		compare(arena_printf(&arena, "%ux%u-details", all.columns, all.rows), &frame);
	}
}

/* Another row, another order, held, a note; without UTF-8, and with nobody at the keys. */
static void test_known_others(void **state)
{
	struct dashboard all = dashboard(50, 80, 24);
	struct text frame = text_new(&arena);

	all.selected = 30;
	all.held = true;
	all.note = "web has ended";
	all.look = (struct look){ .colours = true, .erases = true };
	dashboard_list(&frame, &all);
	compare("80x24-ascii", &frame);
	text_clear(&frame);
	all = dashboard(3, 80, 7);
	all.keys = false;
	all.look.utf8 = false;
	dashboard_list(&frame, &all);
	compare("80x7-printed", &frame);
}

/* --- whatever the size --- */

/* Skips what we wrote ourselves; anything else that begins with an escape is somebody's. */
static const char *without_codes(const char *line)
{
	static const char *const ours[] = { "\033[0m", "\033[1m", "\033[2m", "\033[36m", "\033[32m", "\033[33m",
					    "\033[31m", "\033[K" };
	struct text plain = text_new(&arena);

	while (*line) {
		size_t length = 0;

		for (size_t i = 0; *line == '\033' && i < sizeof(ours) / sizeof(ours[0]); i++)
			if (!strncmp(line, ours[i], strlen(ours[i])))
				length = strlen(ours[i]);
		if (!length)
			text_add_bytes(&plain, line, 1);
		line += length ? length : 1;
	}
	assert_null(strchr(plain.at, '\033'));
	return plain.at;
}

static void check_size(const struct text *frame, const struct dashboard *all)
{
	char *rest = frame->at, *line;
	unsigned rows = 0;

	while ((line = strsep(&rest, "\n"))) {
		assert_true(width_of(without_codes(line)) <= all->columns);
		rows++;
	}
	assert_int_equal(rows, all->rows);
}

static void test_any_size(void **state)
{
	struct dashboard all = dashboard(50, 0, 0);

	for (all.columns = 1; all.columns < 260; all.columns += 1 + all.columns / 40)
		for (all.rows = 1; all.rows < 70; all.rows += 1 + all.rows / 12) {
			struct text frame = text_new(&arena);

			all.selected = all.columns % all.count;
			all.look = (struct look){ all.columns & 1, all.rows & 1, all.rows & 1 };
			dashboard_list(&frame, &all);
			check_size(&frame, &all);
			text_clear(&frame);
			dashboard_details(&frame, &all);
			check_size(&frame, &all);
		}
}

/* The selected row is always seen. */
static void test_selected_is_seen(void **state)
{
	struct dashboard all = dashboard(50, 80, 10);

	for (all.selected = 0; all.selected < all.count; all.selected++) {
		struct text frame = text_new(&arena);
		const char *mark;

		dashboard_list(&frame, &all);
		mark = strstr(frame.at, "\n▌ ");
		assert_non_null(mark);
		if (all.container[all.selected].name[0] == 'c')
			assert_ptr_equal(strstr(mark, all.container[all.selected].name), mark + strlen("\n▌ "));
	}
}

static void test_order(void **state)
{
	static const enum meter meters[] = { [SORT_CPU] = METER_CPU, [SORT_MEMORY] = METER_MEMORY,
					     [SORT_BLOCK] = METER_BLOCK, [SORT_PIDS] = METER_PIDS };
	struct dashboard_container list[50];

	for (size_t i = 0; i < 50; i++)
		list[i] = container(i);
	for (enum dashboard_sort sort = 0; sort < SORT_NAME; sort++) {
		const enum meter by = meters[sort];

		dashboard_order(list, 50, sort);
		for (size_t i = 1; i < 50; i++)
			assert_true(list[i - 1].now[by] > list[i].now[by] ||
				    (list[i - 1].now[by] <= list[i].now[by] && list[i - 1].now[by] >= list[i].now[by] &&
				     strcmp(list[i - 1].name, list[i].name) <= 0));
	}
	dashboard_order(list, 50, SORT_NAME);
	for (size_t i = 1; i < 50; i++)
		assert_true(strcmp(list[i - 1].name, list[i].name) <= 0);
}

/* --- the parts --- */

static void test_trend(void **state)
{
	struct trend trend = { 0 };

	assert_int_equal((int)trend_top(&trend, TREND_LENGTH, 7), 7);
	for (int i = 0; i < 3; i++)
		trend_add(&trend, i + 1);
	assert_int_equal(trend.count, 3);
	assert_int_equal((int)trend_at(&trend, 0), 3);
	assert_int_equal((int)trend_at(&trend, 2), 1);
	for (int i = 0; i < 1000; i++)
		trend_add(&trend, i);
	assert_int_equal(trend.count, TREND_LENGTH);
	assert_int_equal((int)trend_at(&trend, 0), 999);
	assert_int_equal((int)trend_at(&trend, TREND_LENGTH - 1), 1000 - TREND_LENGTH);
	trend_add(&trend, 5000);
	trend_add(&trend, 1);
	assert_int_equal((int)trend_top(&trend, 2, 10), 5000);
	assert_int_equal((int)trend_top(&trend, 1, 10), 10);
}

static const char *bar(unsigned width, double fraction, bool utf8)
{
	struct text out = text_new(&arena);
	struct strip strip = strip_new(&out, &(struct look){ .utf8 = utf8 }, width);

	strip_bar(&strip, width, fraction);
	assert_int_equal(strip.left, 0);
	return out.at;
}

static void test_bar(void **state)
{
	const double nan = strtod("nan", NULL);

	assert_string_equal(bar(4, 0, true), "────");
	assert_string_equal(bar(4, 0.02, true), "╸───");
	assert_string_equal(bar(4, 0.5, true), "━━──");
	assert_string_equal(bar(4, 0.62, true), "━━╸─");
	assert_string_equal(bar(4, 7, true), "━━━━");
	assert_string_equal(bar(4, -1, true), "────");
	assert_string_equal(bar(4, nan, true), "────");
	assert_string_equal(bar(4, 0.62, false), "###.");
	assert_string_equal(bar(0, 0.5, true), "");
}

static const char *graph(unsigned width, const struct trend *trend, unsigned row, unsigned rows)
{
	struct text out = text_new(&arena);
	struct strip strip = strip_new(&out, &(struct look){ .utf8 = true }, width);

	strip_graph(&strip, width, trend, 16, row, rows);
	return out.at;
}

static void test_graph(void **state)
{
	struct trend trend = { 0 };

	for (int i = 0; i <= 4; i++)
		trend_add(&trend, i * 4);
	trend_add(&trend, 100);
	assert_string_equal(graph(8, &trend, 0, 1), "  ▁▂▄▆██");
	assert_string_equal(graph(3, &trend, 0, 1), "▆██");
	assert_string_equal(graph(6, &trend, 0, 2), "▁▄████");
	assert_string_equal(graph(6, &trend, 1, 2), "   ▄██");
}

static void test_size(void **state)
{
	static const struct { double bytes; const char *text; } known[] = {
		{ -1, "0" }, { 0, "0" }, { 0.4, "0" }, { 1, "1B" }, { 999, "999B" }, { 1000, "1.0K" }, { 1024, "1.0K" },
		{ 10240, "10K" }, { 1023 * 1024.0, "1.0M" }, { 67108864, "64M" }, { 9.96 * 1024, "10K" },
		{ 1e18, "888P" }, { 1e24, "867362E" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_string_equal(gauge_size(&arena, known[i].bytes), known[i].text);
}

static void test_width(void **state)
{
	assert_int_equal(width_of(""), 0);
	assert_int_equal(width_of("web"), 3);
	assert_int_equal(width_of("日本"), 4);
	assert_int_equal(width_of("e\xcc\x81"), 1);
	assert_int_equal(width_of("🐳"), 2);
	assert_int_equal(width_of("\033\xff\xe2\x80\xae"), 3);
}

static void test_cells(void **state)
{
	struct text out = text_new(&arena);
	struct strip strip = strip_new(&out, &(struct look){ .utf8 = true }, 20);

	strip_cell(&strip, TONE_PLAIN, "日本語", 5, false);
	strip_cell(&strip, TONE_PLAIN, "12", 4, true);
	strip_cell(&strip, TONE_STRONG, "\033[2J", 3, true);
	strip_add(&strip, TONE_PLAIN, "|");
	assert_string_equal(out.at, "日本   12?[2|");
	assert_int_equal(strip.left, 7);
}

/* --- keys --- */

static void test_keys(void **state)
{
	static const struct { const char *typed; int all; enum key key; size_t used; } known[] = {
		{ "q", 0, KEY_QUIT, 1 }, { "\x03", 0, KEY_QUIT, 1 }, { "jk", 0, KEY_DOWN, 1 }, { "z", 0, KEY_NONE, 1 },
		{ "\033[Aq", 0, KEY_UP, 3 }, { "\033OB", 0, KEY_DOWN, 3 }, { "\033[5~", 0, KEY_PAGE_UP, 4 },
		{ "\033", 0, KEY_HALF, 0 }, { "\033", 1, KEY_BACK, 1 }, { "\033[", 0, KEY_HALF, 0 },
		{ "\033[", 1, KEY_NONE, 2 }, { "\033O", 0, KEY_HALF, 0 }, { "\033[1;5Cq", 0, KEY_NONE, 6 },
		{ "\033\033[A", 0, KEY_BACK, 1 }, { "\033q", 0, KEY_BACK, 1 }, { "\xc3\xa9", 0, KEY_NONE, 1 },
		{ "\r", 0, KEY_ENTER, 1 }, { "\033[12345678901234567890", 1, KEY_NONE, 22 },
	};
	size_t used;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		assert_int_equal(key_next(known[i].typed, strlen(known[i].typed), known[i].all, &used), known[i].key);
		assert_int_equal(used, known[i].used);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_frames),
		cmocka_unit_test(test_known_details),
		cmocka_unit_test(test_known_others),
		cmocka_unit_test(test_any_size),
		cmocka_unit_test(test_selected_is_seen),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_trend),
		cmocka_unit_test(test_bar),
		cmocka_unit_test(test_graph),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_keys),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
