/* cmd_network_ls.c - `taru network ls`: the networks, by name. */
#include "cli/networks.h"
#include "image/manifest.h"
#include "listing/human.h"
#include "listing/rows.h"

struct network_ls_asked {
	bool quiet, no_trunc;
	const char *format;
	struct texts filter;
};

static const struct pair headers[] = {
	{ "CreatedAt", "CREATED AT" }, { "Driver", "DRIVER" }, { "ID", "NETWORK ID" }, { "IPv4", "IPV4" },
	{ "IPv6", "IPV6" }, { "Internal", "INTERNAL" }, { "Labels", "LABELS" }, { "Name", "NAME" },
	{ "Scope", "SCOPE" }, { NULL, NULL }
};

static void add_row(struct command *command, struct json_writer *out, const struct network *network)
{
	const struct network_ls_asked *asked = command->asked;
	struct arena *arena = command->arena;

	json_open_object(out, NULL);
	json_put_text(out, "CreatedAt",
		      network->created[0] ? human_time(arena, image_time(network->created)) : "N/A");
	json_put_text(out, "Driver", network_driver_name(network->driver));
	json_put_text(out, "ID", place_id(arena, network->id, asked->no_trunc));
	json_put_text(out, "IPv4", networks_have_ipv4(network) ? "true" : "false");
	json_put_text(out, "IPv6", network->ipv6 ? "true" : "false");
	json_put_text(out, "Internal", network->internal ? "true" : "false");
	rows_put_labels(arena, out, &network->labels);
	json_put_text(out, "Name", network->name);
	json_put_text(out, "Scope", "local");
	json_close(out);
}

static void run(struct command *command)
{
	const struct network_ls_asked *asked = command->asked;
	struct rows_style style = { headers, "table {{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}", asked->format };
	struct rows rows = rows_new(command->arena);
	struct text out = text_new(command->arena);
	struct filters filters;
	struct network *list;
	size_t count;
	struct place place;

	if (asked->quiet && rows_are_table(asked->format))
		style.format = "{{.ID}}";
	if (!filters_read(command->arena, &asked->filter, networks_filters, &filters, command->problem) ||
	    !place_open(command, false, &place))
		return;
	if (networks_choose(command, &place, &filters, &list, &count)) {
		for (size_t i = 0; i < count; i++)
			add_row(command, &rows.writer, &list[i]);
		if (rows_add(&out, &rows, &style, command->problem))
			command_print(command, &out);
	}
	store_close(&place.store);
}

static const struct option options[] = {
	{ "filter", 'f', OPTION_TEXTS, offsetof(struct network_ls_asked, filter), "KEY=VALUE",
	  N_("only those; may be given more than once") },
	{ "format", 0, OPTION_TEXT, offsetof(struct network_ls_asked, format), "FORMAT",
	  N_("table (default), json, or a template of Go's") },
	{ "no-trunc", 0, OPTION_FLAG, offsetof(struct network_ls_asked, no_trunc), NULL, N_("whole IDs") },
	{ "quiet", 'q', OPTION_FLAG, offsetof(struct network_ls_asked, quiet), NULL, N_("only the IDs") },
	{ NULL }
};

const struct verb verb_network_ls = {
	.name = "network ls",
	.operands = "",
	.summary = N_("list networks"),
	.notes = N_("Filters: dangling=true|false, driver=DRIVER, id=PART, label=KEY[=VALUE], label!=KEY[=VALUE],\n"
		    "name=REGEX, scope=local, type=custom|builtin, until=TIME.\n"),
	.options = options,
	.asked_size = sizeof(struct network_ls_asked),
	.run = run,
};
