/* cmd_volume_rm.c - `taru volume rm` and `taru volume prune`: remove volumes that no container uses. */
#include "base/size.h"
#include "cli/named.h"
#include "cli/question.h"
#include "cli/volumes.h"
#include "image/event.h"
#include <string.h>

struct volume_rm_asked { bool force; };

struct volume_prune_asked {
	bool force, all;
	struct texts filter;
};

/* --- rm --- */

static bool is_there(struct place *place, const char *name)
{
	struct problem problem = { 0 };
	struct volume volume;
	bool there = volume_find(&place->engine, name, &volume, &problem);

	volume_close(&volume);
	/* One that cannot be read is there, too. */
	return there || !strstr(problem.text, "no such volume");
}

struct removing {
	struct place *place;
	bool force;
};

static bool remove_named(void *context, const char *name, struct problem *problem)
{
	const struct removing *removing = context;

	return (removing->force && !is_there(removing->place, name)) ||
	       volume_remove(&removing->place->engine, name, problem);
}

static void remove_each(struct command *command, struct place *place)
{
	const struct volume_rm_asked *asked = command->asked;
	struct removing removing = { place, asked->force };
	struct text done = text_new(command->arena);

	named_each(command, remove_named, &removing, &done);
	command_print(command, &done);
}

static void run_rm(struct command *command)
{
	struct place place;

	if (!place_open(command, false, &place))
		return;
	remove_each(command, &place);
	volume_sweep(&place.engine);
	store_close(&place.store);
}

/* --- prune --- */

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
	const struct volume_prune_asked *asked = command->asked;
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
	text_printf(&out, "Total reclaimed space: %s\n", size_human(command->arena, bytes, 4));
	command_print(command, &out);
}

static void run_prune(struct command *command)
{
	static const char *const keys[] = { "all", "label", NULL };
	struct volume_prune_asked *asked = (struct volume_prune_asked *)(uintptr_t)command->asked;
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

static const struct option rm_options[] = {
	{ "force", 'f', OPTION_FLAG, offsetof(struct volume_rm_asked, force), NULL,
	  N_("one that is not there is no error") },
	{ NULL }
};

const struct verb verb_volume_rm = {
	.name = "volume rm",
	.operands = "VOLUME...",
	.summary = N_("remove volumes that no container uses"),
	.options = rm_options,
	.asked_size = sizeof(struct volume_rm_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.run = run_rm,
};

static const struct option prune_options[] = {
	{ "all", 'a', OPTION_FLAG, offsetof(struct volume_prune_asked, all), NULL, N_("also those that have a name") },
	{ "filter", 0, OPTION_TEXTS, offsetof(struct volume_prune_asked, filter), "KEY=VALUE",
	  N_("only those; may be given more than once") },
	{ "force", 'f', OPTION_FLAG, offsetof(struct volume_prune_asked, force), NULL, N_("do not ask") },
	{ NULL }
};

const struct verb verb_volume_prune = {
	.name = "volume prune",
	.operands = "",
	.summary = N_("remove the volumes without a name that no container uses"),
	.notes = N_("Filters: all=true, label=KEY[=VALUE], label!=KEY[=VALUE].\n"),
	.options = prune_options,
	.asked_size = sizeof(struct volume_prune_asked),
	.run = run_prune,
};
