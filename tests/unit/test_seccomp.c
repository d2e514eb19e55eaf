/* test_seccomp.c - what single rules become, and the limits. */
#include "base/sys.h"
#include "plan/build.h"
#include "spec/syscalls.h"
#include <linux/audit.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "seccomp_ask.h"
#include "spec/syscalls_table.h"

#define REFUSED (SECCOMP_RET_ERRNO | EPERM)

/* --- short forms --- */

static uint32_t ask_x86_64(const struct seccomp *seccomp, uint32_t number, uint64_t argument)
{
	return ask(compile(seccomp, ARCH_X86_64), AUDIT_ARCH_X86_64, number, argument);
}

static struct seccomp_rule *add_rule(struct seccomp *seccomp, const char *name, uint32_t action)
{
	struct seccomp_rule *rule;

	if (!seccomp->rule)
		seccomp->rule = ARENA_ARRAY(&arena, 6000, struct seccomp_rule);
	rule = &seccomp->rule[seccomp->rules++];
	rule->names.at = ARENA_ARRAY(&arena, 2, char *);
	rule->names.at[rule->names.count++] = (char *)(uintptr_t)name;
	rule->action = action;
	return rule;
}

static void add_arg(struct seccomp_rule *rule, uint32_t index, enum seccomp_operator operator,
		    uint64_t value, uint64_t value_two)
{
	if (!rule->arg)
		rule->arg = ARENA_ARRAY(&arena, 8, struct seccomp_arg);
	rule->arg[rule->args++] = (struct seccomp_arg){ index, value, value_two, operator };
}

static struct seccomp refuse_all(void)
{
	return (struct seccomp){ .asked = true, .default_action = SECCOMP_RET_ERRNO };
}

/* --- actions --- */

static void test_data(void **unused)
{
	struct seccomp seccomp = { .asked = true, .default_action = SECCOMP_RET_TRAP };

	add_rule(&seccomp, "read", SECCOMP_RET_ERRNO);
	add_rule(&seccomp, "write", SECCOMP_RET_ERRNO)->errno_ret = (struct maybe_u32){ true, 0 };
	add_rule(&seccomp, "open", SECCOMP_RET_TRACE)->errno_ret = (struct maybe_u32){ true, 0x1234 };
	add_rule(&seccomp, "close", SECCOMP_RET_USER_NOTIF);
	add_rule(&seccomp, "stat", SECCOMP_RET_ALLOW)->errno_ret = (struct maybe_u32){ true, 7 };
	add_rule(&seccomp, "getpid", SECCOMP_RET_KILL_PROCESS);
	assert_int_equal(ask_x86_64(&seccomp, 0, 0), REFUSED);
	assert_int_equal(ask_x86_64(&seccomp, 1, 0), SECCOMP_RET_ERRNO);
	assert_int_equal(ask_x86_64(&seccomp, 2, 0), SECCOMP_RET_TRACE | 0x1234);
	assert_int_equal(ask_x86_64(&seccomp, 3, 0), SECCOMP_RET_USER_NOTIF);
	assert_int_equal(ask_x86_64(&seccomp, 4, 0), SECCOMP_RET_ALLOW);
	assert_int_equal(ask_x86_64(&seccomp, 5, 0), SECCOMP_RET_TRAP);
	assert_int_equal(ask_x86_64(&seccomp, 39, 0), SECCOMP_RET_KILL_PROCESS);
}

static void test_default_errno(void **unused)
{
	struct seccomp seccomp = refuse_all();

	seccomp.default_errno_ret = (struct maybe_u32){ true, EACCES };
	assert_int_equal(ask_x86_64(&seccomp, 39, 0), SECCOMP_RET_ERRNO | EACCES);
}

