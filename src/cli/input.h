/* input.h - what a process in a container reads: -i and -t. */
#pragma once
#include "base/problem.h"
#include <stdbool.h>

/* Whether -i and -t can be together: a terminal that is typed on must be one. */
bool input_check(bool interactive, bool terminal, struct problem *problem);

/* Without -i it has nothing to read, as with docker: standard input becomes /dev/null. */
bool input_prepare(bool wanted, struct problem *problem);
