/* death.c - see death.h: what is known of an end. */
#include "engine/death.h"
#include "base/file.h"
#include "engine/health.h"
#include "engine/parts.h"
#include "engine/reach.h"
#include "image/event.h"
#include "image/manifest.h"
#include "life/life.h"
#include "spec/reason.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { NOT_EXECUTED = 126, NOT_FOUND };

/* --- what taru has done to it --- */

struct listening { const struct made *made; struct death *death; };

static void take_signal(struct death *death, int signal)
{
	if (death->signals == DEATH_SIGNALS)
		memmove(death->signal, death->signal + 1, (--death->signals) * sizeof(int));
	death->signal[death->signals++] = signal;
}

/* What was before its last start counts no more. */
static bool take_event(void *context, const struct event_line *event)
{
	const struct listening *listening = context;
	struct death *death = listening->death;

	if (strcmp(event->type, "container") != 0 || strcmp(event->id, listening->made->id) != 0)
		return true;
	if (!strcmp(event->action, "start")) {
		death->signals = 0;
		death->unhealthy = false;
	} else if (!strcmp(event->action, "kill")) {
		take_signal(death, (int)strtol(json_text(event->attributes, "signal"), NULL, 10));
	} else if (!strncmp(event->action, "health_status", 13)) {
		death->unhealthy = strstr(event->action, "unhealthy");
	}
	return true;
}

static void read_events(const struct engine *engine, const struct made *made, struct death *death)
{
	const struct events_asked asked = { .past = true, .output = -1, .until_ns = UINT64_MAX };
	struct listening listening = { made, death };

	events_read(engine->store, &asked, take_event, &listening);
}

static void read_health(struct engine *engine, const struct engine_container *container, struct death *death)
{
	struct health health;
	const char *output;
	char *text;

	if (!engine_read_health(engine, container, &health))
		return;
	death->unhealthy = !strcmp(health.status, "unhealthy");
	if (!health.results)
		return;
	output = health.result[health.results - 1].output;
	text = arena_copy(engine->arena, output, strlen(output));
	text_clean(text, '?');
	death->health = text;
}

/* --- libraries --- */

struct looking { struct arena *arena; struct libraries_asked asked; struct libraries *result; };

static int look(void *data, int root, struct problem *problem)
{
	struct looking *looking = data;

	looking->asked.root = root;
	libraries_find(looking->arena, &looking->asked, looking->result);
	return 0;
}

static const char *variable(const struct json *env, const char *name)
{
	const size_t length = strlen(name);

	for (const struct json *one = env && env->kind == JSON_ARRAY ? env->first : NULL; one; one = one->next)
		if (one->kind == JSON_STRING && !strncmp(one->text, name, length) && one->text[length] == '=')
			return one->text + length + 1;
	return NULL;
}

/* NULL where it cannot be read. */
static const struct json *read_config(struct engine *engine, int folder)
{
	struct problem ignored = { 0 };
	size_t length;
	char *text;

	if (file_read_kept(engine->arena, folder, CONFIG_FILE, CONFIG_LIMIT, &text, &length))
		return NULL;
	return json_read(engine->arena, text, length, CONFIG_FILE, &ignored);
}

/* The child that looks has memory of its own, but for what it finds. */
static void look_for_libraries(struct engine *engine, struct engine_container *container, struct death *death)
{
	const struct json *config = read_config(engine, container->folder);
	const struct json *process = config ? json_get(config, "process") : NULL;
	const struct json *env = process ? json_get(process, "env") : NULL;
	struct libraries *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
					-1, 0);
	struct looking looking = {
		.arena = engine->arena,
		.asked = { .program = container->made.command.at[0], .path = variable(env, "PATH"),
			   .folder = process ? json_text(process, "cwd") : "/",
			   .library_path = variable(env, "LD_LIBRARY_PATH") },
		.result = shared,
	};
	const struct reach_request request = { container, false, look, &looking };
	struct problem problem = { 0 };
	struct reach reach;
	int error = 0;

	if (shared == MAP_FAILED)
		return;
	if (reach_begin(engine, &request, &reach, &problem))
		error = reach_end(&reach, &problem);
	death->looked = !error && !problem.found;
	death->libraries = *shared;
	if (!death->looked)
		death->unread = problem.found ? arena_copy(engine->arena, problem.text, strlen(problem.text)) :
				reason_words(error);
	munmap(shared, sizeof(*shared));
}

/* What of its config says more of its end. */
static void read_settings(struct engine *engine, const struct engine_container *container, struct death *death)
{
	const struct json *config = read_config(engine, container->folder);
	struct problem ignored = { 0 };
	struct spec spec = { 0 };

	if (config)
		spec_read_value(engine->arena, config, &spec, &ignored);
	death->init = spec.process.args.count && strcmp(spec.process.args.at[0], ENGINE_INIT) == 0;
	if (spec.resources.memory.swap.set && spec.resources.memory.swap.value > 0)
		death->swap = (uint64_t)spec.resources.memory.swap.value;
}

void death_read(struct engine *engine, struct engine_container *container, struct death *ret_death)
{
	const struct ended *ended = &container->ended;

	*ret_death = (struct death){ .made = &container->made, .ended = ended, .status = container->status,
				     .stopped = engine_is_stopped(container->folder),
				     .restarts = engine_read_restarts(container->folder).count };
	read_events(engine, &container->made, ret_death);
	if (engine_lives(container)) {
		read_health(engine, container, ret_death);
		return;
	}
	if (ended->known && (ended->memory.oom || ended->status >= NOT_EXECUTED))
		read_settings(engine, container, ret_death);
	if (container->status == CONTAINER_EXITED && ended->known && ended->status == NOT_FOUND && !*ended->problem &&
	    container->made.command.count)
		look_for_libraries(engine, container, ret_death);
}