/* A rule that says what the default says does not exist: the next one counts. */
static void test_same_as_default(void **unused)
{
	struct seccomp seccomp = refuse_all();

	add_rule(&seccomp, "getpid", SECCOMP_RET_ERRNO);
	add_rule(&seccomp, "getpid", SECCOMP_RET_ALLOW);
	assert_int_equal(ask_x86_64(&seccomp, 39, 0), SECCOMP_RET_ALLOW);
}

static void test_unknown_name(void **unused)
{
	struct seccomp seccomp = refuse_all();

	add_rule(&seccomp, "no_such_call", SECCOMP_RET_ALLOW);
	add_rule(&seccomp, "", SECCOMP_RET_ALLOW);
	add_rule(&seccomp, "getpid", SECCOMP_RET_ALLOW);
	assert_int_equal(ask_x86_64(&seccomp, 39, 0), SECCOMP_RET_ALLOW);
	assert_int_equal(ask_x86_64(&seccomp, 38, 0), REFUSED);
}

/* --- architectures --- */

static void test_architectures(void **unused)
{
	struct seccomp seccomp = refuse_all();
	struct bpf_program program;

	add_rule(&seccomp, "getpid", SECCOMP_RET_ALLOW);
	program = compile(&seccomp, ARCH_X86_64);
	assert_int_equal(ask(program, AUDIT_ARCH_X86_64, 39, 0), SECCOMP_RET_ALLOW);
	assert_int_equal(ask(program, AUDIT_ARCH_I386, 20, 0), SECCOMP_RET_KILL_THREAD);
	assert_int_equal(ask(program, AUDIT_ARCH_X86_64, 0x40000000 | 39, 0), SECCOMP_RET_KILL_THREAD);
	assert_int_equal(ask(program, AUDIT_ARCH_X86_64, (uint32_t)-1, 0), REFUSED);
	assert_int_equal(ask(program, AUDIT_ARCH_AARCH64, 172, 0), SECCOMP_RET_KILL_THREAD);
	seccomp.architectures = 1U << ARCH_X86 | 1U << ARCH_X32 | 1U << ARCH_ARM | 1U << ARCH_S390X;
	program = compile(&seccomp, ARCH_X86_64);
	assert_int_equal(ask(program, AUDIT_ARCH_X86_64, 39, 0), SECCOMP_RET_ALLOW);
	assert_int_equal(ask(program, AUDIT_ARCH_I386, 20, 0), SECCOMP_RET_ALLOW);
	assert_int_equal(ask(program, AUDIT_ARCH_I386, 19, 0), REFUSED);
	assert_int_equal(ask(program, AUDIT_ARCH_X86_64, 0x40000000 | 39, 0), SECCOMP_RET_ALLOW);
	assert_int_equal(ask(program, AUDIT_ARCH_S390X, 20, 0), SECCOMP_RET_KILL_THREAD);
	program = compile(&seccomp, ARCH_AARCH64);
	assert_int_equal(ask(program, AUDIT_ARCH_AARCH64, 172, 0), SECCOMP_RET_ALLOW);
	assert_int_equal(ask(program, AUDIT_ARCH_ARM, 20, 0), SECCOMP_RET_ALLOW);
	assert_int_equal(ask(program, AUDIT_ARCH_X86_64, 39, 0), SECCOMP_RET_KILL_THREAD);
}

