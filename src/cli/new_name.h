/* new_name.h - the name of an image that is made here. */
#pragma once
#include "cli/globals.h"

/* Reads NAME[:TAG]: the name in full; NULL where nothing is given. A digest cannot be chosen. False after a problem. */
bool new_name_read(struct command *command, const char *given, const char **ret_name);
