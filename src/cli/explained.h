/* explained.h - what `explain` shares with the verbs that it explains. */
#pragma once
#include "command/command.h"

/* "taru pull -a busybox": the verb and its operands, as words of shell. */
const char *explained_command(const struct command *command, const char *verb);
