/* build.c - the order of everything.
 *
 * plan_build() is the table of contents of a container's start. Each line is a
 * chapter in a build_*.c file; what comes before what, and why, is said here.
 */
#include "plan/build.h"
#include <linux/sched.h>

void build_gate(struct builder *b, enum gate gate, enum lane from)
{
	enum lane to = from == LANE_RUNTIME ? LANE_CONTAINER : LANE_RUNTIME;

	plan_add(b->plan, (struct step){ .kind = STEP_OPEN_GATE, .lane = from, .gate = { gate } });
	plan_add(b->plan, (struct step){ .kind = STEP_AWAIT_GATE, .lane = to, .gate = { gate } });
}

static bool joins_any(const struct spec *spec)
{
	for (int kind = 0; kind < NAMESPACES; kind++)
		if (spec_joins_namespace(spec, kind))
			return true;
	return false;
}

static bool has_outside(const struct id_maps *maps, uint32_t id)
{
	for (size_t i = 0; i < maps->count; i++)
		if (id >= maps->at[i].outside && id - maps->at[i].outside < maps->at[i].count)
			return true;
	return false;
}

static bool is_stranger(const struct builder *b)
{
	const struct spec *spec = b->spec;

	return !host_privileged(b->host) && id_maps_have_root(&spec->uid_map) &&
	       (!has_outside(&spec->uid_map, b->host->uid) || !has_outside(&spec->gid_map, b->host->gid));
}

/* The shape of the start, which several chapters depend on. */
static void find_shape(struct builder *b)
{
	const struct spec *spec = b->spec;
	bool offsets = spec->monotonic.set || spec->boottime.set;

	b->new_user = spec_new_namespace(spec, NAMESPACE_USER);
	b->in_user = b->new_user || spec_joins_namespace(spec, NAMESPACE_USER) ||
		     b->host->user_namespace;
	b->stranger = b->new_user && is_stranger(b);
	/* Only a child enters a joined PID namespace (setns(2)) or a time namespace with offsets
	 * (time_namespaces(7)); and namespaces that belong to a joined or later user namespace
	 * must be made after it was entered. */
	b->refork = spec_joins_namespace(spec, NAMESPACE_PID) ||
		    spec_joins_namespace(spec, NAMESPACE_USER) ||
		    (b->new_user && joins_any(spec)) || offsets;
	/* Inside a user namespace nobody has CAP_SYS_RESOURCE of the host. */
	b->late_limits = host_privileged(b->host) && !b->host->user_namespace && b->in_user;
	b->terminal = spec->process.terminal;
}

/* The same for a process that joins a container. */
static void find_exec_shape(struct builder *b)
{
	uint64_t flags = b->request->process.namespaces;

	b->in_user = flags & CLONE_NEWUSER || b->host->user_namespace;
	b->stranger = flags & CLONE_NEWUSER && is_stranger(b);
	b->refork = flags & (CLONE_NEWPID | CLONE_NEWTIME);
	b->late_limits = host_privileged(b->host) && !b->host->user_namespace && b->in_user;
	b->terminal = b->spec->process.terminal;
	b->joins = true;
}

static void check_host(struct builder *b)
{
	const struct spec *spec = b->spec;

	if (!host_kernel_at_least(b->host, 5, 14))
		problem_set(b->problem, "this kernel is %u.%u: taru needs Linux 5.14 or newer",
			    b->host->kernel_major, b->host->kernel_minor);
	if (!spec->namespace[NAMESPACE_MOUNT].asked)
		problem_set(b->problem,
			    "linux.namespaces: a mount namespace is needed: without it the container's "
			    "mounts would be made on the host; add {\"type\": \"mount\"}");
	if (!host_privileged(b->host) && !b->new_user &&
	    !spec_joins_namespace(spec, NAMESPACE_USER))
		problem_set(b->problem,
			    "linux.namespaces: uid %u is not root: an ordinary user's container needs a user "
			    "namespace; add {\"type\": \"user\"} and id mappings (taru-oci spec --rootless "
			    "writes such a config)",
			    b->host->uid);
}

