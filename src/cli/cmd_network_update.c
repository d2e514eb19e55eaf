/* cmd_network_update.c - `taru network update`: other name servers for a network, also while containers are in it. */
#include "cli/place.h"
#include "engine/event.h"
#include "net/network.h"
#include "spec/lists.h"
#include <string.h>

struct network_update_asked { struct texts add, drop; };

/* "10.0.0.53,10.0.1.53" are two. */
static struct texts split(struct arena *arena, const struct texts *given)
{
	struct texts list = { 0 };

	for (size_t i = 0; i < given->count; i++) {
		char *rest = arena_copy(arena, given->at[i], strlen(given->at[i]));

		while (rest)
			texts_add(arena, &list, strsep(&rest, ","));
	}
	return list;
}

static void run(struct command *command)
{
	const struct network_update_asked *asked = command->asked;
	const struct texts add = split(command->arena, &asked->add), drop = split(command->arena, &asked->drop);
	struct network network = { .folder = -1 };
	struct place place;

	if (!add.count && !drop.count) {
		problem_set(command->problem, "nothing to change is given: --dns-add or --dns-drop ADDRESS");
		return;
	}
	if (!place_open(command, true, &place))
		return;
	if (network_find(&place.store, command->operand[0], record_now(command->arena), &network, command->problem) &&
	    network_update_servers(&place.store, &network, &add, &drop, command->problem))
		event_network(&place.engine, &network, "update");
	network_close(&network);
	store_close(&place.store);
}

static const struct option options[] = {
	{ "dns-add", 0, OPTION_TEXTS, offsetof(struct network_update_asked, add), "ADDRESS",
	  N_("one more name server, asked for what no container is called") },
	{ "dns-drop", 0, OPTION_TEXTS, offsetof(struct network_update_asked, drop), "ADDRESS",
	  N_("no longer this one; without any left this machine's are asked") },
	{ NULL }
};

const struct verb verb_network_update = {
	.name = "network update",
	.operands = "NETWORK",
	.summary = N_("change the name servers of a network"),
	.notes = N_("Containers that are in it have them within a second.\n"),
	.options = options,
	.asked_size = sizeof(struct network_update_asked),
	.operands_min = 1,
	.operands_max = 1,
	.run = run,
};
