/* complete.h - what a shell can put in the place of the word that is being typed: `taru __complete WORD...`. */
#pragma once
#include "cli/globals.h"
#include "command/options.h"

/* `words` are those behind "taru" up to the one that is being typed, which may be empty. Prints what it can be, a
 * line each: the word, a tab, what it is; the line ":files" says that it may be a file. For what there is of
 * containers, images and volumes this program is run again, and that is the end of this process. */
void complete(struct command *command, const struct option *global_options, char **words);
