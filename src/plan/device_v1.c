/* device_v1.c - rights to devices in the words of cgroup v1 (the kernel's security/device_cgroup.c).
 *
 * A cgroup denies all but its exceptions, or allows all but its exceptions; an «a» written to devices.deny
 * or devices.allow says which, and forgets the exceptions. After that a line adds to the exception for just
 * these numbers or takes away from it. There is no exception from an exception. In a list of what is allowed, one
 * exception alone must have all that an access asks for; in a list of what is denied any of them is enough.
 */
#include "plan/device_rules.h"

/* A cgroup's state: exceptions that are all of the same kind. */
struct list {
	bool allow;			/* all but the exceptions; else only those */
	struct device_rules exception;	/* `rest` is the exception for all numbers, `access` that of the entry */
};

/* --- exceptions --- */

/* What the exceptions that are wider than this entry say together. */
static uint8_t said_wider(const struct device_set *set, const struct device_entry *entry)
{
	const struct device_entry *major = NULL, *minor = NULL;

	if (entry->major != DEVICE_ANY && entry->minor != DEVICE_ANY) {
		major = device_find(set, entry->major, DEVICE_ANY);
		minor = device_find(set, DEVICE_ANY, entry->minor);
	}
	return set->rest | (major ? major->access : 0) | (minor ? minor->access : 0);
}

/* An entry with less than a wider one has would need an exception from the exception. */
static const struct device_entry *find_hole(const struct device_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		if (said_wider(set, &set->at[i]) & ~set->at[i].access)
			return &set->at[i];
	return NULL;
}

/* What is denied instead of what is allowed. */
static struct device_set turn(struct arena *arena, const struct device_set *set)
{
	struct device_set turned = { .rest = set->rest ^ DEVICE_ACCESS, .count = set->count };

	turned.at = ARENA_ARRAY(arena, set->count, struct device_entry);
	for (size_t i = 0; i < set->count; i++) {
		turned.at[i] = set->at[i];
		turned.at[i].access ^= DEVICE_ACCESS;
	}
	return turned;
}

static const char *show_number(struct arena *arena, int number)
{
	return number == DEVICE_ANY ? "*" : arena_printf(arena, "%d", number);
}

static void set_hole_problem(struct arena *arena, const struct device_rules *rules,
			     struct problem *problem)
{
	const struct device_entry *hole = find_hole(&rules->character);
	char type = hole ? 'c' : 'b';

	if (!hole)
		hole = find_hole(&rules->block);
	if (hole)
		problem_set(problem, "linux.resources.devices: %c %s:%s: cgroup v1 cannot deny a part of what is "
			    "allowed for more devices", type, show_number(arena, hole->major),
			    show_number(arena, hole->minor));
}

/* False where there is no such list. A list of what is allowed is preferred, but for «all». */
static bool make_list(struct arena *arena, const struct device_rules *rules, struct list *ret_list)
{
	bool all = rules->block.rest == DEVICE_ACCESS && rules->character.rest == DEVICE_ACCESS;

	ret_list->allow = false;
	ret_list->exception = *rules;
	if (!all && !find_hole(&rules->block) && !find_hole(&rules->character))
		return true;
	ret_list->allow = true;
	ret_list->exception.block = turn(arena, &rules->block);
	ret_list->exception.character = turn(arena, &rules->character);
	return !find_hole(&ret_list->exception.block) && !find_hole(&ret_list->exception.character);
}

/* --- lines --- */

static void add_line(struct device_lines *lines, bool allow, const char *text)
{
	lines->at[lines->count++] = (struct device_line){ allow, text };
}

static const char *show_line(struct arena *arena, char type, const struct device_entry *entry)
{
	return arena_printf(arena, "%c %s:%s %s%s%s", type, show_number(arena, entry->major),
			    show_number(arena, entry->minor), entry->access & DEVICE_READ ? "r" : "",
			    entry->access & DEVICE_WRITE ? "w" : "",
			    entry->access & DEVICE_MKNOD ? "m" : "");
}

/* One line for each exception. */
static void add_exceptions(struct arena *arena, struct device_lines *lines, bool allow, char type,
			   const struct device_set *set)
{
	const struct device_entry rest = { DEVICE_ANY, DEVICE_ANY, set->rest };

	if (rest.access)
		add_line(lines, allow, show_line(arena, type, &rest));
	for (size_t i = 0; i < set->count; i++)
		if (set->at[i].access)
			add_line(lines, allow, show_line(arena, type, &set->at[i]));
}

void device_rules_v1(struct arena *arena, const struct device_rules *rules,
		     struct device_lines *ret_lines, struct problem *problem)
{
	struct list list;

	*ret_lines = (struct device_lines){ .count = 0 };
	if (!make_list(arena, rules, &list)) {
		set_hole_problem(arena, rules, problem);
		return;
	}
	/* The reset, and of each kind the exception for all numbers. */
	ret_lines->at = ARENA_ARRAY(arena, 3 + list.exception.block.count + list.exception.character.count,
				    struct device_line);
	add_line(ret_lines, list.allow, "a");
	add_exceptions(arena, ret_lines, !list.allow, 'b', &list.exception.block);
	add_exceptions(arena, ret_lines, !list.allow, 'c', &list.exception.character);
}
