/* watch.h - a program and all that it starts, traced for what is refused to them (ptrace(2)).
 *
 * The tracer is the parent of the first process, which has asked for it (STEP_ACCEPT_TRACER), and sees all
 * that waitpid(2) reports of processes that it traces. Each system call stops twice: at its begin its number and
 * arguments are kept, at its end they are looked at where it failed. So a program that makes many is slower, by
 * some µs for each. Nobody else can trace a process meanwhile: the kernel has one tracer for each.
 */
#pragma once
#include "denial/denial.h"
#include <sys/types.h>

struct watcher;

/* Begins, before the first report. */
struct watcher *denial_watch(struct arena *arena, const struct spec *spec, pid_t first);

/* Takes what waitpid(2) has reported, and lets a process that has stopped go on. */
void denial_take(struct watcher *watcher, pid_t pid, int status);

/* Adds all that was refused, in the order in which it was first. */
void denial_tell(struct text *out, const struct watcher *watcher);
