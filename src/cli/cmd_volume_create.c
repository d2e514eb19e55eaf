/* cmd_volume_create.c - `taru volume create`: makes a directory that outlives containers. */
#include "cli/volumes.h"
#include <string.h>

struct volume_create_asked {
	const char *driver, *name;
	struct texts labels, options;
	bool ignore;
};

/* One that is there already is as good, as with docker. */
static void create(struct command *command, struct place *place, struct volume *volume)
{
	struct text out = text_new(command->arena);
	bool new;

	if (!volume_make(&place->engine, volume, &new, command->problem))
		return;
	volume_close(volume);
	text_printf(&out, "%s\n", volume->name);
	command_print(command, &out);
}

static void run(struct command *command)
{
	const struct volume_create_asked *asked = command->asked;
	struct volume volume = {
		.name = command->operand[0] ? command->operand[0] : asked->name,
		.labels = volumes_pairs(command->arena, "--label", &asked->labels, command->problem),
		.options = volumes_pairs(command->arena, "--opt", &asked->options, command->problem),
		.anonymous = !command->operand[0] && !asked->name,
		.folder = -1,
	};
	struct place place;

	if (asked->driver && strcmp(asked->driver, "local") != 0)
		problem_set(command->problem, "option '--driver': the only driver is local, not '%s'", asked->driver);
	if (asked->name && command->operand[0] && strcmp(asked->name, command->operand[0]) != 0)
		problem_set(command->problem, "option '--name': the volume has the name '%s' already",
			    command->operand[0]);
	if (command->problem->found || !place_open(command, true, &place))
		return;
	create(command, &place, &volume);
	store_close(&place.store);
}

static const struct option options[] = {
	{ "driver", 'd', OPTION_TEXT, offsetof(struct volume_create_asked, driver), "DRIVER",
	  N_("local, the only one") },
	{ "ignore", 0, OPTION_FLAG, offsetof(struct volume_create_asked, ignore), NULL,
	  N_("accepted: a volume that is there already is no error") },
	{ "label", 'l', OPTION_TEXTS, offsetof(struct volume_create_asked, labels), "KEY=VALUE", N_("a label") },
	{ "name", 0, OPTION_TEXT, offsetof(struct volume_create_asked, name), "NAME", NULL },
	{ "opt", 'o', OPTION_TEXTS, offsetof(struct volume_create_asked, options), "KEY=VALUE",
	  N_("what is mounted instead of a directory of the store: type, device, o (options of mount(8))") },
	{ NULL }
};

const struct verb verb_volume_create = {
	.name = "volume create",
	.operands = "[NAME]",
	.summary = N_("make a volume"),
	.notes = N_(
		"Without a name it gets one of 64 digits. A directory of this machine: --opt type=none --opt\n"
		"device=/DIR --opt o=bind; files in memory: --opt type=tmpfs --opt device=tmpfs --opt o=size=100m.\n"),
	.options = options,
	.asked_size = sizeof(struct volume_create_asked),
	.operands_max = 1,
	.run = run,
};
