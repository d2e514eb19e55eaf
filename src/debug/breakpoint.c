/* breakpoint.c - see breakpoint.h */
#include "debug/breakpoint.h"
#include "base/text.h"
#include "show/words.h"
#include <string.h>

/* "mounts" is also what "mounts[3]" is of, and "process" what "process.user.uid" is of. */
static bool is_of_key(const char *why, const char *key)
{
	size_t length = strlen(key);

	return why && !strncmp(why, key, length) && strchr(".[", why[length]);
}

static bool matches(const struct breakpoint *breakpoint, const struct plan *plan, size_t index)
{
	const struct step *step = &plan->step[index];

	switch (breakpoint->about) {
	case ABOUT_NUMBER: return index == breakpoint->index;
	case ABOUT_KIND: return step->kind == breakpoint->kind;
	case ABOUT_LANE: return step->lane == breakpoint->lane;
	case ABOUT_KEY: return is_of_key(step->why, breakpoint->text);
	}
	return false;
}

const struct breakpoint *breakpoint_at(const struct breakpoints *list, const struct plan *plan, size_t index)
{
	for (size_t i = 0; i < list->count; i++)
		if (matches(&list->at[i], plan, index))
			return &list->at[i];
	return NULL;
}

size_t breakpoint_steps(const struct breakpoint *breakpoint, const struct plan *plan)
{
	size_t count = 0;

	for (size_t i = 0; i < plan->count; i++)
		count += matches(breakpoint, plan, i);
	return count;
}

bool breakpoint_number(const struct plan *plan, const char *text, size_t *ret_index, struct problem *problem)
{
	uint64_t number;

	if (!text_to_u64(text, &number) || number < 1 || number > plan->count) {
		problem_set(problem, "there is no step '%s': they are 1 to %zu", text, plan->count);
		return false;
	}
	*ret_index = (size_t)number - 1;
	return true;
}

static bool read_kind(const char *text, enum step_kind *ret_kind)
{
	for (int kind = 0; kind < STEP_KINDS; kind++)
		if (!strcmp(text, step_name((enum step_kind)kind))) {
			*ret_kind = (enum step_kind)kind;
			return true;
		}
	return false;
}

static bool read_lane(const char *text, enum lane *ret_lane)
{
	for (int lane = 0; lane < LANES; lane++)
		if (!strcmp(text, words_lane((enum lane)lane))) {
			*ret_lane = (enum lane)lane;
			return true;
		}
	return false;
}

const struct breakpoint *breakpoint_add(struct breakpoints *list, const struct plan *plan, const char *text,
					struct problem *problem)
{
	struct breakpoint new = { .about = ABOUT_KEY, .text = text };

	if (list->count == BREAKPOINTS_MAX) {
		problem_set(problem, "there are %d breakpoints, and no room for more", BREAKPOINTS_MAX);
		return NULL;
	}
	if (*text >= '0' && *text <= '9') {
		new.about = ABOUT_NUMBER;
		if (!breakpoint_number(plan, text, &new.index, problem))
			return NULL;
	} else if (read_kind(text, &new.kind)) {
		new.about = ABOUT_KIND;
	} else if (read_lane(text, &new.lane)) {
		new.about = ABOUT_LANE;
	}
	if (!breakpoint_steps(&new, plan)) {
		problem_set(problem, "no step of this plan is '%s': that can be a number, a kind of step as `list` "
			    "shows it, runtime or container, or a key of the config", text);
		return NULL;
	}
	new.id = ++list->last_id;
	list->at[list->count] = new;
	return &list->at[list->count++];
}

bool breakpoint_delete(struct breakpoints *list, const char *text, struct problem *problem)
{
	uint64_t id;

	if (!*text) {
		list->count = 0;
		return true;
	}
	for (size_t i = 0; text_to_u64(text, &id) && i < list->count; i++)
		if (list->at[i].id == id) {
			memmove(&list->at[i], &list->at[i + 1], (list->count - i - 1) * sizeof(list->at[0]));
			list->count--;
			return true;
		}
	problem_set(problem, "there is no breakpoint '%s'; `break` lists them", text);
	return false;
}
