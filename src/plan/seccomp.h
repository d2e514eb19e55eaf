/* seccomp.h - from a seccomp profile (linux.seccomp) to the program that the kernel runs.
 *
 * The program answers each system call that the container makes. It looks at the architecture,
 * then finds the number by binary search over intervals of numbers that have the same answer, then,
 * where a rule asks for it, at the arguments. A list that is searched from its beginning, as other
 * compilers make it, takes the kernel five times as long to load.
 *
 * What a profile means is what runc and crun make of it with libseccomp:
 *
 *   architectures   The machine's own is always there. Of those listed, x86 and x32 count on x86-64,
 *                   and arm on arm64; what this machine cannot run is ignored. A call by an
 *                   architecture that is not listed kills the thread that makes it.
 *   names           What no architecture knows is ignored, so that one profile serves all kernels.
 *   action          Of a rule that says the same as defaultAction nothing is made, even where it
 *                   comes before another rule for the call. ERRNO and TRACE without a value have EPERM.
 *   args            Conditions in one rule must all hold; but if two of them look at the same
 *                   argument, each of the rule's conditions is a rule of its own. MASKED_EQ compares
 *                   (argument & value) with (valueTwo & value).
 *   several rules   The first rule without conditions decides alone. Without such a rule, those with
 *   for a call      conditions are tried in an order that does not depend on the profile's: by their
 *                   first argument that differs, the higher index first; then EQ, NE and MASKED_EQ
 *                   before LT and LE before GT and GE; then the larger value first (for LT and LE
 *                   the smaller); what is equal so far, the narrower first. The first that holds
 *                   decides. (libseccomp refuses some profiles here, whose rules overlap.)
 *   32-bit ABIs     Only the low half of an argument and of a value is compared on x86, x32 and arm:
 *                   the kernel takes no more, whatever the register holds.
 *   new calls       Where defaultAction stops a call, a number above all those that the profile names
 *                   gets ENOSYS instead, as from an old kernel, so that programs fall back. Not counted
 *                   as new are the numbers 512 to 547 of x32 and the private calls of arm.
 *   socketcall, ipc On x86 a rule for socket, bind … msgget, shmat … is also one for the same call made
 *                   by socketcall(2) or ipc(2). Its conditions cannot be checked there, as the
 *                   arguments are in memory. If the rule permits more than defaultAction it is then
 *                   left out (libseccomp would permit all); if it permits less it holds for all.
 */
#pragma once
#include "plan/plan.h"
#include "spec/syscalls.h"

/* `native` is ARCH_X86_64 or ARCH_AARCH64. The problem is that the program would be too large, or a
 * condition that looks at no argument. The result depends on nothing but the arguments. */
void seccomp_compile(struct arena *arena, const struct seccomp *seccomp,
		     enum seccomp_architecture native, struct bpf_program *ret_program,
		     struct problem *problem);

/* What the profile answers to one call: SECCOMP_RET_* with its data. */
struct seccomp_answer {
	uint32_t answer;
	const struct seccomp_rule *rule;	/* that says so; NULL: defaultAction */
	bool unlisted;			/* no rule is looked at: `architectures` does not have this one */
};

/* A call that a program makes. */
struct seccomp_call {
	enum syscall_abi abi;
	const char *name;
	uint32_t number;
	const uint64_t *values;		/* 6 */
};

/* Looks it up. Where several rules with conditions hold it is the first of the profile that is told. */
struct seccomp_answer seccomp_answer(const struct seccomp *seccomp, const struct seccomp_call *call);
