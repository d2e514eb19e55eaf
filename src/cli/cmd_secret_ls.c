/* cmd_secret_ls.c - `taru secret ls`: lists secrets. */
#include "cli/place.h"
#include "engine/secret.h"
#include "image/manifest.h"
#include "listing/filter.h"
#include "listing/human.h"
#include "listing/rows.h"
#include <string.h>
#include <time.h>

struct ls_asked {
	bool quiet;
	const char *format;
	struct texts filter;
};

static const struct pair headers[] = {
	{ "CreatedAt", "CREATED" }, { "Driver", "DRIVER" }, { "ID", "ID" }, { "Labels", "LABELS" }, { "Name", "NAME" },
	{ "UpdatedAt", "UPDATED" }, { NULL, NULL }
};

static const char *const filter_keys[] = { "id", "label", "name", NULL };

static bool fits(void *context, const struct filter *filter)
{
	const struct secret *secret = context;

	if (!strcmp(filter->key, "label"))
		return filter_has_label(&secret->labels, filter->value) != filter->negated;
	if (!strcmp(filter->key, "id"))
		return !strncmp(secret->id, filter->value, strlen(filter->value));
	return filter_matches_name(filter->value, secret->name);
}

static void add_row(struct arena *arena, struct json_writer *out, const struct secret *secret)
{
	int64_t now = time(NULL);

	json_open_object(out, NULL);
	json_put_text(out, "CreatedAt", human_ago(arena, now, image_time(secret->created)));
	json_put_text(out, "Driver", "file");
	json_put_text(out, "ID", secret->id);
	rows_put_labels(arena, out, &secret->labels);
	json_put_text(out, "Name", secret->name);
	json_put_text(out, "UpdatedAt", human_ago(arena, now, image_time(secret->updated)));
	json_close(out);
}

static void list(struct command *command, struct place *place, const struct filters *filters, struct rows *rows)
{
	struct text warnings = text_new(command->arena);
	struct secret *secrets;
	size_t count;

	if (!secret_list(&place->engine, &secrets, &count, &warnings, command->problem))
		return;
	command_warn(command, &warnings);
	for (size_t i = 0; i < count; i++)
		if (filters_fit(filters, fits, &secrets[i]))
			add_row(command->arena, &rows->writer, &secrets[i]);
}

static void run(struct command *command)
{
	const struct ls_asked *asked = command->asked;
	struct rows_style style = {
		headers, "table {{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.CreatedAt}}\t{{.UpdatedAt}}", asked->format
	};
	struct rows rows = rows_new(command->arena);
	struct text out = text_new(command->arena);
	struct filters filters;
	struct place place;

	if (asked->quiet && rows_are_table(asked->format))
		style.format = "{{.ID}}";
	if (!filters_read(command->arena, &asked->filter, filter_keys, &filters, command->problem) ||
	    !place_open(command, false, &place))
		return;
	list(command, &place, &filters, &rows);
	if (!command->problem->found && rows_add(&out, &rows, &style, command->problem))
		command_print(command, &out);
	store_close(&place.store);
}

static const struct option options[] = {
	{ "filter", 'f', OPTION_TEXTS, offsetof(struct ls_asked, filter), "KEY=VALUE",
	  N_("only those; may be given more than once") },
	{ "format", 0, OPTION_TEXT, offsetof(struct ls_asked, format), "FORMAT",
	  N_("table (default), json, or a template of Go's") },
	{ "quiet", 'q', OPTION_FLAG, offsetof(struct ls_asked, quiet), NULL, N_("only the IDs") },
	{ NULL }
};

const struct verb verb_secret_ls = {
	.name = "secret ls",
	.operands = "",
	.summary = N_("list secrets"),
	.notes = N_("Filters: id=ID, label=KEY[=VALUE], name=REGEX.\n"),
	.options = options,
	.asked_size = sizeof(struct ls_asked),
	.run = run,
};
