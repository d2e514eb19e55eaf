/* dashboard.c - a frame of all containers: see dashboard.h */
#include "live/dashboard.h"
#include "base/width.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Graphs of less than this are flat: noise is not to look like work. */
static const double floors[] = {
	[METER_CPU] = 10, [METER_MEMORY] = 1 << 20, [METER_NETWORK] = 1024, [METER_BLOCK] = 1024, [METER_PIDS] = 4,
	[METER_PRESSURE] = 10,
};
static_assert(sizeof(floors) / sizeof(floors[0]) == METERS, "a meter has no floor");

static const char *const sort_names[] = {
	[SORT_CPU] = "cpu", [SORT_MEMORY] = "mem", [SORT_BLOCK] = "io", [SORT_PIDS] = "pids", [SORT_NAME] = "name",
};
static_assert(sizeof(sort_names) / sizeof(sort_names[0]) == SORTS, "an order has no name");

/* --- the order --- */

/* The largest first. */
static int by_meter(const void *left, const void *right, enum meter meter)
{
	const struct dashboard_container *one = left, *other = right;

	if (one->now[meter] > other->now[meter])
		return -1;
	return one->now[meter] < other->now[meter] ? 1 : strcmp(one->name, other->name);
}

static int by_cpu(const void *left, const void *right)
{
	return by_meter(left, right, METER_CPU);
}

static int by_memory(const void *left, const void *right)
{
	return by_meter(left, right, METER_MEMORY);
}

static int by_block(const void *left, const void *right)
{
	return by_meter(left, right, METER_BLOCK);
}

static int by_pids(const void *left, const void *right)
{
	return by_meter(left, right, METER_PIDS);
}

static int by_name(const void *left, const void *right)
{
	const struct dashboard_container *one = left, *other = right;

	return strcmp(one->name, other->name);
}

void dashboard_order(struct dashboard_container *container, size_t count, enum dashboard_sort sort)
{
	static int (*const compare[])(const void *, const void *) = {
		[SORT_CPU] = by_cpu, [SORT_MEMORY] = by_memory, [SORT_BLOCK] = by_block, [SORT_PIDS] = by_pids,
		[SORT_NAME] = by_name,
	};
	static_assert(sizeof(compare) / sizeof(compare[0]) == SORTS, "an order has no function");

	qsort(container, count, sizeof(*container), compare[sort]);
}

/* --- columns --- */

/* What a cell is drawn of. */
struct cell { struct strip *strip; unsigned width; const struct dashboard *all; const struct dashboard_container *of; };

static double part_of(double value, double whole)
{
	return whole > 0 ? value / whole : 0;
}

static void draw_number(const struct cell *cell, double value, const char *unit)
{
	int digits = *unit && value < 99.95;
	const char *text = cell->of->counted ? arena_printf(cell->strip->out->arena, "%.*f%s", digits, value, unit) :
					       "-";

	strip_cell(cell->strip, TONE_PLAIN, text, cell->width, true);
}

static void draw_size(const struct cell *cell, double bytes, bool known)
{
	strip_cell(cell->strip, TONE_PLAIN, known ? gauge_size(cell->strip->out->arena, bytes) : "-", cell->width,
		   true);
}

static void draw_graph(const struct cell *cell, enum meter meter)
{
	const struct trend *trend = &cell->of->trend[meter];

	strip_graph(cell->strip, cell->width, trend, trend_top(trend, cell->width, floors[meter]), 0, 1);
}

static void draw_name(const struct cell *cell)
{
	bool cut = width_of(cell->of->name) > cell->width;

	strip_cell(cell->strip, TONE_STRONG, cell->of->name, cell->width - cut, false);
	if (cut)
		strip_add(cell->strip, TONE_DIM, cell->strip->look.utf8 ? "…" : "~");
}

static void draw_cpu(const struct cell *cell)
{
	draw_number(cell, cell->of->now[METER_CPU], "%");
}

static void draw_cpu_bar(const struct cell *cell)
{
	strip_bar(cell->strip, cell->width, part_of(cell->of->now[METER_CPU], 100.0 * cell->all->processors));
}

static void draw_cpu_graph(const struct cell *cell)
{
	draw_graph(cell, METER_CPU);
}

static void draw_memory(const struct cell *cell)
{
	draw_size(cell, cell->of->now[METER_MEMORY], cell->of->counted);
}

static void draw_memory_bar(const struct cell *cell)
{
	strip_bar(cell->strip, cell->width, part_of(cell->of->now[METER_MEMORY], cell->of->memory_limit));
}

