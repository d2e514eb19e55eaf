/* test_seccomp_random.c - the answers of random profiles, for system calls with random arguments, are
 * what the profile says; and, as far as libseccomp can be relied on, what libseccomp answers.
 *
 * The first is checked against a reading of the profile that is as simple as it can be: for one call,
 * walk through all rules. It knows nothing of intervals, clauses or instructions.
 *
 * The second is the same question asked of those who defined what a profile does. What differs on
 * purpose (seccomp.h) is kept out, each where it is said below. So is what libseccomp 2.5.4 does
 * wrong itself, by drawing only profiles where it does not happen (enum style):
 *   - several conditions by order (LT, LE, GE, GT) or NE for one call are joined in one tree that
 *     answers some values wrongly: with «argument 1 > 11» and «argument 1 != 9» it matches 9
 *   - three GT with different actions for one 64-bit argument take the wrong one
 *   - after a rule for two arguments the second may be compared where another rule means the first
 *
 * The seed is fixed, so a failure comes again; SEED in the environment tries other profiles.
 */
#include "bpf_emulator.h"
#include "plan/seccomp.h"
#include "seccomp_oracle.h"
#include "seccomp_reading.h"
#include "spec/syscalls.h"
#include <errno.h>
#include <linux/audit.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "spec/syscalls_table.h"

enum { RULES = 24, NAMES = 6, ARGS = 4 };

static uint64_t state;

static uint64_t draw(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 11) % below;
}

static const struct machine machines[] = {
	{ "x86-64", AUDIT_ARCH_X86_64, SYSCALLS_X86_64, ARCH_X86_64, ARCH_X86_64, true },
	{ "x32", AUDIT_ARCH_X86_64, SYSCALLS_X32, ARCH_X32, ARCH_X86_64, false },
	{ "i386", AUDIT_ARCH_I386, SYSCALLS_I386, ARCH_X86, ARCH_X86_64, false },
	{ "arm64", AUDIT_ARCH_AARCH64, SYSCALLS_ARM64, ARCH_AARCH64, ARCH_AARCH64, true },
	{ "arm", AUDIT_ARCH_ARM, SYSCALLS_ARM, ARCH_ARM, ARCH_AARCH64, false },
};

/* --- profiles --- */

enum style {
	ANY,			/* nothing is too odd */
	MASKED,			/* EQ and MASKED_EQ of one argument, all rules with the same action */
	SINGLE,			/* one rule with conditions for a name, with any operators */
	ORDERED,		/* different actions: EQ or GT of one argument in a rule */
	STYLES
};

struct profile {
	struct arena arena;
	struct seccomp seccomp;
	bool used[ROWS];		/* names that have a rule with conditions */
	bool multiplexed;		/* has conditions on what socketcall or ipc can do as well */
};

/* The names with the same numbers in libseccomp: 2.5.4 ends before Linux 6.8, and what i386 can also do
 * by socketcall it calls by numbers of its own. */
static unsigned known[ROWS];
static size_t known_count;

static uint32_t draw_action(void)
{
	static const uint32_t actions[] = {
		SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO, SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD,
		SECCOMP_RET_TRAP,  SECCOMP_RET_LOG,   SECCOMP_RET_TRACE,	SECCOMP_RET_ERRNO,
	};

	return actions[draw(sizeof(actions) / sizeof(actions[0]))];
}

static uint64_t draw_value(void)
{
	static const uint64_t often[] = { 0, 1, 2, 3, 4, 0xffffffff, 0x80000000, 0x100000000,
					  0x100000001, 0x1ffffffff, UINT64_MAX, UINT64_MAX - 1, 0x7e020000 };

	if (draw(3) == 0)
		return draw(16);
	return often[draw(sizeof(often) / sizeof(often[0]))];
}

static void draw_arg(enum style style, struct seccomp_arg *arg)
{
	arg->index = (uint32_t)draw(style == ANY ? 6 : 3);
	arg->operator = (enum seccomp_operator)draw(SECCOMP_OPERATORS);
	if (style == MASKED) {
		arg->operator = draw(2) ? SECCOMP_MASKED_EQUAL : SECCOMP_EQUAL;
		arg->index = 0;
	}
	if (style == ORDERED)
		arg->operator = draw(2) ? SECCOMP_GREATER : SECCOMP_EQUAL;
	arg->value = draw_value();
	arg->value_two = draw_value();
}

