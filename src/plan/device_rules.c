/* device_rules.c - from rules that are applied in order to rights whose order does not matter.
 *
 * The places that the rules name divide all devices into parts within which every rule says the same:
 * each major:minor that is named, each crossing of a major:* with a *:minor, what is left of each of
 * those two, and the rest. For each part the rules are asked once.
 */
#include "plan/device_rules.h"
#include <assert.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

static_assert((int)DEVICE_MKNOD == BPF_DEVCG_ACC_MKNOD && (int)DEVICE_READ == BPF_DEVCG_ACC_READ &&
		      (int)DEVICE_WRITE == BPF_DEVCG_ACC_WRITE,
	      "the bits are not the kernel's");

/* What runc adds to the rules of each container. */
#define NUMBER(n) { .set = true, .value = (n) }
#define DEVICE(a, b) \
	{ .allow = true, .type = 'c', .major = NUMBER(a), .minor = b, \
	  .read = true, .write = true, .mknod = true }

static const struct device_rule defaults[] = {
	{ .allow = true, .type = 'a', .mknod = true },
	DEVICE(1, NUMBER(3)),		/* null */
	DEVICE(1, NUMBER(5)),		/* zero */
	DEVICE(1, NUMBER(7)),		/* full */
	DEVICE(1, NUMBER(8)),		/* random */
	DEVICE(1, NUMBER(9)),		/* urandom */
	DEVICE(5, NUMBER(0)),		/* tty */
	DEVICE(5, NUMBER(2)),		/* ptmx */
	DEVICE(136, { .set = false }),	/* pts/N */
};

enum { DEFAULTS = sizeof(defaults) / sizeof(defaults[0]) };

/* Rules as they were written, for one type. */
struct reading {
	struct arena *arena;
	const struct device_rule *rule;
	size_t rules;
	char type;
};

/* --- one place --- */

/* What all rules together allow there. A number that is DEVICE_ANY stands for one that no rule names. */
static uint8_t allowed(const struct reading *reading, int major, int minor)
{
	unsigned open = DEVICE_ACCESS, result = 0;

	for (size_t i = reading->rules; i > 0 && open; i--) {
		const struct device_rule *rule = &reading->rule[i - 1];
		unsigned access = (rule->read ? DEVICE_READ : 0U) | (rule->write ? DEVICE_WRITE : 0U) |
				  (rule->mknod ? DEVICE_MKNOD : 0U);

		if ((rule->type != 'a' && rule->type != reading->type) ||
		    (rule->major.set && rule->major.value != major) ||
		    (rule->minor.set && rule->minor.value != minor))
			continue;
		if (rule->allow)
			result |= access & open;
		open &= ~access;
	}
	return (uint8_t)result;
}

/* --- sorted places --- */

/* DEVICE_ANY is the last of all numbers. */
static int compare_numbers(int a, int b)
{
	return ((unsigned)a > (unsigned)b) - ((unsigned)a < (unsigned)b);
}

static int compare(const void *a, const void *b)
{
	const struct device_entry *x = a, *y = b;
	int order = compare_numbers(x->major, y->major);

	return order ? order : compare_numbers(x->minor, y->minor);
}

static void sort(struct device_set *set)
{
	size_t kept = 0;

	if (set->count == 0)
		return;
	qsort(set->at, set->count, sizeof(set->at[0]), compare);
	for (size_t i = 0; i < set->count; i++)
		if (kept == 0 || compare(&set->at[kept - 1], &set->at[i]) != 0)
			set->at[kept++] = set->at[i];
	set->count = kept;
}

const struct device_entry *device_find(const struct device_set *set, int major, int minor)
{
	const struct device_entry key = { .major = major, .minor = minor };

	if (set->count == 0)
		return NULL;
	return bsearch(&key, set->at, set->count, sizeof(key), compare);
}

/* --- the parts --- */

static bool is_wide(const struct device_entry *entry)
{
	return entry->major == DEVICE_ANY || entry->minor == DEVICE_ANY;
}