static struct builder new_builder(struct arena *arena, const struct plan_request *request,
				  struct plan *ret_plan, struct problem *problem)
{
	*ret_plan = (struct plan){ .arena = arena };
	return (struct builder){
		.arena = arena,
		.request = request,
		.spec = request->spec,
		.host = request->host,
		.plan = ret_plan,
		.problem = problem,
		.next_slot = SLOT_SOURCES,
	};
}

void plan_build(struct arena *arena, const struct plan_request *request, struct plan *ret_plan,
		struct problem *problem)
{
	struct builder b = new_builder(arena, request, ret_plan, problem);

	find_shape(&b);
	check_host(&b);

	/* On the host, with the host's rights. */
	build_sources(&b);
	build_intel_rdt(&b);
	build_open_start(&b);
	build_cgroups(&b);
	build_clone(&b);

	/* The container's lane finds its namespaces and ids. */
	build_enter_intel_rdt(&b);
	build_join(&b);
	build_ids(&b);
	build_record(&b);
	build_cgroup_limits(&b);
	build_network(&b);

	/* The mount tree, while the host's files are still in reach. */
	build_root_begin(&b);
	build_mounts(&b);
	build_devices(&b);
	build_terminal(&b);
	build_network_inside(&b);
	build_kernel_state(&b);
	build_hooks_before_root(&b);
	build_root_end(&b);

	/* The process: first what needs rights, then giving them up, then the program. */
	build_limits(&b);
	build_identity(&b);
	build_program(&b);
	build_end(&b);
	ret_plan->slots = b.next_slot;
}

void plan_build_exec(struct arena *arena, const struct plan_request *request, struct plan *ret_plan,
		     struct problem *problem)
{
	struct builder b = new_builder(arena, request, ret_plan, problem);

	find_exec_shape(&b);
	build_enter(&b);
	build_terminal(&b);
	build_limits(&b);
	build_identity(&b);
	build_program(&b);
	build_end(&b);
	ret_plan->slots = b.next_slot;
}

void plan_build_rest(struct arena *arena, const struct plan_request *request, struct plan *ret_plan,
		     struct problem *problem)
{
	struct builder b = new_builder(arena, request, ret_plan, problem);

	find_shape(&b);
	build_program(&b);
	while (ret_plan->count && ret_plan->step->kind != STEP_AWAIT_START) {
		ret_plan->step++;
		ret_plan->count--;
	}
	ret_plan->slots = b.next_slot;
}

void plan_build_update(struct arena *arena, const struct plan_request *request, struct plan *ret_plan,
		       struct problem *problem)
{
	struct builder b = new_builder(arena, request, ret_plan, problem);

	find_exec_shape(&b);
	build_changed_limits(&b, &b.spec->resources, &request->process.cgroups);
	build_update_intel_rdt(&b);
	ret_plan->slots = b.next_slot;
}

/* What it loses goes first, since a network that takes its place may want its route. The last gate says that all is
 * done. */
void plan_build_connect(struct arena *arena, const struct plan_request *request, struct plan *ret_plan,
			struct problem *problem)
{
	struct builder b = new_builder(arena, request, ret_plan, problem);

	b.joins = true;
	build_enter_network(&b);
	build_remove_links(&b);
	build_network(&b);
	build_network_inside(&b);
	build_gate(&b, GATE_READY, LANE_CONTAINER);
	ret_plan->slots = b.next_slot;
}

void plan_build_files(struct arena *arena, const struct plan_request *request, struct plan *ret_plan,
		      struct problem *problem)
{
	struct builder b = new_builder(arena, request, ret_plan, problem);

	build_root_begin(&b);
	build_mounts(&b);
	ret_plan->slots = b.next_slot;
}
