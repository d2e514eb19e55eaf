/* explained.h - what `explain` shares with the verbs that it explains. */
#pragma once
#include "command/command.h"

/* "taru run --rm busybox": the verb and all its words but --explain, as words of shell. */
const char *explained_command(const struct command *command, const char *verb);
