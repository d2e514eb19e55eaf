/* check.c - the rules that security and liveness rest on, held over every plan.
 *
 * The builders are meant to keep them; this is where a mistake in a builder is caught, before
 * anything was done. Each rule is one function over the array.
 */
#include "plan/plan.h"
#include <linux/sched.h>
#include <string.h>

static size_t find(const struct plan *plan, enum step_kind kind, size_t from)
{
	for (size_t i = from; i < plan->count; i++)
		if (plan->step[i].kind == kind)
			return i;
	return plan->count;
}

static size_t find_last(const struct plan *plan, enum step_kind kind)
{
	size_t last = plan->count;

	for (size_t i = find(plan, kind, 0); i < plan->count; i = find(plan, kind, i + 1))
		last = i;
	return last;
}

static bool has(const struct plan *plan, enum step_kind kind)
{
	return find(plan, kind, 0) < plan->count;
}

/* Whether every `first` comes before every `then`, where there are any. */
static bool ordered(const struct plan *plan, enum step_kind first, enum step_kind then)
{
	size_t last = find_last(plan, first);

	return last == plan->count || find(plan, then, 0) > last;
}

static const char *check_frame(const struct plan *plan)
{
	size_t clone = find(plan, STEP_CLONE, 0), exec = find(plan, STEP_EXEC, 0);

	if (clone == plan->count || find(plan, STEP_CLONE, clone + 1) < plan->count)
		return "there must be one clone";
	if (plan->step[clone].lane != LANE_RUNTIME)
		return "only the runtime clones";
	for (size_t i = 0; i < clone; i++)
		if (plan->step[i].lane == LANE_CONTAINER)
			return "the container's lane has a step before it is cloned";
	if (exec + 1 != plan->count && find(plan, STEP_EXEC, exec + 1) < plan->count)
		return "there must be one exec";
	for (size_t i = exec + 1; i < plan->count; i++)
		if (plan->step[i].lane == LANE_CONTAINER)
			return "exec is not the last step of the container's lane";
	return exec < plan->count ? NULL : "there must be one exec";
}

static enum lane lane_of_kind(enum step_kind kind, enum lane otherwise)
{
	switch ((int)kind) {
	case STEP_CLONE:
	case STEP_MAKE_CGROUP:
	case STEP_ENABLE_CONTROLLERS:
	case STEP_START_SCOPE:
	case STEP_OPEN_CGROUP:
	case STEP_SET_DEVICES:
	case STEP_OWN_CGROUP:
	case STEP_WRITE_LINES:
	case STEP_MAP_IDS:
	case STEP_WRITE_CHILD:
	case STEP_MOVE_LINK:
	case STEP_MAKE_BRIDGE:
	case STEP_ADD_LINK:
	case STEP_RUN_TOOL:
	case STEP_LOAD_RULES:
	case STEP_ADD_ELEMENTS:
	case STEP_NEW_ID_MAPPING:
	case STEP_RECEIVE_SLOT:
	case STEP_SEND_LISTENER:
	case STEP_SEND_TERMINAL:
	case STEP_OPEN_PROCESS:
	case STEP_WRITE_RECORD:
	case STEP_WRITE_PID_FILE:
	case STEP_SEND_PIDFD:
	case STEP_OPEN_START:
	case STEP_AWAIT_EXEC:
		return LANE_RUNTIME;
	case STEP_RUN_HOOK:
	case STEP_OPEN_GATE:
	case STEP_AWAIT_GATE:
	case STEP_MAKE_DIRECTORY:
	case STEP_WRITE_FILE:
	case STEP_WRITE_PID:
	case STEP_SET_RLIMIT:
	case STEP_OPEN_SOURCE:
		return otherwise;
	}
	return LANE_CONTAINER;
}

/* A namespace, a root or a credential changed in the wrong process would be the runtime's own. */
static const char *check_lanes(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->step[i].lane != lane_of_kind(plan->step[i].kind, plan->step[i].lane))
			return "a step is in the wrong lane";
	return NULL;
}

