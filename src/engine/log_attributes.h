/* log_attributes.h - what stands beside each line in the log of a json-file: labels, variables and a name of the
 * container, as --log-opt labels=, env= and tag= ask for them, and `logs --details` shows them.
 */
#pragma once
#include "engine/container.h"

/* Whether a tag can be made of this text, which has {{.Name}} and its like; else a problem. */
bool log_check_tag(const char *tag, struct problem *problem);

/* Whether the value of labels-regex or env-regex is an extended regular expression; else a problem. */
bool log_check_pattern(const struct pair *option, struct problem *problem);

/* Of a container that is being made: a problem where they have more bytes than may stand beside a line. `env`:
 * "NAME=VALUE" of its process; of variables that are secrets nothing is told. */
bool log_check_attributes(struct arena *arena, const struct made *made, const struct texts *env,
			  struct problem *problem);

/* Writes them into the folder of one that starts, for its monitor: it may have got another name since. Nothing where
 * none is asked for; where they cannot be written those of the start before stay. */
void log_write_attributes(struct arena *arena, int folder, const struct made *made, const struct texts *env);