static void draw_memory_graph(const struct cell *cell)
{
	draw_graph(cell, METER_MEMORY);
}

static void draw_network(const struct cell *cell)
{
	draw_size(cell, cell->of->now[METER_NETWORK], true);
}

static void draw_network_graph(const struct cell *cell)
{
	draw_graph(cell, METER_NETWORK);
}

static void draw_block(const struct cell *cell)
{
	draw_size(cell, cell->of->now[METER_BLOCK], cell->of->counted);
}

static void draw_block_graph(const struct cell *cell)
{
	draw_graph(cell, METER_BLOCK);
}

static void draw_pids(const struct cell *cell)
{
	draw_number(cell, cell->of->now[METER_PIDS], "");
}

static void draw_pressure(const struct cell *cell)
{
	double percent = cell->of->now[METER_PRESSURE];
	const char *text = "-";
	enum tone tone = TONE_PLAIN;

	if (cell->of->pressured) {
		text = arena_printf(cell->strip->out->arena, "%.0f%%", percent);
		tone = percent < 1 ? TONE_PLAIN : gauge_tone(percent / 100);
	}
	strip_cell(cell->strip, tone, text, cell->width, true);
}

/* From left to right; `rank` is the order in which they are taken while there is room. */
static const struct column {
	const char *title;
	unsigned least, most, rank;
	bool right;
	void (*draw)(const struct cell *cell);
} columns[] = {
	{ "NAME", 12, 32, 0, false, draw_name },
	{ "CPU", 5, 5, 1, true, draw_cpu },
	{ "", 6, 16, 3, false, draw_cpu_bar },
	{ "", 8, TREND_LENGTH, 5, false, draw_cpu_graph },
	{ "MEM", 4, 4, 2, true, draw_memory },
	{ "", 6, 16, 4, false, draw_memory_bar },
	{ "", 8, TREND_LENGTH, 10, false, draw_memory_graph },
	{ "NET/s", 5, 5, 6, true, draw_network },
	{ "", 8, TREND_LENGTH, 11, false, draw_network_graph },
	{ "IO/s", 5, 5, 7, true, draw_block },
	{ "", 8, TREND_LENGTH, 12, false, draw_block_graph },
	{ "PIDS", 4, 6, 8, true, draw_pids },
	{ "PSI", 4, 4, 9, true, draw_pressure },
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]), MARK = 1 };

/* The width of each; 0: it has no room. What is left is given to those that may grow, one column at a time. */
static void share(unsigned width, unsigned ret_widths[COLUMNS])
{
	unsigned left = width > MARK ? width - MARK : 0;
	bool grew = true;

	memset(ret_widths, 0, COLUMNS * sizeof(ret_widths[0]));
	for (unsigned rank = 0; rank < COLUMNS; rank++)
		for (size_t i = 0; i < COLUMNS; i++)
			if (columns[i].rank == rank && columns[i].least + 1 <= left) {
				ret_widths[i] = columns[i].least;
				left -= columns[i].least + 1;
			}
	while (left && grew) {
		grew = false;
		for (size_t i = 0; i < COLUMNS && left; i++)
			if (ret_widths[i] && ret_widths[i] < columns[i].most) {
				ret_widths[i]++;
				left--;
				grew = true;
			}
	}
}

/* --- lines --- */

static void add_title(struct text *out, const struct dashboard *dashboard)
{
	struct strip strip = strip_new(out, &dashboard->look, dashboard->columns);
	const char *place = "", *right;
	unsigned length;

	if (dashboard->keys && dashboard->count)
		place = arena_printf(out->arena, "  %zu/%zu", dashboard->selected + 1, dashboard->count);
	right = arena_printf(out->arena, "%sby %s%s", dashboard->held ? "paused  " : "",
			     sort_names[dashboard->sort], place);
	length = (unsigned)strlen(right);
	strip_add(&strip, TONE_PLAIN, " ");
	strip_add(&strip, TONE_STRONG, "taru");
	strip_add(&strip, TONE_PLAIN, arena_printf(out->arena, "  %zu container%s", dashboard->count,
						   dashboard->count == 1 ? "" : "s"));
	if (strip.left > length + 1) {
		strip_space(&strip, strip.left - length);
		strip_add(&strip, dashboard->held ? TONE_MIDDLE : TONE_DIM, right);
	}
	strip_end(&strip);
	text_add(out, "\n");
}

