/* cmd_ps.c - `taru ps`: the containers, the newest first. */
#include "base/clock.h"
#include "base/size.h"
#include "cli/container_filter.h"
#include "cli/place.h"
#include "engine/endpoint.h"
#include "engine/health.h"
#include "engine/keep.h"
#include "engine/limits_asked.h"
#include "engine/ports.h"
#include "engine/volume.h"
#include "image/manifest.h"
#include "listing/filter.h"
#include "listing/human.h"
#include "listing/order.h"
#include "listing/rows.h"
#include "spec/lists.h"
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { WATCH_MAX_S = 3600 };

struct ps_asked {
	bool all, quiet, whole, latest, size;
	struct maybe_i64 last;
	struct maybe_u64 watch;		/* seconds */
	const char *format, *sort;
	struct texts filter;
};

static const struct pair headers[] = {
	{ "Command", "COMMAND" }, { "CreatedAt", "CREATED AT" }, { "ExitCode", "EXIT CODE" },
	{ "ID", "CONTAINER ID" }, { "Image", "IMAGE" }, { "ImageID", "IMAGE ID" },
	{ "Labels", "LABELS" }, { "LocalVolumes", "LOCAL VOLUMES" }, { "Mounts", "MOUNTS" },
	{ "Names", "NAMES" }, { "Networks", "NETWORKS" }, { "Pid", "PID" }, { "Ports", "PORTS" },
	{ "RunningFor", "CREATED" },
	{ "Size", "SIZE" }, { "State", "STATE" }, { "Status", "STATUS" }, { NULL, NULL }
};

static const char usual_table[] =
	"table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}";

static const char sizes_table[] =
	"table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}\t{{.Size}}";

/* In quotes, as docker has it, and cut off. */
static const char *command_of(struct arena *arena, const struct texts *words, bool whole)
{
	enum { SHORT = 20 };
	const char *text = human_line(arena, texts_join(arena, words, " "), true);

	if (!whole && strlen(text) > SHORT)
		return arena_printf(arena, "\"%.*s…\"", SHORT - 1, text);
	return ARENA_JOIN(arena, "\"", text, "\"");
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
		return ARENA_JOIN(arena, "Up ", human_span(arena, now - began), health_of(engine, container));
	case CONTAINER_PAUSED: return arena_printf(arena, "Up %s (Paused)", human_span(arena, now - began));
	case CONTAINER_RESTARTING:
		if (!container->ended.known)
			return "Restarting";
		return arena_printf(arena, "Restarting (%lld) %s", (long long)container->ended.status,
				    human_ago(arena, now, image_time(container->ended.finished)));
	case CONTAINER_EXITED: break;
	}
	if (!container->ended.known)
		return "Exited (unknown)";
	return arena_printf(arena, "Exited (%lld) %s", (long long)container->ended.status,
			    human_ago(arena, now, image_time(container->ended.finished)));
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

static uint64_t image_size(const struct images *images, const struct made *made)
{
	for (size_t i = 0; i < images->count && made->image_id[0]; i++)
		if (!strcmp(images->at[i].id.text, made->image_id))
			return images->at[i].size;
	return 0;
}

/* "2B (virtual 1.24MB)": what it has changed, and with that all that it sees of its image. */
static const char *size_of(struct command *command, struct place *place, const struct engine_container *container,
			   struct images *images)
{
	const char *upper = arena_printf(command->arena, "containers/%s/upper", container->made.id);
	uint64_t own = volume_measure(&place->engine, place->store.fd, upper);
	struct problem unreadable = { 0 };

	if (!images->at && !store_images(&place->store, images, &unreadable))
		images->count = 0;
	return arena_printf(command->arena, "%s (virtual %s)", size_human(command->arena, own, 3),
			    size_human(command->arena, own + image_size(images, &container->made), 3));
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

/* A template that has it wants it found out, as with docker. */
static bool wants_size(const struct ps_asked *asked)
{
	return asked->size || (asked->format && strstr(asked->format, ".Size"));
}

static const char *networks_of(struct arena *arena, const struct made *made)
{
	struct text text = text_new(arena);

	for (size_t i = 0; i < made->networks; i++)
		text_printf(&text, "%s%s", i ? "," : "", made->network[i].network);
	return text.at;
}

static void put_labels_and_mounts(struct arena *arena, struct json_writer *out, const struct made *made, bool whole)
{
	json_put_text(out, "ImageID", made->image_id);
	rows_put_labels(arena, out, &made->labels);
	json_put_text(out, "LocalVolumes", arena_printf(arena, "%zu", count_volumes(made)));
	json_put_text(out, "Mounts", mounts_of(arena, made, whole));
}

/* In the order of their names, which `--format json` keeps. */
static void add_row(struct command *command, struct place *place, struct rows *rows,
		    const struct engine_container *container, struct images *images)
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
	if (all) {
		json_put_text(out, "CreatedAt", human_time(arena, created));
		json_put_signed(out, "ExitCode", engine_lives(container) ? 0 : container->ended.status);
	}
	json_put_text(out, "ID", place_id(arena, made->id, asked->whole));
	if (usual)
		json_put_text(out, "Image", made->image);
	if (all)
		put_labels_and_mounts(arena, out, made, asked->whole);
	if (usual)
		json_put_text(out, "Names", made->name);
	if (all) {
		json_put_text(out, "Networks", networks_of(arena, made));
		json_put_signed(out, "Pid", engine_lives(container) ? container->pid : 0);
	}
	if (usual)
		json_put_text(out, "Ports", ports_of(&place->engine, container));
	if (usual)
		json_put_text(out, "RunningFor", human_ago(arena, time(NULL), created));
	if (wants_size(asked))
		json_put_text(out, "Size", size_of(command, place, container, images));
	if (all)
		json_put_text(out, "State", engine_status_name(container->status));
	if (usual)
		json_put_text(out, "Status", status_of(&place->engine, container));
	json_close(out);
}

