/* cmd_why.c - `taru why`: how a container has ended, or why it did not start, and the way out. */
#include "cli/place.h"
#include "cli/refused.h"
#include "cli/starting.h"
#include "engine/death.h"
#include "listing/object.h"

struct why_asked {
	bool again, json;
	const char *format;
};

static void tell(struct command *command, struct place *place, struct engine_container *container)
{
	const struct why_asked *asked = command->asked;
	struct text out = text_new(command->arena);
	struct death *death = ARENA_NEW(command->arena, struct death);

	death_read(&place->engine, container, death);
	if (asked->format || asked->json) {
		death_put(&out, death);
		object_print(command, &out, asked->format ? asked->format : "json");
		return;
	}
	translate_begin();
	death_tell(&out, death);
	command_print(command, &out);
}

/* It is started again, under our eyes. */
static void look_again(struct command *command, struct place *place, struct engine_container *container)
{
	struct prepared prepared;

	if (!starting_prepare(command, place, container, &prepared, command->problem) ||
	    !refused_check(&prepared, command->problem))
		return;
	container->folder = -1;		/* closed with it */
	refused_run(command, place, &prepared, false);
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
	const struct why_asked *asked = command->asked;
	struct engine_container container;
	struct place place;
	const char *name;

	if (asked->again && (asked->format || asked->json))
		problem_set(command->problem, "options '--again' and '--format': one of them only, since what is "
			    "refused to it is told as it ends");
	if (command->problem->found || !place_open(command, false, &place))
		return;
	name = command->operand[0] ? command->operand[0] : find_latest(command, &place);
	if (name) {
		if (engine_find(&place.engine, name, &container, command->problem))
			(asked->again ? look_again : tell)(command, &place, &container);
		engine_close(&container);
	}
	store_close(&place.store);
}

static const struct option options[] = {
	{ "again", 0, OPTION_FLAG, offsetof(struct why_asked, again), NULL,
	  N_("start it again and trace it, and tell at its end what was refused to it, and why") },
	{ "format", 'f', OPTION_TEXT, offsetof(struct why_asked, format), "FORMAT",
	  N_("json, or a template of Go's") },
	{ "json", 0, OPTION_FLAG, offsetof(struct why_asked, json), NULL, N_("the same as --format json") },
	{ NULL }
};

const struct verb verb_why = {
	.name = "why",
	.operands = "[CONTAINER]",
	.summary = N_("tell how a container has ended, or why it did not start"),
	.notes = N_("Without a name: of the container that was made last. Nothing of the image is run,\n"
		    "but with --again.\n"),
	.options = options,
	.asked_size = sizeof(struct why_asked),
	.operands_max = 1,
	.starts_container = true,
	.run = run,
};
