/* dashboard_details.c - a frame of one container: see dashboard.h */
#include "live/dashboard.h"
#include <string.h>

/* A graph and what stands beside it. */
struct panel {
	const char *title;
	enum meter meter;
	double floor;			/* of the top of the graph */
	unsigned more;			/* how many of six rows that are left over it takes */
	const char *(*value)(struct arena *arena, const struct dashboard *all, const struct dashboard_container *of);
};

static const char *cpu(struct arena *arena, const struct dashboard *all, const struct dashboard_container *of)
{
	return arena_printf(arena, "%.1f%% of %u%%", of->now[METER_CPU], 100 * all->processors);
}

static const char *memory(struct arena *arena, const struct dashboard *all, const struct dashboard_container *of)
{
	(void)all;
	return arena_printf(arena, "%s of %s", gauge_size(arena, of->now[METER_MEMORY]),
			    gauge_size(arena, of->memory_limit));
}

static const char *network(struct arena *arena, const struct dashboard *all, const struct dashboard_container *of)
{
	const char *received = gauge_size(arena, of->received), *sent = gauge_size(arena, of->sent);

	return arena_printf(arena, all->look.utf8 ? "↓%s ↑%s /s" : "in %s out %s /s", received, sent);
}

static const char *block(struct arena *arena, const struct dashboard *all, const struct dashboard_container *of)
{
	(void)all;
	return arena_printf(arena, "r %s w %s /s", gauge_size(arena, of->block_read),
			    gauge_size(arena, of->block_written));
}

static const char *pids(struct arena *arena, const struct dashboard *all, const struct dashboard_container *of)
{
	(void)all;
	return arena_printf(arena, "%.0f", of->now[METER_PIDS]);
}

static const char *pressure(struct arena *arena, const struct dashboard *all, const struct dashboard_container *of)
{
	const double *of_what = of->pressure;

	(void)all;
	return of->pressured ? arena_printf(arena, "%.0f%% cpu %.0f mem %.0f io", of_what[PRESSED_CPU],
					    of_what[PRESSED_MEMORY], of_what[PRESSED_BLOCK]) : "none known";
}

static const struct panel panels[METERS] = {
	{ "cpu", METER_CPU, 10, 2, cpu },
	{ "mem", METER_MEMORY, 1 << 20, 2, memory },
	{ "net", METER_NETWORK, 1024, 1, network },
	{ "io", METER_BLOCK, 1024, 1, block },
	{ "pids", METER_PIDS, 4, 0, pids },
	{ "psi", METER_PRESSURE, 10, 0, pressure },
};

static const char *shorten(struct arena *arena, const char *id)
{
	return arena_printf(arena, "%.12s", id);
}

static void add_title(struct text *out, const struct dashboard *dashboard, const struct dashboard_container *of)
{
	struct strip strip = strip_new(out, &dashboard->look, dashboard->columns);

	strip_add(&strip, TONE_PLAIN, " ");
	strip_add(&strip, TONE_STRONG, of->name);
	strip_add(&strip, TONE_DIM, arena_printf(out->arena, "  %s  %s", shorten(out->arena, of->id), of->status));
	if (dashboard->held)
		strip_add(&strip, TONE_MIDDLE, "  (view paused)");
	strip_end(&strip);
}

/* The title and the value stand in its lowest row. */
static void add_panel(struct text *out, const struct dashboard *dashboard, const struct dashboard_container *of,
		      const struct panel *panel, unsigned rows)
{
	enum { TITLE = 6, VALUE = 21 };
	const struct trend *trend = &of->trend[panel->meter];
	unsigned width = dashboard->columns > TITLE + VALUE ? dashboard->columns - TITLE - VALUE : 0;
	double top = trend_top(trend, width, panel->floor);

	if (width > TREND_LENGTH)
		width = TREND_LENGTH;
	for (unsigned row = rows; row-- > 0;) {
		struct strip strip = strip_new(out, &dashboard->look, dashboard->columns);

		text_add(out, "\n");
		strip_cell(&strip, TONE_DIM, row ? "" : arena_printf(out->arena, " %s", panel->title), TITLE, false);
		strip_graph(&strip, width, trend, top, row, rows);
		if (!row)
			strip_add(&strip, TONE_PLAIN, arena_printf(out->arena, "  %s",
				  panel->value(out->arena, dashboard, of)));
		strip_end(&strip);
	}
}

static void add_gap(struct text *out, const struct dashboard *dashboard)
{
	struct strip strip = strip_new(out, &dashboard->look, dashboard->columns);

	text_add(out, "\n");
	strip_end(&strip);
}

/* The lines of a text, in so many rows; the first is the heads. */
static void add_processes(struct text *out, const struct dashboard *dashboard, unsigned rows)
{
	const char *at = dashboard->processes ? dashboard->processes : "";

	for (unsigned row = 0; row < rows; row++) {
		struct strip strip = strip_new(out, &dashboard->look, dashboard->columns);
		size_t length = strcspn(at, "\n");

		text_add(out, "\n");
		strip_add(&strip, TONE_PLAIN, " ");
		strip_add(&strip, row ? TONE_PLAIN : TONE_DIM, arena_copy(out->arena, at, length));
		strip_end(&strip);
		at += length + (at[length] == '\n');
	}
}

void dashboard_details(struct text *out, const struct dashboard *dashboard)
{
	enum { TITLE = 1, FOOT = 1, ROOM_FOR_PROCESSES = 9, ROWS_OF_A_STEP = 6, STEPS_MAX = 3, GAP_AND_HEAD = 2 };
	const struct dashboard_container *of = &dashboard->container[dashboard->selected];
	const unsigned taken = TITLE + METERS + FOOT;
	const unsigned rows_all = dashboard->rows, least = taken + ROOM_FOR_PROCESSES;
	unsigned left = rows_all > TITLE + FOOT ? rows_all - TITLE - FOOT : 0;
	unsigned step = rows_all > least ? (rows_all - least) / ROWS_OF_A_STEP : 0;

	/* A high terminal has higher graphs, and no more than a screen full of them. */
	step = step > STEPS_MAX ? STEPS_MAX : step;
	add_title(out, dashboard, of);
	for (size_t i = 0; i < METERS && left; i++) {
		unsigned rows = 1 + step * panels[i].more;

		rows = rows < left ? rows : left;
		add_panel(out, dashboard, of, &panels[i], rows);
		left -= rows;
	}
	if (left > GAP_AND_HEAD) {
		add_gap(out, dashboard);
		left--;
	}
	add_processes(out, dashboard, left);
	if (dashboard->rows > 1)
		dashboard_foot(out, dashboard, "q quit  esc back  p pause");
}
