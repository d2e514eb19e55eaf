/* cmd_network_rm.c - `taru network rm` and `taru network prune`: remove networks that no container uses; `taru network
 * cleanup`: their bridges. */
#include "cli/named.h"
#include "cli/networks.h"
#include "cli/question.h"
#include "engine/event.h"
#include "engine/idle.h"
#include "engine/network_owners.h"
#include "image/event.h"
#include <string.h>

struct network_rm_asked { bool force; };

struct network_cleanup_asked { struct maybe_i64 after; };

struct network_prune_asked {
	bool force;
	struct texts filter;
};

static bool remove_one(struct place *place, const char *name, const struct network_owners *owners,
		       struct problem *problem)
{
	struct network network;
	bool removed;

	if (!network_find(&place->store, name, NULL, &network, problem))
		return false;
	idle_end(&place->engine, &network, 0);
	removed = network_remove(&place->store, &network, owners, problem);
	if (removed)
		event_network(&place->engine, &network, "destroy");
	return removed;
}

struct removing {
	struct place *place;
	const struct network_owners *users;
	bool force;
};

static bool remove_named(void *context, const char *name, struct problem *problem)
{
	static const char missing[] = "no such network";
	const struct removing *removing = context;

	return remove_one(removing->place, name, removing->users, problem) ||
	       (removing->force && !strncmp(problem->text, missing, strlen(missing)));
}

static void remove_each(struct command *command, struct place *place)
{
	const struct network_rm_asked *asked = command->asked;
	const struct network_owners users = engine_network_users(&place->engine);
	struct removing removing = { place, &users, asked->force };
	struct text done = text_new(command->arena);

	named_each(command, remove_named, &removing, &done);
	command_print(command, &done);
}

static void run_rm(struct command *command)
{
	struct place place;

	if (!place_open(command, false, &place))
		return;
	remove_each(command, &place);
	networks_sweep(&place.store);
	store_close(&place.store);
}

/* --- cleanup --- */

static void run_cleanup(struct command *command)
{
	enum { LONGEST = 3600 };
	const struct network_cleanup_asked *asked = command->asked;
	struct network network;
	struct place place;

	if (asked->after.value < 0 || asked->after.value > LONGEST) {
		problem_set(command->problem, "option '--after' takes 0 to %d seconds", LONGEST);
		return;
	}
	if (!place_open(command, false, &place))
		return;
	for (char **name = command->operand; *name && !command->problem->found; name++)
		if (network_find(&place.store, *name, NULL, &network, command->problem)) {
			idle_end(&place.engine, &network, (unsigned)asked->after.value);
			network_close(&network);
		}
	store_close(&place.store);
}

/* --- prune --- */

/* A container may have begun to use it, or somebody else have removed it. */
static bool remove_unused(struct place *place, const char *name)
{
	const struct network_owners owners = engine_network_owners(&place->engine);
	struct problem problem = { 0 };

	return remove_one(place, name, &owners, &problem);
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

static void run_prune(struct command *command)
{
	static const char *const keys[] = { "label", "until", NULL };
	const struct network_prune_asked *asked = command->asked;
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

static const struct option rm_options[] = {
	{ "force", 'f', OPTION_FLAG, offsetof(struct network_rm_asked, force), NULL,
	  N_("one that is not there is no error") },
	{ NULL }
};

const struct verb verb_network_rm = {
	.name = "network rm",
	.operands = "NETWORK...",
	.summary = N_("remove networks that no container uses"),
	.options = rm_options,
	.asked_size = sizeof(struct network_rm_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.run = run_rm,
};

static const struct option cleanup_options[] = {
	{ "after", 0, OPTION_SIGNED, offsetof(struct network_cleanup_asked, after), "SECONDS",
	  N_("when nobody has been in it for so long; waits for it") },
	{ NULL }
};

const struct verb verb_network_cleanup = {
	.name = "network cleanup",
	.operands = "NETWORK...",
	.summary = N_("remove the bridges of networks that nobody is in"),
	.notes = N_("Who ends the last container of a network begins that: see TARU_LINGER in taru(1).\n"),
	.options = cleanup_options,
	.asked_size = sizeof(struct network_cleanup_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.run = run_cleanup,
};

static const struct option prune_options[] = {
	{ "filter", 0, OPTION_TEXTS, offsetof(struct network_prune_asked, filter), "KEY=VALUE",
	  N_("only those; may be given more than once") },
	{ "force", 'f', OPTION_FLAG, offsetof(struct network_prune_asked, force), NULL, N_("do not ask") },
	{ NULL }
};

const struct verb verb_network_prune = {
	.name = "network prune",
	.operands = "",
	.summary = N_("remove the networks that no container uses"),
	.notes = N_("Filters: label=KEY[=VALUE], label!=KEY[=VALUE], until=TIME.\n"),
	.options = prune_options,
	.asked_size = sizeof(struct network_prune_asked),
	.run = run_prune,
};
