/* turn.h - whose turn it is.
 *
 * One lane at a time is let go, the one whose next step comes first in the plan: so the steps are taken in the order of
 * the plan, which cannot come to a stop (plan_check() proves that for the flat order), and `step` never means two
 * things. A lane is heard again before it waits at its next step, or has ended.
 */
#pragma once
#include "plan/plan.h"

enum lane_state {
	LANE_UNBORN,			/* STEP_CLONE has not been taken */
	LANE_GOES,			/* it takes steps; it will be heard */
	LANE_WAITS,			/* before step `index` */
	LANE_GONE			/* it has ended, or is the program */
};

struct turn {
	enum lane_state state[LANES];
	size_t index[LANES];		/* LANE_WAITS: before which step. LANE_GONE: which was its last */
};

/* At the beginning. */
struct turn turn_new(void);

/* Whether somebody has to be heard before it is known who comes next. */
bool turn_is_open(const struct turn *turn);

/* The lane that comes next; LANES where nobody waits. */
enum lane turn_next(const struct turn *turn);

/* The lane waits; it has ended; it is let go, and takes the step or not. */
void turn_waits(struct turn *turn, enum lane lane, size_t index);
void turn_gone(struct turn *turn, enum lane lane);
void turn_go(struct turn *turn, const struct plan *plan, enum lane lane, bool taken);
