/* breakpoint.h - where `continue` stops. */
#pragma once
#include "base/problem.h"
#include "plan/plan.h"

enum breakpoint_about {
	ABOUT_NUMBER,			/* one step */
	ABOUT_KIND,			/* each of a kind: "mount" */
	ABOUT_LANE,			/* each of "runtime" or "container" */
	ABOUT_KEY			/* each that a key of the config asked for, or one below it */
};

struct breakpoint {
	unsigned id;			/* 1 … */
	enum breakpoint_about about;
	const char *text;		/* as it was typed */
	size_t index;			/* ABOUT_NUMBER */
	enum step_kind kind;		/* ABOUT_KIND */
	enum lane lane;			/* ABOUT_LANE */
};

enum { BREAKPOINTS_MAX = 64 };

struct breakpoints {
	struct breakpoint at[BREAKPOINTS_MAX];
	size_t count;
	unsigned last_id;
};

/* Adds what `text` (which lives on) names; NULL after a problem: there is no such step in the plan. */
const struct breakpoint *breakpoint_add(struct breakpoints *list, const struct plan *plan, const char *text,
					struct problem *problem);

/* Removes the one with this id, or all where `text` is empty. */
bool breakpoint_delete(struct breakpoints *list, const char *text, struct problem *problem);

/* The first that is at this step, or NULL. */
const struct breakpoint *breakpoint_at(const struct breakpoints *list, const struct plan *plan, size_t index);

/* How many steps of the plan it is at. */
size_t breakpoint_steps(const struct breakpoint *breakpoint, const struct plan *plan);

/* The step that the text names by its number, counted from 1. False after a problem. */
bool breakpoint_number(const struct plan *plan, const char *text, size_t *ret_index, struct problem *problem);
