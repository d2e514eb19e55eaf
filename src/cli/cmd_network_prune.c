/* cmd_network_prune.c - `taru network prune`: removes all networks that no container uses. */
#include "cli/networks.h"
#include "cli/question.h"
#include "engine/network_owners.h"
#include "image/event.h"

struct prune_asked {
	bool force;
	struct texts filter;
};

/* A container may have begun to use it, or somebody else have removed it. */
static bool remove_unused(struct place *place, const char *name)
{
	const struct network_owners owners = engine_network_owners(&place->engine);
	struct problem problem = { 0 };

	return networks_remove(place, name, &owners, &problem);
}

static void prune(struct command *command, struct place *place, const struct filters *filters)
{
	struct text done = text_new(command->arena), out = text_new(command->arena);
	struct network *list;
	size_t count;

	if (!networks_choose(command, place, filters, &list, &count))
		return;
	for (size_t i = 0; i < count; i++)
		if (!network_is_builtin(list[i].name) && remove_unused(place, list[i].name))
			text_printf(&done, "%s\n", list[i].name);
	networks_sweep(&place->store);
	event_prune(&place->store, "network", 0);
	if (done.length)
		text_printf(&out, "Deleted Networks:\n%s\n", done.at);
	command_print(command, &out);
}

static void run(struct command *command)
{
	static const char *const keys[] = { "label", "until", NULL };
	const struct prune_asked *asked = command->asked;
	struct filters filters;
	struct place place;

	if (!filters_read(command->arena, &asked->filter, keys, &filters, command->problem))
		return;
	if (!asked->force && !question_ask(command, "This will remove all networks that no container uses."))
		return;
	if (!place_open(command, false, &place))
		return;
	prune(command, &place, &filters);
	store_close(&place.store);
}

static const struct option options[] = {
	{ "filter", 0, OPTION_TEXTS, offsetof(struct prune_asked, filter), "KEY=VALUE",
	  N_("only those; may be given more than once") },
	{ "force", 'f', OPTION_FLAG, offsetof(struct prune_asked, force), NULL, N_("do not ask") },
	{ NULL }
};

const struct verb verb_network_prune = {
	.name = "network prune",
	.operands = "",
	.summary = N_("remove the networks that no container uses"),
	.notes = N_("Filters: label=KEY[=VALUE], label!=KEY[=VALUE], until=TIME.\n"),
	.options = options,
	.asked_size = sizeof(struct prune_asked),
	.run = run,
};