/* --- --sort --- */

static int compare_command(const void *one, const void *other)
{
	const struct engine_container *a = one, *b = other;

	return strcmp(a->made.command.count ? a->made.command.at[0] : "",
		      b->made.command.count ? b->made.command.at[0] : "");
}

static int compare_created(const void *one, const void *other)
{
	const struct engine_container *a = one, *b = other;

	return strcmp(b->made.created, a->made.created);
}

static int compare_id(const void *one, const void *other)
{
	const struct engine_container *a = one, *b = other;

	return strcmp(a->made.id, b->made.id);
}

static int compare_image(const void *one, const void *other)
{
	const struct engine_container *a = one, *b = other;
	int order = strcmp(a->made.image, b->made.image);

	return order ? order : compare_created(one, other);
}

static int compare_name(const void *one, const void *other)
{
	const struct engine_container *a = one, *b = other;

	return strcmp(a->made.name, b->made.name);
}

static int compare_status(const void *one, const void *other)
{
	const struct engine_container *a = one, *b = other;
	int order = strcmp(engine_status_name(a->status), engine_status_name(b->status));

	return order ? order : compare_created(one, other);
}

static const struct order orders[] = {
	{ "created", compare_created }, { "command", compare_command }, { "id", compare_id },
	{ "image", compare_image }, { "names", compare_name }, { "runningfor", compare_created },
	{ "status", compare_status }, { NULL, NULL }
};

static void add_rows(struct command *command, struct place *place, struct rows *rows,
		     const struct container_filter *filter)
{
	const struct ps_asked *asked = command->asked;
	const bool every = asked->all || filters_find(&filter->filters, "status") ||
			   filters_find(&filter->filters, "exited");
	int64_t left = asked->latest ? 1 : asked->last.set && asked->last.value >= 0 ? asked->last.value : INT64_MAX;
	struct text warnings = text_new(command->arena);
	struct images images = { 0 };
	const struct order *order = order_find(orders, asked->sort, command->problem);
	struct engine_container *list;
	size_t count, chosen = 0;

	if (!limits_check_least("--last", asked->last, command->problem) || !order ||
	    !engine_list_healed(&place->engine, &list, &count, &warnings, command->problem))
		return;
	command_warn(command, &warnings);
	/* The newest come first: so many of them are chosen before they are put in another order. */
	for (size_t i = 0; i < count && left; i++) {
		bool lives = engine_lives(&list[i]) || list[i].status == CONTAINER_RESTARTING;

		if (!container_filter_takes(filter, &place->engine, &list[i]) || !(lives || every || left != INT64_MAX))
			continue;
		list[chosen++] = list[i];
		left -= left != INT64_MAX;
	}
	order_put(asked->sort ? order : NULL, list, chosen, sizeof(*list));
	for (size_t i = 0; i < chosen; i++)
		add_row(command, place, rows, &list[i], &images);
}

static void show(struct command *command)
{
	const struct ps_asked *asked = command->asked;
	struct rows rows = rows_new(command->arena);
	struct text out = text_new(command->arena);
	struct rows_style style = { headers, asked->size ? sizes_table : usual_table, asked->format };
	struct container_filter filter;
	struct place place;

	if (shown_of(asked) == SHOWN_ID)
		style.format = "{{.ID}}";
	if (asked->watch.set && isatty(STDOUT_FILENO))
		text_add(&out, "\033[H\033[2J");
	if (!place_open(command, false, &place))
		return;
	if (container_filter_read(&place, &asked->filter, CONTAINER_FILTER_CHOICE, &filter, command->problem))
		add_rows(command, &place, &rows, &filter);
	if (!command->problem->found && rows_add(&out, &rows, &style, command->problem))
		command_print(command, &out);
	store_close(&place.store);
}

/* What was found out in a round is gone with it, since there may be many. */
static void watch(struct command *command, long interval_ms)
{
	struct arena *whole = command->arena, round;

	for (;;) {
		arena_init(&round, NULL, 0);
		command->arena = &round;
		show(command);
		command->arena = whole;
		arena_release(&round);
		if (command->problem->found)
			return;
		clock_sleep_ms(interval_ms);
	}
}

static void run(struct command *command)
{
	const struct ps_asked *asked = command->asked;

	if (asked->watch.set && (!asked->watch.value || asked->watch.value > WATCH_MAX_S))
		problem_set(command->problem, "option '--watch' takes 1 to %d seconds, not %llu", WATCH_MAX_S,
			    (unsigned long long)asked->watch.value);
	else if (asked->watch.set)
		watch(command, 1000 * (long)asked->watch.value);
	else
		show(command);
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
	{ "size", 's', OPTION_FLAG, offsetof(struct ps_asked, size), NULL, N_("also how much they have changed") },
	{ "sort", 0, OPTION_TEXT, offsetof(struct ps_asked, sort), "FIELD",
	  N_("command, created (the newest first), id, image, names, status") },
	{ "watch", 'w', OPTION_UNSIGNED, offsetof(struct ps_asked, watch), "SECONDS",
	  N_("again and again, with so long in between") },
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
