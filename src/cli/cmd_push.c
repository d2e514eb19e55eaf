/* cmd_push.c - `taru push`: sends an image to a registry. */
#include "cli/settings.h"
#include "image/push.h"
#include <unistd.h>

struct push_asked {
	bool quiet;
	struct settings_asked settings;
};

static void push_image(struct command *command, struct store *store, const struct remotes *remotes)
{
	const struct push_asked *asked = command->asked;
	const struct push_options options = { asked->quiet, STDOUT_FILENO };
	struct text out = text_new(command->arena);
	struct pushed pushed;

	if (!push(store, remotes, command->operand[0], &options, &pushed, command->problem))
		return;
	if (asked->quiet)
		text_printf(&out, "%s\n", reference_text(command->arena, &pushed.reference));
	else
		text_printf(&out, "%s: digest: %s size: %llu\n", pushed.reference.tag ? pushed.reference.tag : "",
			    pushed.digest.text, (unsigned long long)pushed.size);
	command_print(command, &out);
}

static void run(struct command *command)
{
	const struct push_asked *asked = command->asked;
	const struct remotes *remotes = settings_load_to_ask(command, &asked->settings);
	struct store store;

	if (!remotes || !settings_open_store(command, &store))
		return;
	push_image(command, &store, remotes);
	store_close(&store);
}

static const struct option options[] = {
	{ "quiet", 'q', OPTION_FLAG, offsetof(struct push_asked, quiet), NULL,
	  N_("only the name at the end") },
	{ .kind = OPTION_TABLE, .offset = offsetof(struct push_asked, settings), .table = settings_options },
	{ NULL }
};

const struct verb verb_push = {
	.name = "push",
	.operands = "NAME[:TAG]",
	.summary = N_("send an image to a registry"),
	.options = options,
	.asked_size = sizeof(struct push_asked),
	.operands_min = 1,
	.operands_max = 1,
	.run = run,
};