static void test_new_calls(void **unused)
{
	struct seccomp seccomp = refuse_all();
	struct bpf_program program;

	seccomp.architectures = 1U << ARCH_X86 | 1U << ARCH_X32 | 1U << ARCH_ARM;
	add_rule(&seccomp, "statx", SECCOMP_RET_ALLOW);
	add_rule(&seccomp, "set_tls", SECCOMP_RET_ALLOW);
	add_rule(&seccomp, "readv", SECCOMP_RET_ALLOW);
	program = compile(&seccomp, ARCH_X86_64);
	assert_int_equal(ask(program, AUDIT_ARCH_X86_64, 331, 0), REFUSED);
	assert_int_equal(ask(program, AUDIT_ARCH_X86_64, 332, 0), SECCOMP_RET_ALLOW);
	assert_int_equal(ask(program, AUDIT_ARCH_X86_64, 333, 0), NO_CALL);
	assert_int_equal(ask(program, AUDIT_ARCH_X86_64, 1000000, 0), NO_CALL);
	assert_int_equal(ask(program, AUDIT_ARCH_I386, 384, 0), NO_CALL);
	assert_int_equal(ask(program, AUDIT_ARCH_X86_64, 0x40000000 | 333, 0), NO_CALL);
	assert_int_equal(ask(program, AUDIT_ARCH_X86_64, 0x40000000 | 514, 0), REFUSED);
	assert_int_equal(ask(program, AUDIT_ARCH_X86_64, 0x40000000 | 515, 0), SECCOMP_RET_ALLOW);
	assert_int_equal(ask(program, AUDIT_ARCH_X86_64, 0x40000000 | 548, 0), NO_CALL);
	program = compile(&seccomp, ARCH_AARCH64);
	assert_int_equal(ask(program, AUDIT_ARCH_ARM, 398, 0), NO_CALL);
	assert_int_equal(ask(program, AUDIT_ARCH_ARM, 0xf0004, 0), REFUSED);
	assert_int_equal(ask(program, AUDIT_ARCH_ARM, 0xf0005, 0), SECCOMP_RET_ALLOW);
}

/* Where the default lets calls through, new ones are let through as well; and where no number is
 * named, there is nothing to be newer than. */
static void test_no_new_calls(void **unused)
{
	static const uint32_t passing[] = { SECCOMP_RET_ALLOW, SECCOMP_RET_LOG, SECCOMP_RET_TRACE };
	struct seccomp seccomp = { .asked = true };

	add_rule(&seccomp, "getpid", SECCOMP_RET_KILL_PROCESS);
	for (int i = 0; i < 3; i++) {
		uint32_t data = passing[i] == SECCOMP_RET_TRACE ? EPERM : 0;

		seccomp.default_action = passing[i];
		assert_int_equal(ask_x86_64(&seccomp, 400, 0), passing[i] | data);
	}
	seccomp = refuse_all();
	assert_int_equal(ask_x86_64(&seccomp, 400, 0), REFUSED);
}

/* --- conditions --- */

static void test_operators(void **unused)
{
	static const uint64_t values[] = { 0, 1, 0xffffffff, 0x100000000, 0x5ffffffff, UINT64_MAX };

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		for (int operator = 0; operator < SECCOMP_MASKED_EQUAL; operator++) {
			struct seccomp seccomp = refuse_all();
			uint64_t v = values[i];
			const bool below[] = { true, true, true, false, false, false };
			const bool equal[] = { false, false, true, true, true, false };
			const bool above[] = { true, false, false, false, true, true };

			add_arg(add_rule(&seccomp, "getpid", SECCOMP_RET_ALLOW), 0,
				(enum seccomp_operator)operator, v, 0);
			assert_int_equal(ask_x86_64(&seccomp, 39, v) == SECCOMP_RET_ALLOW,
					 equal[operator]);
			if (v > 0)
				assert_int_equal(ask_x86_64(&seccomp, 39, v - 1) == SECCOMP_RET_ALLOW,
						 below[operator]);
			if (v < UINT64_MAX)
				assert_int_equal(ask_x86_64(&seccomp, 39, v + 1) == SECCOMP_RET_ALLOW,
						 above[operator]);
		}
}

static void test_masked(void **unused)
{
	struct seccomp seccomp = refuse_all();

	add_arg(add_rule(&seccomp, "getpid", SECCOMP_RET_ALLOW), 0, SECCOMP_MASKED_EQUAL, 0xf0000000f,
		0xffff2ffffffffff1);
	assert_int_equal(ask_x86_64(&seccomp, 39, 0xf00000001), SECCOMP_RET_ALLOW);
	assert_int_equal(ask_x86_64(&seccomp, 39, 0xaf0ff000f1), SECCOMP_RET_ALLOW);
	assert_int_equal(ask_x86_64(&seccomp, 39, 0xf00000003), REFUSED);
	assert_int_equal(ask_x86_64(&seccomp, 39, 1), REFUSED);
}