/* In the flat order each gate is opened before it is awaited, once, by the other lane: then the lane whose
 * next step comes first in the array can always go on, so they cannot deadlock. */
static const char *check_gates(const struct plan *plan)
{
	enum { NEW, OPENED, AWAITED } state[GATES] = { NEW };
	enum lane opener[GATES] = { 0 };

	for (size_t i = 0; i < plan->count; i++) {
		const struct step *step = &plan->step[i];
		enum gate gate = step->gate.gate;

		if (step->kind != STEP_OPEN_GATE && step->kind != STEP_AWAIT_GATE)
			continue;
		if (step->fallback_of || step->tolerate)
			return "a gate may not depend on whether another step failed";
		if (step->kind == STEP_OPEN_GATE) {
			if (state[gate] != NEW)
				return "a gate is opened twice";
			state[gate] = OPENED;
			opener[gate] = step->lane;
		} else {
			if (state[gate] != OPENED || opener[gate] == step->lane)
				return "a gate is awaited that the other lane has not opened";
			state[gate] = AWAITED;
		}
	}
	for (int gate = 0; gate < GATES; gate++)
		if (state[gate] == OPENED)
			return "a gate is opened that nobody awaits";
	return NULL;
}

static const char *check_passing(const struct plan *plan)
{
	size_t sent = 0, received = 0;

	for (size_t i = 0; i < plan->count; i++) {
		sent += plan->step[i].kind == STEP_SEND_SLOT;
		received += plan->step[i].kind == STEP_RECEIVE_SLOT;
		if (received > sent)
			return "a slot is received before it is sent";
	}
	return sent == received ? NULL : "a slot is sent that nobody receives";
}

static bool is_mount(enum step_kind kind)
{
	switch ((int)kind) {
	case STEP_SET_PROPAGATION:
	case STEP_MOUNT_LAYERS:
	case STEP_OPEN_ROOT:
	case STEP_MOUNT:
	case STEP_BIND:
	case STEP_CHANGE_MOUNT:
	case STEP_COPY_UP:
	case STEP_MAKE_DEVICE:
	case STEP_MAKE_LINK:
	case STEP_MASK:
	case STEP_MAKE_READONLY:
	case STEP_BIND_CONSOLE:
	case STEP_MAKE_PATH:
	case STEP_PIVOT_ROOT:
	case STEP_MOVE_ROOT:
		return true;
	}
	return false;
}

/* How the root passes mounts on is the one thing that may change once it is the root. */
static bool changes_propagation_only(const struct step *step)
{
	const struct mount_change *change = &step->change_mount.change;

	return step->kind == STEP_CHANGE_MOUNT && change->propagation && !change->set &&
	       !change->clear && !change->set_all && !change->clear_all &&
	       strcmp(step->change_mount.target, "/") == 0;
}

/* Who joins a container finds its tree as it is: whatever was mounted would be mounted for all in it. */
static const char *check_joined_root(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (is_mount(plan->step[i].kind))
			return "a mount is made in a container that is there";
	return NULL;
}

static const char *check_root(const struct plan *plan)
{
	size_t pivot = find(plan, STEP_PIVOT_ROOT, 0), root = find(plan, STEP_OPEN_ROOT, 0);
	size_t propagation = find(plan, STEP_SET_PROPAGATION, 0), layers = find(plan, STEP_MOUNT_LAYERS, 0);

	if (has(plan, STEP_JOIN_PROCESS))
		return check_joined_root(plan);

	if (pivot == plan->count)
		pivot = find(plan, STEP_MOVE_ROOT, 0);
	if (root == plan->count || pivot == plan->count)
		return "the root file system is not entered";
	if (propagation > root || propagation > layers)
		return "mounts could be passed on to the host: propagation is set too late";
	if (layers != plan->count && layers > root)
		return "the layers of the root file system are mounted after it was opened";
	if (layers != plan->count && plan->step[layers].mount_layers.slot && !plan->step[root].open_root.leave)
		return "the mount of the layers stays in the container's mount namespace";
	for (size_t i = 0; i < plan->count; i++) {
		bool mount = is_mount(plan->step[i].kind) && i != propagation && i != layers && i != root && i != pivot;

		if (mount && i > pivot && !changes_propagation_only(&plan->step[i]))
			return "a mount comes after the root was entered";
		if (mount && i < root)
			return "something is mounted in a root that is not there yet";
	}
	return NULL;
}

