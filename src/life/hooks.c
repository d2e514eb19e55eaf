/* hooks.c - the hooks that are run when the plan of the start has been done: poststart by `start`, poststop by
 * `delete`. Each is a plan of one step, so that it is done, and its failure told, as in any other.
 */
#include "life/alone.h"
#include "life/launch.h"
#include "spec/names.h"
#include <unistd.h>

static struct step hook_step(const struct container *container, enum hook_kind kind, size_t index)
{
	const struct hook *hook = &container->record.spec.hook[kind].at[index];

	return (struct step){
		.kind = STEP_RUN_HOOK,
		.lane = LANE_RUNTIME,
		.why = arena_printf(container->arena, "hooks.%s[%zu]", name_of(hook_names, kind), index),
		.run_hook = { hook, kind, container->record.bundle, hook->env.at },
	};
}

static void tell(const struct container *container, const struct run *run, struct problem *problem)
{
	const struct plan_request request = { .spec = &container->record.spec, .id = container->id,
					      .bundle = container->record.bundle };
	struct text text = text_new(container->arena);

	if (why_failed(&text, run->plan, &request, run->tape))
		problem_set(problem, "%s", text.at);
}

bool hook_do(const struct container *container, enum hook_kind kind, size_t index, enum status status,
	     struct problem *problem)
{
	const struct state state = { &container->record.spec, container->id, container->record.bundle, status };
	struct arena *arena = container->arena;
	struct step step = hook_step(container, kind, index);
	const struct plan plan = { .arena = arena, .step = &step, .count = 1, .slots = SLOT_SOURCES };
	struct run run = run_alone(arena, &plan);

	run.child = container->record.pid;
	run.environment = environ;
	run.state[kind] = state_form(arena, &state);
	if (exec_lane(&run, LANE_RUNTIME) == 0)
		return true;
	tell(container, &run, problem);
	return false;
}
