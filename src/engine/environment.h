/* environment.h - the variables of a process, as docker puts them together: each once, the last that is put counts. */
#pragma once
#include "base/arena.h"
#include "base/problem.h"
#include "base/text.h"
#include "spec/spec.h"

struct environment {
	struct arena *arena;
	char **own;			/* the caller's, for names without a value */
	struct texts list;
	size_t room;
};

/* Empty. `own` ends in a NULL. */
struct environment environment_new(struct arena *arena, char **own);

/* "NAME=VALUE" */
void environment_put(struct environment *env, const char *entry);

/* What somebody wrote: NAME alone is the caller's variable, and where there is none it is taken out. `option` is for
 * the problem where it is neither. */
void environment_put_given(struct environment *env, const char *option, const char *entry, struct problem *problem);

/* A file of such lines; "#" begins a comment. */
void environment_put_file(struct environment *env, const char *path, struct problem *problem);

/* --env-merge NAME=VALUE, in which variables that are there are replaced (environment_merge.c). */
void environment_merge(struct environment *env, const char *given, struct problem *problem);

/* What the variable is; NULL where it is not there. */
const char *environment_find(const struct environment *env, const char *name);

/* Takes a variable out, if it is there. */
void environment_unset(struct environment *env, const char *name);

/* What is in it; ends in a NULL. */
struct texts environment_texts(const struct environment *env);
