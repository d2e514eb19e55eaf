/* wanted.c - see wanted.h */
#include "cli/wanted.h"
#include "cli/shelf.h"
#include "engine/host_image.h"
#include "image/pull.h"
#include <string.h>
#include <unistd.h>

enum pull_policy { PULL_MISSING, PULL_ALWAYS, PULL_NEVER, PULL_POLICIES };

static const char *const policy_words[PULL_POLICIES] = { "missing", "always", "never" };

static enum pull_policy read_policy(const char *given, struct problem *problem)
{
	for (int i = 0; given && i < PULL_POLICIES; i++)
		if (!strcmp(given, policy_words[i]))
			return (enum pull_policy)i;
	if (given)
		problem_set(problem, "option '--pull' is always, missing or never, not '%s'", given);
	return PULL_MISSING;
}

/* What the operand may be in the store; NULL where it is not there. */
static const struct image *find_here(struct command *command, struct place *place, const char *name)
{
	struct problem not_here = { 0 };
	struct images *images = ARENA_NEW(command->arena, struct images);

	if (!store_images(&place->store, images, command->problem))
		return NULL;
	return shelf_find(command->arena, images, name, NULL, &not_here);
}

static const struct image *bring(struct command *command, struct place *place, const char *name,
				 const struct image_asked *asked)
{
	const struct pull_options options = { asked->platform, false, asked->quiet, STDERR_FILENO };
	const struct remotes *remotes = settings_load(command, &asked->settings);
	struct pulled *pulled = ARENA_NEW(command->arena, struct pulled);

	if (!remotes || !pull(&place->store, remotes, name, &options, pulled, command->problem))
		return NULL;
	return &pulled->image;
}

bool wanted_image(struct command *command, struct place *place, const char *name, const struct image_asked *asked,
		  const struct image **ret_image)
{
	enum pull_policy policy = read_policy(asked->pull, command->problem);
	const struct image *image = NULL;

	*ret_image = NULL;
	if (command->problem->found || !strcmp(name, host_image_name))
		return !command->problem->found;
	if (policy != PULL_ALWAYS && !asked->platform)
		image = find_here(command, place, name);
	if (!image && policy == PULL_NEVER)
		problem_set(command->problem, "image '%s' is not here, and '--pull never' forbids to bring it (what is "
			    "explained is never brought)", name);
	if (!image && !command->problem->found)
		image = bring(command, place, name, asked);
	*ret_image = image;
	return !command->problem->found;
}

#define AT(member) offsetof(struct image_asked, member)

const struct option image_options[] = {
	{ "platform", 0, OPTION_TEXT, AT(platform), "OS/ARCH[/VARIANT]", N_("an image for another kind of machine") },
	{ "pull", 0, OPTION_TEXT, AT(pull), "always|missing|never", N_("when the image is brought (missing)") },
	{ "quiet", 'q', OPTION_FLAG, AT(quiet), NULL, N_("say nothing while it is brought") },
	{ .kind = OPTION_TABLE, .offset = AT(settings), .table = settings_options },
	{ NULL }
};
