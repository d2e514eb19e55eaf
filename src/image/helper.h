/* helper.h - the programs in libexec/taru: how they are started and ended.
 *
 * A helper reads what comes from outside, so it is given as little as can be: one socket (wire/message.h), no
 * standard input and output, no environment but a few words, and an end that comes with ours.
 */
#pragma once
#include "base/arena.h"
#include "base/json.h"
#include "base/problem.h"
#include "image/id_map.h"
#include <stdbool.h>
#include <sys/types.h>

/* As whom it runs. */
enum helper_rights {
	HELPER_NOBODY,		/* root's becomes nobody; an ordinary user's stays that */
	HELPER_OWNER,		/* root's stays root; an ordinary user's is root of a user namespace with all its ids */
};

struct helper {
	const char *name;	/* "fetch" */
	pid_t pid;		/* 0: none */
	int socket;		/* close-on-exec; -1: none */
};

/* Notes where the programs are in the environment (TARU_LIBEXEC), for a process that runs this program again from where
 * there is nothing beside it: self_protect(). */
void helper_note_place(struct arena *arena);

/* Where a program of libexec/taru is that is no helper; NULL where it is not there. */
const char *helper_path(struct arena *arena, const char *name);

/* Starts one. A problem where the program is not there. */
bool helper_start(struct arena *arena, const char *name, enum helper_rights rights, struct helper *ret_helper,
		  struct problem *problem);

/* Looks at one message; returns whether it was the last. */
typedef bool helper_take(void *context, const struct json *json, struct problem *problem);

/* Hears its messages to the last one. Where it ends before, that is a problem, which begins with `what`. */
void helper_hear(struct helper *helper, const char *what, helper_take *take, void *context, struct problem *problem);

/* Closes its socket and waits for its end. Returns its wait status, or -1 for none. */
int helper_end(struct helper *helper);

/* The same, but does not let it finish. */
void helper_kill(struct helper *helper);

/* Runs `work` in a child that has HELPER_OWNER's rights, for files that belong to ids of a user's own: 0 or what
 * `work` returned, 0 or -errno. */
int helper_as_owner(struct arena *arena, int (*work)(void *data), void *data, struct problem *problem);

/* The same, but an ordinary user's child has these ids, and is their root; NULL: those of the store. */
int helper_with_ids(struct arena *arena, const struct user_ids *ids, int (*work)(void *data), void *data,
		    struct problem *problem);

/* The first for an ordinary user alone, which returns the wait status of the child: it exits with -(what `work`
 * returned). */
int helper_wait_as_owner(struct arena *arena, int (*work)(void *data), void *data, struct problem *problem);

/* "killed by signal 9", "ended with status 1": a wait status in words. */
const char *helper_status(struct arena *arena, int status);
