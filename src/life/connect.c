/* connect.c - the networks of a container that is there change: see life.h.
 *
 * Its plan has a process that enters the container's network namespace, and ends with it.
 */
#include "life/launch.h"
#include <errno.h>
#include <sys/wait.h>

static void read_container(struct arena *arena, const struct container *container, struct bundle *bundle)
{
	const struct record *record = &container->record;

	*bundle = (struct bundle){ .path = record->bundle };
	bundle->spec = (struct spec){ 0 };
	bundle->spec.namespace[NAMESPACE_NETWORK].asked = true;
	host_read(arena, &(struct host_wants){ .nft = true }, &bundle->host);
	bundle->request = (struct plan_request){
		.spec = &bundle->spec,
		.host = &bundle->host,
		.id = container->id,
		.bundle = bundle->path,
		.process = { .pid = record->pid, .start_time = record->start_time },
	};
}

bool life_connect_plan(struct arena *arena, const char *root, const char *id, const struct plan_network *network,
		       struct bundle *ret_bundle, struct problem *problem)
{
	struct container *container = ARENA_NEW(arena, struct container);
	const char *broken;

	if (!container_open(arena, root, id, container, problem))
		return false;
	read_container(arena, container, ret_bundle);
	if (container->status == STATUS_STOPPED || container->status == STATUS_CREATING)
		problem_set(problem, "container '%s' is %s", id, status_name(container->status));
	container_close(container);
	ret_bundle->request.network = network;
	plan_build_connect(arena, &ret_bundle->request, &ret_bundle->plan, problem);
	broken = problem->found ? NULL : plan_check_connect(&ret_bundle->plan);
	if (broken)
		problem_set(problem, "the plan breaks a rule: %s; this is a fault of taru, please report it", broken);
	return !problem->found;
}

static bool has_linked(const struct launch *launch)
{
	const struct plan *plan = &launch->bundle->plan;

	for (size_t i = 0; i < plan->count; i++)
		if (plan->step[i].kind == STEP_ADD_LINK && launch->run.tape->mark[i].ended &&
		    !launch->run.tape->mark[i].error)
			return true;
	return false;
}

bool life_connect(struct arena *arena, struct bundle *bundle, bool *ret_linked, struct problem *problem)
{
	struct launch launch = { 0 };

	*ret_linked = false;
	if (!launch_open(arena, bundle, NULL, &launch, problem))
		return false;
	launch_go(&launch, problem);
	*ret_linked = has_linked(&launch);
	while (!problem->found && waitpid(launch.run.child, NULL, 0) < 0 && errno == EINTR)
		;
	return !problem->found;
}
