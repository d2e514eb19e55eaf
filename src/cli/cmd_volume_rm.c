/* cmd_volume_rm.c - `taru volume rm`: removes volumes that no container uses. */
#include "cli/named.h"
#include "cli/place.h"
#include "engine/volume.h"
#include <string.h>

struct rm_asked { bool force; };

static bool is_there(struct place *place, const char *name)
{
	struct problem problem = { 0 };
	struct volume volume;
	bool there = volume_find(&place->engine, name, &volume, &problem);

	volume_close(&volume);
	/* One that cannot be read is there, too. */
	return there || !strstr(problem.text, "no such volume");
}

struct removing {
	struct place *place;
	bool force;
};

static bool remove_named(void *context, const char *name, struct problem *problem)
{
	const struct removing *removing = context;

	return (removing->force && !is_there(removing->place, name)) ||
	       volume_remove(&removing->place->engine, name, problem);
}

static void remove_each(struct command *command, struct place *place)
{
	const struct rm_asked *asked = command->asked;
	struct removing removing = { place, asked->force };
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
	volume_sweep(&place.engine);
	store_close(&place.store);
}

static const struct option options[] = {
	{ "force", 'f', OPTION_FLAG, offsetof(struct rm_asked, force), NULL,
	  N_("one that is not there is no error") },
	{ NULL }
};

const struct verb verb_volume_rm = {
	.name = "volume rm",
	.operands = "VOLUME...",
	.summary = N_("remove volumes that no container uses"),
	.options = options,
	.asked_size = sizeof(struct rm_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.run = run,
};
