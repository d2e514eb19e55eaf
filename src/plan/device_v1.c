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

/* As many lines as these exceptions can take. */
static size_t room_for(const struct device_rules *exception)
{
	return exception->block.count + exception->character.count + 2;
}

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

/* One line for each exception, with what it has more than the one in `other` for the same numbers. */
static void add_more(struct arena *arena, struct device_lines *lines, bool allow, char type,
		     const struct device_set *set, const struct device_set *other)
{
	struct device_entry more = { DEVICE_ANY, DEVICE_ANY, set->rest & ~other->rest };

	if (more.access)
		add_line(lines, allow, show_line(arena, type, &more));
	for (size_t i = 0; i < set->count; i++) {
		const struct device_entry *same;

		more = set->at[i];
		same = device_find(other, more.major, more.minor);
		more.access &= (uint8_t) ~(same ? same->access : 0);
		if (more.access)
			add_line(lines, allow, show_line(arena, type, &more));
	}
}

static void add_all_more(struct arena *arena, struct device_lines *lines, bool allow,
			 const struct device_rules *rules, const struct device_rules *other)
{
	add_more(arena, lines, allow, 'b', &rules->block, &other->block);
	add_more(arena, lines, allow, 'c', &rules->character, &other->character);
}

void device_rules_v1(struct arena *arena, const struct device_rules *rules,
		     struct device_lines *ret_lines, struct problem *problem)
{
	const struct device_rules none = { .block.rest = 0 };
	struct list list;

	*ret_lines = (struct device_lines){ .count = 0 };
	if (!make_list(arena, rules, &list)) {
		set_hole_problem(arena, rules, problem);
		return;
	}
	ret_lines->at = ARENA_ARRAY(arena, 1 + room_for(&list.exception), struct device_line);
	add_line(ret_lines, list.allow, "a");
	add_all_more(arena, ret_lines, !list.allow, &list.exception, &none);
}

/* New exceptions are added before old ones are taken away. In between both are there: of a list of
 * what is allowed, all that either allows; of a list of what is denied, what both allow. */
void device_rules_v1_change(struct arena *arena, const struct device_rules *before,
			    const struct device_rules *rules, struct device_lines *ret_lines,
			    struct problem *problem)
{
	struct list old, new;

	if (!make_list(arena, before, &old) || !make_list(arena, rules, &new) || old.allow != new.allow) {
		device_rules_v1(arena, rules, ret_lines, problem);
		return;
	}
	*ret_lines = (struct device_lines){ .count = 0 };
	ret_lines->at = ARENA_ARRAY(arena, room_for(&old.exception) + room_for(&new.exception),
				    struct device_line);
	add_all_more(arena, ret_lines, !new.allow, &new.exception, &old.exception);
	add_all_more(arena, ret_lines, new.allow, &old.exception, &new.exception);
}
