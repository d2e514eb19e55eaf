/* cgroup.h - the cgroups of a container: one in each hierarchy that is mounted (cgroups(7)). */
#pragma once
#include "host/host.h"
#include "spec/spec.h"
#include "base/problem.h"

enum cgroup_manager {
	MANAGER_CGROUPFS,		/* directories made by the runtime */
	MANAGER_SYSTEMD,		/* a transient scope, made by systemd */
	MANAGER_DISABLED		/* none: the container stays where the runtime is */
};

struct cgroup {
	const char *path;		/* absolute: "/sys/fs/cgroup/memory/docker/ID" */
	const char *controllers;	/* of its hierarchy, as in struct host_cgroup */
	size_t base;			/* how much of the path stands for a cgroup that is there, and is not ours */
	bool unified;			/* v2 */
};

struct cgroups {
	struct cgroup *at;		/* the v2 one comes last */
	size_t count;
	/* With systemd: the unit, and the slice that it is in; NULL: the directories are made by the runtime. */
	const char *scope, *slice;
	bool user_manager;		/* it is a unit of the user's own systemd */
	bool shared;			/* the unit is a slice, which others may be in */
	/* A cgroup that this process may not write to, and so there are fewer than there are hierarchies; or NULL. */
	const char *refused;
};

/* Whether it is the user's own systemd that is asked, not the system's. */
bool cgroups_by_user(const struct host *host);

/* Which cgroups the container is to have: by linux.cgroupsPath, its manager and the facts about the host. A problem
 * where the path is none. That there are none (no rights, nothing mounted) is no problem: only limits are then,
 * which the builders say. */
void cgroups_find(struct arena *arena, const struct spec *spec, const struct host *host, const char *id,
		  enum cgroup_manager manager, struct cgroups *ret_cgroups, struct problem *problem);

/* The one whose hierarchy has the controller ("memory", "name=systemd"); or NULL. */
const struct cgroup *cgroups_with(const struct cgroups *cgroups, const char *controller);

/* The one of v2, or NULL. */
const struct cgroup *cgroups_unified(const struct cgroups *cgroups);

/* Whether there is cgroup v2 alone: then systemd's words are those of v2. */
bool cgroups_only_unified(const struct cgroups *cgroups);

/* Whether it is a path of the host's cgroups. */
bool cgroup_is_path(const char *path);

/* Whether a list such as "cpu,cpuacct" has the word. */
bool cgroup_has(const struct cgroup *cgroup, const char *controller);

/* What host_read() must be told of the spec's cgroups: wants->cgroup_path. NULL where it is not absolute. */
const char *cgroups_wanted_path(const struct spec *spec, enum cgroup_manager manager);