/* The places that rules name, each once. */
static void find_places(const struct reading *reading, struct device_set *set)
{
	set->at = ARENA_ARRAY(reading->arena, reading->rules, struct device_entry);
	for (size_t i = 0; i < reading->rules; i++) {
		const struct device_rule *rule = &reading->rule[i];

		if ((rule->type != 'a' && rule->type != reading->type) ||
		    (!rule->major.set && !rule->minor.set))
			continue;
		set->at[set->count++] = (struct device_entry){
			.major = rule->major.set ? (int)rule->major.value : DEVICE_ANY,
			.minor = rule->minor.set ? (int)rule->minor.value : DEVICE_ANY,
		};
	}
	sort(set);
}

/* Adds where a major:* and a *:minor meet; false where that would be too many. */
static bool add_crossings(const struct reading *reading, struct device_set *set)
{
	size_t named = set->count, majors = 0, minors = 0;
	struct device_entry *at;

	for (size_t i = 0; i < named; i++) {
		majors += set->at[i].minor == DEVICE_ANY;
		minors += set->at[i].major == DEVICE_ANY;
	}
	if (named + majors * minors > DEVICE_RULES_MAX)
		return false;
	at = ARENA_ARRAY(reading->arena, named + majors * minors, struct device_entry);
	if (named)
		memcpy(at, set->at, named * sizeof(*at));
	for (size_t i = 0; i < named; i++)
		for (size_t k = 0; k < named && at[i].minor == DEVICE_ANY; k++)
			if (at[k].major == DEVICE_ANY)
				at[set->count++] = (struct device_entry){ .major = at[i].major,
									  .minor = at[k].minor };
	set->at = at;
	sort(set);
	return true;
}

/* Whether something else would hold there without the entry. */
static bool is_needed(const struct device_set *set, const struct device_entry *entry)
{
	const struct device_entry *major = device_find(set, entry->major, DEVICE_ANY);
	const struct device_entry *minor = device_find(set, DEVICE_ANY, entry->minor);

	if (is_wide(entry) || (!major && !minor))
		return entry->access != set->rest;
	return (major && major->access != entry->access) || (minor && minor->access != entry->access);
}

/* Drops the wide entries, or the others, that are not needed. */
static void drop_needless(const struct reading *reading, struct device_set *set, bool wide)
{
	struct device_entry *kept = ARENA_ARRAY(reading->arena, set->count, struct device_entry);
	size_t count = 0;

	for (size_t i = 0; i < set->count; i++)
		if (is_wide(&set->at[i]) != wide || is_needed(set, &set->at[i]))
			kept[count++] = set->at[i];
	set->at = kept;
	set->count = count;
}

static bool make_set(const struct reading *reading, struct device_set *set)
{
	*set = (struct device_set){ .rest = allowed(reading, DEVICE_ANY, DEVICE_ANY) };
	find_places(reading, set);
	if (!add_crossings(reading, set))
		return false;
	for (size_t i = 0; i < set->count; i++)
		set->at[i].access = allowed(reading, set->at[i].major, set->at[i].minor);
	drop_needless(reading, set, true);
	drop_needless(reading, set, false);
	return true;
}

void device_rules_make(struct arena *arena, const struct device_rule *rule, size_t rules,
		       struct device_rules *ret_rules, struct problem *problem)
{
	struct reading block = { arena, rule, rules, 'b' }, character = { arena, rule, rules, 'c' };

	*ret_rules = (struct device_rules){ .block.rest = 0 };
	if (rules <= DEVICE_RULES_MAX && make_set(&block, &ret_rules->block) &&
	    make_set(&character, &ret_rules->character))
		return;
	*ret_rules = (struct device_rules){ .block.rest = 0 };
	problem_set(problem, "linux.resources.devices: these are more than %d rules", DEVICE_RULES_MAX);
}

void device_rules_of_container(struct arena *arena, const struct device_rule *rule, size_t rules,
			       struct device_rules *ret_rules, struct problem *problem)
{
	struct device_rule *all = ARENA_ARRAY(arena, rules + DEFAULTS, struct device_rule);

	if (rules)
		memcpy(all, rule, rules * sizeof(*all));
	memcpy(all + rules, defaults, sizeof(defaults));
	device_rules_make(arena, all, rules + DEFAULTS, ret_rules, problem);
}