/* One index: any of them. Different ones: all of them. */
static void test_same_index(void **unused)
{
	struct seccomp seccomp = refuse_all();
	struct seccomp_rule *any = add_rule(&seccomp, "getpid", SECCOMP_RET_ALLOW);
	struct seccomp_rule *all = add_rule(&seccomp, "getuid", SECCOMP_RET_ALLOW);

	add_arg(any, 0, SECCOMP_EQUAL, 5, 0);
	add_arg(any, 0, SECCOMP_EQUAL, 7, 0);
	add_arg(all, 1, SECCOMP_GREATER, 4, 0);
	add_arg(all, 0, SECCOMP_LESS, 6, 0);
	assert_int_equal(ask_x86_64(&seccomp, 39, 5), SECCOMP_RET_ALLOW);
	assert_int_equal(ask_x86_64(&seccomp, 39, 6), REFUSED);
	assert_int_equal(ask_x86_64(&seccomp, 39, 7), SECCOMP_RET_ALLOW);
	assert_int_equal(ask_x86_64(&seccomp, 102, 4), REFUSED);
	assert_int_equal(ask_x86_64(&seccomp, 102, 5), SECCOMP_RET_ALLOW);
	assert_int_equal(ask_x86_64(&seccomp, 102, 6), REFUSED);
}

/* CVE-2019-10063: high bits that the kernel does not look at must not lead past a rule, where the
 * kernel leaves them in the register (int 0x80 from a 64-bit program). */
static void test_high_bits(void **unused)
{
	struct seccomp seccomp = { .asked = true, .default_action = SECCOMP_RET_ALLOW };
	struct bpf_program program;

	seccomp.architectures = 1U << ARCH_X86;
	add_arg(add_rule(&seccomp, "ioctl", SECCOMP_RET_ERRNO), 1, SECCOMP_EQUAL, 0x5412, 0);
	add_arg(add_rule(&seccomp, "getpid", SECCOMP_RET_ERRNO), 1, SECCOMP_MASKED_EQUAL, 0xffffffff,
		0x5412);
	program = compile(&seccomp, ARCH_X86_64);
	assert_int_equal(ask(program, AUDIT_ARCH_I386, 54, 0x100005412), REFUSED);
	assert_int_equal(ask(program, AUDIT_ARCH_X86_64, 16, 0x5412), REFUSED);
	assert_int_equal(ask(program, AUDIT_ARCH_X86_64, 39, 0x100005412), REFUSED);
}

static void test_unconditional_decides(void **unused)
{
	struct seccomp seccomp = refuse_all();

	add_arg(add_rule(&seccomp, "getpid", SECCOMP_RET_TRAP), 0, SECCOMP_EQUAL, 5, 0);
	add_rule(&seccomp, "getpid", SECCOMP_RET_ALLOW);
	add_rule(&seccomp, "getpid", SECCOMP_RET_LOG);
	assert_int_equal(ask_x86_64(&seccomp, 39, 5), SECCOMP_RET_ALLOW);
}

static void test_bad_index(void **unused)
{
	struct seccomp seccomp = refuse_all();
	struct bpf_program program = { 0 };
	struct problem problem = { 0 };

	add_rule(&seccomp, "getpid", SECCOMP_RET_ALLOW);
	add_arg(add_rule(&seccomp, "getpid", SECCOMP_RET_ALLOW), 6, SECCOMP_EQUAL, 0, 0);
	seccomp_compile(&arena, &seccomp, ARCH_X86_64, &program, &problem);
	assert_string_equal(problem.text, "linux.seccomp.syscalls[1].args[0].index: 6: "
			    "a system call has arguments 0 to 5");
}

