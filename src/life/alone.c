/* alone.c - a plan that one process does by itself: see alone.h. */
#include "life/alone.h"

struct run run_alone(struct arena *arena, const struct plan *plan)
{
	struct run run = {
		.plan = plan,
		.tape = arena_alloc(arena, sizeof(struct tape) + (plan->count + 1) * sizeof(struct mark)),
		.slot = ARENA_ARRAY(arena, (size_t)plan->slots, int),
		.socket = { -1, -1 },
		.lane_socket = -1,
		.lock = -1,
	};

	for (int i = 0; i < plan->slots; i++)
		run.slot[i] = -1;
	return run;
}
