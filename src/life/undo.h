/* undo.h - files of the kernel, as they were before they were changed: for `update`, which changes all or nothing. For
 * life/ only.
 */
#pragma once
#include "plan/plan.h"

/* What is to be written to the file called `file` ("memory.max") so that it holds again what it held (`old`, without
 * the last line's end) before `written` was written to it: texts, each for a write(2) of its own. Many files of
 * cgroups are read in another form than they are written in (Documentation/admin-guide/cgroup-v2.rst, «Interface
 * Files»): a line of a nested key is changed by itself, and one that is not there has a default. */
struct texts undo_texts(struct arena *arena, const char *file, const char *written, const char *old);

struct undo;

/* Reads all files that the steps of a plan write to. One that cannot be read cannot be put back. */
struct undo *undo_open(struct arena *arena, const struct plan *plan);

/* Puts back, the last one first, what those steps of the plan have changed that were done, by their tape. Returns
 * the path of one that could not be put back, or NULL. */
const char *undo_all(const struct undo *undo, const struct plan *plan, const struct tape *tape);
