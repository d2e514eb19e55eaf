/* seccomp_answer.c - what a profile says of one system call, and which of its rules says so: seccomp.h has what holds
 * between several rules. */
#include "plan/seccomp.h"
#include "plan/seccomp_parts.h"
#include "spec/lists.h"
#include "spec/syscalls.h"
#include <errno.h>
#include <linux/seccomp.h>

static bool condition_holds(const struct seccomp_arg *arg, const uint64_t values[6])
{
	const uint64_t value = arg->index < 6 ? values[arg->index] : 0;

	switch (arg->operator) {
	case SECCOMP_NOT_EQUAL: return value != arg->value;
	case SECCOMP_LESS: return value < arg->value;
	case SECCOMP_LESS_EQUAL: return value <= arg->value;
	case SECCOMP_EQUAL: return value == arg->value;
	case SECCOMP_GREATER_EQUAL: return value >= arg->value;
	case SECCOMP_GREATER: return value > arg->value;
	case SECCOMP_MASKED_EQUAL: return (value & arg->value) == (arg->value_two & arg->value);
	case SECCOMP_OPERATORS: break;
	}
	return false;
}

/* Two conditions on the same argument are alternatives. */
static bool looks_twice(const struct seccomp_rule *rule)
{
	unsigned seen = 0;

	for (size_t i = 0; i < rule->args; i++) {
		if (seen & (1U << (rule->arg[i].index & 7)))
			return true;
		seen |= 1U << (rule->arg[i].index & 7);
	}
	return false;
}

static bool rule_holds(const struct seccomp_rule *rule, const uint64_t values[6])
{
	const bool any = looks_twice(rule);

	for (size_t i = 0; i < rule->args; i++)
		if (condition_holds(&rule->arg[i], values) == any)
			return any;
	return !any;
}

/* Whether the call is newer than all that the profile names. */
static bool is_newer(const struct seccomp *seccomp, const struct seccomp_call *call)
{
	int newest = 0;

	for (size_t i = 0; i < seccomp->rules; i++)
		for (size_t k = 0; k < seccomp->rule[i].names.count; k++) {
			const struct syscall_row *row = syscall_find(seccomp->rule[i].names.at[k]);
			const int slot = row ? row->slot[call->abi] : SYSCALL_NONE;

			if (slot > newest && !syscall_apart(call->abi, (unsigned)slot))
				newest = slot;
		}
	return newest > 0 && call->number > syscall_number(call->abi, (unsigned)newest) &&
	       !syscall_apart(call->abi, call->number - syscall_number(call->abi, 0));
}

/* The machine's own always is; which others count is seccomp.h's. */
static bool is_listed(const struct seccomp *seccomp, enum syscall_abi abi)
{
	static const enum seccomp_architecture architecture[SYSCALL_ABIS] = {
		[SYSCALLS_X86_64] = ARCH_X86_64, [SYSCALLS_I386] = ARCH_X86, [SYSCALLS_X32] = ARCH_X32,
		[SYSCALLS_ARM64] = ARCH_AARCH64, [SYSCALLS_ARM] = ARCH_ARM,
	};

	return abi == SYSCALLS_OWN || seccomp->architectures & (1U << architecture[abi]);
}

static bool lets_pass(uint32_t answer)
{
	const uint32_t action = answer & SECCOMP_RET_ACTION_FULL;

	return action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG || action == SECCOMP_RET_TRACE;
}

/* The first rule without conditions decides alone; else the first that holds. */
static const struct seccomp_rule *find_rule(const struct seccomp *seccomp, const char *name, const uint64_t values[6])
{
	const uint32_t otherwise = seccomp_answer_of(seccomp->default_action, seccomp->default_errno_ret);
	const struct seccomp_rule *found = NULL;

	for (size_t i = 0; i < seccomp->rules; i++) {
		const struct seccomp_rule *rule = &seccomp->rule[i];

		if (seccomp_answer_of(rule->action, rule->errno_ret) == otherwise || !texts_have(&rule->names, name))
			continue;
		if (!rule->args)
			return rule;
		if (!found && rule_holds(rule, values))
			found = rule;
	}
	return found;
}

struct seccomp_answer seccomp_answer(const struct seccomp *seccomp, const struct seccomp_call *call)
{
	const struct seccomp_rule *rule = call->name ? find_rule(seccomp, call->name, call->values) : NULL;
	struct seccomp_answer answer = {
		seccomp_answer_of(seccomp->default_action, seccomp->default_errno_ret), rule, false
	};

	if (!seccomp->asked)
		answer.answer = SECCOMP_RET_ALLOW;
	else if (!is_listed(seccomp, call->abi))
		answer = (struct seccomp_answer){ SECCOMP_RET_KILL_THREAD, NULL, true };
	else if (rule)
		answer.answer = seccomp_answer_of(rule->action, rule->errno_ret);
	else if (!lets_pass(answer.answer) && is_newer(seccomp, call))
		answer.answer = SECCOMP_RET_ERRNO | ENOSYS;
	return answer;
}
