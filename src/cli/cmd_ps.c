/* cmd_ps.c - `taru ps`: the containers, the newest first. */
#include "cli/columns.h"
#include "cli/container_filter.h"
#include "cli/human.h"
#include "cli/place.h"
#include "cli/rows.h"
#include "engine/endpoint.h"
#include "engine/health.h"
#include "engine/keep.h"
#include "engine/ports.h"
#include "base/file.h"
#include "image/manifest.h"
#include <string.h>
#include <time.h>

struct ps_asked {
	bool all, quiet, whole, latest;
	struct maybe_i64 last;
	const char *format;
	struct texts filter;
};

static const struct pair headers[] = {
	{ "Command", "COMMAND" }, { "CreatedAt", "CREATED AT" }, { "ID", "CONTAINER ID" }, { "Image", "IMAGE" },
	{ "Labels", "LABELS" }, { "LocalVolumes", "LOCAL VOLUMES" }, { "Mounts", "MOUNTS" },
	{ "Names", "NAMES" }, { "Ports", "PORTS" }, { "RunningFor", "CREATED" },
	{ "State", "STATE" }, { "Status", "STATUS" }, { NULL, NULL }
};

static const char usual_table[] =
	"table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}";

/* In quotes, as docker has it, and cut off. */
static const char *command_of(struct arena *arena, const struct texts *words, bool whole)
{
	enum { SHORT = 20 };
	struct text line = text_new(arena);
	const char *text;

	for (size_t i = 0; i < words->count; i++)
		text_printf(&line, "%s%s", i ? " " : "", words->at[i]);
	text = human_line(arena, line.at, true);
	if (!whole && strlen(text) > SHORT)
		return arena_printf(arena, "\"%.*s…\"", SHORT - 1, text);
	return arena_printf(arena, "\"%s\"", text);
}

/* " (healthy)", as docker has it. */
static const char *health_of(struct engine *engine, const struct engine_container *container)
{
	struct health health;

	if (!engine_read_health(engine, container, &health))
		return "";
	return arena_printf(engine->arena, strcmp(health.status, "starting") ? " (%s)" : " (health: %s)",
			    health.status);
}

static const char *status_of(struct engine *engine, const struct engine_container *container)
{
	struct arena *arena = engine->arena;
	int64_t now = time(NULL);
	int64_t began = container->started ? image_time(container->started) : 0;

	switch (container->status) {
	case CONTAINER_CREATED: return "Created";
	case CONTAINER_RUNNING:
		return arena_printf(arena, "Up %s%s", human_span(arena, now - began), health_of(engine, container));
	case CONTAINER_PAUSED: return arena_printf(arena, "Up %s (Paused)", human_span(arena, now - began));
	case CONTAINER_RESTARTING:
		return arena_printf(arena, "Restarting (%lld) %s", (long long)container->ended.status,
				    human_ago(arena, now, image_time(container->ended.finished)));
	case CONTAINER_EXITED: break;
	}
	if (!container->ended.known)
		return "Exited (unknown)";
	return arena_printf(arena, "Exited (%lld) %s", (long long)container->ended.status,
			    human_ago(arena, now, image_time(container->ended.finished)));
}

static const char *labels_of(struct arena *arena, const struct pairs *labels)
{
	struct text text = text_new(arena);

	for (size_t i = 0; i < labels->count; i++)
		text_printf(&text, "%s%s=%s", i ? "," : "", labels->at[i].key, labels->at[i].value);
	return text.at;
}

static size_t count_volumes(const struct made *made)
{
	size_t count = 0;

	for (size_t i = 0; i < made->mounts; i++)
		count += made->mount[i].name[0] != '\0';
	return count;
}

/* Names of volumes and paths of this machine, cut as docker cuts them. */
static const char *mounts_of(struct arena *arena, const struct made *made, bool whole)
{
	enum { SHORT = 15 };
	struct text text = text_new(arena);

	for (size_t i = 0; i < made->mounts; i++) {
		const char *name = made->mount[i].name[0] ? made->mount[i].name : made->mount[i].source;
		bool cut = !whole && strlen(name) > SHORT;

		text_printf(&text, "%s%.*s%s", i ? "," : "", cut ? SHORT - 1 : (int)strlen(name), name,
			    cut ? "…" : "");
	}
	return text.at;
}

/* Of one that runs. */
static const char *ports_of(struct engine *engine, const struct engine_container *container)
{
	const struct made *made = &container->made;
	struct endpoints endpoints = { 0 };

	if (!engine_lives(container))
		return "";
	if (made->ports)
		endpoints_of(engine, made->id, &endpoints);
	endpoints_drop_unpublished(&endpoints);
	return ports_words(engine->arena, endpoints.port, endpoints.ports, &made->expose);
}

/* Which fields are: those of `-q`, of the usual table, or all, which a template may have. What is not shown is not
 * found out, since there may be hundreds of containers. */
enum shown { SHOWN_ID, SHOWN_USUAL, SHOWN_ALL };

