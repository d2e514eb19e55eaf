/* cmd_stats.c - `taru stats`: what containers use. */
#include "base/clock.h"
#include "base/size.h"
#include "cli/place.h"
#include "engine/usage.h"
#include "listing/rows.h"
#include "live/usage_view.h"
#include "live/watched.h"
#include <string.h>
#include <unistd.h>

enum { INTERVAL_S = 1, INTERVAL_MAX_S = 3600 };

struct stats_asked {
	bool all, once, whole, no_reset;
	struct maybe_u64 interval;
	const char *format, *view;
};

struct watching {
	struct command *command;
	const struct stats_asked *asked;
	struct arena *arena;		/* of one round */
	struct usage_seen *seen;	/* in the round before */
	size_t count;
	uint64_t interval_ms;
};

static const struct pair headers[] = {
	{ "BlockIO", "BLOCK I/O" }, { "BlockPressure", "BLOCK PRESSURE" }, { "CPUPerc", "CPU %" },
	{ "CPUPressure", "CPU PRESSURE" }, { "Container", "CONTAINER" }, { "ID", "CONTAINER ID" },
	{ "MemPerc", "MEM %" }, { "MemPressure", "MEM PRESSURE" }, { "MemUsage", "MEM USAGE / LIMIT" },
	{ "Name", "NAME" }, { "NetIO", "NET I/O" }, { "PIDs", "PIDS" }, { NULL, NULL }
};

static const char usual_table[] = "table {{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t"
				  "{{.BlockIO}}\t{{.PIDs}}";

/* --- a row --- */

/* "1.5MiB", of four digits that count, as docker has it for memory. */
static const char *memory_text(struct arena *arena, uint64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	double size = (double)bytes;
	size_t unit = 0;

	for (; size >= 1024 && unit + 1 < sizeof(units) / sizeof(units[0]); unit++)
		size /= 1024;
	return arena_printf(arena, "%.4g%s", size, units[unit]);
}

static const char *bytes_both(struct arena *arena, uint64_t one, uint64_t other)
{
	return arena_printf(arena, "%s / %s", size_human(arena, one, 3), size_human(arena, other, 3));
}

/* What nobody counts, since it runs without cgroups, is not told as 0. */
static const char *unless_unknown(const struct engine_container *container, const struct usage_sample *now,
				  const char *text)
{
	return engine_lives(container) && !now->counted ? "--" : text;
}

/* Percent of the last 10 s; not known without cgroup v2. */
static const char *pressure_text(struct arena *arena, const struct usage_sample *now, enum usage_pressed kind)
{
	return now->pressured ? arena_printf(arena, "%.2f%%", now->pressure[kind]) : "--";
}

static void add_row(const struct watching *watching, struct rows *rows, const struct engine_container *container,
		    const struct usage_sample *now)
{
	struct arena *arena = watching->arena;
	const struct usage_sample *before = usage_find(watching->seen, watching->count, container->made.id);
	const char *id = place_id(arena, container->made.id, watching->asked->whole);
	double cpu = before ? usage_cpu_percent(before, now) : 0;
	double memory = now->memory_limit ? (double)now->memory / (double)now->memory_limit * 100 : 0;
	const struct pair cells[] = {
		{ "BlockIO", bytes_both(arena, now->block_read, now->block_written) },
		{ "CPUPerc", arena_printf(arena, "%.2f%%", cpu) },
		{ "MemPerc", arena_printf(arena, "%.2f%%", memory) },
		{ "MemUsage", arena_printf(arena, "%s / %s", memory_text(arena, now->memory),
					   memory_text(arena, now->memory_limit)) },
		{ "PIDs", arena_printf(arena, "%llu", (unsigned long long)now->pids) },
	};
	struct json_writer *out = &rows->writer;

	json_open_object(out, NULL);
	json_put_text(out, "Container", id);
	json_put_text(out, "ID", id);
	json_put_text(out, "Name", container->made.name);
	json_put_text(out, "NetIO", bytes_both(arena, now->network_received, now->network_sent));
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++)
		json_put_text(out, cells[i].key, unless_unknown(container, now, cells[i].value));
	json_put_text(out, "BlockPressure", pressure_text(arena, now, USAGE_BLOCK));
	json_put_text(out, "CPUPressure", pressure_text(arena, now, USAGE_CPU));
	json_put_text(out, "MemPressure", pressure_text(arena, now, USAGE_MEMORY));
	json_close(out);
}

/* --- a round --- */

