/* parts.h - what the files of this folder have from each other. */
#pragma once
#include "exec/exec.h"
#include "life/life.h"

/* listener.c: fills run->listener_state where the spec has a seccomp listener. */
void listener_prepare(struct arena *arena, struct run *run, const struct bundle *bundle);
