/* apart.h - another process of this program, for what is to go on when this one has ended. */
#pragma once
#include "engine/container.h"

/* Runs `taru WORD…` (at most 8, then a NULL) with the same store: not a child that anybody would wait for, in a
 * session of its own, with nothing open of what this process has. Nobody is told where that does not work. */
void apart_run(const struct engine *engine, const char *const *words);

enum apart { APART_NOT, APART_PARENT, APART_CHILD };

/* A process that goes on with this one's memory, in a session of its own, in the root directory, with nothing open but
 * the store: it ends by _exit(2). APART_NOT: it cannot be made. */
enum apart apart_begin(const struct engine *engine);
