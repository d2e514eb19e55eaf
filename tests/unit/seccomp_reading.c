/* seccomp_reading.c - written after the text in plan/seccomp.h, not after the code that it judges. */
#include "seccomp_reading.h"
#include <errno.h>
#include <linux/seccomp.h>
#include <stdlib.h>

/* A rule, or a part of it, that holds for the call: its conditions say how it ranks. */
struct candidate {
	bool found;
	uint32_t answer;
	size_t args;
	struct seccomp_arg arg[6];	/* by rising index */
};

static uint32_t answer_of(uint32_t action, struct maybe_u32 data)
{
	if (action != SECCOMP_RET_ERRNO && action != SECCOMP_RET_TRACE)
		return action;
	return action | (data.set ? data.value & 0xffff : EPERM);
}

static bool holds(const struct seccomp_arg *arg, const struct seccomp_data *data, uint64_t bits)
{
	uint64_t is = data->args[arg->index] & bits, value = arg->value & bits;

	switch (arg->operator) {
	case SECCOMP_NOT_EQUAL: return is != value;
	case SECCOMP_LESS: return is < value;
	case SECCOMP_LESS_EQUAL: return is <= value;
	case SECCOMP_EQUAL: return is == value;
	case SECCOMP_GREATER_EQUAL: return is >= value;
	case SECCOMP_GREATER: return is > value;
	case SECCOMP_MASKED_EQUAL: return (is & value) == (arg->value_two & value);
	case SECCOMP_OPERATORS: break;
	}
	abort();
}

/* What the order is decided by, the greater first. */
static void rank(const struct seccomp_arg *arg, uint64_t bits, uint64_t ret_key[4])
{
	static const unsigned classes[] = { [SECCOMP_NOT_EQUAL] = 3, [SECCOMP_EQUAL] = 3,
					    [SECCOMP_MASKED_EQUAL] = 3, [SECCOMP_LESS] = 2,
					    [SECCOMP_LESS_EQUAL] = 2, [SECCOMP_GREATER_EQUAL] = 1,
					    [SECCOMP_GREATER] = 1 };
	uint64_t value = arg->value & bits;

	ret_key[0] = arg->index;
	ret_key[1] = classes[arg->operator];
	ret_key[2] = classes[arg->operator] == 2 ? ~value : value;
	ret_key[3] = arg->operator == SECCOMP_LESS || arg->operator == SECCOMP_GREATER;
	if (arg->operator == SECCOMP_EQUAL)
		ret_key[3] = bits;
	if (arg->operator == SECCOMP_MASKED_EQUAL) {
		ret_key[2] = arg->value_two & value;
		ret_key[3] = value;
	}
}

static bool goes_before(const struct candidate *a, const struct candidate *b, uint64_t bits)
{
	for (size_t i = 0; i < a->args && i < b->args; i++) {
		uint64_t key_a[4], key_b[4];

		rank(&a->arg[i], bits, key_a);
		rank(&b->arg[i], bits, key_b);
		for (int k = 0; k < 4; k++)
			if (key_a[k] != key_b[k])
				return key_a[k] > key_b[k];
	}
	return a->args < b->args;
}

/* Puts the candidate in the place of `best`, if all its conditions hold and it goes before it. */
static void try(struct candidate *best, const struct candidate *candidate,
		const struct seccomp_data *data, uint64_t bits)
{
	for (size_t i = 0; i < candidate->args; i++)
		if (!holds(&candidate->arg[i], data, bits))
			return;
	if (!best->found || (best->args > 0 && (candidate->args == 0 ||
						goes_before(candidate, best, bits))))
		*best = *candidate;
}

/* Adds a condition where its index belongs, unless it looks at no bit. */
static void add_condition(struct candidate *candidate, const struct seccomp_arg *arg, uint64_t bits)
{
	size_t at = candidate->args;

	if (arg->operator == SECCOMP_MASKED_EQUAL && (arg->value & bits) == 0)
		return;
	for (; at > 0 && candidate->arg[at - 1].index > arg->index; at--)
		candidate->arg[at] = candidate->arg[at - 1];
	candidate->arg[at] = *arg;
	candidate->args++;
}

static bool repeats(const struct seccomp_rule *rule)
{
	unsigned count[6] = { 0 };

	for (size_t i = 0; i < rule->args; i++)
		if (++count[rule->arg[i].index] > 1)
			return true;
	return false;
}