static void draw_args(struct profile *profile, enum style style, struct seccomp_rule *rule)
{
	rule->arg = ARENA_ARRAY(&profile->arena, ARGS, struct seccomp_arg);
	if (draw(2))
		rule->args = style == ORDERED ? 1 : draw(ARGS);
	for (size_t i = 0; i < rule->args; i++) {
		draw_arg(style, &rule->arg[i]);
		if (style == SINGLE)
			rule->arg[i].index = (uint32_t)i;
	}
}

/* From few names, so that there are several rules for one; and from all, for runs of numbers. */
static void draw_name(struct profile *profile, enum style style, struct seccomp_rule *rule)
{
	unsigned row = style == ANY ? (unsigned)draw(ROWS) : known[draw(known_count)];

	if (draw(2))
		row = known[draw(12)];
	if (style == SINGLE && rule->args && profile->used[row])
		return;
	profile->used[row] |= rule->args > 0;
	profile->multiplexed |= rule->args && (rows[row].multiplexed > 0 ||
					       rows[row].slot[SYSCALLS_I386] == 102 ||
					       rows[row].slot[SYSCALLS_I386] == 117);
	rule->names.at[rule->names.count++] = (char *)(uintptr_t)(names + rows[row].name);
}

static void draw_rule(struct profile *profile, enum style style, struct seccomp_rule *rule)
{
	size_t count = draw(NAMES) + 1;
	rule->action = style == MASKED ? SECCOMP_RET_TRACE : draw_action();
	rule->errno_ret = (struct maybe_u32){ style != MASKED && draw(2), (uint32_t)draw(4) };
	draw_args(profile, style, rule);
	rule->names.at = ARENA_ARRAY(&profile->arena, NAMES, char *);
	for (size_t i = 0; i < count; i++)
		draw_name(profile, style, rule);
}

static void draw_profile(struct profile *profile, enum style style)
{
	struct seccomp *seccomp = &profile->seccomp;

	*profile = (struct profile){ 0 };
	arena_init(&profile->arena, NULL, 0);
	seccomp->asked = true;
	seccomp->default_action = draw_action();
	seccomp->default_errno_ret = (struct maybe_u32){ draw(2), (uint32_t)draw(4) };
	seccomp->architectures = (uint32_t)draw(1U << ARCHITECTURES);
	seccomp->rules = draw(RULES);
	seccomp->rule = ARENA_ARRAY(&profile->arena, RULES, struct seccomp_rule);
	for (size_t i = 0; i < seccomp->rules; i++)
		draw_rule(profile, style, &seccomp->rule[i]);
}

static void draw_data(const struct machine *machine, unsigned slot, struct seccomp_data *ret_data)
{
	*ret_data = (struct seccomp_data){
		.nr = (int)syscall_number(machine->abi, slot),
		.arch = machine->audit,
	};
	for (int i = 0; i < 6; i++)
		ret_data->args[i] = draw_value() + draw(3) - 1;
}

/* --- comparison --- */

static struct bpf_program compile(struct profile *profile, const struct machine *machine)
{
	struct bpf_program program = { 0 };
	struct problem problem = { 0 };

	seccomp_compile(&profile->arena, &profile->seccomp, machine->native, &program, &problem);
	assert_false(problem.found);
	if (bpf_fault(program))
		fail_msg("%s", bpf_fault(program));
	return program;
}

static void print_case(unsigned number, const struct machine *machine,
		       const struct seccomp_data *data, uint32_t ours, uint32_t theirs)
{
	print_error("profile %u, %s, call %#x, arguments %#llx %#llx %#llx …: %#x, should be %#x\n",
		    number, machine->name, data->nr, (unsigned long long)data->args[0],
		    (unsigned long long)data->args[1], (unsigned long long)data->args[2], ours, theirs);
}

/* Mostly a number that a rule names. */
static unsigned draw_slot(const struct profile *profile, const struct machine *machine)
{
	const struct seccomp *seccomp = &profile->seccomp;
	const struct seccomp_rule *rule = seccomp->rules ? &seccomp->rule[draw(seccomp->rules)] : NULL;
	int slot = SYSCALL_NONE;

	if (draw(4) && rule && rule->names.count)
		slot = syscall_find(rule->names.at[draw(rule->names.count)])->slot[machine->abi];
	if (machine->abi == SYSCALLS_I386 && draw(16) == 0)
		slot = draw(2) ? 102 : 117;
	return slot >= 0 ? (unsigned)slot : (unsigned)draw(SYSCALL_SLOTS);
}

