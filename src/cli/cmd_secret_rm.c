/* cmd_secret_rm.c - `taru secret rm`: removes secrets. */
#include "cli/named.h"
#include "cli/place.h"
#include "engine/secret.h"

static bool remove_named(void *context, const char *name, struct problem *problem)
{
	struct place *place = context;
	struct secret secret;

	return secret_find(&place->engine, name, &secret, problem) &&
	       secret_remove(&place->engine, &secret, problem);
}

static void run(struct command *command)
{
	struct text done = text_new(command->arena);
	struct place place;

	if (!place_open(command, false, &place))
		return;
	named_each(command, remove_named, &place, &done);
	command_print(command, &done);
	store_close(&place.store);
}

static const struct option options[] = { { NULL } };

const struct verb verb_secret_rm = {
	.name = "secret rm",
	.operands = "SECRET...",
	.summary = N_("remove secrets; containers keep what they have"),
	.options = options,
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.run = run,
};
