/* cmd_load.c - `taru load`: brings images from an archive. */
#include "cli/settings.h"
#include "image/load.h"
#include "image/reference.h"
#include <unistd.h>

struct load_asked {
	const char *input, *platform;
	bool quiet, squash;
};

static void print_loaded(struct command *command, const struct loaded *loaded)
{
	struct text out = text_new(command->arena);

	for (size_t i = 0; i < loaded->names; i++) {
		struct problem problem = { 0 };
		struct reference reference;

		text_printf(&out, "Loaded image: %s\n",
			    reference_read(command->arena, loaded->name[i], &reference, &problem) ?
			    reference_familiar(command->arena, &reference) : loaded->name[i]);
	}
	if (!loaded->names)
		text_printf(&out, "Loaded image ID: %s\n", loaded->id.text);
	command_print(command, &out);
}

static void load_images(struct command *command, struct store *store, const char *path)
{
	const struct load_asked *asked = command->asked;
	const struct load_options options = { asked->platform, asked->squash, asked->quiet, STDERR_FILENO };
	const struct settings_asked none = { 0 };
	const struct remotes *remotes = settings_load(command, &none);
	struct loaded *loaded = NULL;
	size_t count = 0;

	if (!remotes)
		return;
	load(store, &remotes->policy, path, &options, &loaded, &count, command->problem);
	for (size_t i = 0; i < count; i++)
		print_loaded(command, &loaded[i]);
}

static void run(struct command *command)
{
	const struct load_asked *asked = command->asked;
	struct store store;

	if (!asked->input && isatty(STDIN_FILENO)) {
		problem_set(command->problem, "load: the archive is read from standard input, which is a terminal; use "
			    "'--input FILE'");
		return;
	}
	if (!settings_open_store(command, &store))
		return;
	load_images(command, &store, asked->input ? asked->input : "-");
	store_close(&store);
}

static const struct option options[] = {
	{ "input", 'i', OPTION_TEXT, offsetof(struct load_asked, input), "FILE|DIR",
	  N_("the archive or OCI folder (default: standard input)") },
	{ "platform", 0, OPTION_TEXT, offsetof(struct load_asked, platform), "OS/ARCH[/VARIANT]",
	  N_("for another kind of machine") },
	{ "quiet", 'q', OPTION_FLAG, offsetof(struct load_asked, quiet), NULL,
	  N_("no progress") },
	{ "ignore-chown", 0, OPTION_FLAG, offsetof(struct load_asked, squash), NULL,
	  N_("files of ids that this user does not have become its own") },
	{ NULL }
};

const struct verb verb_load = {
	.name = "load",
	.operands = "",
	.summary = N_("bring images from an archive"),
	.options = options,
	.asked_size = sizeof(struct load_asked),
	.run = run,
};
