/* cmd_network_rm.c - `taru network rm`: removes networks that no container uses. */
#include "cli/named.h"
#include "cli/networks.h"
#include "engine/network_owners.h"
#include <string.h>

struct rm_asked { bool force; };

struct removing {
	struct place *place;
	const struct network_owners *users;
	bool force;
};

static bool remove_named(void *context, const char *name, struct problem *problem)
{
	static const char missing[] = "no such network";
	const struct removing *removing = context;

	return networks_remove(removing->place, name, removing->users, problem) ||
	       (removing->force && !strncmp(problem->text, missing, strlen(missing)));
}

static void remove_each(struct command *command, struct place *place)
{
	const struct rm_asked *asked = command->asked;
	const struct network_owners users = engine_network_users(&place->engine);
	struct removing removing = { place, &users, asked->force };
	struct text done = text_new(command->arena);

	named_each(command, remove_named, &removing, &done);
	command_print(command, &done);
}

static void run(struct command *command)
{
	struct place place;

	if (!place_open(command, false, &place))
		return;
	remove_each(command, &place);
	networks_sweep(&place.store);
	store_close(&place.store);
}

static const struct option options[] = {
	{ "force", 'f', OPTION_FLAG, offsetof(struct rm_asked, force), NULL,
	  N_("one that is not there is no error") },
	{ NULL }
};

const struct verb verb_network_rm = {
	.name = "network rm",
	.operands = "NETWORK...",
	.summary = N_("remove networks that no container uses"),
	.options = options,
	.asked_size = sizeof(struct rm_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.run = run,
};
