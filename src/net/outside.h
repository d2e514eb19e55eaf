/* outside.h - system calls and messages of exec/ where no plan is done: what its functions take beside what they do. */
#pragma once
#include "exec/exec.h"

struct outside {
	struct run run;
	struct mark mark;
	struct tape tape;
};

/* Ends with scratch_close(). */
static inline struct run *outside_begin(struct outside *outside)
{
	*outside = (struct outside){ .run = { .child = 0 } };
	outside->run.mark = &outside->mark;
	outside->run.tape = &outside->tape;
	return &outside->run;
}
