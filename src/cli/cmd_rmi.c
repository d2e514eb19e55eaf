/* cmd_rmi.c - `taru rmi`: takes names from images; one that has none left is removed. */
#include "cli/removal.h"
#include <stdlib.h>
#include <string.h>

struct rmi_asked { bool all, force, ignore, no_prune; };

/* The names of an image, and whether they are more than docker takes away by its ID: several tags, or names in
 * several repositories. Those by digest go with the tag. */
static bool has_several_names(const struct images *images, const struct digest *id, struct text *ret_names)
{
	const struct image *first = NULL;
	size_t tags = 0;
	bool elsewhere = false;

	for (size_t i = 0; i < images->count; i++) {
		const struct image *image = &images->at[i];

		if (!image->name[0] || !digest_equal(&image->id, id))
			continue;
		text_printf(ret_names, "%s%s", first ? ", " : "", shelf_name(ret_names->arena, image).text);
		tags += !shelf_is_by_digest(image);
		elsewhere |= first && !shelf_same_repository(ret_names->arena, first, image);
		first = first ? first : image;
	}
	return tags > 1 || elsewhere;
}

/* The tags first: what is by digest is said once. */
static void remove_all(struct removal *removal, struct digest id)
{
	const struct images *images = &removal->change.images;

	for (int by_digest = 0; by_digest <= 1; by_digest++)
		for (size_t i = images->count; i-- > 0;)
			if (digest_equal(&images->at[i].id, &id) && shelf_is_by_digest(&images->at[i]) == by_digest)
				removal_untag(removal, i);
}

/* With the last tag of a repository go its names by digest, as docker has it. */
static void remove_name(struct removal *removal, size_t index)
{
	const struct images *images = &removal->change.images;
	const struct image image = images->at[index];

	removal_untag(removal, index);
	if (shelf_is_by_digest(&image) || removal_has_sibling(removal, &image, true))
		return;
	for (size_t i = images->count; i-- > 0;)
		if (digest_equal(&images->at[i].id, &image.id) &&
		    shelf_same_repository(removal->store.arena, &images->at[i], &image))
			removal_untag(removal, i);
}

static bool is_last_name(const struct images *images, const struct image *image)
{
	for (size_t i = 0; i < images->count; i++)
		if (&images->at[i] != image && digest_equal(&images->at[i].id, &image->id))
			return false;
	return true;
}

/* Whether a container stands in the way: one that was made from the image, where this is the last name of it. With
 * force it keeps its layers. */
static bool is_in_use(struct removal *removal, const struct image *image, const char *given, bool last,
		      struct problem *problem)
{
	const char *user = last && image->complete ? removal_user_of(removal, &image->id) : NULL;

	if (user)
		problem_set(problem, "%s: container %s was made from it; remove that one first, or use '--force', "
			    "with which it keeps the layers", given, user);
	return user;
}

static void remove_one(struct command *command, struct removal *removal, const char *given, struct problem *problem)
{
	const struct rmi_asked *asked = command->asked;
	struct text names = text_new(command->arena);
	const struct images *images = &removal->change.images;
	bool by_name;
	const struct image *image = shelf_find(command->arena, images, given, &by_name, problem);

	if (!image) {
		if (asked->ignore)
			*problem = (struct problem){ 0 };
		command->status = asked->force || asked->ignore ? command->status : EXIT_FAILURE;
		return;
	}
	if (!asked->force && is_in_use(removal, image, given, !by_name || is_last_name(images, image), problem)) {
		command->status = EXIT_FAILURE;
		return;
	}
	if (by_name && strchr(given, '@') && !shelf_is_by_digest(image)) {
		removal_forget_digest(removal, image);
	} else if (by_name || !image->complete) {
		remove_name(removal, (size_t)(image - images->at));
	} else if (has_several_names(images, &image->id, &names) && !asked->force) {
		problem_set(problem, "%s: the image has several names (%s); remove them one by one, or all with "
			    "'--force'", given, names.at);
		command->status = EXIT_FAILURE;
	} else {
		remove_all(removal, image->id);
	}
}

/* The images that are here, each once. */
static char **all_images(struct command *command, const struct images *images)
{
	char **ids = ARENA_ARRAY(command->arena, images->count + 1, char *);
	size_t count = 0;

	for (size_t i = 0; i < images->count; i++) {
		const char *id = images->at[i].id.text;
		size_t same = 0;

		while (same < count && strcmp(ids[same], id) != 0)
			same++;
		if (same == count)
			ids[count++] = arena_copy(command->arena, id, strlen(id));
	}
	return ids;
}

static bool names_are_right(struct command *command)
{
	const struct rmi_asked *asked = command->asked;

	if (asked->all && command->operand[0])
		problem_set(command->problem, "name images, or take '--all': not both");
	else if (!asked->all && !command->operand[0])
		problem_set(command->problem, "no image is named; '--all' is all of them");
	if (command->problem->found)
		command->failed = EXIT_USAGE;
	return !command->problem->found;
}

static void run(struct command *command)
{
	struct removal removal = { .untagged = "Untagged: ", .deleted = "Deleted: " };

	const struct rmi_asked *asked = command->asked;

	if (!names_are_right(command) || !removal_begin(command, &removal))
		return;
	if (asked->all)
		command->operand = all_images(command, &removal.change.images);
	for (char **given = command->operand; *given; given++) {
		struct problem problem = { 0 };

		remove_one(command, &removal, *given, &problem);
		if (problem.found)
			log_message(command->log, "error", problem.text);
	}
	removal_end(command, &removal);
	if (!command->problem->found)
		command_print(command, &removal.lines);
}

static const struct option options[] = {
	{ "all", 'a', OPTION_FLAG, offsetof(struct rmi_asked, all), NULL,
	  N_("all images that no container was made from; with --force those as well") },
	{ "force", 'f', OPTION_FLAG, offsetof(struct rmi_asked, force), NULL,
	  N_("also one with several names by its ID; one that is not there is no failure") },
	{ "ignore", 'i', OPTION_FLAG, offsetof(struct rmi_asked, ignore), NULL,
	  N_("one that is not there is no failure") },
	{ "no-prune", 0, OPTION_FLAG, offsetof(struct rmi_asked, no_prune), NULL,
	  N_("accepted: an image has no parents that could go with it") },
	{ NULL }
};

const struct verb verb_rmi = {
	.name = "rmi",
	.operands = "[IMAGE...]",
	.summary = N_("remove images"),
	.options = options,
	.asked_size = sizeof(struct rmi_asked),
	.operands_max = OPERANDS_ANY,
	.run = run,
};
