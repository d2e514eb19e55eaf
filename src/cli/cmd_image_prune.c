/* cmd_image_prune.c - `taru image prune`: removes images that nobody has a name for, or that nobody uses. */
#include "cli/image_filter.h"
#include "cli/question.h"
#include "cli/reclaimed.h"
#include "cli/removal.h"

struct prune_asked {
	struct reclaimed reclaimed;
	bool all, force;
	struct texts filter;
};

static bool is_wanted(const struct image_filter *filter, const struct shelf *shelf, const struct image *image,
		      bool all, struct problem *problem)
{
	return (all || !image->name[0]) && image->complete && image_filter_takes(filter, shelf, image, problem);
}

static void untag_all(struct command *command, struct removal *removal)
{
	const struct prune_asked *asked = command->asked;
	struct shelf shelf = { removal->store, removal->change.images };
	struct image_filter filter;
	bool all = asked->all;

	if (!image_filter_read(command->arena, &asked->filter, IMAGE_FILTER_PRUNE, &shelf, &filter, command->problem))
		return;
	/* dangling=false is another way to say --all. */
	all |= filter.dangling == DANGLING_NOT;
	filter.dangling = DANGLING_ANY;
	for (size_t i = removal->change.images.count; i-- > 0 && !command->problem->found;)
		if (is_wanted(&filter, &shelf, &removal->change.images.at[i], all, command->problem) &&
		    !removal_user_of(removal, &removal->change.images.at[i].id))
			removal_untag(removal, i);
}

static void run(struct command *command)
{
	const struct prune_asked *asked = command->asked;
	struct removal removal = { .untagged = "untagged: ", .deleted = "deleted: ", .sweep = true };
	struct text out = text_new(command->arena);

	if (!asked->force &&
	    !question_ask(command, asked->all ? "This will remove all images without at least one container "
						"associated to them." : "This will remove all dangling images."))
		return;
	if (!removal_begin(command, &removal))
		return;
	untag_all(command, &removal);
	removal_end(command, &removal);
	if (removal.lines.length && !command->problem->found)
		text_printf(&out, "Deleted Images:\n%s\n", removal.lines.at);
	reclaimed_tell(&asked->reclaimed, removal.bytes, &out);
	if (!command->problem->found)
		command_print(command, &out);
}

static const struct option options[] = {
	{ "all", 'a', OPTION_FLAG, offsetof(struct prune_asked, all), NULL,
	  N_("all that no container uses, not only those without a name") },
	{ "filter", 0, OPTION_TEXTS, offsetof(struct prune_asked, filter), "KEY=VALUE",
	  N_("only those; may be given more than once") },
	{ "force", 'f', OPTION_FLAG, offsetof(struct prune_asked, force), NULL,
	  N_("do not ask") },
	{ NULL }
};

const struct verb verb_image_prune = {
	.name = "image prune",
	.operands = "",
	.summary = N_("remove images that are not used"),
	.notes = N_("Filters: dangling=true|false, label=KEY[=VALUE], label!=…, until=TIME.\n"),
	.options = options,
	.asked_size = sizeof(struct prune_asked),
	.run = run,
};