static void try_rule(struct candidate *best, const struct seccomp_rule *rule, uint32_t answer,
		     const struct seccomp_data *data, uint64_t bits)
{
	struct candidate candidate = { .found = true, .answer = answer };

	for (size_t i = 0; i < rule->args; i++) {
		add_condition(&candidate, &rule->arg[i], bits);
		if (repeats(rule)) {
			try(best, &candidate, data, bits);
			candidate.args = 0;
		}
	}
	if (!repeats(rule))
		try(best, &candidate, data, bits);
}

/* From what stops most to what lets everything through. */
static int permissiveness(uint32_t answer)
{
	switch (answer & 0xffff0000) {
	case SECCOMP_RET_KILL_PROCESS: return 0;
	case SECCOMP_RET_KILL_THREAD: return 1;
	case SECCOMP_RET_TRAP: return 2;
	case SECCOMP_RET_ERRNO: return 3;
	case SECCOMP_RET_TRACE: return 4;
	case SECCOMP_RET_LOG: return 5;
	default: return 6;
	}
}

/* socketcall and ipc of i386. */
static void try_multiplexed(struct candidate *best, const struct seccomp_rule *rule, int call,
			    uint32_t answer, uint32_t otherwise, const struct seccomp_data *data)
{
	struct seccomp_arg arg = { .index = 0, .operator = SECCOMP_MASKED_EQUAL,
				   .value = call < 200 ? 0xffffffff : 0xffff,
				   .value_two = (uint64_t)call % 100 };
	struct seccomp_rule other = { .arg = &arg, .args = 1 };

	if (data->nr == (call < 200 ? 102 : 117) &&
	    (rule->args == 0 || permissiveness(answer) <= permissiveness(otherwise)))
		try_rule(best, &other, answer, data, UINT32_MAX);
}

static void try_name(struct candidate *best, const struct machine *machine,
		     const struct seccomp_rule *rule, const char *name, uint32_t otherwise,
		     const struct seccomp_data *data)
{
	const struct syscall_row *row = syscall_find(name);
	uint32_t answer = answer_of(rule->action, rule->errno_ret);
	int slot = row->slot[machine->abi];

	if (answer == otherwise)
		return;
	if (slot >= 0 && syscall_number(machine->abi, (unsigned)slot) == (uint32_t)data->nr)
		try_rule(best, rule, answer, data, machine->wide ? UINT64_MAX : UINT32_MAX);
	if (machine->abi == SYSCALLS_I386 && row->multiplexed > 0)
		try_multiplexed(best, rule, row->multiplexed, answer, otherwise, data);
}

bool seccomp_reading_newer(const struct seccomp *seccomp, const struct machine *machine,
			   unsigned slot)
{
	int newest = 0;

	for (size_t i = 0; i < seccomp->rules; i++)
		for (size_t k = 0; k < seccomp->rule[i].names.count; k++) {
			const struct syscall_row *row = syscall_find(seccomp->rule[i].names.at[k]);
			int named = row->slot[machine->abi];

			if (named > newest && !syscall_apart(machine->abi, (unsigned)named))
				newest = named;
			/* socketcall and ipc */
			if (machine->abi == SYSCALLS_I386 && row->multiplexed > 0 && newest < 117)
				newest = row->multiplexed >= 200 ? 117 : newest < 102 ? 102 : newest;
		}
	return newest > 0 && (int)slot > newest && !syscall_apart(machine->abi, slot);
}

uint32_t seccomp_reading(const struct seccomp *seccomp, const struct machine *machine, unsigned slot,
			 const struct seccomp_data *data)
{
	uint32_t otherwise = answer_of(seccomp->default_action, seccomp->default_errno_ret);
	struct candidate best = { 0 };

	if (machine->architecture != machine->native &&
	    !(seccomp->architectures & (1U << machine->architecture)))
		return SECCOMP_RET_KILL_THREAD;
	for (size_t i = 0; i < seccomp->rules; i++)
		for (size_t k = 0; k < seccomp->rule[i].names.count; k++)
			try_name(&best, machine, &seccomp->rule[i], seccomp->rule[i].names.at[k],
				 otherwise, data);
	if (best.found)
		return best.answer;
	if (permissiveness(otherwise) < 4 && seccomp_reading_newer(seccomp, machine, slot))
		return SECCOMP_RET_ERRNO | ENOSYS;
	return otherwise;
}
