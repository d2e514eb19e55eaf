/* cmd_system_prune.c - `taru system prune`: removes all that nobody uses: containers that do not run, images, and where
 * it is asked for volumes, by the verbs that there are for each. */
#include "cli/globals.h"
#include "cli/question.h"

struct prune_asked { bool all, force, volumes; };

static void prune(struct command *command, const struct verb *verb, const char *option)
{
	char *words[] = { (char *)(uintptr_t)"--force", (char *)(uintptr_t)option, NULL };
	struct command inner = *command;

	if (command->problem->found ||
	    !command_read(&inner, verb, words, arena_alloc(command->arena, verb->asked_size + 1)))
		return;
	verb->run(&inner);
	if (inner.status)
		command->status = inner.status;
}

static const char *warning(struct arena *arena, const struct prune_asked *asked)
{
	return arena_printf(arena, "This will remove all stopped containers%s, and %s.",
			    asked->volumes ? ", the volumes without a name that no container uses" : "",
			    asked->all ? "all images without at least one container associated to them" :
					 "all dangling images");
}

/* Containers first, since they use the others. */
static void run(struct command *command)
{
	const struct prune_asked *asked = command->asked;

	if (!asked->force && !question_ask(command, warning(command->arena, asked)))
		return;
	prune(command, &verb_container_prune, NULL);
	if (asked->volumes)
		prune(command, &verb_volume_prune, NULL);
	prune(command, &verb_image_prune, asked->all ? "--all" : NULL);
}

static const struct option options[] = {
	{ "all", 'a', OPTION_FLAG, offsetof(struct prune_asked, all), NULL,
	  N_("all images that no container uses, not only those without a name") },
	{ "force", 'f', OPTION_FLAG, offsetof(struct prune_asked, force), NULL, N_("do not ask") },
	{ "volumes", 0, OPTION_FLAG, offsetof(struct prune_asked, volumes), NULL,
	  N_("also volumes without a name that no container uses") },
	{ NULL }
};

const struct verb verb_system_prune = {
	.name = "system prune",
	.operands = "",
	.summary = N_("remove containers that do not run, and images and volumes that are not used"),
	.options = options,
	.asked_size = sizeof(struct prune_asked),
	.run = run,
};