static void test_reading(void **unused)
{
	enum { PROFILES = 6000, CALLS = 120 };

	for (unsigned i = 0; i < PROFILES; i++) {
		const struct machine *machine = &machines[i % 5];
		struct profile profile;
		struct bpf_program program;

		draw_profile(&profile, (enum style)draw(STYLES));
		program = compile(&profile, machine);
		for (unsigned k = 0; k < CALLS; k++) {
			unsigned slot = draw_slot(&profile, machine);
			struct seccomp_data data;
			uint32_t ours, theirs;

			draw_data(machine, slot, &data);
			ours = bpf_run(program, &data);
			theirs = seccomp_reading(&profile.seccomp, machine, slot, &data);
			if (ours != theirs)
				print_case(i, machine, &data, ours, theirs);
			assert_int_equal(ours, theirs);
		}
		arena_release(&profile.arena);
	}
}

/* What differs on purpose for this call. */
static bool is_excepted(const struct profile *profile, const struct machine *machine, unsigned slot,
			struct seccomp_data *data, uint32_t ours)
{
	bool multiplexer = machine->abi == SYSCALLS_I386 && (slot == 102 || slot == 117);

	/* Conditions that socketcall and ipc cannot check: libseccomp permits more. */
	if (multiplexer && profile->multiplexed)
		return true;
	/* ipc has a version in its first argument, which libseccomp takes for a part of the call. */
	if (multiplexer)
		data->args[0] &= 0xff;
	/* A number newer than the profile: runc does it around libseccomp. */
	return ours == (SECCOMP_RET_ERRNO | ENOSYS) &&
	       seccomp_reading_newer(&profile->seccomp, machine, slot);
}

static void compare_with_oracle(unsigned number, struct profile *profile,
				const struct machine *machine, struct bpf_program theirs)
{
	struct bpf_program ours = compile(profile, machine);

	for (unsigned k = 0; k < 200; k++) {
		unsigned slot = draw_slot(profile, machine);
		struct seccomp_data data;
		uint32_t answer, expected;

		draw_data(machine, slot, &data);
		if (is_excepted(profile, machine, slot, &data, bpf_run(ours, &data)))
			continue;
		answer = bpf_run(ours, &data);
		expected = bpf_run(theirs, &data);
		if (answer != expected)
			print_case(number, machine, &data, answer, expected);
		assert_int_equal(answer, expected);
	}
}

static enum style draw_sound_style(const struct machine *machine)
{
	static const enum style sound[] = { MASKED, SINGLE, ORDERED };

	return sound[draw(machine->wide ? 2 : 3)];
}

static void test_oracle(void **unused)
{
	enum { PROFILES = 3000 };
	unsigned refused = 0;

	for (unsigned i = 0; i < PROFILES; i++) {
		const struct machine *machine = &machines[i % 5];
		struct profile profile;
		struct bpf_program theirs;

		draw_profile(&profile, draw_sound_style(machine));
		if (seccomp_oracle(&profile.arena, &profile.seccomp, machine->native, &theirs))
			compare_with_oracle(i, &profile, machine, theirs);
		else
			refused++;
		arena_release(&profile.arena);
	}
	/* Two rules that say different things of one value. */
	print_message("libseccomp refuses %u of %u profiles\n", refused, (unsigned)PROFILES);
	assert_true(refused < PROFILES / 4);
}

/* Every number of every ABI, also those that none has: no gap, no overlap. */
static void test_numbers(void **unused)
{
	for (unsigned i = 0; i < 50; i++) {
		const struct machine *machine = &machines[i % 5];
		struct profile profile;
		struct bpf_program program;

		draw_profile(&profile, ANY);
		program = compile(&profile, machine);
		for (unsigned slot = 0; slot < SYSCALL_SLOTS; slot++) {
			struct seccomp_data data;

			draw_data(machine, slot, &data);
			assert_int_equal(bpf_run(program, &data),
					 seccomp_reading(&profile.seccomp, machine, slot, &data));
		}
		arena_release(&profile.arena);
	}
}

int main(void)
{
	const char *seed = getenv("SEED");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reading),
		cmocka_unit_test(test_oracle),
		cmocka_unit_test(test_numbers),
	};

	state = seed && strtoull(seed, NULL, 0) ? strtoull(seed, NULL, 0) : 20261123;
	print_message("SEED=%llu\n", (unsigned long long)state);
	for (unsigned i = 0; i < ROWS; i++)
		if (seccomp_oracle_knows(names + rows[i].name))
			known[known_count++] = i;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
