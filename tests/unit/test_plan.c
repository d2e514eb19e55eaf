/* test_plan.c - the plan's rules: a plan that the builder makes keeps them, and each way of
 * breaking one is noticed. A rule that nothing can break protects nobody. */
#include "plan/plan.h"
#include <linux/mount.h>
#include <linux/sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
	struct arena arena;
	struct spec spec;
	struct host host;
	struct plan_request request;
	struct plan plan;
	struct problem problem;
};

static char word[] = "true", variable[] = "PATH=/bin", kcore[] = "/proc/kcore";
static char *args[] = { word, NULL };
static char *env[] = { variable, NULL };

static struct fixture small_container(void)
{
	struct fixture f = {
		.host = { .kernel_major = 6, .kernel_minor = 1, .capabilities = ~0ULL, .last_capability = 40 },
		.spec = { .root_path = "rootfs" },
	};

	arena_init(&f.arena, NULL, 0);
	f.spec.namespace[NAMESPACE_MOUNT].asked = true;
	f.spec.namespace[NAMESPACE_PID].asked = true;
	f.spec.process.args = (struct texts){ args, 1 };
	f.spec.process.env = (struct texts){ env, 1 };
	f.spec.process.cwd = "/";
	return f;
}

static void build(struct fixture *f)
{
	f->request = (struct plan_request){ &f->spec, &f->host, "test", "/bundle", 0, false, false };
	plan_build(&f->arena, &f->request, &f->plan, &f->problem);
}

static size_t find(const struct plan *plan, enum step_kind kind)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->step[i].kind == kind)
			return i;
	return plan->count;
}

static size_t count(const struct plan *plan, enum step_kind kind)
{
	size_t found = 0;

	for (size_t i = 0; i < plan->count; i++)
		found += plan->step[i].kind == kind;
	return found;
}

static void move_step(struct plan *plan, size_t from, size_t to)
{
	struct step step = plan->step[from];

	memmove(&plan->step[from], &plan->step[from + 1], (plan->count - from - 1) * sizeof(step));
	memmove(&plan->step[to + 1], &plan->step[to], (plan->count - 1 - to) * sizeof(step));
	plan->step[to] = step;
}

static void remove_step(struct plan *plan, size_t at)
{
	memmove(&plan->step[at], &plan->step[at + 1], (plan->count - at - 1) * sizeof(*plan->step));
	plan->count--;
}

static void assert_accepted(struct fixture *f)
{
	const char *broken;

	build(f);
	assert_string_equal(f->problem.text, "");
	broken = plan_check(&f->plan);
	assert_string_equal(broken ? broken : "", "");
}

static void assert_broken(struct fixture *f, const char *rule)
{
	const char *broken = plan_check(&f->plan);

	assert_non_null(broken);
	assert_string_equal(broken, rule);
	arena_release(&f->arena);
}

/* --- what the builder makes --- */

static void small_container_needs_no_second_process_and_no_gate(void **state)
{
	struct fixture f = small_container();

	assert_accepted(&f);
	assert_int_equal(count(&f.plan, STEP_CLONE), 1);
	assert_int_equal(count(&f.plan, STEP_REFORK), 0);
	assert_int_equal(count(&f.plan, STEP_OPEN_GATE), 0);
	arena_release(&f.arena);
}

static void joining_a_pid_namespace_needs_a_child_of_the_child(void **state)
{
	struct fixture f = small_container();

	f.spec.namespace[NAMESPACE_PID].path = "/proc/1/ns/pid";
	assert_accepted(&f);
	assert_int_equal(f.plan.step[find(&f.plan, STEP_CLONE)].clone.flags, 0);
	assert_int_equal(f.plan.step[find(&f.plan, STEP_REFORK)].refork.flags, CLONE_NEWNS);
	arena_release(&f.arena);
}

static void a_joined_network_needs_none(void **state)
{
	struct fixture f = small_container();

	f.spec.namespace[NAMESPACE_NETWORK] = (struct namespace){ true, "/run/netns/pod", 2 };
	assert_accepted(&f);
	assert_int_equal(count(&f.plan, STEP_REFORK), 0);
	assert_string_equal(f.plan.step[find(&f.plan, STEP_JOIN_NAMESPACE)].why, "linux.namespaces[2]");
	arena_release(&f.arena);
}

static struct fixture user_container(uint32_t uid, uint32_t ids)
{
	static struct id_map map;
	struct fixture f = small_container();

