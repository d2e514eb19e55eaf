/* usage_view.c - see usage_view.h */
#include "live/usage_view.h"
#include "base/clock.h"
#include "life/record.h"
#include "live/fullscreen.h"
#include "live/meters.h"
#include "live/process_table.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

enum { FIRST_LOOK_MS = 250, COLUMNS_USUAL = 80 };

struct view {
	struct command *command;
	const struct engine *engine;
	const struct usage_view_asked *asked;
	struct arena looks[2], *look;	/* they take turns: what was found before is in the other one */
	struct meters meters;
	struct dashboard dashboard;
	char selected[CONTAINER_ID_LENGTH + 1];
	bool details;
	char note[128];
	unsigned note_looks;		/* for so many more it is shown */
};

/* --- what the terminal can show --- */

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && *value;
}

/* As setlocale(3) finds it for characters. */
static bool has_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
	}
	return false;
}

/* Where it has none, the environment may say how wide the place is. */
static void take_size(struct dashboard *dashboard)
{
	const struct screen screen = { .sized_by = STDOUT_FILENO };
	unsigned short rows = 0, columns = 0;
	const char *said = getenv("COLUMNS");
	uint64_t number;

	if (said && text_to_u64(said, &number) && number && number <= UINT16_MAX)
		columns = (unsigned short)number;
	if (!screen_size(&screen, &rows, &columns) || !rows || !columns)
		rows = 24;
	dashboard->rows = rows;
	dashboard->columns = columns ? columns : COLUMNS_USUAL;
}

static struct dashboard new_dashboard(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	struct sysinfo machine;
	struct dashboard made = { .processors = processors > 0 ? (unsigned)processors : 1, .look.utf8 = has_utf8() };

	if (!sysinfo(&machine))
		made.memory = (double)machine.totalram * machine.mem_unit;
	return made;
}

/* --- looking --- */

static size_t index_of(const struct view *view, const char *id)
{
	size_t at = 0;

	while (at < view->meters.count && strcmp(view->meters.list[at].id, id) != 0)
		at++;
	return at;
}

/* The selected row stays the container's when the order changes; where it is gone, the row's. */
static void put_in_order(struct view *view)
{
	struct dashboard *dashboard = &view->dashboard;
	size_t at;

	dashboard_order(view->meters.list, view->meters.count, dashboard->sort);
	dashboard->container = view->meters.list;
	dashboard->count = view->meters.count;
	at = view->selected[0] ? index_of(view, view->selected) : dashboard->count;
	if (at < dashboard->count)
		dashboard->selected = at;
	else if (dashboard->selected >= dashboard->count)
		dashboard->selected = dashboard->count ? dashboard->count - 1 : 0;
}

static void say(struct view *view, const char *what)
{
	enum { LOOKS = 5 };

	(void)snprintf(view->note, sizeof(view->note), "%s", what);
	view->note_looks = LOOKS;
}

/* The processes of the selected one. */
static void look_inside(struct view *view)
{
	static const char *const words[] = { "hpid", "user", "state", "pcpu", "time", "args" };
	const struct process_column *columns[sizeof(words) / sizeof(words[0]) + 1] = { NULL };
	struct text out = text_new(view->look);
	struct problem gone = { 0 };
	struct container life;
	pid_t *pids;
	size_t count;

	view->dashboard.processes = NULL;
	if (!view->details || !container_open(view->look, view->engine->run, view->selected, &life, &gone))
		return;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		columns[i] = process_column_find(words[i]);
	count = container_processes(view->look, &life, &pids);
	process_table(&out, columns, life.record.pid, pids, count);
	container_close(&life);
	view->dashboard.processes = out.at;
}

/* One whose details are shown may have ended. */
static void leave_ended(struct view *view, const char *name)
{
	size_t at = index_of(view, view->selected);

	if (!view->details || (at < view->meters.count && !strcmp(view->meters.list[at].status, "running")))
		return;
	if (at < view->meters.count && !strcmp(view->meters.list[at].status, "paused"))
		return;
	view->details = false;
	say(view, arena_printf(view->look, "%s has ended", name));
}

static bool look(struct view *view)
{
	struct arena *old = view->look, *next = old == view->looks ? view->looks + 1 : view->looks;
	struct store store = *view->engine->store;
	struct engine engine = { next, &store, view->engine->run };
	struct meters found;
	const char *name = "";

	store.arena = next;
	if (!meters_look(&engine, view->asked->names, view->asked->all, &view->meters, &found, view->command->problem))
		return false;
	if (view->details && index_of(view, view->selected) < view->meters.count)
		name = arena_printf(next, "%s", view->meters.list[index_of(view, view->selected)].name);
	view->meters = found;
	view->look = next;
	view->note_looks -= view->note_looks != 0;
	leave_ended(view, name);
	put_in_order(view);
	look_inside(view);
	arena_release(old);
	arena_init(old, NULL, 0);
	return true;
}

