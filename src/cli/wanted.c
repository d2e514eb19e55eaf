/* wanted.c - see wanted.h */
#include "cli/wanted.h"
#include "cli/shelf.h"
#include "engine/host_image.h"
#include "image/platform.h"
#include "image/pull.h"
#include <string.h>
#include <unistd.h>

/* "newer" is podman's word: what the registry has is asked for each time, and what is here already is not brought
 * again. */
static const struct name policies[] = {
	{ "missing", PULL_MISSING }, { "always", PULL_ALWAYS }, { "newer", PULL_ALWAYS }, { "never", PULL_NEVER },
	{ NULL, 0 }
};

enum pull_policy wanted_policy(const char *option, const char *given, enum pull_policy usual, struct problem *problem)
{
	const struct name *policy = given ? name_find(policies, given) : NULL;

	if (policy)
		return (enum pull_policy)policy->value;
	if (given)
		problem_set(problem, "option '%s' is always, missing, newer or never, not '%s'", option, given);
	return usual;
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

/* Whether the image is for the kind of machine that is asked for. Where none would be brought, what may run in its
 * place will do. */
static bool is_for(struct command *command, struct place *place, const struct image *image, const char *name,
		   const char *asked, bool never)
{
	const struct platform here = platform_here(command->arena);
	struct platform wanted, of_image;
	struct image_config config;
	struct document manifest;
	struct problem other = { 0 };
	size_t index;

	if (!platform_parse(command->arena, asked, &here, &wanted, command->problem) ||
	    !store_read_manifest(&place->store, &image->manifest.digest, &manifest, command->problem) ||
	    !store_read_config(&place->store, &manifest, &config, command->problem))
		return false;
	of_image = platform_normal(command->arena, config.os, config.architecture, config.variant);
	if (!never)
		return !strcmp(platform_text(command->arena, &wanted), platform_text(command->arena, &of_image));
	if (platform_choose(command->arena, &wanted, &of_image, 1, name, &index, &other))
		return true;
	problem_set(command->problem, "image '%s' is here for %s, not for %s, and '--pull never' forbids to bring that "
		    "(what is explained is never brought)", name, platform_text(command->arena, &of_image),
		    platform_text(command->arena, &wanted));
	return false;
}

static const struct image *bring(struct command *command, struct place *place, const char *name,
				 const struct image_asked *asked)
{
	const struct pull_options options = { kind_platform(command, &asked->kind), false, asked->quiet,
					      STDERR_FILENO };
	const struct remotes *remotes = settings_load(command, &asked->settings);
	struct pulled *pulled = ARENA_NEW(command->arena, struct pulled);

	if (!remotes || !pull(&place->store, remotes, name, &options, pulled, command->problem))
		return NULL;
	return &pulled->image;
}

bool wanted_image(struct command *command, struct place *place, const char *name, const struct image_asked *asked,
		  const struct image **ret_image)
{
	enum pull_policy policy = wanted_policy("--pull", asked->pull, PULL_MISSING, command->problem);
	const char *platform = kind_platform(command, &asked->kind);
	const struct image *image = NULL;

	*ret_image = NULL;
	if (command->problem->found || !strcmp(name, host_image_name))
		return !command->problem->found;
	if (policy != PULL_ALWAYS)
		image = find_here(command, place, name);
	if (image && platform && !is_for(command, place, image, name, platform, policy == PULL_NEVER))
		image = NULL;
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
	{ .kind = OPTION_TABLE, .offset = AT(kind), .table = kind_options },
	{ "pull", 0, OPTION_TEXT, AT(pull), "always|missing|newer|never", N_("when the image is brought (missing)") },
	{ "quiet", 'q', OPTION_FLAG, AT(quiet), NULL, N_("say nothing while it is brought") },
	{ .kind = OPTION_TABLE, .offset = AT(settings), .table = settings_options },
	{ NULL }
};
