/* place.c - see place.h */
#include "cli/place.h"
#include "cli/named.h"
#include "engine/event.h"
#include "engine/stop.h"
#include "spec/names.h"

bool place_open(struct command *command, bool make, struct place *ret_place)
{
	const char *root = store_root(command->arena, command->globals->root, command->problem);
	const char *run = engine_run_root(command->arena, command->globals->run_root, command->problem);

	if (!root || !run)
		return false;
	if (make)
		store_allow_descriptors();
	ret_place->engine = (struct engine){ command->arena, &ret_place->store, run };
	return store_open(&ret_place->store, command->arena, root, make, command->problem);
}

void place_one(struct command *command, void (*one)(struct command *command, struct place *place,
						    struct engine_container *container))
{
	struct engine_container container;
	struct place place;

	if (!place_open(command, false, &place))
		return;
	if (engine_find(&place.engine, command->operand[0], &container, command->problem))
		one(command, &place, &container);
	engine_close(&container);
	store_close(&place.store);
}

bool place_has(struct place *place, const char *given, struct problem *ret_why)
{
	struct engine_container container;
	bool there;

	*ret_why = (struct problem){ 0 };
	there = engine_find(&place->engine, given, &container, ret_why);
	engine_close(&container);
	return there;
}

struct each {
	struct command *command;
	struct place *place;
	void (*one)(struct command *command, struct place *place, struct engine_container *container,
		    struct problem *problem);
};

static bool with_container(void *context, const char *name, struct problem *problem)
{
	const struct each *each = context;
	struct engine_container container;

	if (engine_find(&each->place->engine, name, &container, problem))
		each->one(each->command, each->place, &container, problem);
	engine_close(&container);
	return !problem->found;
}

void place_each(struct command *command, struct place *place,
		void (*one)(struct command *command, struct place *place, struct engine_container *container,
			    struct problem *problem))
{
	struct each each = { command, place, one };
	struct text done = text_new(command->arena);

	named_each(command, with_container, &each, &done);
	command_print(command, &done);
}

int place_stop_timeout(const struct maybe_i64 *asked, const struct engine_container *container)
{
	enum { MOST = INT32_MAX / 1000 };
	int64_t seconds = asked->set ? asked->value : container->made.stop_timeout;

	return seconds < 0 ? -1 : (int)(seconds > MOST ? MOST : seconds) * 1000;
}

void place_stop(struct place *place, struct engine_container *container, const char *signal,
		const struct maybe_i64 *seconds, struct problem *problem)
{
	const char *usual = container->made.stop_signal;

	if (signal)
		container->made.stop_signal = signal;
	/* One that has ended by itself is content, as with docker. */
	if (engine_stop(&place->engine, container, place_stop_timeout(seconds, container), problem))
		event_container(&place->engine, &container->made, "stop", NULL);
	container->made.stop_signal = usual;
}

bool place_check_signal(const char *signal, struct problem *problem)
{
	const bool good = !signal || signal_number(signal) > 0;

	if (!good)
		problem_set(problem, "option '--signal': '%s' is no signal; it is a name such as TERM, or a number",
			    signal);
	return good;
}

const char *place_id(struct arena *arena, const char *id, bool whole)
{
	enum { SHORT = 12 };

	return whole ? id : arena_copy(arena, id, SHORT);
}
