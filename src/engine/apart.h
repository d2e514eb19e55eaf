/* apart.h - this program once more, for what is to go on when this process has ended. */
#pragma once
#include "engine/container.h"

/* Runs `taru WORD…` (at most 8, then a NULL) with the same store: not a child that anybody would wait for, in a
 * session of its own, with nothing open of what this process has. Nobody is told where that does not work. */
void apart_run(const struct engine *engine, const char *const *words);
