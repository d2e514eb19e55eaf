/* cmd_volume_prune.c - `taru volume prune`: removes all volumes that no container uses. */
#include "cli/question.h"
#include "cli/reclaimed.h"
#include "cli/volumes.h"
#include "image/event.h"
#include <string.h>

struct prune_asked {
	struct reclaimed reclaimed;
	bool force, all;
	struct texts filter;
};

static uint64_t size_of(struct place *place, const char *name)
{
	struct problem problem = { 0 };
	struct volume volume;
	uint64_t size = volume_find(&place->engine, name, &volume, &problem) ? volume_size(&place->engine, &volume) : 0;

	volume_close(&volume);
	return size;
}

static void prune(struct command *command, struct place *place, const struct filters *filters)
{
	const struct prune_asked *asked = command->asked;
	struct text done = text_new(command->arena), out = text_new(command->arena);
	struct volume_users users;
	const struct engine_container *user;
	struct volume *list;
	size_t count;
	uint64_t bytes = 0;

	if (!volumes_choose(command, place, filters, &list, &count) ||
	    !volume_users_read(&place->engine, &users, command->problem))
		return;
	for (size_t i = 0; i < count; i++) {
		struct problem problem = { 0 };
		uint64_t size;

		if ((!asked->all && !list[i].anonymous) || volume_users_of(&users, list[i].name, &user))
			continue;
		size = size_of(place, list[i].name);
		/* Somebody may have begun to use it, or removed it. */
		if (!volume_remove(&place->engine, list[i].name, &problem))
			continue;
		bytes += size;
		text_printf(&done, "%s\n", list[i].name);
	}
	volume_sweep(&place->engine);
	event_prune(&place->store, "volume", bytes);
	if (done.length)
		text_printf(&out, "Deleted Volumes:\n%s\n", done.at);
	reclaimed_tell(&asked->reclaimed, bytes, &out);
	command_print(command, &out);
}

static void run(struct command *command)
{
	static const char *const keys[] = { "all", "label", NULL };
	struct prune_asked *asked = (struct prune_asked *)(uintptr_t)command->asked;
	struct filters filters;
	struct place place;

	if (!filters_read(command->arena, &asked->filter, keys, &filters, command->problem))
		return;
	for (size_t i = 0; i < filters.count; i++)
		if (!strcmp(filters.at[i].key, "all") &&
		    filter_truth(&filters.at[i], &asked->all, command->problem))
			filters.at[i--] = filters.at[--filters.count];
	if (command->problem->found)
		return;
	if (!asked->force && !question_ask(command, asked->all ?
					   "This will remove all volumes that no container uses." :
					   "This will remove the volumes without a name that no container uses."))
		return;
	if (!place_open(command, false, &place))
		return;
	prune(command, &place, &filters);
	store_close(&place.store);
}

static const struct option options[] = {
	{ "all", 'a', OPTION_FLAG, offsetof(struct prune_asked, all), NULL, N_("also those that have a name") },
	{ "filter", 0, OPTION_TEXTS, offsetof(struct prune_asked, filter), "KEY=VALUE",
	  N_("only those; may be given more than once") },
	{ "force", 'f', OPTION_FLAG, offsetof(struct prune_asked, force), NULL, N_("do not ask") },
	{ NULL }
};

const struct verb verb_volume_prune = {
	.name = "volume prune",
	.operands = "",
	.summary = N_("remove the volumes without a name that no container uses"),
	.notes = N_("Filters: all=true, label=KEY[=VALUE], label!=KEY[=VALUE].\n"),
	.options = options,
	.asked_size = sizeof(struct prune_asked),
	.run = run,
};
