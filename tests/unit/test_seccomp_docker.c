/* test_seccomp_docker.c - Docker's default profile: the same answers as libseccomp's, and what the
 * kernel does with the program. The last needs no root. */
#include "base/sys.h"
#include "seccomp_oracle.h"
#include "seccomp_profile.h"
#include "spec/syscalls.h"
#include <linux/audit.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "seccomp_ask.h"
#include "spec/syscalls_table.h"

#if defined(__x86_64__)
#define NATIVE ARCH_X86_64
#else
#define NATIVE ARCH_AARCH64
#endif

static struct seccomp read_docker(void)
{
	return seccomp_profile_read(&arena, TEST_DATA "/seccomp/docker.json");
}

/* Whether a number belongs to a name that libseccomp 2.5.4 does not have: mseal, statmount … */
static bool is_unknown_there(enum syscall_abi abi, unsigned slot)
{
	for (unsigned i = 0; i < ROWS; i++)
		if (rows[i].slot[abi] == (int)slot && rows[i].multiplexed < 0)
			return !seccomp_oracle_knows(names + rows[i].name);
	return false;
}

static void compare_docker(struct bpf_program ours, struct bpf_program theirs, uint32_t audit,
			   enum syscall_abi abi)
{
	static const uint64_t values[] = { 0, 1, 2, 5, 8, 11, 12, 13, 18, 19, 38, 40, 45, 46, 131072,
					   131080, 0xffffffff, 0x7e020000, 0x10000, 0x100000000, 0x100000008,
					   0x10000000d, UINT64_MAX };
	unsigned compared = 0;

	for (unsigned slot = 0; slot < SYSCALL_SLOTS; slot++)
		for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
			uint32_t number = syscall_number(abi, slot);
			uint32_t answer = ask(ours, audit, number, values[i]);

			if (is_unknown_there(abi, slot) || answer == NO_CALL)
				break;
			assert_int_equal(answer, ask(theirs, audit, number, values[i]));
			compared++;
		}
	assert_true(compared > 440 * sizeof(values) / sizeof(values[0]));
}

static void test_docker(void **unused)
{
	struct seccomp seccomp = read_docker();
	struct bpf_program ours = compile(&seccomp, ARCH_X86_64), theirs;

	assert_true(seccomp_oracle(&arena, &seccomp, ARCH_X86_64, &theirs));
	compare_docker(ours, theirs, AUDIT_ARCH_X86_64, SYSCALLS_X86_64);
	compare_docker(ours, theirs, AUDIT_ARCH_I386, SYSCALLS_I386);
	compare_docker(ours, theirs, AUDIT_ARCH_X86_64, SYSCALLS_X32);
	assert_in_range(ours.count, 100, 350);
}

/* The same text twice, and what does not depend on the profile's order. */
static void test_deterministic(void **unused)
{
	struct seccomp seccomp = read_docker();
	struct bpf_program one = compile(&seccomp, ARCH_X86_64), two = compile(&seccomp, ARCH_X86_64);

	assert_int_equal(one.count, two.count);
	assert_memory_equal(one.at, two.at, one.count * sizeof(*one.at));
}

/* --- the kernel --- */

/* Calls in a child that is under the filter; its exit status is the -errno of the call, or 0. */
static int call_filtered(struct bpf_program program, long number, long argument)
{
	struct sock_fprog load = { (unsigned short)program.count,
				   (struct sock_filter *)(uintptr_t)program.at };
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		long result;

		if (sys_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
		    SYS_3(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &load))
			sys_exit(250);
		result = SYS_6(number, argument, argument, argument, argument, argument, argument);
		sys_exit(result < 0 ? (int)-result : 0);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void test_kernel(void **unused)
{
	struct seccomp seccomp = read_docker();
	struct bpf_program program = compile(&seccomp, NATIVE);

	assert_int_equal(call_filtered(program, __NR_getpid, 0), 0);
	assert_int_equal(call_filtered(program, __NR_personality, 0xffffffff), 0);
	assert_int_equal(call_filtered(program, __NR_personality, 7), EPERM);
	assert_int_equal(call_filtered(program, __NR_keyctl, 0), EPERM);
	assert_int_equal(call_filtered(program, __NR_clone3, 0), ENOSYS);
	assert_int_equal(call_filtered(program, __NR_socket, 40), EPERM);
	assert_int_not_equal(call_filtered(program, __NR_socket, 11), EPERM);
	assert_int_equal(call_filtered(program, 4000, 0), ENOSYS);
}

static void test_kernel_architecture(void **unused)
{
#if defined(__x86_64__)
	struct seccomp seccomp = { .asked = true, .default_action = SECCOMP_RET_ALLOW };

	/* x32's number of getpid, an ABI that is not listed. */
	assert_int_equal(call_filtered(compile(&seccomp, ARCH_X86_64), 0x40000000 | 39, 0), -SIGSYS);
#else
	skip();
#endif
}

/* A program with far jumps is one that the kernel takes. */
static void test_kernel_large(void **unused)
{
	struct seccomp seccomp = { .asked = true, .default_action = SECCOMP_RET_ALLOW };
	struct seccomp_rule *rule = ARENA_ARRAY(&arena, 60, struct seccomp_rule);

	seccomp.rule = rule;
	for (; seccomp.rules < 60; rule++, seccomp.rules++) {
		*rule = (struct seccomp_rule){ .action = SECCOMP_RET_ERRNO };
		rule->names.at = ARENA_ARRAY(&arena, 2, char *);
		rule->names.at[rule->names.count++] =
			(char *)(uintptr_t)(names + rows[seccomp.rules * 7].name);
		rule->arg = ARENA_ARRAY(&arena, 12, struct seccomp_arg);
		for (; rule->args < 12; rule->args++)
			rule->arg[rule->args] = (struct seccomp_arg){
				.index = (uint32_t)rule->args % 6,
				.value = 1000 + 3 * rule->args,
				.operator = SECCOMP_EQUAL,
			};
	}
	assert_in_range(compile(&seccomp, NATIVE).count, 1000, BPF_MAXINSNS);
	assert_int_equal(call_filtered(compile(&seccomp, NATIVE), __NR_getpid, 0), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_docker, setup, teardown),
		cmocka_unit_test_setup_teardown(test_deterministic, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kernel, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kernel_architecture, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kernel_large, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