	map = (struct id_map){ 0, uid, ids };
	f.spec.namespace[NAMESPACE_USER].asked = true;
	f.spec.uid_map = f.spec.gid_map = (struct id_maps){ &map, 1 };
	f.host.uid = f.host.gid = uid;
	f.host.capabilities = uid ? 0 : ~0ULL;
	return f;
}

static void an_ordinary_user_maps_one_id_without_help(void **state)
{
	struct fixture f = user_container(1000, 1);
	size_t deny;

	assert_accepted(&f);
	deny = find(&f.plan, STEP_WRITE_SELF);
	assert_string_equal(f.plan.step[deny].write_proc.file, "setgroups");
	assert_string_equal(f.plan.step[deny].write_proc.text, "deny");
	assert_string_equal(f.plan.step[deny + 1].write_proc.text, "0 1000 1\n");
	assert_int_equal(count(&f.plan, STEP_OPEN_GATE), 0);
	assert_int_equal(count(&f.plan, STEP_SET_GROUPS), 0);
	arena_release(&f.arena);
}

static void more_ids_need_newuidmap(void **state)
{
	struct fixture f = user_container(1000, 65536);

	build(&f);
	assert_non_null(strstr(f.problem.text, "linux.uidMappings: mapping more than one's own id needs "
					       "'newuidmap'"));
	f.problem = (struct problem){ 0 };
	f.host.newuidmap = "/usr/bin/newuidmap";
	f.host.newgidmap = "/usr/bin/newgidmap";
	assert_accepted(&f);
	assert_int_equal(count(&f.plan, STEP_MAP_IDS), 2);
	arena_release(&f.arena);
}

static void without_a_user_namespace_only_root_may_run(void **state)
{
	struct fixture f = small_container();

	f.host.uid = 1000;
	f.host.capabilities = 0;
	build(&f);
	assert_non_null(strstr(f.problem.text, "an ordinary user's container needs a user namespace"));
	arena_release(&f.arena);
}

static void a_mount_namespace_is_needed(void **state)
{
	struct fixture f = small_container();

	f.spec.namespace[NAMESPACE_MOUNT].asked = false;
	build(&f);
	assert_non_null(strstr(f.problem.text, "linux.namespaces: a mount namespace is needed"));
	arena_release(&f.arena);
}

static void a_read_only_dev_becomes_so_when_its_devices_are_there(void **state)
{
	struct mount dev = { .destination = "/dev", .type = "tmpfs", .source = "tmpfs",
			     .options = { .set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID } };
	struct fixture f = small_container();
	size_t mount, change;

	f.spec.mount = &dev;
	f.spec.mounts = 1;
	assert_accepted(&f);
	mount = find(&f.plan, STEP_MOUNT);
	change = find(&f.plan, STEP_CHANGE_MOUNT);
	assert_int_equal(f.plan.step[mount].mount.change.set, MOUNT_ATTR_NOSUID);
	assert_int_equal(f.plan.step[change].change_mount.change.set, MOUNT_ATTR_RDONLY);
	assert_true(change > find(&f.plan, STEP_MAKE_DEVICE));
	arena_release(&f.arena);
}

static void limits_in_a_user_namespace_are_set_by_the_runtime(void **state)
{
	struct process_limit nofile = { 7, 1024, 4096 };
	struct fixture f = user_container(0, 1000);

	f.spec.process.rlimit = &nofile;
	f.spec.process.rlimits = 1;
	assert_accepted(&f);
	assert_int_equal(f.plan.step[find(&f.plan, STEP_SET_RLIMIT)].lane, LANE_RUNTIME);
	arena_release(&f.arena);
}

/* --- each rule, broken --- */

static void exec_must_be_last(void **state)
{
	struct fixture f = small_container();

	assert_accepted(&f);
	move_step(&f.plan, find(&f.plan, STEP_EXEC), find(&f.plan, STEP_PIVOT_ROOT));
	assert_broken(&f, "exec is not the last step of the container's lane");
}

static void nothing_is_mounted_after_pivot_root(void **state)
{
	struct fixture f = small_container();

	assert_accepted(&f);
	move_step(&f.plan, find(&f.plan, STEP_MAKE_LINK), find(&f.plan, STEP_PIVOT_ROOT));
	assert_broken(&f, "a mount comes after the root was entered");
}

static void propagation_comes_before_the_root(void **state)
{
	struct fixture f = small_container();

	assert_accepted(&f);
	move_step(&f.plan, find(&f.plan, STEP_SET_PROPAGATION), find(&f.plan, STEP_OPEN_ROOT));
	assert_broken(&f, "mounts could be passed on to the host: propagation is set too late");
}

