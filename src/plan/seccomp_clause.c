/* seccomp_clause.c - from conditions on arguments to instructions.
 *
 * An argument has 64 bits, the machine of BPF 32: a test looks at the high half, then at the low one,
 * if at all. Nearly every operator is a range of numbers, and profiles like lists of single numbers
 * («socket: 13 or 14 or 15 …»): neighbours become one range, and clauses whose ranges have the same
 * high half share its test.
 */
#include "plan/seccomp_parts.h"
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>

/* --- reading --- */

static const uint8_t classes[SECCOMP_OPERATORS] = {
	[SECCOMP_NOT_EQUAL] = 3, [SECCOMP_EQUAL] = 3,	      [SECCOMP_MASKED_EQUAL] = 3,
	[SECCOMP_LESS] = 2,	 [SECCOMP_LESS_EQUAL] = 2,    [SECCOMP_GREATER] = 1,
	[SECCOMP_GREATER_EQUAL] = 1,
};

static void set_range(struct seccomp_test *test, uint64_t first, uint64_t last)
{
	test->kind = TEST_RANGE;
	test->first = first;
	test->last = last;
}

/* What no number can fulfil. */
static void set_never(struct seccomp_test *test)
{
	set_range(test, 1, 0);
}

static void set_masked(struct seccomp_test *test, uint64_t mask, uint64_t value, uint64_t all)
{
	test->value = value & mask;
	if (mask == all) {
		set_range(test, test->value, test->value);
		return;
	}
	test->kind = TEST_MASKED;
	test->first = mask;
	test->last = test->value;
}

static void set_test(struct seccomp_test *test, const struct seccomp_arg *arg, uint64_t all)
{
	uint64_t value = arg->value & all;

	test->index = (uint8_t)arg->index;
	test->class = classes[arg->operator];
	test->value = value;
	switch (arg->operator) {
	case SECCOMP_EQUAL: set_range(test, value, value); break;
	case SECCOMP_NOT_EQUAL:
		set_range(test, value, value);
		test->kind = TEST_OUTSIDE;
		break;
	case SECCOMP_LESS:
		if (value == 0)
			set_never(test);
		else
			set_range(test, 0, value - 1);
		break;
	case SECCOMP_LESS_EQUAL: set_range(test, 0, value); break;
	case SECCOMP_GREATER_EQUAL: set_range(test, value, all); break;
	case SECCOMP_GREATER:
		if (value == all)
			set_never(test);
		else
			set_range(test, value + 1, all);
		break;
	case SECCOMP_MASKED_EQUAL: set_masked(test, value, arg->value_two, all); break;
	case SECCOMP_OPERATORS: break;
	}
}

bool seccomp_add_test(struct seccomp_clause *clause, const struct seccomp_arg *arg, bool wide)
{
	uint64_t all = wide ? UINT64_MAX : UINT32_MAX;
	unsigned at = clause->tests;

	if (arg->operator == SECCOMP_MASKED_EQUAL && (arg->value & all) == 0)
		return false;
	for (; at > 0 && clause->test[at - 1].index > arg->index; at--)
		clause->test[at] = clause->test[at - 1];
	set_test(&clause->test[at], arg, all);
	clause->tests++;
	return true;
}

/* --- the order --- */

static int compare_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* Below 0 where a goes first. */
static int compare_tests(const struct seccomp_test *a, const struct seccomp_test *b)
{
	int less = a->class == classes[SECCOMP_LESS] ? 1 : -1;
	int order = -compare_u64(a->index, b->index);

	order = order ? order : -compare_u64(a->class, b->class);
	order = order ? order : less * compare_u64(a->value, b->value);
	/* The same value: EQ, MASKED_EQ by the bits it asks for, NE; LT before LE, GT before GE. */
	order = order ? order : (a->kind == TEST_OUTSIDE) - (b->kind == TEST_OUTSIDE);
	order = order ? order : (a->kind == TEST_MASKED) - (b->kind == TEST_MASKED);
	order = order ? order : -compare_u64(a->first, b->first);
	return order ? order : compare_u64(a->last, b->last);
}

/* For qsort: of what is equal the first in the profile. */
static int compare_clauses(const void *left, const void *right)
{
	const struct seccomp_clause *a = *(struct seccomp_clause *const *)left;
	const struct seccomp_clause *b = *(struct seccomp_clause *const *)right;
	unsigned tests = a->tests < b->tests ? a->tests : b->tests;

	for (unsigned i = 0; i < tests; i++) {
		int order = compare_tests(&a->test[i], &b->test[i]);

		if (order)
			return order;
	}
	return a->tests == b->tests ? compare_u64(a->position, b->position) :
				      compare_u64(a->tests, b->tests);
}

static bool is_always(const struct seccomp_clause *clause, uint64_t all)
{
	for (unsigned i = 0; i < clause->tests; i++)
		if (clause->test[i].kind != TEST_RANGE || clause->test[i].first != 0 ||
		    clause->test[i].last != all)
			return false;
	return true;
}

