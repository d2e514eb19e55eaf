/* cmd_wait.c - `taru wait`: waits until containers have ended, and prints how. */
#include "base/clock.h"
#include "cli/place.h"
#include "engine/attach.h"
#include <stdlib.h>
#include <unistd.h>

/* Until its process has ended. */
static void wait_for_process(struct command *command, struct place *place, const char *id)
{
	struct problem gone = { 0 };
	struct container life;

	if (!container_open(command->arena, place->engine.run, id, &life, &gone))
		return;
	if (life.process >= 0)
		container_wait(&life, -1);
	container_close(&life);
}

/* Its monitor tells, also of one that is removed then. */
static bool ask_monitor(struct command *command, struct place *place, const struct engine_container *container,
			struct ended *ret_ended)
{
	struct problem none = { 0 };
	int status, socket;
	bool told;

	if (!engine_lives(container))
		return false;
	socket = engine_attach(&place->engine, container, &none);
	if (socket < 0)
		return false;
	told = engine_wait_attached(socket, &status) == ATTACH_HAS_ENDED;
	close(socket);
	if (told)
		*ret_ended = (struct ended){ .status = status, .known = true };
	return told;
}

/* Who waits for it writes down how it ended, a moment later; one that is removed then is not found any more. */
static bool wait_for_word(struct command *command, struct place *place, const char *given, struct ended *ret_ended)
{
	enum { PATIENCE_MS = 5000, LOOK_MS = 5 };
	uint64_t until = clock_ms() + PATIENCE_MS;
	struct engine_container container;

	do {
		struct problem gone = { 0 };

		if (!engine_find(&place->engine, given, &container, &gone))
			return false;
		engine_close(&container);
		*ret_ended = container.ended;
		if (container.status == CONTAINER_EXITED && container.ended.known)
			return true;
		clock_sleep_ms(LOOK_MS);
	} while (clock_ms() < until);
	return false;
}

static void run(struct command *command)
{
	struct text out = text_new(command->arena);
	struct place place;

	if (!place_open(command, false, &place))
		return;
	for (char **name = command->operand; *name; name++) {
		struct engine_container container;
		struct problem problem = { 0 };
		struct ended ended = { .status = 0 };

		if (!engine_find(&place.engine, *name, &container, &problem)) {
			log_message(command->log, "error", problem.text);
			command->status = EXIT_FAILURE;
			continue;
		}
		engine_close(&container);
		if (ask_monitor(command, &place, &container, &ended)) {
			text_printf(&out, "%lld\n", (long long)ended.status);
			continue;
		}
		wait_for_process(command, &place, container.made.id);
		if (wait_for_word(command, &place, container.made.id, &ended)) {
			text_printf(&out, "%lld\n", (long long)ended.status);
			continue;
		}
		log_message(command->log, "error",
			    arena_printf(command->arena, "container %s has ended; nobody knows how: it was removed, "
					 "or who had started it was killed", container.made.name));
		command->status = EXIT_FAILURE;
	}
	command_print(command, &out);
	store_close(&place.store);
}

static const struct option options[] = { { NULL } };

const struct verb verb_wait = {
	.name = "wait",
	.operands = "CONTAINER...",
	.summary = N_("wait until containers have ended, and print their exit statuses"),
	.options = options,
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.run = run,
};
