/* cmd_why.c - `taru why`: how a container has ended, or why it did not start, and the way out. */
#include "cli/place.h"
#include "engine/death.h"

static void tell(struct command *command, struct place *place, struct engine_container *container)
{
	struct text out = text_new(command->arena);
	struct death *death = ARENA_NEW(command->arena, struct death);

	death_read(&place->engine, container, death);
	death_tell(&out, death);
	command_print(command, &out);
}

/* The one that was made last. */
static const char *find_latest(struct command *command, struct place *place)
{
	struct text warnings = text_new(command->arena);
	struct engine_container *list;
	size_t count;

	if (!engine_list(&place->engine, &list, &count, &warnings, command->problem))
		return NULL;
	if (!count)
		problem_set(command->problem, "there is no container");
	return count ? list[0].made.id : NULL;
}

static void run(struct command *command)
{
	struct engine_container container;
	struct place place;
	const char *name;

	if (!place_open(command, false, &place))
		return;
	name = command->operand[0] ? command->operand[0] : find_latest(command, &place);
	if (name) {
		if (engine_find(&place.engine, name, &container, command->problem))
			tell(command, &place, &container);
		engine_close(&container);
	}
	store_close(&place.store);
}

static const struct option options[] = { { NULL } };

const struct verb verb_why = {
	.name = "why",
	.operands = "[CONTAINER]",
	.summary = N_("tell how a container has ended, or why it did not start"),
	.notes = N_("Without a name: of the container that was made last. Nothing of the image is run.\n"),
	.options = options,
	.operands_max = 1,
	.run = run,
};
