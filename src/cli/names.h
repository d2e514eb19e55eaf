/* names.h - what the verbs of taru are called: "images" and "image ls" are one. */
#pragma once
#include "cli/globals.h"
#include <stdbool.h>

/* The verb that `words` begins with, a copy whose name is as it was called, and how many words that are. NULL where
 * there is none: then there is a problem, or help was printed. */
const struct verb *names_find(struct command *command, char **words, size_t *ret_used);

/* For completion: whether it is a group; the verb, or NULL; and all that can stand in a group, or (without one)
 * first. */
bool names_is_group(const char *word);
const struct verb *names_verb(const char *group, const char *word);
void names_each(const char *group, void (*one)(void *context, const char *name, const char *summary), void *context);

/* What `taru --help` prints. */
void names_help(struct command *command, const struct option *global_options);

/* `taru help`, `taru help image`, `taru help image ls`: of the words behind `help`, which there is at
 * least one of. */
void names_help_of(struct command *command, char **words);