static void uid_comes_after_groups_and_gid(void **state)
{
	struct fixture f = small_container();

	assert_accepted(&f);
	move_step(&f.plan, find(&f.plan, STEP_SET_UID), find(&f.plan, STEP_SET_GROUPS));
	assert_broken(&f, "the order must be groups, gid, uid");
}

static void capabilities_go_last(void **state)
{
	struct fixture f = small_container();

	assert_accepted(&f);
	move_step(&f.plan, find(&f.plan, STEP_SET_CAPABILITIES), find(&f.plan, STEP_SET_UID));
	assert_broken(&f, "capabilities are not dropped, or not last");
}

static void descriptors_are_closed_before_the_program(void **state)
{
	struct fixture f = small_container();

	assert_accepted(&f);
	remove_step(&f.plan, find(&f.plan, STEP_CLOSE_DESCRIPTORS));
	assert_broken(&f, "descriptors are not closed before the filter and the program");
}

static void a_slot_is_filled_before_it_is_used(void **state)
{
	static char *masked[] = { kcore, NULL };
	struct fixture f = small_container();

	f.spec.masked_paths = (struct texts){ masked, 1 };
	assert_accepted(&f);
	remove_step(&f.plan, find(&f.plan, STEP_OPEN_NULL));
	assert_broken(&f, "a slot is used before a step fills it");
}

static void a_gate_is_opened_before_it_is_awaited(void **state)
{
	struct fixture f = user_container(0, 1000);

	assert_accepted(&f);
	move_step(&f.plan, find(&f.plan, STEP_AWAIT_GATE), find(&f.plan, STEP_OPEN_GATE));
	assert_broken(&f, "a gate is awaited that the other lane has not opened");
}

static void a_gate_has_two_sides(void **state)
{
	struct fixture f = user_container(0, 1000);

	assert_accepted(&f);
	remove_step(&f.plan, find(&f.plan, STEP_AWAIT_GATE));
	assert_broken(&f, "a gate is opened that nobody awaits");
}

static void a_gate_cannot_hang_on_a_failure(void **state)
{
	struct fixture f = user_container(0, 1000);

	assert_accepted(&f);
	f.plan.step[find(&f.plan, STEP_AWAIT_GATE)].tolerate = 1;
	assert_broken(&f, "a gate may not depend on whether another step failed");
}

static void only_the_container_changes_its_ids(void **state)
{
	struct fixture f = small_container();

	assert_accepted(&f);
	f.plan.step[find(&f.plan, STEP_SET_UID)].lane = LANE_RUNTIME;
	assert_broken(&f, "a step is in the wrong lane");
}

static void a_process_that_joins_cannot_be_traced(void **state)
{
	struct fixture f = small_container();

	f.spec.namespace[NAMESPACE_NETWORK] = (struct namespace){ true, "/run/netns/pod", 0 };
	assert_accepted(&f);
	remove_step(&f.plan, find(&f.plan, STEP_SET_DUMPABLE));
	assert_broken(&f, "the process can be traced while it is set up");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_container_needs_no_second_process_and_no_gate),
		cmocka_unit_test(joining_a_pid_namespace_needs_a_child_of_the_child),
		cmocka_unit_test(a_joined_network_needs_none),
		cmocka_unit_test(an_ordinary_user_maps_one_id_without_help),
		cmocka_unit_test(more_ids_need_newuidmap),
		cmocka_unit_test(without_a_user_namespace_only_root_may_run),
		cmocka_unit_test(a_mount_namespace_is_needed),
		cmocka_unit_test(a_read_only_dev_becomes_so_when_its_devices_are_there),
		cmocka_unit_test(limits_in_a_user_namespace_are_set_by_the_runtime),
		cmocka_unit_test(exec_must_be_last),
		cmocka_unit_test(nothing_is_mounted_after_pivot_root),
		cmocka_unit_test(propagation_comes_before_the_root),
		cmocka_unit_test(uid_comes_after_groups_and_gid),
		cmocka_unit_test(capabilities_go_last),
		cmocka_unit_test(descriptors_are_closed_before_the_program),
		cmocka_unit_test(a_slot_is_filled_before_it_is_used),
		cmocka_unit_test(a_gate_is_opened_before_it_is_awaited),
		cmocka_unit_test(a_gate_has_two_sides),
		cmocka_unit_test(a_gate_cannot_hang_on_a_failure),
		cmocka_unit_test(only_the_container_changes_its_ids),
		cmocka_unit_test(a_process_that_joins_cannot_be_traced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
