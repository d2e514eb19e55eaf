/* host.h - what this machine is: facts, read once, that a plan depends on.
 *
 * Nothing else about the machine may steer a plan, so a test can plan for a
 * machine that it does not run on: host_parse() reads the same facts from text.
 */
#pragma once
#include "base/arena.h"
#include "base/problem.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is mounted on /sys/fs/cgroup. */
enum cgroup_layout { CGROUP_NONE, CGROUP_V1, CGROUP_HYBRID, CGROUP_V2, CGROUP_LAYOUTS };

/* An address of a network device of this machine, for linux.netDevices. */
struct host_address {
	int family;			/* AF_INET, AF_INET6 */
	unsigned char bytes[16];
	unsigned prefix;
};

struct host_device {
	const char *name;
	unsigned index;			/* 0: there is no such device */
	struct host_address *address;
	size_t addresses;
};

/* A mounted hierarchy of cgroup v1, and where this process is in it. */
struct host_cgroup {
	const char *controllers;	/* "cpu,cpuacct", "name=systemd" */
	const char *mount;		/* "/sys/fs/cgroup/cpu" */
	const char *path;		/* "/user.slice": this process's cgroup in it */
};

/* Processors whose kernels taru runs on. */
enum host_architecture { HOST_X86_64, HOST_ARM64, HOST_ARCHITECTURES };

struct host {
	enum host_architecture architecture;
	unsigned kernel_major, kernel_minor;	/* uname(2) */
	uint32_t uid, gid;		/* effective ids of the runtime */
	const char *user;		/* name of uid for newuidmap's messages, or NULL */
	uint64_t capabilities;		/* effective set of the runtime */
	unsigned last_capability;	/* /proc/sys/kernel/cap_last_cap */
	bool user_namespace;		/* the runtime itself is in a user namespace that is not the first */
	bool apparmor, selinux;		/* enabled */
	const char *newuidmap, *newgidmap;	/* where they are, or NULL */
	const char *self_cgroup;	/* this process's cgroup in the v2 hierarchy, or NULL */
	enum cgroup_layout cgroup;
	struct host_cgroup *hierarchy;	/* v1 only */
	size_t hierarchies;
	struct host_device *device;	/* the ones that were asked for */
	size_t devices;
};

/* Facts that cost time and are read only where a spec needs them. */
struct host_wants {
	bool cgroup;			/* cgroup, hierarchy, self_cgroup */
	bool lsm;			/* apparmor, selinux */
	bool id_map_tools;		/* newuidmap, newgidmap, user */
	bool last_capability;
	const char *const *device;	/* names of network devices */
	size_t devices;
};

/* Reads the facts. Never fails for a fact that is not there: it is then false or NULL. */
void host_read(struct arena *arena, const struct host_wants *wants, struct host *ret_host);

/* Whether this process is in a user namespace that is not the first one: for who needs no other fact. */
bool host_in_user_namespace(void);

/* Reads the same facts from lines of text, one fact each ("kernel 6.1"; see tests/golden). */
void host_parse(struct arena *arena, const char *text, struct host *ret_host,
		struct problem *problem);

static inline bool host_kernel_at_least(const struct host *host, unsigned major, unsigned minor)
{
	return host->kernel_major > major ||
	       (host->kernel_major == major && host->kernel_minor >= minor);
}

/* Whether the runtime may do what only the administrator may (CAP_SYS_ADMIN). */
static inline bool host_privileged(const struct host *host)
{
	return host->capabilities & (1ULL << 21);
}