/* The slot that a step uses, and the one that it fills; SLOT_NONE for none. */
static void slots_of(const struct step *step, int *ret_uses, int *ret_fills)
{
	*ret_uses = *ret_fills = SLOT_NONE;
	switch ((int)step->kind) {
	case STEP_CLONE: *ret_uses = step->clone.cgroup; break;
	case STEP_OPEN_CGROUP: *ret_fills = SLOT_CGROUP; break;
	case STEP_OPEN_NAMESPACE: *ret_fills = step->open_namespace.slot; break;
	case STEP_JOIN_NAMESPACE: *ret_uses = step->join_namespace.slot; break;
	case STEP_OPEN_ROOT: *ret_fills = SLOT_ROOTFS; break;
	case STEP_NEW_ID_MAPPING: *ret_fills = step->id_mapping.slot; break;
	case STEP_OPEN_SOURCE:
		*ret_uses = step->open_source.id_mapping;
		*ret_fills = step->open_source.slot;
		break;
	case STEP_OPEN_LAYERS: *ret_fills = step->open_layers.slot; break;
	case STEP_MOUNT_LAYERS:
		*ret_uses = step->mount_layers.opened ? step->mount_layers.opened : step->mount_layers.slot;
		break;
	case STEP_BIND: *ret_uses = step->bind.slot; break;
	case STEP_HOLD_DIRECTORY: *ret_fills = step->hold.slot; break;
	case STEP_COPY_UP: *ret_uses = step->copy_up.slot; break;
	case STEP_OPEN_NULL: *ret_fills = SLOT_NULL; break;
	case STEP_OPEN_EMPTY: *ret_fills = SLOT_EMPTY; break;
	case STEP_MASK: *ret_uses = SLOT_NULL; break;
	case STEP_OPEN_PROC: *ret_fills = SLOT_PROC; break;
	case STEP_SET_SYSCTL:
	case STEP_SET_LABEL: *ret_uses = SLOT_PROC; break;
	case STEP_OPEN_TERMINAL: *ret_fills = SLOT_TTY; break;
	case STEP_BIND_CONSOLE:
	case STEP_TAKE_TERMINAL: *ret_uses = SLOT_TTY; break;
	case STEP_SEND_LISTENER: *ret_uses = SLOT_LISTENER; break;
	case STEP_OPEN_PROCESS: *ret_fills = SLOT_PROCESS; break;
	case STEP_JOIN_PROCESS:
		*ret_uses = SLOT_PROCESS;
		*ret_fills = SLOT_ROOTFS;
		break;
	case STEP_OPEN_START: *ret_fills = SLOT_START; break;
	case STEP_AWAIT_START: *ret_uses = SLOT_START; break;
	case STEP_RECEIVE_SLOT: *ret_fills = step->pass.slot; break;
	case STEP_SEND_TERMINAL: *ret_uses = SLOT_PTY; break;
	default: break;
	}
}

static const char *check_slots(const struct plan *plan)
{
	bool *filled = ARENA_ARRAY(plan->arena, (size_t)plan->slots, bool);

	for (size_t i = 0; i < plan->count; i++) {
		int uses, fills;

		slots_of(&plan->step[i], &uses, &fills);
		if (uses >= plan->slots || fills >= plan->slots)
			return "a slot is used that the plan does not count";
		if (uses != SLOT_NONE && uses != SLOT_LISTENER && !filled[uses])
			return "a slot is used before a step fills it";
		filled[fills] = true;
	}
	return NULL;
}

