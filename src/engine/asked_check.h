/* asked_check.h - what of the options of `run` and `create` can be seen to make no sense before anything is made. */
#pragma once
#include "base/problem.h"
#include "engine/asked.h"

/* Names and words that would only become lines of files, or nothing at all, whatever they are; and the file of
 * --pidfile, which is replaced, where it is none that may be. False after a problem, which names the option. */
bool asked_check(const struct run_asked *asked, struct problem *problem);
