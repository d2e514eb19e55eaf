/* stepping.h - a container whose start is stepped through (`run --step`), as others see it.
 *
 * In its folder is a FIFO, until it runs, that those who start it have open to read. So whoever can open it to write
 * knows that they live, and a byte in it has the debugger give the start up.
 */
#pragma once
#include "engine/container.h"

/* Makes it. Its descriptor is for start_options.give_up, and stays open until this process ends; or -errno. */
int stepping_begin(int folder);

/* Removes it: it runs, or has failed. */
void stepping_end(int folder);

/* Whether the start of the container with this folder is stepped through. */
bool stepping_is(int folder);

/* Has it given up: false where it is not stepped through. What it has made is undone by whom it is. */
bool stepping_give_up(int folder);

/* False, with a problem that says what to do, where it is stepped through. */
bool stepping_check(const struct engine_container *container, struct problem *problem);
