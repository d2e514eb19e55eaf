/* cmd_list.c - `taru-oci list`: the containers of a root folder, by id. */
#include "command/table.h"
#include "oci/find.h"
#include "oci/owner.h"
#include "oci/state_json.h"

struct list_asked {
	const char *format;
	bool quiet;
};

/* A container, and its owner's name. */
struct item {
	struct container container;
	const char *owner;
};

struct items {
	struct item *at;
	size_t count;
};

/* One that cannot be read is told and left out, so that the others can be seen. */
static struct items open_all(struct command *command, const struct texts *ids)
{
	struct items items = { ARENA_ARRAY(command->arena, ids->count, struct item), 0 };
	const char *passwd = owner_passwd(command->arena), *root = command_root(command);

	for (size_t i = 0; i < ids->count; i++) {
		struct item *item = &items.at[items.count];
		struct problem problem = { 0 };

		if (container_open(command->arena, root, ids->at[i], &item->container, &problem))
			items.count++;
		else
			log_message(command->log, "warning", problem.text);
		item->owner = owner_name(command->arena, passwd, item->container.record.owner);
		container_close(&item->container);
	}
	return items;
}

static void add_table(struct text *out, const struct items *items)
{
	static const char *const header[] = { "ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER" };
	enum { COLUMNS = sizeof(header) / sizeof(header[0]) };
	const char **cells = ARENA_ARRAY(out->arena, (items->count + 1) * COLUMNS, const char *);

	for (size_t i = 0; i < COLUMNS; i++)
		cells[i] = header[i];
	for (size_t i = 0; i < items->count; i++) {
		const struct container *container = &items->at[i].container;
		const char **cell = cells + (i + 1) * COLUMNS;

		cell[0] = container->id;
		cell[1] = arena_printf(out->arena, "%d", (int)state_pid(container));
		cell[2] = status_name(container->status);
		cell[3] = state_bundle(container);
		cell[4] = state_created(container);
		cell[5] = items->at[i].owner;
	}
	table_add(out, cells, COLUMNS, items->count + 1);
}

static void add_json(struct text *out, const struct items *items)
{
	struct json_writer writer = json_writer_new(out, NULL);

	json_open_array(&writer, NULL);
	for (size_t i = 0; i < items->count; i++)
		state_json(&writer, &items->at[i].container, items->at[i].owner);
	json_close(&writer);
	text_add(out, "\n");
}

static void run(struct command *command)
{
	const struct list_asked *asked = command->asked;
	bool json = table_or_json(asked->format, command->problem);
	struct text out = text_new(command->arena);
	struct texts ids;
	struct items items;

	if (command->problem->found)
		return;
	ids = container_list(command->arena, command_root(command), command->problem);
	if (command->problem->found)
		return;
	for (size_t i = 0; i < ids.count && asked->quiet; i++)
		text_printf(&out, "%s\n", ids.at[i]);
	if (!asked->quiet) {
		items = open_all(command, &ids);
		(json ? add_json : add_table)(&out, &items);
	}
	command_print(command, &out);
}

static const struct option options[] = {
	{ "format", 'f', OPTION_TEXT, offsetof(struct list_asked, format), "FORMAT",
	  N_("table (default) or json") },
	{ "quiet", 'q', OPTION_FLAG, offsetof(struct list_asked, quiet), NULL,
	  N_("only the ids") },
	{ NULL }
};

const struct verb verb_list = {
	.name = "list",
	.operands = "",
	.summary = N_("show all containers"),
	.options = options,
	.asked_size = sizeof(struct list_asked),
	.run = run,
};
