/* cmd_volume_export.c - `taru volume export` and `taru volume import`: the files of a volume as a tar archive. */
#include "cli/volumes.h"
#include <sys/file.h>

struct volume_export_asked { const char *output; };

/* While it is locked it is not removed. What is mounted elsewhere has no files here. */
static bool open_volume(struct command *command, struct place *place, struct volume *volume)
{
	if (!volume_find(&place->engine, command->operand[0], volume, command->problem))
		return false;
	if (!volume_lock(&place->engine, volume, LOCK_SH, command->problem))
		problem_set(command->problem, "no such volume: %s", command->operand[0]);
	if (volume->options.count)
		problem_set(command->problem, "volume %s: its files are not in the store, but where its options say",
			    command->operand[0]);
	return !command->problem->found;
}

static void run_export(struct command *command)
{
	const struct volume_export_asked *asked = command->asked;
	struct volume volume = { .folder = -1 };
	struct place place;

	if (!place_open(command, false, &place))
		return;
	if (open_volume(command, &place, &volume))
		volume_export(&place.engine, &volume, asked->output, command_warn_of, command, command->problem);
	volume_close(&volume);
	store_close(&place.store);
}

static void run_import(struct command *command)
{
	struct volume volume = { .folder = -1 };
	struct place place;

	if (!place_open(command, false, &place))
		return;
	if (open_volume(command, &place, &volume))
		volume_import(&place.engine, &volume, command->operand[1], command->problem);
	volume_close(&volume);
	store_close(&place.store);
}

static const struct option export_options[] = {
	{ "output", 'o', OPTION_TEXT, offsetof(struct volume_export_asked, output), "FILE",
	  N_("where to; standard output without it") },
	{ NULL }
};

const struct verb verb_volume_export = {
	.name = "volume export",
	.operands = "VOLUME",
	.summary = N_("write the files of a volume to a tar archive"),
	.options = export_options,
	.asked_size = sizeof(struct volume_export_asked),
	.operands_min = 1,
	.operands_max = 1,
	.run = run_export,
};

static const struct option import_options[] = { { NULL } };

const struct verb verb_volume_import = {
	.name = "volume import",
	.operands = "VOLUME FILE|-",
	.summary = N_("add the files of a tar archive to a volume"),
	.options = import_options,
	.operands_min = 2,
	.operands_max = 2,
	.run = run_import,
};
