/* do.h - one function for each kind of step: 0 or -errno.
 *
 * Before each system call a function says what it is about to do with run_at(), so that a failure
 * can be told in words. */
#pragma once
#include "exec/exec.h"

/* do_mount.c: the mount tree */
int do_set_propagation(struct run *run, const struct step *step, struct mark *mark);
