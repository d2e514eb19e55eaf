/* moment.h - a moment as people write it, for --since and --until. */
#pragma once
#include "base/problem.h"
#include <stdbool.h>
#include <time.h>

/* "10m" and "1h30m" ago; "2026-01-31T12:00:00.5Z", "2026-01-31" in the time of this place or with its own; seconds
 * since 1970, also "1769860800.000000001". A problem for others, which names the option. */
bool moment_read(const char *option, const char *given, struct timespec *ret_at, struct problem *problem);
