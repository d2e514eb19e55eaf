/* refused.c - see refused.h */
#include "cli/refused.h"
#include "base/file.h"
#include "base/translate.h"
#include "cli/input.h"
#include "denial/watch.h"
#include "engine/shared.h"
#include <unistd.h>

struct looking { struct arena *arena; struct watcher *watcher; };

static void begin(void *context, const struct spec *spec, pid_t first)
{
	struct looking *looking = context;

	looking->watcher = denial_watch(looking->arena, spec, first);
}

static void take(void *context, pid_t pid, int status)
{
	denial_take(((struct looking *)context)->watcher, pid, status);
}

static void tell(struct command *command, const struct watcher *watcher)
{
	struct text out = text_new(command->arena), refused = text_new(command->arena);

	translate_begin();
	denial_tell(&refused, watcher);
	if (refused.length)
		text_printf(&out, _("\nWhat the kernel refused, or allowed without the usual right, in its order. What "
			    "was refused last is mostly the cause.\n%s"), refused.at);
	else
		text_add(&out, _("\nThe kernel refused nothing to it.\n"));
	file_write_all(STDERR_FILENO, out.at, out.length);
}

bool refused_check(const struct prepared *prepared, struct problem *problem)
{
	if (prepared->bundle.spec.process.terminal)
		problem_set(problem, "container %s has a terminal, so it cannot be traced: make one without --tty",
			    prepared->made.name);
	else if (shared_is_for(&prepared->made))
		problem_set(problem, "container %s is in an ordinary user's networks, so it cannot be traced: make "
			    "one with --network none, host or pasta", prepared->made.name);
	return !problem->found;
}

void refused_run(struct command *command, struct place *place, struct prepared *prepared, bool interactive)
{
	struct looking looking = { .arena = command->arena };
	const struct onlooker onlooker = { begin, take, &looking };
	const struct run_request request = { .trace = TRACE_NONE, .onlooker = &onlooker };
	struct text warnings = text_new(command->arena);
	struct run_result result;

	if (!input_prepare(interactive, command->problem))
		return;
	engine_run(&place->engine, prepared, &request, &warnings, &result, command->problem);
	command_warn(command, &warnings);
	command->status = command->failed = result.status;
	if (!command->problem->found && looking.watcher)
		tell(command, looking.watcher);
}
