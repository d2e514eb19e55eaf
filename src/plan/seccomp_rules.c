/* seccomp_rules.c - what a profile says of each number of an ABI.
 *
 * A profile is a list of rules with lists of names; a filter needs the reverse, for each number what
 * to do. What holds between several rules for one call is told in seccomp.h.
 */
#include "plan/seccomp_parts.h"
#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>

/* One ABI of one profile. */
struct reading {
	const struct seccomp_profile *profile;
	enum syscall_abi abi;
	bool wide;
	int newest;			/* of the numbers that the profile names; 0: none */
	struct seccomp_decision *decision;	/* for each slot */
};

/* --- the profile --- */

uint32_t seccomp_answer_of(uint32_t action, struct maybe_u32 data)
{
	if (action != SECCOMP_RET_ERRNO && action != SECCOMP_RET_TRACE)
		return action;
	return action | ((data.set ? data.value : EPERM) & SECCOMP_RET_DATA);
}

static void check_arguments(const struct seccomp *seccomp, struct problem *problem)
{
	for (size_t i = 0; i < seccomp->rules; i++)
		for (size_t k = 0; k < seccomp->rule[i].args; k++)
			if (seccomp->rule[i].arg[k].index > 5)
				problem_set(problem, "linux.seccomp.syscalls[%zu].args[%zu].index: "
					    "%u: a system call has arguments 0 to 5",
					    i, k, seccomp->rule[i].arg[k].index);
}

struct seccomp_profile seccomp_read_profile(struct arena *arena, const struct seccomp *seccomp,
					    struct problem *problem)
{
	struct seccomp_profile profile = { .arena = arena, .seccomp = seccomp };
	size_t names = 0;

	profile.default_answer = seccomp_answer_of(seccomp->default_action, seccomp->default_errno_ret);
	check_arguments(seccomp, problem);
	for (size_t i = 0; i < seccomp->rules; i++)
		names += seccomp->rule[i].names.count;
	profile.entry = ARENA_ARRAY(arena, names, struct seccomp_entry);
	profile.decision = ARENA_ARRAY(arena, SYSCALL_SLOTS, struct seccomp_decision);
	for (size_t i = 0; i < seccomp->rules; i++)
		for (size_t k = 0; k < seccomp->rule[i].names.count; k++) {
			const char *name = seccomp->rule[i].names.at[k];
			const struct syscall_row *row = syscall_find(name);

			if (row)
				profile.entry[profile.entries++] =
					(struct seccomp_entry){ &seccomp->rule[i], row };
		}
	return profile;
}

/* --- one rule --- */

static bool looks_twice(const struct seccomp_rule *rule)
{
	unsigned seen = 0;

	for (size_t i = 0; i < rule->args; i++) {
		if (seen & (1U << rule->arg[i].index))
			return true;
		seen |= 1U << rule->arg[i].index;
	}
	return false;
}

/* A clause with room for so many tests. */
static struct seccomp_clause *new_clause(const struct reading *reading, size_t tests, uint32_t answer)
{
	struct seccomp_clause *clause = arena_alloc(
		reading->profile->arena, sizeof(*clause) + tests * sizeof(clause->test[0]));

	clause->answer = answer;
	return clause;
}

static void settle(struct seccomp_decision *decision, uint32_t answer)
{
	decision->settled = true;
	decision->answer = answer;
}

/* Puts a clause before the others of its number: rules are taken from the last to the first. */
static void add_clause(struct seccomp_decision *decision, struct seccomp_clause *clause)
{
	if (clause->tests == 0) {
		settle(decision, clause->answer);
		return;
	}
	clause->next = decision->clause;
	decision->clause = clause;
}

static void add_rule(const struct reading *reading, unsigned slot, const struct seccomp_rule *rule,
		     uint32_t answer)
{
	struct seccomp_decision *decision = &reading->decision[slot];
	struct seccomp_clause *clause;

	if (rule->args == 0) {
		settle(decision, answer);
		return;
	}
	if (looks_twice(rule)) {
		for (size_t i = rule->args; i > 0; i--) {
			clause = new_clause(reading, 1, answer);
			seccomp_add_test(clause, &rule->arg[i - 1], reading->wide);
			add_clause(decision, clause);
		}
		return;
	}
	clause = new_clause(reading, rule->args, answer);
	for (size_t i = 0; i < rule->args; i++)
		seccomp_add_test(clause, &rule->arg[i], reading->wide);
	add_clause(decision, clause);
}

