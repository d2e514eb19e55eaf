/* question.h - asks before something is done that cannot be undone. */
#pragma once
#include "cli/globals.h"

/* Prints the warning and reads one line of standard input: true for "y" and "yes" alone; the end of
 * the input is no. */
bool question_ask(struct command *command, const char *warning);