/* `rows`: NULL for the first look, from which there is no processor time to tell. */
static void look(struct watching *watching, const struct place *place, struct rows *rows)
{
	struct command *command = watching->command;
	struct store store = place->store;
	struct engine engine = { watching->arena, &store, place->engine.run };
	struct engine_container *list;
	struct usage_seen *seen;
	size_t count = 0;

	store.arena = watching->arena;
	list = watched_find(&engine, command->operand, watching->asked->all, &count, command->problem);
	seen = ARENA_ARRAY(watching->arena, count + 1, struct usage_seen);
	for (size_t i = 0; list && i < count && !command->problem->found; i++) {
		seen[i].id = list[i].made.id;
		if (engine_usage(&engine, &list[i], &seen[i].sample, command->problem) && rows)
			add_row(watching, rows, &list[i], &seen[i].sample);
	}
	watching->seen = seen;
	watching->count = count;
}

/* On a terminal each round takes the place of the one before. */
static void print_round(struct watching *watching, struct rows *rows)
{
	const struct stats_asked *asked = watching->asked;
	const struct rows_style style = { headers, usual_table, asked->format };
	struct text out = text_new(watching->arena);

	if (!asked->once && !asked->no_reset && isatty(STDOUT_FILENO))
		text_add(&out, "\033[H\033[2J");
	if (!watching->command->problem->found && rows_add(&out, rows, &style, watching->command->problem))
		command_print(watching->command, &out);
}

/* Two arenas take turns: what was seen in the round before is in the other one. */
static void watch(struct watching *watching, const struct place *place)
{
	struct arena *arenas = ARENA_ARRAY(watching->command->arena, 2, struct arena), *old;

	watching->arena = &arenas[0];
	look(watching, place, NULL);
	do {
		struct rows rows;

		old = watching->arena;
		watching->arena = old == arenas ? arenas + 1 : arenas;
		clock_sleep_ms((long)watching->interval_ms);
		rows = rows_new(watching->arena);
		look(watching, place, &rows);
		print_round(watching, &rows);
		arena_release(old);
		arena_init(old, NULL, 0);
	} while (!watching->asked->once && !watching->command->problem->found);
	arena_release(watching->arena);
}

static void run(struct command *command)
{
	const struct stats_asked *asked = command->asked;
	static const char *const views[] = { "table", "bars", NULL };
	struct watching watching = { .command = command, .asked = asked };
	struct place place;
	bool bars;

	watching.interval_ms = 1000 * (asked->interval.set ? asked->interval.value : (uint64_t)INTERVAL_S);
	if (asked->interval.set && (!asked->interval.value || asked->interval.value > INTERVAL_MAX_S))
		problem_set(command->problem, "option '--interval' takes 1 to %d seconds, not %llu", INTERVAL_MAX_S,
			    (unsigned long long)asked->interval.value);
	if (asked->view && !text_is_one_of(asked->view, views))
		problem_set(command->problem, "option '--view' takes 'table' or 'bars', not '%s'", asked->view);
	bars = asked->view && !strcmp(asked->view, "bars");
	if (bars && asked->format)
		problem_set(command->problem, "options '--format' and '--view bars' do not go together");
	if (command->problem->found || !place_open(command, false, &place))
		return;
	if (bars)
		usage_view(command, &place.engine,
			   &(struct usage_view_asked){ command->operand, asked->all, asked->once,
						       watching.interval_ms });
	else
		watch(&watching, &place);
	store_close(&place.store);
}

#define AT(member) offsetof(struct stats_asked, member)

static const struct option options[] = {
	{ "all", 'a', OPTION_FLAG, AT(all), NULL, N_("also those that do not run") },
	{ "format", 0, OPTION_TEXT, AT(format), "FORMAT", N_("table (default), json, or a template of Go's") },
	{ "interval", 'i', OPTION_UNSIGNED, AT(interval), "SECONDS", N_("how long to wait in between (1)") },
	{ "no-reset", 0, OPTION_FLAG, AT(no_reset), NULL, N_("do not clear the terminal in between") },
	{ "no-stream", 0, OPTION_FLAG, AT(once), NULL, N_("once, and end") },
	{ "no-trunc", 0, OPTION_FLAG, AT(whole), NULL, N_("whole IDs") },
	{ "view", 0, OPTION_TEXT, AT(view), "table|bars", N_("bars: a picture, with keys (q ends it)") },
	{ NULL }
};

const struct verb verb_stats = {
	.name = "stats",
	.operands = "[CONTAINER...]",
	.summary = N_("show what containers use, again and again"),
	.notes = N_("CPU is of one processor; without a limit of memory it is the machine's. Without CONTAINER: all\n"
		    "that run. '--': nobody counts it, since the container runs without cgroups.\n"),
	.options = options,
	.asked_size = sizeof(struct stats_asked),
	.operands_max = OPERANDS_ANY,
	.run = run,
};
