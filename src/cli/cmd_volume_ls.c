/* cmd_volume_ls.c - `taru volume ls`: the volumes, by name. */
#include "cli/volumes.h"
#include "listing/rows.h"

struct volume_ls_asked {
	bool quiet;
	const char *format;
	struct texts filter;
};

static const struct pair headers[] = {
	{ "Availability", "AVAILABILITY" }, { "Driver", "DRIVER" }, { "Group", "GROUP" }, { "Labels", "LABELS" },
	{ "Links", "LINKS" }, { "Mountpoint", "MOUNTPOINT" }, { "Name", "VOLUME NAME" }, { "Scope", "SCOPE" },
	{ "Size", "SIZE" }, { "Status", "STATUS" }, { NULL, NULL }
};

static const char *const filter_keys[] = { "dangling", "driver", "label", "name", NULL };

/* Links and size cost time: `system df -v` has them. */
static void add_row(struct arena *arena, struct json_writer *out, const struct volume *volume)
{
	json_open_object(out, NULL);
	json_put_text(out, "Availability", "N/A");
	json_put_text(out, "Driver", "local");
	json_put_text(out, "Group", "N/A");
	rows_put_labels(arena, out, &volume->labels);
	json_put_text(out, "Links", "N/A");
	json_put_text(out, "Mountpoint", volume->path);
	json_put_text(out, "Name", volume->name);
	json_put_text(out, "Scope", "local");
	json_put_text(out, "Size", "N/A");
	json_put_text(out, "Status", "N/A");
	json_close(out);
}

static void run(struct command *command)
{
	const struct volume_ls_asked *asked = command->asked;
	struct rows_style style = { headers, "table {{.Driver}}\t{{.Name}}", asked->format };
	struct rows rows = rows_new(command->arena);
	struct text out = text_new(command->arena);
	struct filters filters;
	struct volume *list;
	size_t count;
	struct place place;

	if (asked->quiet && rows_are_table(asked->format))
		style.format = "{{.Name}}";
	if (!filters_read(command->arena, &asked->filter, filter_keys, &filters, command->problem) ||
	    !place_open(command, false, &place))
		return;
	if (volumes_choose(command, &place, &filters, &list, &count)) {
		for (size_t i = 0; i < count; i++)
			add_row(command->arena, &rows.writer, &list[i]);
		if (rows_add(&out, &rows, &style, command->problem))
			command_print(command, &out);
	}
	store_close(&place.store);
}

static const struct option options[] = {
	{ "filter", 'f', OPTION_TEXTS, offsetof(struct volume_ls_asked, filter), "KEY=VALUE",
	  N_("only those; may be given more than once") },
	{ "format", 0, OPTION_TEXT, offsetof(struct volume_ls_asked, format), "FORMAT",
	  N_("table (default), json, or a template of Go's") },
	{ "quiet", 'q', OPTION_FLAG, offsetof(struct volume_ls_asked, quiet), NULL, N_("only the names") },
	{ NULL }
};

const struct verb verb_volume_ls = {
	.name = "volume ls",
	.operands = "",
	.summary = N_("list volumes"),
	.notes = N_("Filters: dangling=true|false, driver=local, label=KEY[=VALUE], name=REGEX.\n"),
	.options = options,
	.asked_size = sizeof(struct volume_ls_asked),
	.run = run,
};