/* --- socketcall and ipc of i386 --- */

static void test_multiplexed(void **unused)
{
	enum { SOCKETCALL = 102, IPC = 117, SOCKET = 1, BIND = 2, LISTEN = 4, SHMGET = 23, SHMAT = 21 };
	struct seccomp seccomp = refuse_all();
	struct bpf_program program;

	seccomp.architectures = 1U << ARCH_X86;
	add_arg(add_rule(&seccomp, "socket", SECCOMP_RET_ALLOW), 0, SECCOMP_EQUAL, 1, 0);
	add_arg(add_rule(&seccomp, "bind", SECCOMP_RET_KILL_PROCESS), 0, SECCOMP_EQUAL, 1, 0);
	add_rule(&seccomp, "listen", SECCOMP_RET_ALLOW);
	add_rule(&seccomp, "shmget", SECCOMP_RET_ALLOW);
	program = compile(&seccomp, ARCH_X86_64);
	/* The direct calls. */
	assert_int_equal(ask(program, AUDIT_ARCH_I386, 359, 1), SECCOMP_RET_ALLOW);
	assert_int_equal(ask(program, AUDIT_ARCH_I386, 359, 2), REFUSED);
	assert_int_equal(ask(program, AUDIT_ARCH_I386, 363, 0), SECCOMP_RET_ALLOW);
	assert_int_equal(ask(program, AUDIT_ARCH_I386, 395, 0), SECCOMP_RET_ALLOW);
	/* What would permit more cannot be checked; what stops more holds for all. */
	assert_int_equal(ask(program, AUDIT_ARCH_I386, SOCKETCALL, SOCKET), REFUSED);
	assert_int_equal(ask(program, AUDIT_ARCH_I386, SOCKETCALL, BIND), SECCOMP_RET_KILL_PROCESS);
	assert_int_equal(ask(program, AUDIT_ARCH_I386, SOCKETCALL, LISTEN), SECCOMP_RET_ALLOW);
	assert_int_equal(ask(program, AUDIT_ARCH_I386, SOCKETCALL, 99), REFUSED);
	assert_int_equal(ask(program, AUDIT_ARCH_I386, IPC, SHMGET), SECCOMP_RET_ALLOW);
	assert_int_equal(ask(program, AUDIT_ARCH_I386, IPC, 0x10000 | SHMGET), SECCOMP_RET_ALLOW);
	assert_int_equal(ask(program, AUDIT_ARCH_I386, IPC, SHMAT), REFUSED);
	/* x86-64 has another call at that number. */
	assert_int_equal(ask(program, AUDIT_ARCH_X86_64, SOCKETCALL, LISTEN), NO_CALL);
	add_rule(&seccomp, "socketcall", SECCOMP_RET_ALLOW);
	program = compile(&seccomp, ARCH_X86_64);
	assert_int_equal(ask(program, AUDIT_ARCH_I386, SOCKETCALL, SOCKET), SECCOMP_RET_ALLOW);
}

/* --- steps --- */

static struct plan build(const struct seccomp *seccomp, struct spec *spec)
{
	struct plan plan = { .arena = &arena };
	struct problem problem = { 0 };
	struct host host = { .architecture = HOST_X86_64 };
	const struct plan_request request = { .spec = spec, .host = &host };
	struct builder b = { .arena = &arena, .request = &request, .spec = spec, .host = &host,
			     .plan = &plan, .problem = &problem };

	spec->seccomp = *seccomp;
	build_seccomp(&b);
	assert_false(problem.found);
	return plan;
}

static void test_step(void **unused)
{
	struct seccomp seccomp = refuse_all();
	struct spec spec = { 0 };
	struct plan plan;

	seccomp.flags = SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
	plan = build(&seccomp, &spec);
	assert_int_equal(plan.count, 1);
	assert_int_equal(plan.step[0].kind, STEP_SET_SECCOMP);
	assert_int_equal(plan.step[0].seccomp.flags, SECCOMP_FILTER_FLAG_LOG);
	assert_false(plan.step[0].seccomp.listener);
	seccomp.asked = false;
	assert_int_equal(build(&seccomp, &spec).count, 0);
}