static const char *check_privileges(const struct plan *plan)
{
	size_t exec = find(plan, STEP_EXEC, 0), caps = find_last(plan, STEP_SET_CAPABILITIES);
	size_t uid = find_last(plan, STEP_SET_UID), gid = find_last(plan, STEP_SET_GID);
	size_t groups = find_last(plan, STEP_SET_GROUPS), bounding = find(plan, STEP_DROP_BOUNDING, 0);
	size_t seccomp = find(plan, STEP_SET_SECCOMP, 0), close = find(plan, STEP_CLOSE_DESCRIPTORS, 0);
	size_t no_new = find(plan, STEP_NO_NEW_PRIVILEGES, 0);

	if (caps > exec || bounding > caps || uid > caps)
		return "capabilities are not dropped, or not last";
	if (gid > uid || (groups < plan->count && groups > gid))
		return "the order must be groups, gid, uid";
	if (!ordered(plan, STEP_PIVOT_ROOT, STEP_DROP_BOUNDING) ||
	    !ordered(plan, STEP_JOIN_PROCESS, STEP_DROP_BOUNDING))
		return "rights are given up before the root is entered";
	if (seccomp < plan->count && no_new > seccomp && uid < seccomp)
		return "a seccomp filter without no_new_privileges must come before the rights are given up";
	if (no_new < plan->count && seccomp < no_new)
		return "no_new_privileges must come before the seccomp filter";
	if (close > exec || (seccomp < plan->count && close > seccomp))
		return "descriptors are not closed before the filter and the program";
	return NULL;
}

static const char *check_dumpable(const struct plan *plan)
{
	size_t dumpable = find(plan, STEP_SET_DUMPABLE, 0), join = find(plan, STEP_JOIN_NAMESPACE, 0);
	size_t map = find_last(plan, STEP_AWAIT_GATE), enter = find(plan, STEP_JOIN_PROCESS, 0);

	/* CVE-2016-9962: who is in a namespace already could trace the process that joins it. An ordinary
	 * user's new user namespace is the exception: nobody else is in it. */
	if (!has(plan, STEP_SET_DUMPABLE))
		return "the process can be traced while it is set up";
	if (enter < dumpable && enter < plan->count)
		return "a container is joined by a process that can be traced";
	if (join < dumpable && !has(plan, STEP_MAP_IDS) && !has(plan, STEP_WRITE_SELF) && map == plan->count)
		return "a namespace is joined by a process that can be traced";
	return NULL;
}

static const char *check_fallbacks(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		unsigned of = plan->step[i].fallback_of;

		if (of > i)
			return "a fallback comes before what it stands in for";
		if (of && (!plan->step[of - 1].tolerate || plan->step[of - 1].lane != plan->step[i].lane))
			return "a fallback is for a step that may not fail";
	}
	return NULL;
}

/* A device goes into the namespace of a process, which must be the final one; and that waits for its devices. */
static const char *check_devices(const struct plan *plan)
{
	bool there = false, opened = false;

	for (size_t i = 0; i < plan->count; i++) {
		const struct step *step = &plan->step[i];

		if (step->kind == STEP_CLONE || step->kind == STEP_REFORK)
			there = step->kind == STEP_CLONE;
		if (step->kind == STEP_AWAIT_GATE && step->gate.gate == GATE_REFORKED)
			there = true;
		if (step->kind == STEP_OPEN_GATE && step->gate.gate == GATE_DEVICES)
			opened = true;
		if (step->kind != STEP_MOVE_LINK && step->kind != STEP_ADD_LINK &&
		    !(step->kind == STEP_RUN_TOOL && step->run_tool.tool->process))
			continue;
		if (!there)
			return "a network device is given to a process that is not there yet";
		if (opened)
			return "a network device comes after the container has waited for it";
	}
	return NULL;
}

