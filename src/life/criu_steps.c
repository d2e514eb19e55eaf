/* criu_steps.c - the steps of a plan that are taken where CRIU does the others; those of the cgroups among them. */
#include "life/cgroup.h"
#include "life/criu_parts.h"
#include <string.h>
#include <unistd.h>

/* All other steps are put in no lane, so that those that are taken keep their marks on the tape. */
struct plan criu_select_steps(struct arena *arena, const struct plan *plan,
			      bool (*is_wanted)(const struct step *step))
{
	struct plan chosen = *plan;

	chosen.step = ARENA_ARRAY(arena, plan->count + 1, struct step);
	memcpy(chosen.step, plan->step, plan->count * sizeof(*plan->step));
	for (size_t i = 0; i < plan->count; i++)
		if (!is_wanted(&chosen.step[i]))
			chosen.step[i].lane = LANES;
	return chosen;
}

void criu_tell_step(const struct launch *launch, struct problem *problem)
{
	struct text text = text_new(launch->arena);

	if (why_failed(&text, &launch->bundle->plan, &launch->bundle->request, launch->run.tape))
		problem_set(problem, "%s", text.at);
	else
		problem_set(problem, "restore: a step failed without a reason");
}

static bool makes_cgroup(const struct step *step)
{
	switch ((int)step->kind) {
	case STEP_MAKE_CGROUP:
	case STEP_ENABLE_CONTROLLERS:
	case STEP_START_SCOPE:
	case STEP_SET_DEVICES:
	case STEP_OWN_CGROUP:
	case STEP_WRITE_LINES: return true;
	case STEP_WRITE_FILE: return cgroup_is_path(step->write_file.path);
	}
	return false;
}

static bool enters_cgroup(const struct step *step)
{
	return step->kind == STEP_WRITE_PID && cgroup_is_path(step->write_pid.path);
}

static bool take(const struct launch *launch, bool (*is_wanted)(const struct step *step), enum lane lane,
		 struct problem *problem)
{
	struct plan chosen = criu_select_steps(launch->arena, &launch->bundle->plan, is_wanted);
	struct run run = launch->run;

	run.plan = &chosen;
	run.child = getpid();
	if (exec_lane(&run, lane) == 0)
		return true;
	criu_tell_step(launch, problem);
	return false;
}

/* The process is there already, so it is by writing that it gets into the one of v2. */
bool criu_enter_cgroups(const struct launch *launch, struct problem *problem)
{
	const struct cgroups *cgroups = &launch->bundle->plan.cgroups;
	const struct cgroup *unified = cgroups_unified(cgroups);
	int error;

	if (!take(launch, makes_cgroup, LANE_RUNTIME, problem) || !take(launch, enters_cgroup, LANE_CONTAINER, problem))
		return false;
	error = unified && !cgroups->scope ? cgroup_write(unified, "cgroup.procs", "0") : 0;
	if (error)
		problem_set(problem, "restore: cannot enter the cgroup '%s': %s", unified->path,
			    criu_error_words(error));
	return !error;
}
