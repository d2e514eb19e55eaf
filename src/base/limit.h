/* limit.h - limits that a process sets to itself (getrlimit(2)). */
#pragma once
#include <errno.h>
#include <sys/resource.h>

/* Lowers it to `most`, for good, where it is not lower already. 0 or -errno. */
static inline int limit_lower(int resource, rlim_t most)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit))
		return -errno;
	if (limit.rlim_max > most)
		limit.rlim_max = most;
	limit.rlim_cur = limit.rlim_max;
	return setrlimit(resource, &limit) ? -errno : 0;
}
