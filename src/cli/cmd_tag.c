/* cmd_tag.c - `taru tag`: gives an image one more name. */
#include "cli/shelf.h"
#include "image/event.h"
#include "image/reference.h"

static bool read_target(struct command *command, struct reference *ret_target)
{
	const char *text = command->operand[1];

	if (!reference_parse(command->arena, text, ret_target, command->problem))
		return false;
	if (ret_target->digest)
		problem_set(command->problem, "%s: a digest says what an image is, and cannot be given to another",
			    text);
	return !command->problem->found;
}

/* The registry's digest belongs to the name it was fetched by. */
static bool same_repository(struct arena *arena, const char *name, const struct reference *target)
{
	struct problem problem = { 0 };
	struct reference source;

	return name[0] && reference_parse(arena, name, &source, &problem) && reference_same_name(&source, target);
}

static void tag(struct command *command, struct store_change *change, const struct reference *target)
{
	const struct image *source = shelf_find(command->arena, &change->images, command->operand[0], NULL,
						command->problem);
	struct image image;

	if (!source)
		return;
	image = *source;
	if (!same_repository(command->arena, image.name, target))
		image.repo_digest = (struct digest){ "" };
	image.name = reference_text(command->arena, target);
	images_put(command->arena, &change->images, &image);
	if (store_commit(change, command->problem))
		event_image(change->store, &image, "tag");
}

static void run(struct command *command)
{
	const char *root = store_root(command->arena, command->globals->root, command->problem);
	struct reference target;
	struct store store;
	struct store_change change;

	if (!root || !read_target(command, &target) ||
	    !store_open(&store, command->arena, root, false, command->problem))
		return;
	if (store.fd < 0)
		problem_set(command->problem, "no such image: %s", command->operand[0]);
	else if (store_change(&store, &change, command->problem)) {
		tag(command, &change, &target);
		store_change_end(&change);
	}
	store_close(&store);
}

static const struct option options[] = { { NULL } };

const struct verb verb_tag = {
	.name = "tag",
	.operands = "IMAGE NAME[:TAG]",
	.summary = N_("give an image one more name"),
	.options = options,
	.operands_min = 2,
	.operands_max = 2,
	.run = run,
};