static enum shown shown_of(const struct ps_asked *asked)
{
	if (asked->quiet && rows_are_table(asked->format))
		return SHOWN_ID;
	return !asked->format || !strcmp(asked->format, "table") ? SHOWN_USUAL : SHOWN_ALL;
}

static void put_labels_and_mounts(struct arena *arena, struct json_writer *out, const struct made *made, bool whole)
{
	json_put_text(out, "Labels", labels_of(arena, &made->labels));
	json_put_text(out, "LocalVolumes", arena_printf(arena, "%zu", count_volumes(made)));
	json_put_text(out, "Mounts", mounts_of(arena, made, whole));
}

/* In the order of their names, which `--format json` keeps. */
static void add_row(struct command *command, struct place *place, struct rows *rows,
		    const struct engine_container *container)
{
	const struct ps_asked *asked = command->asked;
	const bool usual = shown_of(asked) >= SHOWN_USUAL, all = shown_of(asked) == SHOWN_ALL;
	const struct made *made = &container->made;
	struct arena *arena = command->arena;
	int64_t created = image_time(made->created);
	struct json_writer *out = &rows->writer;

	json_open_object(out, NULL);
	if (usual)
		json_put_text(out, "Command", command_of(arena, &made->command, asked->whole));
	if (all)
		json_put_text(out, "CreatedAt", human_time(arena, created));
	json_put_text(out, "ID", place_id(arena, made->id, asked->whole));
	if (usual)
		json_put_text(out, "Image", made->image);
	if (all)
		put_labels_and_mounts(arena, out, made, asked->whole);
	if (usual) {
		json_put_text(out, "Names", made->name);
		json_put_text(out, "Ports", ports_of(&place->engine, container));
		json_put_text(out, "RunningFor", human_ago(arena, time(NULL), created));
	}
	if (all)
		json_put_text(out, "State", engine_status_name(container->status));
	if (usual)
		json_put_text(out, "Status", status_of(&place->engine, container));
	json_close(out);
}

static void add_rows(struct command *command, struct place *place, struct rows *rows,
		     const struct container_filter *filter)
{
	const struct ps_asked *asked = command->asked;
	const bool every = asked->all || filters_find(&filter->filters, "status") ||
			   filters_find(&filter->filters, "exited");
	int64_t left = asked->latest ? 1 : asked->last.set && asked->last.value >= 0 ? asked->last.value : INT64_MAX;
	struct text warnings = text_new(command->arena);
	struct engine_container *list;
	size_t count;

	if (!engine_list_healed(&place->engine, &list, &count, &warnings, command->problem))
		return;
	command_warn(command, &warnings);
	for (size_t i = 0; i < count && left; i++) {
		bool lives = engine_lives(&list[i]) || list[i].status == CONTAINER_RESTARTING;

		if (!container_filter_takes(filter, &place->engine, &list[i]) || !(lives || every || left != INT64_MAX))
			continue;
		add_row(command, place, rows, &list[i]);
		left -= left != INT64_MAX;
	}
}

static void run(struct command *command)
{
	const struct ps_asked *asked = command->asked;
	struct rows rows = rows_new(command->arena);
	struct text out = text_new(command->arena);
	struct rows_style style = { headers, usual_table, asked->format };
	struct container_filter filter;
	struct place place;

	if (shown_of(asked) == SHOWN_ID)
		style.format = "{{.ID}}";
	if (!place_open(command, false, &place))
		return;
	if (container_filter_read(&place, &asked->filter, CONTAINER_FILTER_CHOICE, &filter, command->problem))
		add_rows(command, &place, &rows, &filter);
	if (!command->problem->found && rows_add(&out, &rows, &style, command->problem))
		command_print(command, &out);
	store_close(&place.store);
}

static const struct option options[] = {
	{ "all", 'a', OPTION_FLAG, offsetof(struct ps_asked, all), NULL, N_("also those that do not run") },
	{ "filter", 'f', OPTION_TEXTS, offsetof(struct ps_asked, filter), "KEY=VALUE",
	  N_("only those; may be given more than once") },
	{ "format", 0, OPTION_TEXT, offsetof(struct ps_asked, format), "FORMAT",
	  N_("table (default), json, or a template of Go's") },
	{ "last", 'n', OPTION_SIGNED, offsetof(struct ps_asked, last), "N", N_("the N newest, whatever they do") },
	{ "latest", 'l', OPTION_FLAG, offsetof(struct ps_asked, latest), NULL, N_("the newest, whatever it does") },
	{ "no-trunc", 0, OPTION_FLAG, offsetof(struct ps_asked, whole), NULL, N_("whole IDs and commands") },
	{ "quiet", 'q', OPTION_FLAG, offsetof(struct ps_asked, quiet), NULL, N_("only the IDs") },
	{ NULL }
};

const struct verb verb_ps = {
	.name = "ps",
	.operands = "",
	.summary = N_("list containers"),
	.notes = container_filter_notes,
	.options = options,
	.asked_size = sizeof(struct ps_asked),
	.run = run,
};
