/* stop.c - see stop.h */
#include "engine/stop.h"
#include "base/clock.h"
#include "base/fd.h"
#include "engine/event.h"
#include "engine/keep.h"
#include "engine/stepping.h"
#include "spec/names.h"
#include <signal.h>

enum { AFTER_KILL_MS = 10000, PUT_AWAY_MS = 10000 };

/* Of one of which nothing is on record that could be waited for. */
static bool is_seen_to_end(struct engine *engine, const struct engine_container *container, int timeout_ms)
{
	enum { LOOK_MS = 10 };
	const uint64_t until = timeout_ms < 0 ? UINT64_MAX : clock_ms() + (uint64_t)timeout_ms;
	struct engine_container now = *container;

	while (engine_lives(&now) && now.pid == container->pid) {
		if (clock_ms() >= until)
			return false;
		clock_sleep_ms(LOOK_MS);
		engine_refresh(engine, &now);
	}
	return true;
}

/* Waits until its process has ended, `timeout_ms` at most (-1: without end). Its record may be damaged. */
static bool has_ended(struct engine *engine, const struct engine_container *container, int timeout_ms)
{
	struct problem unread = { 0 };
	struct container life;
	bool ended;

	container_open(engine->arena, engine->run, container->made.id, &life, &unread);
	if (life.process < 0 && unread.found && !life.missing)
		ended = is_seen_to_end(engine, container, timeout_ms);
	else
		/* Another process is another run of it, which somebody else has started. */
		ended = life.process < 0 || life.record.pid != container->pid || container_wait(&life, timeout_ms);
	container_close(&life);
	return ended;
}

static void end_process(struct engine *engine, const struct engine_container *container, int timeout_ms,
			struct problem *problem)
{
	const struct made *made = &container->made;
	struct problem ignored = { 0 };
	int signal = signal_number(made->stop_signal);

	signal = signal > 0 ? signal : SIGTERM;
	if (container->status == CONTAINER_PAUSED)
		life_resume(engine->arena, engine->run, made->id, &ignored);
	if (timeout_ms) {
		event_kill(engine, made, signal);
		life_kill(engine->arena, engine->run, made->id, signal, false, &ignored);
		if (has_ended(engine, container, timeout_ms))
			return;
	}
	event_kill(engine, made, SIGKILL);
	life_end(engine->arena, engine->run, made->id);
	if (!has_ended(engine, container, AFTER_KILL_MS))
		problem_set(problem, "container %s does not end, 10 s after SIGKILL: the kernel holds its process %d",
			    made->name, (int)container->pid);
}

/* What runs of it was lost from RUN: what its monitor has noted is ended, and who looks after it puts the rest away. */
static void end_lost(const struct engine_container *container)
{
	const pid_t pid = engine_lives(container) ? 0 : engine_noted_process(container->folder);
	closes int process = pid > 0 ? sys_pidfd_open(pid, 0) : -1;

	/* It may have ended before it was opened. */
	if (process >= 0 && engine_noted_process(container->folder) == pid)
		sys_pidfd_send_signal(process, SIGKILL);
}

/* Waits until nobody looks after it, `timeout_ms` at most, or somebody else has started it again: what was to be
 * stopped has ended then. */
static bool is_put_away(int folder, int timeout_ms)
{
	enum { SLICE_MS = 20 };
	const uint64_t until = clock_ms() + (uint64_t)timeout_ms;

	while (!engine_wait_for_keeper(folder, SLICE_MS) && engine_is_stopped(folder))
		if (clock_ms() >= until)
			return false;
	return true;
}

bool engine_stop(struct engine *engine, struct engine_container *container, int timeout_ms, struct problem *problem)
{
	const uint64_t until = clock_ms() + PUT_AWAY_MS;
	struct text warnings = text_new(engine->arena);
	struct engine_container now = *container;
	pid_t ended = 0;

	if (!engine_lives(&now) && now.status != CONTAINER_RESTARTING && !engine_has_keeper(container->folder))
		return false;
	if (stepping_give_up(container->folder)) {
		if (!engine_wait_for_keeper(container->folder, PUT_AWAY_MS))
			problem_set(problem, "container %s: its start is not given up, 10 s after that was asked for",
				    container->made.name);
		return false;
	}
	engine_set_stopped(container->folder, true);
	end_lost(container);
	/* Its keeper may have been about to start it once more when that was noted. */
	do {
		ended = now.pid;
		if (engine_lives(&now))
			end_process(engine, &now, timeout_ms, problem);
		if (problem->found || is_put_away(container->folder, engine_lives(&now) ? PUT_AWAY_MS : 50))
			break;
		engine_refresh(engine, &now);
	} while (clock_ms() < until || (engine_lives(&now) && now.pid != ended));
	if (!problem->found && engine_is_stopped(container->folder) && engine_has_keeper(container->folder) &&
	    engine_lives(&now) && now.pid == ended)
		problem_set(problem, "container %s: its process %d is not ended: what is noted of it in %s/%s is "
			    "damaged; 'kill -KILL %d' ends it", container->made.name, (int)ended, engine->run,
			    container->made.id, (int)ended);
	if (!problem->found && !engine_has_keeper(container->folder))
		engine_heal_one(engine, container->made.id, &warnings);
	return !problem->found;
}
