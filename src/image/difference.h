/* difference.h - what a container has changed: the directory that overlayfs keeps for it, against the layers below.
 *
 *	a file that is not below		added
 *	a file that is below as well		changed: overlayfs has copied it up to be written to
 *	a whiteout (device 0:0)			deleted
 *	a directory				changed where its attributes have, or something in it
 *	an opaque directory			what is below in it is hidden: deleted, unless it is here too
 *
 * Not told are the places that were made for mounts: who starts the container makes them anew.
 */
#pragma once
#include "base/problem.h"
#include "spec/spec.h"
#include <sys/stat.h>

enum difference_kind { DIFFERENCE_ADDED, DIFFERENCE_CHANGED, DIFFERENCE_DELETED };

struct difference {
	enum difference_kind kind;
	const char *path;		/* "etc/passwd" */
	int handle;			/* of what is there now (O_PATH); -1: deleted */
	const struct stat *info;	/* of that */
	bool opaque;			/* a directory that hides all that is below in it */
	bool hidden;			/* deleted with what an opaque directory hides */
};

struct difference_visitor {
	int (*visit)(void *context, const struct difference *difference);	/* 0 or -errno, handed on */
	void *context;
};

/* Calls the visitor for each difference, by their names' bytes, a directory before what is in it. `upper`: what has
 * changed; `lower`: the merged layers, -1 where there are none; `mounts`: paths that are mounted on, without a slash at
 * the begin. `prefix` stands before each path. 0, or -errno with a problem. */
int difference_walk(int upper, int lower, const struct texts *mounts, const char *prefix,
		    const struct difference_visitor *visitor, struct problem *problem);
