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

/* Forwards signals to `child` until it ends; kills it after `timeout_ms` (0: never). Returns its wait status. */
int wait_for_child(pid_t child, uint64_t timeout_ms);

struct onlooker;

/* The same for a program that is traced: each stop goes to `onlooker`. */
int wait_traced(pid_t child, const struct onlooker *onlooker, uint64_t timeout_ms);

/* What is looked after while the child runs, beside signals. */
struct watch {
	int terminal;		/* master side of its terminal: bytes are copied both ways, and what it has written last
				 * is still shown; -1: it has none */
	bool size_given;	/* the terminal's size was asked for: it is not the caller's */
	int socket;		/* when there is something to read from it, `readable` is called; -1: there is none */
	void (*readable)(void *context);
	void *context;
	struct keys *keys;	/* that leave it running, of its terminal; NULL: there are none */
	bool left;		/* they were typed: what is returned says nothing */
};

/* The same with all of that. */
int wait_watching(pid_t child, struct watch *watch, struct problem *problem);

/* 128 + signal, or the exit status. */
int exit_status(int wait_status);
