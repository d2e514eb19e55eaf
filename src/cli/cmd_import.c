/* cmd_import.c - `taru import`: makes an image of a root file system. */
#include "cli/kind.h"
#include "cli/new_name.h"
#include "cli/settings.h"
#include "image/import.h"
#include <string.h>
#include <unistd.h>

struct import_asked {
	struct texts changes;
	const char *message, *platform;
	bool squash;
};

static void run(struct command *command)
{
	const struct import_asked *asked = command->asked;
	struct import_options options = { .message = asked->message,
					  .platform = kind_platform(command, &(struct kind_asked){ asked->platform }),
					  .changes = asked->changes, .squash = asked->squash };
	struct text out = text_new(command->arena);
	const char *path = command->operand[0];
	struct image image;
	struct store store;

	if (!strncmp(path, "http://", 7) || !strncmp(path, "https://", 8)) {
		problem_set(command->problem, "import: fetch the archive first: 'curl -L %s | taru import - NAME'",
			    path);
		return;
	}
	if (command->problem->found || !new_name_read(command, command->operand[1], &options.name) ||
	    !settings_open_store(command, &store))
		return;
	if (import(&store, path, &options, &image, command->problem)) {
		text_printf(&out, "%s\n", image.id.text);
		command_print(command, &out);
	}
	store_close(&store);
}

static const struct option options[] = {
	{ "change", 'c', OPTION_TEXTS, offsetof(struct import_asked, changes), "LINE",
	  N_("a line of a Dockerfile: CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD, STOPSIGNAL, "
	     "USER, VOLUME, WORKDIR") },
	{ "message", 'm', OPTION_TEXT, offsetof(struct import_asked, message), "TEXT",
	  N_("for its history") },
	{ "platform", 0, OPTION_TEXT, offsetof(struct import_asked, platform), "OS/ARCH[/VARIANT]",
	  N_("what kind of machine it is for") },
	{ "ignore-chown", 0, OPTION_FLAG, offsetof(struct import_asked, squash), NULL,
	  N_("files of ids that this user does not have become its own") },
	{ NULL }
};

const struct verb verb_import = {
	.name = "import",
	.operands = "FILE|- [NAME[:TAG]]",
	.summary = N_("make an image of a root file system"),
	.options = options,
	.asked_size = sizeof(struct import_asked),
	.operands_min = 1,
	.operands_max = 2,
	.run = run,
};
