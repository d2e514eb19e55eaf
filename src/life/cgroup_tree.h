/* cgroup_tree.h - goes through a cgroup and all below it, however many and however deep they are. */
#pragma once
#include "base/arena.h"

struct cgroup_visitor {
	void (*before)(void *context, int folder);	/* of each, before those in it; or NULL */
	/* Of each but the first, after those in it: its name, and the folder that it is in; or NULL. */
	void (*after)(void *context, int above, const char *name);
	void *context;
};

/* Visits them. Those that come or go meanwhile may be missed. */
void cgroup_walk(struct arena *arena, const char *path, const struct cgroup_visitor *visitor);
