/* input.h - what `run` and `exec` have in common: what the process reads (-i, -t), and --trace. */
#pragma once
#include "base/problem.h"
#include "command/options.h"
#include "life/life.h"
#include <stdbool.h>

/* Whether -i and -t can be together: a terminal that is typed on must be one. */
bool input_check(bool interactive, bool terminal, struct problem *problem);

/* Without -i it has nothing to read, as with docker: standard input becomes /dev/null. */
bool input_prepare(bool wanted, struct problem *problem);

/* What --trace asks for. */
enum trace input_trace(const struct maybe_text *asked, struct problem *problem);
