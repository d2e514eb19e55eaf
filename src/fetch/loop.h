/* loop.h - many requests at once, each written as if it waited.
 *
 * A request is a chain of exchanges with servers (a token, a redirect, another attempt), and each may take long. So
 * a request is a task with a stack of its own, which is put aside while it waits, and the loop goes on with others:
 * there is one thread, nothing is locked, and what a task does reads from top to bottom.
 */
#pragma once
#include "base/arena.h"
#include "fetch/failure.h"
#include <curl/curl.h>
#include <ucontext.h>

struct session;

enum { TASKS_MAX = 64 };

struct loop {
	CURLM *multi;
	struct task *tasks;
	size_t count;
	ucontext_t context;	/* where the loop itself goes on */
};

struct task {
	struct session *session;
	struct loop *loop;
	struct task *next;
	struct arena arena;	/* lives as long as the task */
	struct failure failure;
	void (*work)(struct task *task);
	void *about;		/* what is asked: for `work` */
	ucontext_t context;
	void *stack;
	uint64_t wake_ms;	/* CLOCK_MONOTONIC; UINT64_MAX: when its exchange is over */
	CURLcode result;
	bool over;
};

/* 0 or -errno. */
int loop_init(struct loop *loop);

/* A task that does nothing yet. NULL without memory. */
struct task *task_new(struct loop *loop, struct session *session);

/* Gives it something to do, which begins with the next turn of the loop. */
void task_start(struct task *task, void (*work)(struct task *task), void *about);

/* Frees one that was not started. */
void task_free(struct task *task);

/* One turn: goes on with what can go on, and then waits for more, or until `fd` can be read (-1: none). Returns
 * whether it can; or -errno. */
int loop_turn(struct loop *loop, int fd);

/* For who runs in a task. Waits for the end of a transfer; others go on. */
CURLcode task_transfer(struct task *task, CURL *easy);

/* For who runs in a task: others go on for this time; 0: only as long as they don't wait either. */
void task_sleep(struct task *task, uint64_t ms);
