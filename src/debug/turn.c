/* turn.c - see turn.h */
#include "debug/turn.h"

struct turn turn_new(void)
{
	return (struct turn){ .state = { [LANE_RUNTIME] = LANE_GOES, [LANE_CONTAINER] = LANE_UNBORN } };
}

bool turn_is_open(const struct turn *turn)
{
	for (int lane = 0; lane < LANES; lane++)
		if (turn->state[lane] == LANE_GOES)
			return true;
	return false;
}

enum lane turn_next(const struct turn *turn)
{
	enum lane next = LANES;

	for (int lane = 0; lane < LANES; lane++)
		if (turn->state[lane] == LANE_WAITS && (next == LANES || turn->index[lane] < turn->index[next]))
			next = (enum lane)lane;
	return next;
}

void turn_waits(struct turn *turn, enum lane lane, size_t index)
{
	turn->state[lane] = LANE_WAITS;
	turn->index[lane] = index;
}

void turn_gone(struct turn *turn, enum lane lane)
{
	turn->state[lane] = LANE_GONE;
}

void turn_go(struct turn *turn, const struct plan *plan, enum lane lane, bool taken)
{
	turn->state[lane] = LANE_GOES;
	if (taken && plan->step[turn->index[lane]].kind == STEP_CLONE)
		turn->state[LANE_CONTAINER] = LANE_GOES;
}