/* How much an action lets through, as the kernel ranks them: the least wins among several filters. */
static unsigned permissiveness(uint32_t answer)
{
	static const uint32_t rank[] = {
		SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD, SECCOMP_RET_TRAP, SECCOMP_RET_ERRNO,
		SECCOMP_RET_USER_NOTIF,	  SECCOMP_RET_TRACE,	   SECCOMP_RET_LOG,  SECCOMP_RET_ALLOW,
	};
	unsigned n = 0;

	while (n < sizeof(rank) / sizeof(rank[0]) && rank[n] != (answer & SECCOMP_RET_ACTION_FULL))
		n++;
	return n;
}

/* The number of socketcall or ipc for a call that i386 can make by them, else SYSCALL_NONE. */
static int multiplexer(const struct reading *reading, const struct syscall_row *row)
{
	enum { SOCKETCALL = 102, IPC = 117 };

	if (reading->abi != SYSCALLS_I386 || row->multiplexed < 0)
		return SYSCALL_NONE;
	return row->multiplexed >= 200 ? IPC : SOCKETCALL;
}

/* The call made by socketcall or ipc: the first argument says which one it is; ipc has its version in
 * the upper half of that. */
static void add_multiplexed(const struct reading *reading, const struct seccomp_entry *entry,
			    uint32_t answer)
{
	bool ipc = entry->row->multiplexed >= 200;
	struct seccomp_arg arg = {
		.index = 0,
		.value = ipc ? 0xffff : UINT32_MAX,
		.value_two = (uint64_t)entry->row->multiplexed % 100,
		.operator = SECCOMP_MASKED_EQUAL,
	};
	const struct seccomp_rule rule = { .arg = &arg, .args = 1 };

	if (entry->rule->args &&
	    permissiveness(answer) > permissiveness(reading->profile->default_answer))
		return;
	add_rule(reading, (unsigned)multiplexer(reading, entry->row), &rule, answer);
}

static void note_number(struct reading *reading, int slot)
{
	if (slot > reading->newest && !syscall_apart(reading->abi, (unsigned)slot))
		reading->newest = slot;
}

static void read_entry(struct reading *reading, const struct seccomp_entry *entry)
{
	int slot = entry->row->slot[reading->abi];
	uint32_t answer = seccomp_answer_of(entry->rule->action, entry->rule->errno_ret);

	note_number(reading, slot);
	note_number(reading, multiplexer(reading, entry->row));
	if (answer == reading->profile->default_answer)
		return;
	if (slot >= 0)
		add_rule(reading, (unsigned)slot, entry->rule, answer);
	if (multiplexer(reading, entry->row) != SYSCALL_NONE)
		add_multiplexed(reading, entry, answer);
}

/* --- the spans --- */

static bool stops_calls(uint32_t answer)
{
	switch (answer & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_ALLOW:
	case SECCOMP_RET_LOG:
	case SECCOMP_RET_TRACE:		/* a tracer knows about new calls itself */
		return false;
	default:
		return true;
	}
}

/* The answer to a number that no rule is about. */
static uint32_t answer_unnamed(const struct reading *reading, unsigned slot)
{
	uint32_t answer = reading->profile->default_answer;
	bool newer = reading->newest > 0 && slot > (unsigned)reading->newest &&
		     !syscall_apart(reading->abi, slot);

	return newer && stops_calls(answer) ? SECCOMP_RET_ERRNO | ENOSYS : answer;
}

static void add_slot(const struct reading *reading, unsigned slot, struct seccomp_spans *spans)
{
	const struct seccomp_decision *decision = &reading->decision[slot];
	struct seccomp_span span = {
		.first = syscall_number(reading->abi, slot),
		.answer = reading->profile->default_answer,
		.wide = reading->wide,
	};

	if (decision->settled)
		span.answer = decision->answer;
	else if (decision->clause)
		span.clause = decision->clause;
	else
		span.answer = answer_unnamed(reading, slot);
	seccomp_add_span(spans, &span);
}

void seccomp_add_abi(const struct seccomp_profile *profile, enum syscall_abi abi,
		     struct seccomp_spans *spans)
{
	struct reading reading = {
		.profile = profile,
		.abi = abi,
		.wide = abi == SYSCALLS_X86_64 || abi == SYSCALLS_ARM64,
		.decision = profile->decision,
	};

	memset(reading.decision, 0, SYSCALL_SLOTS * sizeof(*reading.decision));
	for (size_t i = profile->entries; i > 0; i--)
		read_entry(&reading, &profile->entry[i - 1]);
	for (unsigned slot = 0; slot < SYSCALL_SLOTS; slot++)
		add_slot(&reading, slot, spans);
	seccomp_add_span(spans, &(struct seccomp_span){
		.first = syscall_number(abi, SYSCALL_SLOTS - 1) + 1,
		.answer = abi == SYSCALLS_ARM ? answer_unnamed(&reading, SYSCALL_PRIVATE_SLOT - 1) :
						answer_unnamed(&reading, SYSCALL_SLOTS),
	});
}
