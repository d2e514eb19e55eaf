/* cmd_wait.c - `taru wait`: waits until containers have ended, and prints how. */
#include "base/clock.h"
#include "base/duration.h"
#include "base/text.h"
#include "cli/chosen.h"
#include "engine/attach.h"
#include "engine/health.h"
#include "image/event.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct wait_asked {
	struct chosen_asked chosen;
	struct texts condition;
	const char *interval;
};

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

struct seek { const char *id; struct ended *ended; };

static bool see_event(void *context, const struct event_line *event)
{
	const struct seek *seek = context;
	uint64_t status;

	if (!strcmp(event->id, seek->id) && !strcmp(event->action, "die") &&
	    text_to_u64(json_text(event->attributes, "exitCode"), &status))
		*seek->ended = (struct ended){ .status = (int64_t)status, .known = true };
	return true;
}

/* Of one that was removed as soon as it had ended there is only the event. */
static bool was_told(struct place *place, const char *id, struct ended *ret_ended)
{
	const struct events_asked all = { .past = true, .output = -1, .until_ns = UINT64_MAX };
	struct seek seek = { id, ret_ended };

	ret_ended->known = false;
	events_read(&place->store, &all, see_event, &seek);
	return ret_ended->known;
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

static bool wait_for_end(struct command *command, struct place *place, struct engine_container *container,
			 struct ended *ret_ended)
{
	if (ask_monitor(command, place, container, ret_ended))
		return true;
	wait_for_process(command, place, container->made.id);
	return wait_for_word(command, place, container->made.id, ret_ended) ||
	       was_told(place, container->made.id, ret_ended);
}

/* --- --condition --- */

static const char *const conditions[] = { "created", "configured", "running", "paused", "exited", "stopped", "healthy",
					  "unhealthy", "removed", NULL };

static bool meets(struct place *place, const struct engine_container *container, const char *condition)
{
	struct health health;

	if (!strcmp(condition, "stopped"))
		condition = "exited";
	if (!strcmp(condition, "configured"))
		condition = "created";
	if (engine_is_settling(container))
		return false;
	return !strcmp(engine_status_name(container->status), condition) ||
	       (engine_read_health(&place->engine, container, &health) && !strcmp(health.status, condition));
}

/* The text "removed" is met by one that is not there any more; any other condition then never is. */
static bool has_condition(struct command *command, struct place *place, const char *id, struct problem *problem,
			  struct ended *ret_ended)
{
	const struct wait_asked *asked = command->asked;
	struct engine_container container;
	struct problem gone = { 0 };
	bool met = false, there = engine_find(&place->engine, id, &container, &gone);

	for (size_t i = 0; i < asked->condition.count && !met; i++)
		met = there ? meets(place, &container, asked->condition.at[i]) :
			      !strcmp(asked->condition.at[i], "removed");
	if (there)
		*ret_ended = container.ended;
	else if (!met)
		*problem = gone;
	engine_close(&container);
	return met;
}

/* Prints how it has ended last, or -1 where it has not. */
static void wait_for_condition(struct command *command, struct place *place, struct engine_container *container,
			       unsigned interval_ms, struct text *out, struct problem *problem)
{
	const char *id = arena_copy(command->arena, container->made.id, CONTAINER_ID_LENGTH);
	struct ended ended = { .known = false };

	while (!has_condition(command, place, id, problem, &ended) && !problem->found)
		clock_sleep_ms(interval_ms);
	if (!problem->found)
		text_printf(out, "%lld\n", ended.known ? (long long)ended.status : -1LL);
}

/* --- the verb --- */

/* In ms. */
static unsigned read_interval(const struct wait_asked *asked, struct problem *problem)
{
	enum { USUAL_MS = 100, NS_IN_MS = 1000000, LONGEST_MS = 3600000 };
	uint64_t ns = 0;

	for (size_t i = 0; i < asked->condition.count; i++)
		if (!text_is_one_of(asked->condition.at[i], conditions))
			problem_set(problem, "option '--condition': '%s' is none of created, running, paused, exited, "
				    "healthy, unhealthy, removed", asked->condition.at[i]);
	if (!asked->interval)
		return USUAL_MS;
	if (!duration_read(asked->interval, &ns) || ns < NS_IN_MS || ns / NS_IN_MS > LONGEST_MS)
		problem_set(problem, "option '--interval': '%s' is no time such as 250ms or 2s", asked->interval);
	return (unsigned)(ns / NS_IN_MS);
}

/* What it prints is seen at once, though the next one may run for long. */
static void wait_for(struct command *command, struct place *place, const char *given, unsigned interval_ms)
{
	const struct wait_asked *asked = command->asked;
	struct engine_container container;
	struct problem problem = { 0 };
	struct ended ended = { .status = 0 };
	struct text out = text_new(command->arena);

	if (engine_find(&place->engine, given, &container, &problem)) {
		/* One that was never started does not run, as with docker: 0. */
		bool idle = container.status == CONTAINER_CREATED && !engine_has_keeper(container.folder);

		engine_close(&container);
		if (asked->condition.count)
			wait_for_condition(command, place, &container, interval_ms, &out, &problem);
		else if (idle || wait_for_end(command, place, &container, &ended))
			text_printf(&out, "%lld\n", (long long)ended.status);
		else
			problem_set(&problem, "container %s has ended; nobody knows how: it was removed, or who had "
				    "started it was killed", container.made.name);
	}
	if (problem.found) {
		log_message(command->log, "error", problem.text);
		command->status = EXIT_FAILURE;
	}
	command_print(command, &out);
}

static void run(struct command *command)
{
	const struct wait_asked *asked = command->asked;
	unsigned interval_ms = read_interval(asked, command->problem);
	struct place place;

	if (command->problem->found || !place_open(command, false, &place))
		return;
	if (chosen_read(command, &place, &asked->chosen, CHOSEN_LIVES | CHOSEN_RESTARTING)) {
		for (char **name = command->operand; *name; name++)
			wait_for(command, &place, *name, interval_ms);
	}
	store_close(&place.store);
}

static const struct option options[] = {
	{ .kind = OPTION_TABLE, .offset = offsetof(struct wait_asked, chosen), .table = chosen_options },
	{ "condition", 0, OPTION_TEXTS, offsetof(struct wait_asked, condition), "CONDITION",
	  N_("until it is so (exited): created, running, paused, exited, healthy, unhealthy, removed") },
	{ "interval", 0, OPTION_TEXT, offsetof(struct wait_asked, interval), "TIME",
	  N_("how often it is looked whether the condition is met (100ms)") },
	{ NULL }
};

const struct verb verb_wait = {
	.name = "wait",
	.operands = "[CONTAINER...]",
	.summary = N_("wait until containers have ended, and print their exit statuses"),
	.notes = N_("With --condition -1 is printed for one that has not ended.\n"),
	.options = options,
	.asked_size = sizeof(struct wait_asked),
	.operands_max = OPERANDS_ANY,
	.run = run,
};
