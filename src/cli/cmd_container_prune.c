/* cmd_container_prune.c - `taru container prune`: removes the containers that do not run. */
#include "cli/container_filter.h"
#include "cli/place.h"
#include "cli/question.h"
#include "cli/reclaimed.h"
#include "engine/stepping.h"
#include "engine/volume.h"
#include "image/event.h"

struct prune_asked {
	struct reclaimed reclaimed;
	bool force;
	struct texts filter;
};

/* Another may have started or removed it meanwhile. `bytes` grows by those of the files that it has changed. */
static bool remove_one(struct command *command, struct place *place, const char *id, uint64_t *bytes)
{
	struct problem problem = { 0 };
	struct text warnings = text_new(command->arena);
	struct engine_container container;
	bool removed = engine_find(&place->engine, id, &container, &problem) &&
		       engine_lock(&place->engine, &container, &problem) &&
		       engine_end_life(&place->engine, &container, false, &warnings, &problem);
	uint64_t size = removed ? volume_measure(&place->engine, container.folder, "upper") : 0;

	removed = removed && engine_remove(&place->engine, &container, &problem);
	/* Whoever steps through its start does not want it to vanish. */
	if (problem.found && container.folder >= 0 && stepping_is(container.folder))
		text_printf(&warnings, "%s: it stays\n", problem.text);
	*bytes += removed ? size : 0;
	command_warn(command, &warnings);
	engine_close(&container);
	return removed;
}

static void prune(struct command *command, struct place *place, struct text *out)
{
	struct text warnings = text_new(command->arena), removed = text_new(command->arena);
	const struct prune_asked *asked = command->asked;
	struct container_filter filter;
	struct engine_container *list;
	size_t count;
	uint64_t bytes = 0;

	if (!container_filter_read(place, &asked->filter, CONTAINER_FILTER_PRUNE, &filter, command->problem) ||
	    !engine_list(&place->engine, &list, &count, &warnings, command->problem))
		return;
	command_warn(command, &warnings);
	for (size_t i = 0; i < count; i++)
		if (!engine_lives(&list[i]) && list[i].status != CONTAINER_RESTARTING &&
		    container_filter_takes(&filter, &place->engine, &list[i]) &&
		    remove_one(command, place, list[i].made.id, &bytes))
			text_printf(&removed, "%s\n", list[i].made.id);
	engine_sweep(&place->engine);
	event_prune(&place->store, "container", bytes);
	if (removed.length)
		text_printf(out, "Deleted Containers:\n%s\n", removed.at);
	reclaimed_tell(&asked->reclaimed, bytes, out);
}

static void run(struct command *command)
{
	const struct prune_asked *asked = command->asked;
	struct text out = text_new(command->arena);
	struct place place;

	if (!asked->force && !question_ask(command, "This will remove all stopped containers."))
		return;
	if (!place_open(command, false, &place))
		return;
	prune(command, &place, &out);
	store_close(&place.store);
	if (!command->problem->found)
		command_print(command, &out);
}

static const struct option options[] = {
	{ "filter", 0, OPTION_TEXTS, offsetof(struct prune_asked, filter), "KEY=VALUE", N_("only those") },
	{ "force", 'f', OPTION_FLAG, offsetof(struct prune_asked, force), NULL, N_("do not ask") },
	{ NULL }
};

const struct verb verb_container_prune = {
	.name = "container prune",
	.operands = "",
	.summary = N_("remove the containers that do not run"),
	.notes = N_("Filters: label=KEY[=VALUE], label!=…, until=TIME.\n"),
	.options = options,
	.asked_size = sizeof(struct prune_asked),
	.run = run,
};
