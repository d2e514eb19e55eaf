/* cmd_network_cleanup.c - `taru network cleanup`: removes the bridges of networks that nobody is in. */
#include "cli/place.h"
#include "engine/idle.h"
#include "net/network.h"

struct cleanup_asked { struct maybe_i64 after; };

static void run(struct command *command)
{
	enum { LONGEST = 3600 };
	const struct cleanup_asked *asked = command->asked;
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

static const struct option options[] = {
	{ "after", 0, OPTION_SIGNED, offsetof(struct cleanup_asked, after), "SECONDS",
	  N_("when nobody has been in it for so long; waits for it") },
	{ NULL }
};

const struct verb verb_network_cleanup = {
	.name = "network cleanup",
	.operands = "NETWORK...",
	.summary = N_("remove the bridges of networks that nobody is in"),
	.notes = N_("Who ends the last container of a network begins that: see TARU_LINGER in taru(1).\n"),
	.options = options,
	.asked_size = sizeof(struct cleanup_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.run = run,
};
