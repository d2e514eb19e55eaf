/* refused.h - a container is run while one looks at what the kernel refuses to it: `run --why`, `why --again`. */
#pragma once
#include "cli/place.h"
#include "engine/run.h"

/* Whether it can be: it has no terminal, and its networks are made by its parent. */
bool refused_check(const struct prepared *prepared, struct problem *problem);

/* Runs it in the foreground to its end, without a monitor, a log or health checks, and then says on standard error what
 * was refused, and why. */
void refused_run(struct command *command, struct place *place, struct prepared *prepared, bool interactive);