static bool is_never(const struct seccomp_clause *clause)
{
	for (unsigned i = 0; i < clause->tests; i++)
		if (clause->test[i].kind == TEST_RANGE && clause->test[i].first > clause->test[i].last)
			return true;
	return false;
}

static uint32_t high(uint64_t value)
{
	return (uint32_t)(value >> 32);
}

/* One range, whose numbers have one high half. */
static bool is_simple(const struct seccomp_clause *clause)
{
	const struct seccomp_test *test = &clause->test[0];

	return clause->tests == 1 && test->kind == TEST_RANGE && high(test->first) == high(test->last);
}

/* Whether both are simple and of the same argument with the same high half. */
static bool are_akin(const struct seccomp_clause *a, const struct seccomp_clause *b)
{
	return is_simple(a) && is_simple(b) && a->test[0].index == b->test[0].index &&
	       high(a->test[0].first) == high(b->test[0].first);
}

/* Makes one clause of two akin ones, if they give the same answer and have no gap between them. */
static bool join(struct seccomp_clause *into, const struct seccomp_clause *other)
{
	struct seccomp_test *a = &into->test[0];
	const struct seccomp_test *b = &other->test[0];

	if (into->answer != other->answer)
		return false;
	if (b->first > a->last ? b->first - a->last > 1 : a->first > b->last && a->first - b->last > 1)
		return false;
	a->first = a->first < b->first ? a->first : b->first;
	a->last = a->last > b->last ? a->last : b->last;
	return true;
}

/* --- the list of a call --- */

struct clauses {
	struct seccomp_clause **at;
	size_t count;
	uint32_t otherwise;		/* the answer where none holds */
};

static struct clauses sort_clauses(struct arena *arena, struct seccomp_clause *list)
{
	struct clauses clauses = { 0 };

	for (struct seccomp_clause *c = list; c; c = c->next)
		c->position = (uint32_t)clauses.count++;
	clauses.at = ARENA_ARRAY(arena, clauses.count, struct seccomp_clause *);
	for (size_t i = 0; i < clauses.count; i++, list = list->next)
		clauses.at[i] = list;
	qsort(clauses.at, clauses.count, sizeof(struct seccomp_clause *), compare_clauses);
	return clauses;
}

/* Whether the clauses that are akin to this one need not be looked at after it. */
static bool leaves_none(const struct seccomp_clause *clause)
{
	return is_simple(clause) && (uint32_t)clause->test[0].first == 0 &&
	       (uint32_t)clause->test[0].last == UINT32_MAX;
}

/* Adds the next clause to the `kept` first ones, which have room for it. Returns how many there are. */
static size_t keep(struct seccomp_clause **at, size_t kept, struct seccomp_clause *clause)
{
	if (is_never(clause))
		return kept;
	if (kept > 0 && are_akin(at[kept - 1], clause) &&
	    (leaves_none(at[kept - 1]) || join(at[kept - 1], clause)))
		return kept;
	at[kept] = clause;
	return kept + 1;
}

/* Joins neighbours; drops what never holds, what comes after a clause that always does, and what ends
 * with the same answer anyway. */
static void simplify(struct clauses *clauses, uint64_t all)
{
	size_t kept = 0;

	for (size_t i = 0; i < clauses->count; i++) {
		kept = keep(clauses->at, kept, clauses->at[i]);
		if (kept > 0 && is_always(clauses->at[kept - 1], all)) {
			clauses->otherwise = clauses->at[kept - 1]->answer;
			break;
		}
	}
	while (kept > 0 && clauses->at[kept - 1]->answer == clauses->otherwise)
		kept--;
	clauses->count = kept;
}

/* --- writing --- */

struct emission {
	struct bpf_writer *writer;
	bool wide;
};

static uint32_t low_word(unsigned index)
{
	return (uint32_t)(offsetof(struct seccomp_data, args) + index * sizeof(uint64_t));
}

static uint32_t high_word(unsigned index)
{
	return low_word(index) + 4;
}

static struct bpf_target write_load(const struct emission *e, uint32_t word, struct bpf_target next)
{
	return next.returns ? next : bpf_load(e->writer, word, next);
}

/* Whether the loaded word is in a range. */
static struct bpf_target write_range(const struct emission *e, uint32_t first, uint32_t last,
				     struct bpf_target yes, struct bpf_target no)
{
	if (first == last)
		return bpf_jump(e->writer, BPF_JEQ, first, yes, no);
	if (last != UINT32_MAX)
		yes = bpf_jump(e->writer, BPF_JGT, last, no, yes);
	return first == 0 ? yes : bpf_jump(e->writer, BPF_JGE, first, yes, no);
}

/* The low half, which is loaded unless every number will do. */
static struct bpf_target write_low(const struct emission *e, const struct seccomp_test *test,
				   uint32_t first, uint32_t last, struct bpf_target yes,
				   struct bpf_target no)
{
	if (first == 0 && last == UINT32_MAX)
		return yes;
	return write_load(e, low_word(test->index), write_range(e, first, last, yes, no));
}

