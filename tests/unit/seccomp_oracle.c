/* seccomp_oracle.c - see seccomp_oracle.h */
#include "seccomp_oracle.h"
#include "spec/syscalls.h"
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void need(bool condition, const char *what)
{
	if (condition)
		return;
	fprintf(stderr, "oracle: %s\n", what);
	exit(1);
}

static const enum scmp_compare operators[SECCOMP_OPERATORS] = {
	[SECCOMP_NOT_EQUAL] = SCMP_CMP_NE,	[SECCOMP_LESS] = SCMP_CMP_LT,
	[SECCOMP_LESS_EQUAL] = SCMP_CMP_LE,	[SECCOMP_EQUAL] = SCMP_CMP_EQ,
	[SECCOMP_GREATER_EQUAL] = SCMP_CMP_GE,	[SECCOMP_GREATER] = SCMP_CMP_GT,
	[SECCOMP_MASKED_EQUAL] = SCMP_CMP_MASKED_EQ,
};

static uint32_t action_of(uint32_t action, struct maybe_u32 data)
{
	if (action != SECCOMP_RET_ERRNO && action != SECCOMP_RET_TRACE)
		return action;
	return action | (data.set ? data.value & 0xffff : EPERM);
}

/* libseccomp begins with the machine's own architecture. */
static void set_architectures(scmp_filter_ctx filter, const struct seccomp *seccomp,
			      enum seccomp_architecture native)
{
	static const struct { enum seccomp_architecture ours; uint32_t theirs; } all[] = {
		{ ARCH_X86_64, SCMP_ARCH_X86_64 }, { ARCH_X86, SCMP_ARCH_X86 },
		{ ARCH_X32, SCMP_ARCH_X32 },	   { ARCH_AARCH64, SCMP_ARCH_AARCH64 },
		{ ARCH_ARM, SCMP_ARCH_ARM },
	};
	uint32_t first = native == ARCH_X86_64 ? SCMP_ARCH_X86_64 : SCMP_ARCH_AARCH64;
	uint32_t x86 = 1U << ARCH_X86_64 | 1U << ARCH_X86 | 1U << ARCH_X32;
	uint32_t of_machine = native == ARCH_X86_64 ? x86 : 1U << ARCH_AARCH64 | 1U << ARCH_ARM;

	if (first != seccomp_arch_native()) {
		need(seccomp_arch_add(filter, first) == 0, "cannot add the architecture");
		need(seccomp_arch_remove(filter, seccomp_arch_native()) == 0, "cannot remove");
	}
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (!(seccomp->architectures & of_machine & (1U << all[i].ours)))
			continue;
		int result = seccomp_arch_add(filter, all[i].theirs);

		need(result == 0 || result == -EEXIST, "cannot add an architecture");
	}
}

static bool repeats(const struct seccomp_rule *rule)
{
	unsigned count[6] = { 0 };

	for (size_t i = 0; i < rule->args; i++)
		if (++count[rule->arg[i].index] > 1)
			return true;
	return false;
}

static int add_name(scmp_filter_ctx filter, const struct seccomp_rule *rule, uint32_t action,
		    const char *name)
{
	struct scmp_arg_cmp compare[6];
	int number = seccomp_syscall_resolve_name(name), result = 0;

	if (number == __NR_SCMP_ERROR)
		return 0;
	if (rule->args == 0)
		return seccomp_rule_add_array(filter, action, number, 0, NULL);
	for (size_t i = 0; i < rule->args && i < 6; i++)
		compare[i] = (struct scmp_arg_cmp){
			.arg = rule->arg[i].index,
			.op = operators[rule->arg[i].operator],
			.datum_a = rule->arg[i].value,
			.datum_b = rule->arg[i].value_two,
		};
	if (!repeats(rule))
		return seccomp_rule_add_array(filter, action, number, (unsigned)rule->args, compare);
	for (size_t i = 0; i < rule->args && result == 0; i++)
		result = seccomp_rule_add_array(filter, action, number, 1, &compare[i]);
	return result;
}