static void test_listener_steps(void **unused)
{
	struct seccomp seccomp = refuse_all();
	struct spec spec = { 0 };
	struct plan plan;

	add_rule(&seccomp, "mount", SECCOMP_RET_USER_NOTIF);
	seccomp.listener_path = "/run/agent";
	seccomp.flags = SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
	plan = build(&seccomp, &spec);
	assert_int_equal(plan.count, 4);
	assert_true(plan.step[0].seccomp.listener);
	assert_int_equal(plan.step[0].seccomp.flags, SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
	assert_int_equal(plan.step[1].kind, STEP_SEND_SLOT);
	assert_int_equal(plan.step[2].kind, STEP_RECEIVE_SLOT);
	assert_int_equal(plan.step[3].kind, STEP_SEND_LISTENER);
	assert_string_equal(plan.step[3].listener.path, "/run/agent");
}

/* --- size --- */

/* Each call with so many conditions that jumps must go far, up to what a filter may have. */
static void fill(struct seccomp *seccomp, size_t calls, unsigned conditions)
{
	for (size_t i = 0; i < calls; i++)
		for (unsigned k = 0; k < conditions; k++)
			add_arg(add_rule(seccomp, names + rows[i * 7].name, SECCOMP_RET_ALLOW), k % 6,
				SECCOMP_EQUAL, 3 * k + i, 0);
}

static void test_far_jumps(void **unused)
{
	struct seccomp seccomp = refuse_all();
	struct bpf_program program;

	fill(&seccomp, 30, 25);
	program = compile(&seccomp, ARCH_X86_64);
	assert_in_range(program.count, 1000, BPF_MAXINSNS);
	for (size_t i = 0; i < 30; i++) {
		int slot = rows[i * 7].slot[SYSCALLS_X86_64];

		if (slot < 0)
			continue;
		assert_int_equal(ask(program, AUDIT_ARCH_X86_64, (uint32_t)slot, 3 * 24 + i),
				 SECCOMP_RET_ALLOW);
		assert_int_equal(ask(program, AUDIT_ARCH_X86_64, (uint32_t)slot, 3 * 24 + i + 1),
				 REFUSED);
	}
}

static void test_too_large(void **unused)
{
	struct seccomp seccomp = refuse_all();
	struct bpf_program program = { 0 };
	struct problem problem = { 0 };

	fill(&seccomp, 60, 100);
	seccomp_compile(&arena, &seccomp, ARCH_X86_64, &program, &problem);
	assert_string_equal(problem.text, "linux.seccomp: the filter for these rules would have more "
			    "than 4096 instructions, which is all that the kernel takes");
	assert_int_equal(program.count, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_data, setup, teardown),
		cmocka_unit_test_setup_teardown(test_default_errno, setup, teardown),
		cmocka_unit_test_setup_teardown(test_same_as_default, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unknown_name, setup, teardown),
		cmocka_unit_test_setup_teardown(test_architectures, setup, teardown),
		cmocka_unit_test_setup_teardown(test_new_calls, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_new_calls, setup, teardown),
		cmocka_unit_test_setup_teardown(test_operators, setup, teardown),
		cmocka_unit_test_setup_teardown(test_masked, setup, teardown),
		cmocka_unit_test_setup_teardown(test_same_index, setup, teardown),
		cmocka_unit_test_setup_teardown(test_high_bits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unconditional_decides, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_index, setup, teardown),
		cmocka_unit_test_setup_teardown(test_multiplexed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_step, setup, teardown),
		cmocka_unit_test_setup_teardown(test_listener_steps, setup, teardown),
		cmocka_unit_test_setup_teardown(test_far_jumps, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_large, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
