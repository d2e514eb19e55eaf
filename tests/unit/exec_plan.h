/* exec_plan.h - a plan that a test makes step by step and that is really done, in an empty directory
 * as the container's root. */
#pragma once
#include "exec/do.h"

enum { STEPS = 128, SLOTS = SLOT_SOURCES + 2 };

struct exec_plan {
	struct step step[STEPS];
	struct plan plan;
	struct run run;
	int slot[SLOTS];
	struct tape *tape;
	char root[64];		/* the directory */
};

extern struct exec_plan test;

/* Add a step to a lane. Return 1 + its index, as plan_add() does. */
#define RUNTIME(step_kind, ...) \
	add((struct step){ .kind = step_kind, .lane = LANE_RUNTIME, ##__VA_ARGS__ })
#define CONTAINER(step_kind, ...) \
	add((struct step){ .kind = step_kind, .lane = LANE_CONTAINER, ##__VA_ARGS__ })

/* See RUNTIME. */
unsigned add(struct step step);

/* Before and after each test. */
int setup(void **state);
int teardown(void **state);

/* Does the plan and reaps the child. Returns what the runtime's lane returned. */
int run_plan(int *ret_status);

/* What the step's mark says; by what add() returned. */
int error_of(unsigned step);
bool was_taken(unsigned step);

/* A path below the root; two at a time. */
const char *below(const char *path);

/* Type and permissions of a path below the root; 0: there is nothing. */
mode_t mode_of(const char *path);

/* Writes a file below the root. */
void write_text(const char *path, const char *text);