static int add_rules(scmp_filter_ctx filter, const struct seccomp *seccomp, uint32_t default_action)
{
	int result = 0;

	for (size_t i = 0; i < seccomp->rules; i++) {
		const struct seccomp_rule *rule = &seccomp->rule[i];
		uint32_t action = action_of(rule->action, rule->errno_ret);

		if (action == default_action)
			continue;
		for (size_t k = 0; k < rule->names.count && result == 0; k++)
			result = add_name(filter, rule, action, rule->names.at[k]);
	}
	return result;
}

static struct bpf_program export(struct arena *arena, scmp_filter_ctx filter)
{
	static struct sock_filter buffer[BPF_MAXINSNS];
	int fd = memfd_create("filter", MFD_CLOEXEC);
	struct sock_filter *copy;
	ssize_t length;

	need(fd >= 0 && seccomp_export_bpf(filter, fd) == 0, "cannot export");
	length = pread(fd, buffer, sizeof(buffer), 0);
	need(length > 0, "cannot read");
	close(fd);
	copy = arena_alloc(arena, (size_t)length);
	memcpy(copy, buffer, (size_t)length);
	return (struct bpf_program){ copy, (size_t)length / sizeof(*copy) };
}

/* libseccomp 2.5.4 now and then forgets to load the number of the call after the architecture, and
 * then compares the architecture with numbers (one of 400 profiles, never on plain x86-64). */
static bool forgets_number(struct bpf_program program)
{
	for (size_t i = 0; i < program.count; i++) {
		const struct sock_filter *jump = &program.at[i], *next = jump + 1 + jump->jt;
		bool architecture = jump->k == AUDIT_ARCH_X86_64 || jump->k == AUDIT_ARCH_I386 ||
				    jump->k == AUDIT_ARCH_AARCH64 || jump->k == AUDIT_ARCH_ARM;

		if (jump->code != (BPF_JMP | BPF_JEQ | BPF_K) || !architecture)
			continue;
		if (next->code == (BPF_JMP | BPF_JA))
			next += 1 + next->k;
		if (BPF_CLASS(next->code) == BPF_JMP)
			return true;
	}
	return false;
}

bool seccomp_oracle(struct arena *arena, const struct seccomp *seccomp,
		    enum seccomp_architecture native, struct bpf_program *ret_program)
{
	uint32_t default_action = action_of(seccomp->default_action, seccomp->default_errno_ret);
	scmp_filter_ctx filter = seccomp_init(default_action);
	int result;

	need(filter != NULL, "cannot begin");
	set_architectures(filter, seccomp, native);
	result = add_rules(filter, seccomp, default_action);
	need(result == 0 || result == -EEXIST, "cannot add a rule");
	if (result == 0)
		*ret_program = export(arena, filter);
	seccomp_release(filter);
	return result == 0 && !forgets_number(*ret_program);
}

bool seccomp_oracle_knows(const char *name)
{
	static const uint32_t theirs[SYSCALL_ABIS] = {
		[SYSCALLS_X86_64] = SCMP_ARCH_X86_64, [SYSCALLS_I386] = SCMP_ARCH_X86,
		[SYSCALLS_X32] = SCMP_ARCH_X32,	      [SYSCALLS_ARM64] = SCMP_ARCH_AARCH64,
		[SYSCALLS_ARM] = SCMP_ARCH_ARM,
	};
	const struct syscall_row *row = syscall_find(name);

	for (int abi = 0; abi < SYSCALL_ABIS; abi++) {
		int number = seccomp_syscall_resolve_name_arch(theirs[abi], name);
		int slot = row->slot[abi];

		if (slot < 0 ? number >= 0 :
			       number != (int)syscall_number((enum syscall_abi)abi, (unsigned)slot))
			return false;
	}
	return true;
}
