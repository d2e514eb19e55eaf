/* version.h - which taru this is. */
#pragma once
#include "cli/globals.h"

/* Prints the lines of `taru --version`. */
void version_print(struct command *command);
