/* named.h - verbs whose operands name things: each of these is dealt with by itself, as with docker. */
#pragma once
#include "base/json_write.h"
#include "cli/place.h"

/* Does what the verb does with the thing of this name; false after a problem, which is told. */
typedef bool named_work(void *context, const char *name, struct problem *problem);

/* Calls `work` with each operand. One with which it does not work is told, the others are dealt with, and the end is 1.
 * `done` (may be NULL) gets the names of those with which it did, a line each. */
void named_each(struct command *command, named_work *work, void *context, struct text *done);

/* Puts one JSON value for the thing of this name; false after a problem. */
typedef bool named_put(struct place *place, const char *name, struct json_writer *out, struct problem *problem);

/* What `inspect` is: an array of one value for each operand, or with a format that template for each. With `make` the
 * store is made where it is not there. */
void named_inspect(struct command *command, const char *format, bool make, named_put *put);
