/* seccomp_parts.h - what the files of the seccomp compiler share.
 *
 *   seccomp_rules.c    profile → for each number an answer, or clauses that look at arguments
 *   seccomp_clause.c   clauses → instructions
 *   seccomp_search.c   intervals of numbers → instructions
 *   seccomp_compile.c  architectures, and all of it together
 */
#pragma once
#include "plan/bpf.h"
#include "spec/syscalls.h"

/* --- clauses --- */

enum seccomp_test_kind {
	TEST_RANGE,		/* first <= argument <= last */
	TEST_OUTSIDE,		/* not that */
	TEST_MASKED,		/* (argument & first) == last */
};

struct seccomp_test {
	uint8_t kind;		/* enum seccomp_test_kind */
	uint8_t index;		/* of the argument */
	uint8_t class;		/* of the operator: the higher goes first */
	uint64_t value;		/* as the profile has it */
	uint64_t first, last;
};

/* Tests that must all hold, and the answer where they do. */
struct seccomp_clause {
	struct seccomp_clause *next;
	uint32_t position;		/* in the order of the profile */
	uint32_t answer;
	unsigned tests;
	struct seccomp_test test[];	/* by rising index */
};

/* Adds a condition to a clause; false where it always holds and nothing is to be tested. `wide`: an
 * ABI that has 64-bit arguments. */
bool seccomp_add_test(struct seccomp_clause *clause, const struct seccomp_arg *arg, bool wide);

/* Writes the test of a call's arguments. `clause` is a list in the order of the profile; it is used
 * up. */
struct bpf_target seccomp_write_clauses(struct arena *arena, struct bpf_writer *writer,
					struct seccomp_clause *clause, uint32_t otherwise, bool wide);

/* --- numbers --- */

/* What becomes of the numbers from `first` up to the next span's. */
struct seccomp_span {
	uint32_t first;
	uint32_t answer;
	struct seccomp_clause *clause;	/* or NULL: no look at the arguments */
	bool wide;
};

struct seccomp_spans {
	struct seccomp_span *at;	/* room for SECCOMP_SPANS */
	size_t count;
};

/* Two ABIs (x86-64 and x32), each slot a span of its own, and what lies around them. */
enum { SECCOMP_SPANS = 2 * SYSCALL_SLOTS + 8 };

/* Adds a span; one that says the same as the one before it is part of that. */
void seccomp_add_span(struct seccomp_spans *spans, const struct seccomp_span *span);

/* Writes the search; the number is loaded by it. */
struct bpf_target seccomp_write_search(struct arena *arena, struct bpf_writer *writer,
				       const struct seccomp_spans *spans);

/* --- the profile --- */

/* A name in a rule that this machine may know. */
struct seccomp_entry {
	const struct seccomp_rule *rule;
	const struct syscall_row *row;
};

/* What is to be done with a number. */
struct seccomp_decision {
	struct seccomp_clause *clause;	/* looked at only where it is not settled */
	uint32_t answer;
	bool settled;			/* by a rule without conditions */
};

struct seccomp_profile {
	struct arena *arena;
	const struct seccomp *seccomp;
	uint32_t default_answer;
	struct seccomp_entry *entry;
	size_t entries;
	struct seccomp_decision *decision;	/* room for those of one ABI */
};

/* What a filter answers for an action: with errnoRet, where the kernel takes it. */
uint32_t seccomp_answer_of(uint32_t action, struct maybe_u32 data);

/* Looks all names up. */
struct seccomp_profile seccomp_read_profile(struct arena *arena, const struct seccomp *seccomp,
					    struct problem *problem);

/* Adds what the profile says of all numbers that belong to the ABI. */
void seccomp_add_abi(const struct seccomp_profile *profile, enum syscall_abi abi,
		     struct seccomp_spans *spans);
