/* cmd_rmi.c - `taru rmi`: takes names from images; one that has none left is removed. */
#include "cli/removal.h"
#include <stdlib.h>

struct rmi_asked { bool force, no_prune; };

/* The names of an image: how many, and what they are. */
static size_t names_of(const struct images *images, const struct digest *id, struct text *ret_names)
{
	size_t count = 0;

	for (size_t i = 0; i < images->count; i++) {
		if (!images->at[i].name[0] || !digest_equal(&images->at[i].id, id))
			continue;
		text_printf(ret_names, "%s%s", count++ ? ", " : "",
			    shelf_name(ret_names->arena, &images->at[i]).text);
	}
	return count;
}

static void remove_all(struct removal *removal, struct digest id)
{
	for (size_t i = removal->change.images.count; i-- > 0;)
		if (digest_equal(&removal->change.images.at[i].id, &id))
			removal_untag(removal, i);
}

static void remove_one(struct command *command, struct removal *removal, const char *given, struct problem *problem)
{
	const struct rmi_asked *asked = command->asked;
	struct text names = text_new(command->arena);
	const struct images *images = &removal->change.images;
	bool by_name;
	const struct image *image = shelf_find(command->arena, images, given, &by_name, problem);

	if (!image) {
		command->status = asked->force ? command->status : EXIT_FAILURE;
		return;
	}
	if (by_name || !image->complete) {
		removal_untag(removal, (size_t)(image - images->at));
	} else if (names_of(images, &image->id, &names) > 1 && !asked->force) {
		problem_set(problem, "%s: the image has several names (%s); remove them one by one, or all with "
			    "'--force'", given, names.at);
		command->status = EXIT_FAILURE;
	} else {
		remove_all(removal, image->id);
	}
}

static void run(struct command *command)
{
	struct removal removal = { .untagged = "Untagged: ", .deleted = "Deleted: " };

	if (!removal_begin(command, &removal))
		return;
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
	{ "force", 'f', OPTION_FLAG, offsetof(struct rmi_asked, force), NULL,
	  "also one with several names by its ID; one that is not there is no failure" },
	{ "no-prune", 0, OPTION_FLAG, offsetof(struct rmi_asked, no_prune), NULL,
	  "accepted: an image has no parents that could go with it" },
	{ NULL }
};

const struct verb verb_rmi = {
	.name = "rmi",
	.operands = "IMAGE...",
	.summary = "remove images",
	.options = options,
	.asked_size = sizeof(struct rmi_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.run = run,
};
