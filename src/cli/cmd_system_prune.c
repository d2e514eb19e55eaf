/* cmd_system_prune.c - `taru system prune`: removes all that nobody uses: containers that do not run, networks, images,
 * and where it is asked for volumes, by the verbs that there are for each. */
#include "cli/globals.h"
#include "cli/question.h"
#include "cli/reclaimed.h"

struct prune_asked {
	bool all, force, volumes;
	struct texts filter;
};

/* Where a verb tells what it has freed, `sum` grows by that instead; NULL: it does not. */
static void prune(struct command *command, const struct verb *verb, const char *option, uint64_t *sum)
{
	const struct prune_asked *asked = command->asked;
	char **words = ARENA_ARRAY(command->arena, asked->filter.count + 3, char *);
	void *inner_asked = arena_alloc(command->arena, verb->asked_size + 1);
	struct command inner = *command;
	size_t count = 0;

	words[count++] = (char *)(uintptr_t)"--force";
	for (size_t i = 0; i < asked->filter.count; i++)
		words[count++] = arena_printf(command->arena, "--filter=%s", asked->filter.at[i]);
	words[count] = (char *)(uintptr_t)option;

	if (command->problem->found ||
	    !command_read(&inner, verb, words, inner_asked))
		return;
	if (sum)
		*(struct reclaimed *)inner_asked = (struct reclaimed){ sum };
	verb->run(&inner);
	if (inner.status)
		command->status = inner.status;
}

static const char *warning(struct arena *arena, const struct prune_asked *asked)
{
	return arena_printf(arena, "This will remove all stopped containers, all networks that no container uses%s, "
			    "and %s.",
			    asked->volumes ? ", the volumes without a name that no container uses" : "",
			    asked->all ? "all images without at least one container associated to them" :
					 "all dangling images");
}

/* Containers first, since they use the others. */
static void run(struct command *command)
{
	const struct prune_asked *asked = command->asked;
	struct text out = text_new(command->arena);
	uint64_t sum = 0;

	if (!asked->force && !question_ask(command, warning(command->arena, asked)))
		return;
	prune(command, &verb_container_prune, NULL, &sum);
	prune(command, &verb_network_prune, NULL, NULL);
	if (asked->volumes)
		prune(command, &verb_volume_prune, NULL, &sum);
	prune(command, &verb_image_prune, asked->all ? "--all" : NULL, &sum);
	reclaimed_tell(&(struct reclaimed){ NULL }, sum, &out);
	if (!command->problem->found)
		command_print(command, &out);
}

static const struct option options[] = {
	{ "all", 'a', OPTION_FLAG, offsetof(struct prune_asked, all), NULL,
	  N_("all images that no container uses, not only those without a name") },
	{ "filter", 0, OPTION_TEXTS, offsetof(struct prune_asked, filter), "KEY=VALUE", N_("only those") },
	{ "force", 'f', OPTION_FLAG, offsetof(struct prune_asked, force), NULL, N_("do not ask") },
	{ "volumes", 0, OPTION_FLAG, offsetof(struct prune_asked, volumes), NULL,
	  N_("also volumes without a name that no container uses") },
	{ NULL }
};

const struct verb verb_system_prune = {
	.name = "system prune",
	.operands = "",
	.summary = N_("remove containers that do not run, and networks, images and volumes that are not used"),
	.notes = N_("Filters: label=KEY[=VALUE], label!=…, and without --volumes until=TIME.\n"),
	.options = options,
	.asked_size = sizeof(struct prune_asked),
	.run = run,
};