/* All of them together, of what the machine has. */
static void add_sum(struct text *out, const struct dashboard *dashboard)
{
	enum { BAR_LEAST = 4, BAR_MOST = 30 };
	struct strip strip = strip_new(out, &dashboard->look, dashboard->columns);
	double cpu = 0, memory = 0, most = 100.0 * dashboard->processors;
	const char *used[2];
	unsigned words, bar;

	for (size_t i = 0; i < dashboard->count; i++) {
		cpu += dashboard->container[i].now[METER_CPU];
		memory += dashboard->container[i].now[METER_MEMORY];
	}
	used[0] = arena_printf(out->arena, " %.0f%% of %.0f%%", cpu, most);
	used[1] = arena_printf(out->arena, " %s of %s", gauge_size(out->arena, memory),
			       gauge_size(out->arena, dashboard->memory));
	words = (unsigned)(strlen(used[0]) + strlen(used[1]) + strlen(" cpu   mem "));
	bar = dashboard->columns > words ? (dashboard->columns - words) / 2 : 0;
	bar = bar < BAR_LEAST ? 0 : bar < BAR_MOST ? bar : BAR_MOST;
	strip_add(&strip, TONE_DIM, " cpu ");
	strip_bar(&strip, bar, part_of(cpu, most));
	strip_add(&strip, TONE_PLAIN, used[0]);
	strip_add(&strip, TONE_DIM, "  mem ");
	strip_bar(&strip, bar, part_of(memory, dashboard->memory));
	strip_add(&strip, TONE_PLAIN, used[1]);
	strip_end(&strip);
	text_add(out, "\n");
}

static void add_heads(struct text *out, const struct dashboard *dashboard, const unsigned widths[COLUMNS])
{
	struct strip strip = strip_new(out, &dashboard->look, dashboard->columns);

	strip_space(&strip, MARK);
	for (size_t i = 0; i < COLUMNS; i++) {
		if (!widths[i])
			continue;
		strip_space(&strip, 1);
		strip_cell(&strip, TONE_DIM, columns[i].title, widths[i], columns[i].right);
	}
	strip_end(&strip);
}

static void add_row(struct text *out, const struct dashboard *dashboard, size_t at, const unsigned widths[COLUMNS])
{
	struct strip strip = strip_new(out, &dashboard->look, dashboard->columns);
	bool selected = dashboard->keys && at == dashboard->selected;

	text_add(out, "\n");
	strip_cell(&strip, TONE_GRAPH, !selected ? "" : dashboard->look.utf8 ? "▌" : ">", MARK, false);
	for (size_t i = 0; i < COLUMNS; i++) {
		if (!widths[i])
			continue;
		strip_space(&strip, 1);
		columns[i].draw(&(struct cell){ &strip, widths[i], dashboard, &dashboard->container[at] });
	}
	strip_end(&strip);
}

void dashboard_foot(struct text *out, const struct dashboard *dashboard, const char *keys)
{
	struct strip strip = strip_new(out, &dashboard->look, dashboard->columns);

	text_add(out, "\n");
	strip_add(&strip, TONE_PLAIN, " ");
	strip_add(&strip, dashboard->note ? TONE_MIDDLE : TONE_DIM, dashboard->note ? dashboard->note : keys);
	strip_end(&strip);
}

static void add_empty(struct text *out, const struct dashboard *dashboard, const char *said)
{
	struct strip strip = strip_new(out, &dashboard->look, dashboard->columns);

	text_add(out, "\n");
	strip_add(&strip, TONE_DIM, said);
	strip_end(&strip);
}

void dashboard_list(struct text *out, const struct dashboard *dashboard)
{
	enum { HEAD = 3 };
	unsigned widths[COLUMNS], used = HEAD + dashboard->keys;
	unsigned room = dashboard->rows > used ? dashboard->rows - used : 0;
	size_t first = dashboard->selected < room ? 0 : dashboard->selected - room + 1;
	bool utf8 = dashboard->look.utf8;

	share(dashboard->columns, widths);
	if (dashboard->rows > HEAD - 1)
		add_title(out, dashboard);
	if (dashboard->rows > HEAD)
		add_sum(out, dashboard);
	add_heads(out, dashboard, widths);
	for (size_t i = 0; i < room; i++)
		if (first + i < dashboard->count)
			add_row(out, dashboard, first + i, widths);
		else if (dashboard->keys || (!i && !dashboard->count))
			add_empty(out, dashboard, first + i ? "" : "  no container runs");
	if (dashboard->keys && dashboard->rows > 1)
		dashboard_foot(out, dashboard, utf8 ? "q quit  ↑↓ select  ⏎ details  s sort  p pause" :
						      "q quit  j/k select  enter details  s sort  p pause");
}