/* A process that outlives the runtime must be on record; and until `start` nothing may run that is not the
 * runtime's. */
static const char *check_life(const struct plan *plan)
{
	size_t start = find(plan, STEP_AWAIT_START, 0), record = find(plan, STEP_WRITE_RECORD, 0);
	size_t exec = find(plan, STEP_EXEC, 0), recorded = plan->count;

	for (size_t i = 0; i < plan->count; i++)
		if (plan->step[i].kind == STEP_AWAIT_GATE && plan->step[i].gate.gate == GATE_RECORDED)
			recorded = i;
	if (record < plan->count && (recorded < record || recorded > start || recorded > exec))
		return "the process may begin before it is on record";
	if (start < plan->count && record == plan->count)
		return "a process waits for `start` that is not on record";
	for (size_t i = 0; i < plan->count; i++)
		if (plan->step[i].kind == STEP_RUN_HOOK &&
		    plan->step[i].run_hook.kind == HOOK_START_CONTAINER && start < plan->count && i < start)
			return "a startContainer hook is run before `start`";
	return NULL;
}

/* The program must not be reached, nor reach anything, before the firewall knows its networks. */
static const char *check_firewall(const struct plan *plan)
{
	size_t last = find_last(plan, STEP_ADD_ELEMENTS), exec = find(plan, STEP_EXEC, 0);

	if (!ordered(plan, STEP_LOAD_RULES, STEP_ADD_ELEMENTS))
		return "elements are added to a table that is not there yet";
	if (last == plan->count)
		return NULL;
	for (size_t i = last; i < exec; i++)
		if (plan->step[i].kind == STEP_AWAIT_GATE && plan->step[i].lane == LANE_CONTAINER)
			return NULL;
	return "the program may begin before the firewall knows its networks";
}

static const char *check_connect(const struct plan *plan)
{
	const size_t clone = find(plan, STEP_CLONE, 0), link = find(plan, STEP_ADD_LINK, 0);

	if (clone == plan->count || find(plan, STEP_CLONE, clone + 1) < plan->count)
		return "there must be one clone";
	for (size_t i = 0; i < plan->count; i++) {
		const struct step *step = &plan->step[i];

		if (i < clone && step->lane == LANE_CONTAINER)
			return "the container's lane has a step before it is cloned";
		if (step->kind == STEP_JOIN_PROCESS && step->join_process.flags != CLONE_NEWNET)
			return "more than the network namespace of the container is entered";
		if (step->kind == STEP_EXEC)
			return "a program is run";
	}
	if (!ordered(plan, STEP_JOIN_PROCESS, STEP_ADD_LINK))
		return "a network device is made in a namespace that is not the container's";
	if (!ordered(plan, STEP_LOAD_RULES, STEP_ADD_ELEMENTS) || (link < plan->count &&
								   find_last(plan, STEP_ADD_ELEMENTS) < plan->count &&
								   find_last(plan, STEP_ADD_ELEMENTS) > link))
		return "there is a network device before the firewall knows its network";
	return NULL;
}

const char *plan_check_connect(const struct plan *plan)
{
	static const char *(*const rule[])(const struct plan *) = {
		check_connect, check_lanes, check_gates, check_joined_root, check_slots, check_dumpable,
		check_fallbacks, check_devices,
	};
	const char *broken = NULL;

	for (size_t i = 0; i < sizeof(rule) / sizeof(rule[0]) && !broken; i++)
		broken = rule[i](plan);
	return broken;
}

const char *plan_check(const struct plan *plan)
{
	static const char *(*const rule[])(const struct plan *) = {
		check_frame, check_lanes, check_gates, check_passing, check_root,
		check_slots, check_privileges, check_dumpable, check_fallbacks, check_devices,
		check_life,
		check_firewall,
	};
	const char *broken = NULL;

	for (size_t i = 0; i < sizeof(rule) / sizeof(rule[0]) && !broken; i++)
		broken = rule[i](plan);
	return broken;
}
