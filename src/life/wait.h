/* wait.h - from a started container to its exit status: signals, the terminal, the end. */
#pragma once
#include "base/problem.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Blocks every signal, so that none is lost between two steps. Returns the mask that was. */
uint64_t signals_block(void);

/* Gives the caller's mask back. */
void signals_restore(uint64_t mask);

/* Reaps after SIGCHLD, passes others on to `child`. Returns whether the child has ended, and how. */
bool signals_handle(int signal, pid_t child, int *ret_status);

/* Forwards signals to `child` until it ends. Returns its wait status. */
int wait_for_child(pid_t child);

/* The same with a terminal, whose master side is `master`: bytes are copied both ways, and what the
 * container has written last is still shown. */
int wait_with_terminal(pid_t child, int master, bool size_given, struct problem *problem);

/* 128 + signal, or the exit status. */
int exit_status(int wait_status);
