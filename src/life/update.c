/* update.c - `update`: other limits for a container that is there.
 *
 * It is a plan of writes, made by what makes the limits of a new container. Since a container with half of its new
 * limits is what nobody asked for, each file is read before the first is written to: undo.c.
 */
#include "life/alone.h"
#include "life/cgroup.h"
#include "life/life.h"
#include "life/scope.h"
#include "life/stats.h"
#include "life/undo.h"
#include <unistd.h>

struct update {
	struct arena *arena;
	struct container *container;
	const struct cgroups *cgroups;
	struct spec spec;		/* the container's, with what is asked */
	struct host host;
	struct plan_request request;
	struct problem *problem;
};

/* --- what is half asked --- */

/* In v2 one file has both, and a period alone cannot be written. */
static void complete_quota(struct update *update, const struct cgroup *cpu)
{
	struct resources *r = &update->spec.resources;
	uint64_t quota;

	if (!r->cpu.period.value || r->cpu.quota.value)
		return;
	if (cgroup_read_number(update->arena, cpu, "cpu.max", &quota) == 0)
		r->cpu.quota = (struct maybe_i64){ true, quota > INT64_MAX ? -1 : (int64_t)quota };
}

/* What is asked is memory and swap together, and the file has swap alone. */
static void complete_limit(struct update *update, const struct cgroup *memory)
{
	struct resources *r = &update->spec.resources;
	uint64_t limit;

	if (r->memory.swap.value <= 0 || r->memory.limit.value)
		return;
	if (cgroup_read_number(update->arena, memory, "memory.max", &limit) == 0)
		r->memory.limit = (struct maybe_i64){ true, limit > INT64_MAX ? -1 : (int64_t)limit };
}

static void complete(struct update *update)
{
	const struct cgroup *cpu = cgroups_with(update->cgroups, "cpu");
	const struct cgroup *memory = cgroups_with(update->cgroups, "memory");

	if (cpu && cpu->unified)
		complete_quota(update, cpu);
	if (memory && memory->unified)
		complete_limit(update, memory);
}

/* --- checkBeforeUpdate --- */

static void check_usage(struct update *update, const struct cgroup *cgroup, const char *key, const char *file,
			int64_t limit)
{
	uint64_t usage;

	if (limit > 0 && cgroup_read_number(update->arena, cgroup, file, &usage) == 0 && usage > (uint64_t)limit)
		problem_set(update->problem, "linux.resources.memory.%s: %lld bytes are less than the %llu that the "
			    "container uses ('%s/%s'), and checkBeforeUpdate is set; nothing was changed", key,
			    (long long)limit, (unsigned long long)usage, cgroup->path, file);
}

static void check_before(struct update *update)
{
	const struct resources *r = &update->spec.resources;
	const struct cgroup *cgroup = cgroups_with(update->cgroups, "memory");
	int64_t limit = r->memory.limit.value, both = r->memory.swap.value;

	if (!r->memory.check_before_update.value || !cgroup)
		return;
	if (cgroup->unified) {
		check_usage(update, cgroup, "limit", "memory.current", limit);
		check_usage(update, cgroup, "swap", "memory.swap.current", both > limit ? both - limit : 0);
	} else {
		check_usage(update, cgroup, "limit", "memory.usage_in_bytes", limit);
		check_usage(update, cgroup, "swap", "memory.memsw.usage_in_bytes", both);
	}
}

/* --- resctrl --- */

static void take_schemata(struct update *update, const struct update_request *asked)
{
	if (!asked->l3_cache_schema && !asked->mem_bw_schema)
		return;
	if (access("/sys/fs/resctrl/schemata", F_OK) != 0)
		problem_set(update->problem, "option '%s': the resctrl file system is not mounted (mount -t resctrl "
			    "resctrl /sys/fs/resctrl), or this processor does not have it",
			    asked->l3_cache_schema ? "--l3-cache-schema" : "--mem-bw-schema");
	update->spec.intel_rdt = (struct intel_rdt){
		.asked = true,
		.clos_id = resctrl_group(update->arena, update->container->record.pid),
		.l3_cache_schema = asked->l3_cache_schema,
		.mem_bw_schema = asked->mem_bw_schema,
	};
}

/* --- doing it --- */

/* The rules for devices of v1 are several writes, and all is denied in between: nobody is to see that. What
 * cannot be frozen goes on. */
static int do_lane(struct update *update, struct run *run)
{
	bool freeze = plan_find(run->plan, STEP_WRITE_LINES) && !cgroups_frozen(update->arena, update->cgroups) &&
		      cgroups_freeze(update->arena, update->cgroups, true) == 0;
	int error = exec_lane(run, LANE_RUNTIME);

	if (freeze)
		cgroups_freeze(update->arena, update->cgroups, false);
	return error;
}

/* It comes last: what the kernel refuses systemd need not know. */
static void tell_systemd(struct update *update, const struct undo *undo, const struct plan *plan,
			 const struct tape *tape)
{
	scope_update(update->arena, update->cgroups, &update->spec.resources, update->problem);
	if (update->problem->found)
		undo_all(undo, plan, tape);
}

static void do_plan(struct update *update, const struct plan *plan)
{
	struct arena *arena = update->arena;
	const struct undo *undo = undo_open(arena, plan);
	struct text text = text_new(arena);
	const char *left;
	struct run run = run_alone(arena, plan);

	run.child = update->container->record.pid;
	run.environment = environ;
	if (do_lane(update, &run) == 0) {
		tell_systemd(update, undo, plan, run.tape);
		return;
	}
	left = undo_all(undo, plan, run.tape);
	if (!why_failed(&text, plan, &update->request, run.tape))
		text_add(&text, "update failed");
	if (left)
		problem_set(update->problem, "%s; and '%s' could not be put back to what it was", text.at, left);
	else
		problem_set(update->problem, "%s; nothing was changed", text.at);
}

static void read_host(struct update *update)
{
	const struct host_wants wants = { .cgroup = true };

	host_read(update->arena, &wants, &update->host);
}

static void do_update(struct update *update)
{
	struct plan plan;

	read_host(update);
	update->request = (struct plan_request){
		.spec = &update->spec,
		.host = &update->host,
		.id = update->container->id,
		.bundle = update->container->record.bundle,
		.process = { .pid = update->container->record.pid,
			     .start_time = update->container->record.start_time,
			     .cgroups = *update->cgroups },
	};
	complete(update);
	check_before(update);
	plan_build_update(update->arena, &update->request, &plan, update->problem);
	if (!update->problem->found)
		do_plan(update, &plan);
}

void life_update(struct arena *arena, const char *root, const char *id, const struct update_request *asked,
		 struct problem *problem)
{
	struct container container;
	struct update *update = ARENA_NEW(arena, struct update);

	if (container_open_locked(arena, root, id, &container, problem)) {
		*update = (struct update){ .arena = arena, .container = &container,
					   .cgroups = container_cgroups(&container), .spec = container.record.spec,
					   .problem = problem };
		update->spec.resources = asked->resources;
		take_schemata(update, asked);
		if (container.status == STATUS_STOPPED || container.status == STATUS_CREATING)
			problem_set(problem, "container '%s': cannot update: container not running, it is %s", id,
				    status_name(container.status));
		else if (!update->cgroups->count)
			problem_set(problem, "container '%s': cannot update: it has no cgroups, whose limits could "
				    "be changed: " MADE_WITHOUT_CGROUPS, id);
		if (!problem->found)
			do_update(update);
	}
	container_close(&container);
}
