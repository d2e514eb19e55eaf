/* pause.c - `pause` and `resume`: a container's processes are frozen by their cgroup, and go on. */
#include "base/sys.h"
#include "life/cgroup.h"
#include "life/life.h"
#include "spec/reason.h"

static void tell(const struct container *container, const char *verb, int error, struct problem *problem)
{
	const char *id = container->id;

	if (error == -EOPNOTSUPP)
		problem_set(problem, "container '%s': cannot %s: it has no cgroup that can be frozen: "
			    MADE_WITHOUT_CGROUPS, id, verb);
	else if (error == -ENOENT)
		problem_set(problem, "container '%s': cannot %s: somebody has removed its cgroup", id, verb);
	else if (error == -ETIMEDOUT)
		problem_set(problem, "container '%s': cannot %s: its processes are not all %s after 10 s, so it was "
			    "left as it was; one may wait in the kernel (state D in ps), or the cgroup above is frozen",
			    id, verb, *verb == 'p' ? "stopped" : "going on");
	else if (error)
		problem_set(problem, "container '%s': cannot %s: its cgroup cannot be written to: %s", id, verb,
			    reason_words(error));
}

static int freeze(struct container *container, bool frozen)
{
	return cgroups_freeze(container->arena, container_cgroups(container), frozen);
}

void life_pause(struct arena *arena, const char *root, const char *id, struct problem *problem)
{
	struct container container;

	if (container_open_locked(arena, root, id, &container, problem)) {
		if (container.status == STATUS_RUNNING || container.status == STATUS_CREATED)
			tell(&container, "pause", freeze(&container, true), problem);
		else
			problem_set(problem, "container '%s': cannot pause: container not running, it is %s", id,
				    status_name(container.status));
	}
	container_close(&container);
}

void life_resume(struct arena *arena, const char *root, const char *id, struct problem *problem)
{
	struct container container;

	if (container_open_locked(arena, root, id, &container, problem)) {
		if (container.status == STATUS_PAUSED)
			tell(&container, "resume", freeze(&container, false), problem);
		else
			problem_set(problem, "container '%s': cannot resume: container not paused, it is %s", id,
				    status_name(container.status));
	}
	container_close(&container);
}
