/* cmd_pull.c - `taru pull`: brings images from registries. */
#include "cli/pull_explain.h"
#include "cli/settings.h"
#include "cli/shelf.h"
#include "cli/wanted.h"
#include "engine/host_image.h"
#include "image/pull.h"
#include <string.h>
#include <unistd.h>

struct pull_asked {
	bool all, quiet, squash;
	struct kind_asked kind;
	const char *explain, *policy;
	struct settings_asked settings;
};

/* As docker ends. */
static void print_end(struct command *command, const struct pulled *pulled, bool quiet)
{
	struct text out = text_new(command->arena);

	if (!quiet) {
		text_printf(&out, "Digest: %s\n", pulled->image.repo_digest.text);
		text_printf(&out, "Status: %s for %s\n",
			    pulled->newer ? "Downloaded newer image" : "Image is up to date",
			    reference_familiar(command->arena, &pulled->reference));
	}
	text_printf(&out, "%s\n", pulled->image.name);
	command_print(command, &out);
}

/* Whether nothing is to be asked of the registry, since the image is here. */
static bool is_content(struct command *command, struct store *store, const char *name)
{
	const struct pull_asked *asked = command->asked;
	enum pull_policy policy = wanted_policy("--policy", asked->policy, PULL_ALWAYS, command->problem);
	struct text out = text_new(command->arena);
	struct problem not_here = { 0 };
	const struct image *image;
	struct images images;

	if (policy == PULL_ALWAYS || command->problem->found || !store_images(store, &images, command->problem))
		return false;
	image = shelf_find(command->arena, &images, name, NULL, &not_here);
	if (image) {
		text_printf(&out, "%s\n", image->name[0] ? image->name : image->id.text);
		command_print(command, &out);
	} else if (policy == PULL_NEVER) {
		problem_set(command->problem, "image '%s' is not here, and '--policy never' forbids to bring it", name);
	}
	return image;
}

static void pull_name(struct command *command, struct store *store, const struct remotes *remotes, const char *name)
{
	const struct pull_asked *asked = command->asked;
	const struct pull_options options = { kind_platform(command, &asked->kind), asked->squash, asked->quiet,
					      STDOUT_FILENO };
	struct pulled pulled;

	if (!strcmp(name, host_image_name)) {
		problem_set(command->problem, "image 'host' is this machine's own root file system: there is nothing "
			    "to bring. One of that name in a registry is docker.io/library/host");
		return;
	}
	if (is_content(command, store, name) || command->problem->found)
		return;
	if (!pull(store, remotes, name, &options, &pulled, command->problem))
		return;
	if (pulled.left_out)
		log_message(command->log, "warning",
			    arena_printf(command->arena,
					 "%s: %llu device nodes were left out, since only root can make them",
					 name, (unsigned long long)pulled.left_out));
	print_end(command, &pulled, asked->quiet);
}

static void explain(struct command *command, const struct store *store, const struct remotes *remotes)
{
	const struct pull_asked *asked = command->asked;
	struct text out = text_new(command->arena);

	if (pull_explain(command, store, remotes, command->operand, asked->explain, &out))
		command_print(command, &out);
}

static void pull_all(struct command *command, struct store *store, const struct remotes *remotes, const char *name)
{
	struct reference reference;
	const char *const *tags;
	size_t count;

	if (!reference_read(command->arena, name, &reference, command->problem))
		return;
	if (reference.tag || reference.digest) {
		problem_set(command->problem, "pull --all-tags: '%s' names one image already; leave the tag out", name);
		return;
	}
	if (!pull_list_tags(command->arena, remotes, &reference, &tags, &count, command->problem))
		return;
	for (size_t i = 0; i < count && !command->problem->found; i++)
		pull_name(command, store, remotes,
			  arena_printf(command->arena, "%s:%s", reference_name(command->arena, &reference), tags[i]));
}

static void run(struct command *command)
{
	const struct pull_asked *asked = command->asked;
	const struct remotes *remotes = asked->explain ? settings_load(command, &asked->settings) :
		settings_load_to_ask(command, &asked->settings);
	struct store store;

	if (!remotes || !settings_open_store(command, &store))
		return;
	if (asked->explain)
		explain(command, &store, remotes);
	for (char **name = command->operand; !asked->explain && *name && !command->problem->found; name++)
		(asked->all ? pull_all : pull_name)(command, &store, remotes, *name);
	store_close(&store);
}

static const struct option options[] = {
	{ "all-tags", 'a', OPTION_FLAG, offsetof(struct pull_asked, all), NULL,
	  N_("all tags of the repository") },
	{ "explain", 0, OPTION_TEXT, offsetof(struct pull_asked, explain), "sh|text|json",
	  N_("do nothing; print what would be asked of whom") },
	{ .kind = OPTION_TABLE, .offset = offsetof(struct pull_asked, kind), .table = kind_options },
	{ "policy", 0, OPTION_TEXT, offsetof(struct pull_asked, policy), "always|missing|newer|never",
	  N_("when it is brought (always)") },
	{ "quiet", 'q', OPTION_FLAG, offsetof(struct pull_asked, quiet), NULL,
	  N_("only the name at the end") },
	{ "ignore-chown", 0, OPTION_FLAG, offsetof(struct pull_asked, squash), NULL,
	  N_("files of ids that this user does not have become its own") },
	{ .kind = OPTION_TABLE, .offset = offsetof(struct pull_asked, settings), .table = settings_options },
	{ NULL }
};

const struct verb verb_pull = {
	.name = "pull",
	.operands = "NAME[:TAG|@DIGEST]...",
	.summary = N_("bring an image from a registry"),
	.options = options,
	.asked_size = sizeof(struct pull_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.run = run,
};
