/* build_scope.c - systemd makes the container's cgroup: a transient scope unit. */
#include "plan/build.h"

void build_scope(struct builder *b)
{
	problem_set(b->problem, "option '--systemd-cgroup' is not in this version");
}