static struct bpf_target write_high(const struct emission *e, const struct seccomp_test *test,
				    uint32_t half, struct bpf_target equal, struct bpf_target other)
{
	if (!e->wide)
		return equal;
	return write_load(e, high_word(test->index),
			  bpf_jump(e->writer, BPF_JEQ, half, equal, other));
}

/* From 0, or up to the last number there is: whether the high halves differ decides. */
static struct bpf_target write_open_range(const struct emission *e, const struct seccomp_test *test,
					  struct bpf_target yes, struct bpf_target no)
{
	bool from_0 = test->first == 0;
	uint32_t half = from_0 ? high(test->last) : high(test->first);
	struct bpf_target below = from_0 ? yes : no, above = from_0 ? no : yes, equal;

	if (from_0)
		equal = write_low(e, test, 0, (uint32_t)test->last, yes, no);
	else
		equal = write_low(e, test, (uint32_t)test->first, UINT32_MAX, yes, no);
	equal = bpf_jump(e->writer, BPF_JEQ, half, equal, below);
	if (half == UINT32_MAX)
		return write_load(e, high_word(test->index), equal);
	return write_load(e, high_word(test->index),
			  bpf_jump(e->writer, BPF_JGT, half, above, equal));
}

static struct bpf_target write_masked_word(const struct emission *e, uint32_t word, uint32_t mask,
					   uint32_t value, struct bpf_target yes, struct bpf_target no)
{
	struct bpf_target check;

	if (mask == 0)
		return yes;
	if (value == 0)
		return bpf_load(e->writer, word, bpf_jump(e->writer, BPF_JSET, mask, no, yes));
	check = bpf_jump(e->writer, BPF_JEQ, value, yes, no);
	if (mask != UINT32_MAX)
		check = bpf_mask(e->writer, mask, check);
	return bpf_load(e->writer, word, check);
}

static struct bpf_target write_masked(const struct emission *e, const struct seccomp_test *test,
				      struct bpf_target yes, struct bpf_target no)
{
	yes = write_masked_word(e, low_word(test->index), (uint32_t)test->first,
				(uint32_t)test->last, yes, no);
	return write_masked_word(e, high_word(test->index), high(test->first), high(test->last), yes,
				 no);
}

static struct bpf_target write_inside(const struct emission *e, const struct seccomp_test *test,
				      struct bpf_target yes, struct bpf_target no)
{
	if (high(test->first) != high(test->last))
		return write_open_range(e, test, yes, no);
	yes = write_low(e, test, (uint32_t)test->first, (uint32_t)test->last, yes, no);
	return write_high(e, test, high(test->first), yes, no);
}

static struct bpf_target write_test(const struct emission *e, const struct seccomp_test *test,
				    struct bpf_target yes, struct bpf_target no)
{
	if (test->kind == TEST_MASKED)
		return write_masked(e, test, yes, no);
	return test->kind == TEST_OUTSIDE ? write_inside(e, test, no, yes) :
					    write_inside(e, test, yes, no);
}

/* Clauses that are akin: the halves are loaded once. */
static struct bpf_target write_akin(const struct emission *e, struct seccomp_clause *const *clause,
				    size_t count, struct bpf_target otherwise)
{
	const struct seccomp_test *test = &clause[0]->test[0];
	struct bpf_target next = otherwise;

	for (size_t i = count; i > 0; i--)
		next = write_range(e, (uint32_t)clause[i - 1]->test[0].first,
				   (uint32_t)clause[i - 1]->test[0].last,
				   bpf_return(clause[i - 1]->answer), next);
	return write_high(e, test, high(test->first), write_load(e, low_word(test->index), next),
			  otherwise);
}

static struct bpf_target write_clause(const struct emission *e, const struct seccomp_clause *clause,
				      struct bpf_target otherwise)
{
	struct bpf_target next = bpf_return(clause->answer);

	for (unsigned i = clause->tests; i > 0; i--)
		next = write_test(e, &clause->test[i - 1], next, otherwise);
	return next;
}

struct bpf_target seccomp_write_clauses(struct arena *arena, struct bpf_writer *writer,
					struct seccomp_clause *clause, uint32_t otherwise, bool wide)
{
	struct emission e = { writer, wide };
	struct clauses clauses = sort_clauses(arena, clause);
	struct bpf_target next;

	clauses.otherwise = otherwise;
	simplify(&clauses, wide ? UINT64_MAX : UINT32_MAX);
	next = bpf_return(clauses.otherwise);
	for (size_t last = clauses.count; last > 0 && !writer->full;) {
		size_t first = last - 1;

		while (first > 0 && are_akin(clauses.at[first - 1], clauses.at[last - 1]))
			first--;
		if (is_simple(clauses.at[first]))
			next = write_akin(&e, &clauses.at[first], last - first, next);
		else
			next = write_clause(&e, clauses.at[first], next);
		last = first;
	}
	return next;
}
