/* find.h - the container, or containers, that a verb is about. */
#pragma once
#include "life/record.h"
#include "oci/globals.h"

/* Opens the one that the first operand names, and finds out what it is; false after a problem. */
bool find_container(struct command *command, struct container *ret_container);

/* Calls `act` for the container that the first operand names. With `regex` the operand is an extended
 * regular expression, and it is called for each whose id has a match: then what fails is a warning, and
 * the next one follows, as crun has it. */
void find_each(struct command *command, bool regex,
	       void (*act)(struct command *command, const char *id, struct problem *problem));
