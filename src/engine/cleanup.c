/* cleanup.c - what is left when a container has ended: see keep.h. */
#include "base/clock.h"
#include "base/fd.h"
#include "base/sys_socket.h"
#include "engine/event.h"
#include "engine/keep.h"
#include "engine/parts.h"
#include "image/manifest.h"
#include "life/wait.h"
#include "wire/attach.h"
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/file.h>

/* --- those who wait --- */

static void tell(const struct ending *ending)
{
	struct attach_message message = { .kind = ATTACH_ENDED };
	const int32_t status = (int32_t)ending->status;

	memcpy(message.bytes, &status, sizeof(status));
	for (size_t i = 0; i < ending->clients; i++) {
		sys_send(ending->client[i], &message, offsetof(struct attach_message, bytes) + sizeof(status));
		sys_close(ending->client[i]);
	}
}

/* --- again --- */

enum { SHORTEST_MS = 100, LONGEST_MS = 60000, RAN_WELL_S = 10, LOOK_MS = 20 };

/* Whether the policy wants it again, which a person who has stopped it does not. */
static bool is_wanted_again(const struct engine_container *container, const struct ended *ended,
			    const struct restarts *restarts)
{
	const struct upkeep *upkeep = &container->made.upkeep;

	if (engine_take_restart(container->folder) && !container->made.remove)
		return true;
	if (container->made.remove || engine_is_stopped(container->folder))
		return false;
	switch (upkeep->restart) {
	case RESTART_NO: return false;
	case RESTART_ON_FAILURE:
		return ended->status != 0 && (!upkeep->restart_max || restarts->count < upkeep->restart_max);
	case RESTART_ALWAYS:
	case RESTART_UNLESS_STOPPED: return true;
	}
	return false;
}

/* Twice as long each time, as with docker, until it has run for a while. */
static long wait_of(const struct restarts *restarts)
{
	long wait_ms = SHORTEST_MS;

	for (uint32_t i = 0; i < restarts->quick && wait_ms < LONGEST_MS; i++)
		wait_ms *= 2;
	return wait_ms < LONGEST_MS ? wait_ms : LONGEST_MS;
}

/* Its folder stays open meanwhile, and unlocked: others may stop or remove it. */
static void start_again(struct engine *engine, struct engine_container *container, const struct ended *ended,
			const struct restarts *restarts, int keeper, struct problem *problem)
{
	const uint64_t until = clock_ms() + (uint64_t)wait_of(restarts);
	const struct restarts next = { restarts->count + 1, restarts->quick + 1 };
	struct ended failed = *ended;
	struct prepared prepared;

	sys_flock(container->folder, LOCK_UN);
	while (clock_ms() < until && !engine_is_stopped(container->folder))
		clock_sleep_ms(LOOK_MS);
	if (!engine_lock(engine, container, &(struct problem){ 0 }))
		return;
	if (!engine_is_stopped(container->folder) && engine_prepare_start(engine, container, &prepared, problem)) {
		engine_complete(&prepared);
		engine_become_monitor(engine, &prepared, keeper, &next, problem);
		/* Only after a problem. */
		if (!engine_lock(engine, container, &(struct problem){ 0 }))
			return;
	}
	failed.restarting = false;
	failed.problem = problem->found ? problem->text : "";
	engine_write_ended(engine, container->folder, &failed, &(struct problem){ 0 });
}

/* How often it was started again; what has run for a while begins with short pauses. */
static struct restarts count_restarts(const struct engine_container *container, const struct ended *ended)
{
	struct restarts restarts = engine_read_restarts(container->folder);

	if (image_time(ended->finished) - image_time(ended->started) >= RAN_WELL_S)
		restarts.quick = 0;
	return restarts;
}

void engine_resume(struct engine *engine, const char *id, struct problem *problem)
{
	struct engine_container container;
	closes int keeper = -1;

	if (!engine_find(engine, id, &container, problem))
		return;
	keeper = engine_try_keeper(container.folder);
	if (keeper >= 0 && engine_lock(engine, &container, problem) && container.status == CONTAINER_RESTARTING) {
		const struct ended ended = container.ended;
		const struct restarts restarts = count_restarts(&container, &ended);

		start_again(engine, &container, &ended, &restarts, keeper, problem);
	}
	engine_close(&container);
}

/* --- the end --- */

static struct memory_end memory_end(struct engine *engine, const struct engine_container *container,
				    const struct ending *ending)
{
	struct memory_end memory = { 0 };

	/* It may have been another process than the first, which has seen it and ended. */
	if (ending->status != 0)
		memory = life_memory_end(engine->arena, engine->run, container->made.id);
	return memory.oom ? memory : (struct memory_end){ 0 };
}

static void fill_ended(struct engine *engine, const struct engine_container *container, const struct ending *ending,
		       struct ended *ended)
{
	const char *started = container->started ? container->started : "";

	*ended = (struct ended){
		.started = started,
		.finished = ending->known ? record_now(engine->arena) : "",
		.status = ending->status,
		.by = ending->by,
		.known = ending->known,
		.memory = memory_end(engine, container, ending),
		.log_lost = ending->log_lost,
		.problem = "",
	};
}

static void put_away(struct engine *engine, struct engine_container *container, const struct ending *ending,
		     uint64_t signals, struct text *warnings, struct problem *problem)
{
	struct restarts restarts;
	struct ended ended;
	bool again;

	fill_ended(engine, container, ending, &ended);
	restarts = count_restarts(container, &ended);
	again = ending->known && ending->keeper >= 0 && is_wanted_again(container, &ended, &restarts);
	ended.restarting = again;
	if (ending->keeper >= 0)
		engine_note_end(ending->keeper);
	if (!engine_end_life(engine, container, false, warnings, problem))
		return;
	if (container->made.remove) {
		event_end(engine, &container->made, &ended);
		engine_remove(engine, container, problem);
		tell(ending);
		return;
	}
	engine_write_ended(engine, container->folder, &ended, problem);
	event_end(engine, &container->made, &ended);
	tell(ending);
	if (again) {
		signals_restore(signals);
		start_again(engine, container, &ended, &restarts, ending->keeper, problem);
	}
}

/* Whether there is something to do: for who does not know how it ended only where its keeper was killed, since what
 * the keeper has written would be lost. */
static bool is_left(struct engine *engine, const struct engine_container *container, const struct ending *ending)
{
	return ending->known || ending->keeper >= 0 || engine_lives(container) ||
	       (engine_has_life(engine, container->made.id) && !engine_has_keeper(container->folder));
}

void engine_cleanup(struct engine *engine, const char *id, const struct ending *ending, struct text *warnings,
		    struct problem *problem)
{
	/* Who ends all processes of a service must not end this one halfway. */
	const uint64_t before = signals_block();
	struct engine_container container;
	struct problem gone = { 0 };

	/* Somebody may have removed it by force. */
	if (!engine_find(engine, id, &container, &gone) || !engine_lock(engine, &container, &gone))
		tell(ending);
	else if (is_left(engine, &container, ending))
		put_away(engine, &container, ending, before, warnings, problem);
	engine_close(&container);
	signals_restore(before);
}