/* --- showing --- */

static bool show(struct view *view, struct fullscreen *fullscreen)
{
	struct arena arena = { 0 };
	struct text frame = text_new(&arena);
	bool shown;

	take_size(&view->dashboard);
	view->dashboard.note = view->note_looks ? view->note : NULL;
	if (view->details)
		dashboard_details(&frame, &view->dashboard);
	else
		dashboard_list(&frame, &view->dashboard);
	shown = fullscreen_show(fullscreen, &frame);
	arena_release(&arena);
	return shown;
}

/* --- keys --- */

/* To the row; with none that is selected there are no rows. */
static void move_to(struct view *view, size_t row)
{
	struct dashboard *dashboard = &view->dashboard;

	if (view->details || !dashboard->count)
		return;
	dashboard->selected = row < dashboard->count ? row : dashboard->count - 1;
	(void)snprintf(view->selected, sizeof(view->selected), "%s",
		       dashboard->container[dashboard->selected].id);
}

static void move_by(struct view *view, long rows)
{
	size_t from = view->dashboard.selected;

	move_to(view, rows < 0 && from < (size_t)-rows ? 0 : from + (size_t)rows);
}

static void open_details(struct view *view)
{
	if (view->details || !view->dashboard.count)
		return;
	move_by(view, 0);
	view->details = !strcmp(view->dashboard.container[view->dashboard.selected].status, "running") ||
			!strcmp(view->dashboard.container[view->dashboard.selected].status, "paused");
	look_inside(view);
}

static void sort_next(struct view *view)
{
	if (view->details)
		return;
	view->dashboard.sort = (view->dashboard.sort + 1) % SORTS;
	put_in_order(view);
}

static void take_key(struct view *view, enum key key)
{
	const long page = view->dashboard.rows > 5 ? (long)view->dashboard.rows - 5 : 1;

	view->note_looks = key == KEY_SIZE ? view->note_looks : 0;
	switch (key) {
	case KEY_UP: move_by(view, -1); break;
	case KEY_DOWN: move_by(view, 1); break;
	case KEY_PAGE_UP: move_by(view, -page); break;
	case KEY_PAGE_DOWN: move_by(view, page); break;
	case KEY_FIRST: move_to(view, 0); break;
	case KEY_LAST: move_to(view, SIZE_MAX); break;
	case KEY_ENTER: open_details(view); break;
	case KEY_BACK: view->details = false; break;
	case KEY_SORT: sort_next(view); break;
	case KEY_HOLD: view->dashboard.held = !view->dashboard.held; break;
	case KEY_NONE:
	case KEY_QUIT:
	case KEY_SUSPEND:
	case KEY_SIZE:
	case KEY_HALF: break;
	}
}

/* --- the two ways to show it --- */

static void show_on_screen(struct view *view, struct fullscreen *fullscreen)
{
	uint64_t next = clock_ms() + FIRST_LOOK_MS;
	enum key key = KEY_NONE;

	view->dashboard.keys = true;
	view->dashboard.look.erases = true;
	view->dashboard.look.colours = !is_set("NO_COLOR");
	while (show(view, fullscreen) && (key = fullscreen_key(fullscreen, next)) != KEY_QUIT) {
		if (key != KEY_NONE)
			take_key(view, key);
		if (clock_ms() < next)
			continue;
		if (!view->dashboard.held && !look(view))
			break;
		next = clock_ms() + view->asked->interval_ms;
	}
}

static void print(struct view *view)
{
	struct text out = text_new(view->look);
	const char *term = getenv("TERM");

	take_size(&view->dashboard);
	view->dashboard.rows = (unsigned)view->meters.count + 4;
	view->dashboard.look.colours = isatty(STDOUT_FILENO) && !is_set("NO_COLOR") && term && *term &&
				       strcmp(term, "dumb") != 0;
	dashboard_list(&out, &view->dashboard);
	text_add(&out, view->asked->once ? "\n" : "\n\n");
	command_print(view->command, &out);
}

static void print_all(struct view *view)
{
	do {
		clock_sleep_ms((long)view->asked->interval_ms);
		if (look(view))
			print(view);
	} while (!view->asked->once && !view->command->problem->found);
}

void usage_view(struct command *command, const struct engine *engine, const struct usage_view_asked *asked)
{
	struct view view = { .command = command, .engine = engine, .asked = asked, .dashboard = new_dashboard() };
	struct fullscreen fullscreen;

	view.look = view.looks;
	if (look(&view)) {
		if (asked->once || !fullscreen_begin(&fullscreen)) {
			print_all(&view);
		} else {
			show_on_screen(&view, &fullscreen);
			fullscreen_end(&fullscreen);
		}
	}
	arena_release(&view.looks[0]);
	arena_release(&view.looks[1]);
}
