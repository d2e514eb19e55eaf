/* ps_table.h - the table of ps(1), of some processes alone: so its options, columns and looks are those that people
 * know. */
#pragma once
#include "base/problem.h"
#include "base/text.h"
#include <sys/types.h>

/* Adds what this machine's ps(1) prints with these words, the first of which is "ps", without the lines of other
 * processes. */
void ps_table(struct text *out, char **words, const pid_t *pids, size_t count, struct problem *problem);
