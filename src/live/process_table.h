/* process_table.h - processes of a container as a table. */
#pragma once
#include "live/process_info.h"

/* Adds a line of headers, and one for each process that has not ended. `columns` end in a NULL; `first` is the
 * container's first process, in whose root the names of users are looked up. */
void process_table(struct text *out, const struct process_column **columns, pid_t first, const pid_t *pids,
		   size_t count);
