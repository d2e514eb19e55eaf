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

/* A cgroup of v2 and what it has of controllers: "cpu,io". */
struct host_level { const char *path, *controllers; };

/* A mounted hierarchy of cgroups, and what this process can do in it: v1 has one for each controller (or
 * several), v2 one for all. */
struct host_cgroup {
	const char *controllers;	/* v1: "cpu,cpuacct", "name=systemd"; v2: "cpu,io", those to be had at `base` */
	const char *mount;		/* "/sys/fs/cgroup/cpu" */
	const char *path;		/* "/user.slice": this process's cgroup in it; v2: NULL where not needed */
	bool unified;			/* v2 */
	/* The cgroup below which a container's can be made: "" is the root; NULL: there is none, for want of
	 * the right to write to `refused`. */
	const char *base, *refused;
	struct host_level *level;	/* v2, where base is not the root: base and those above it, absolute */
	size_t levels;
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
	const char *nft;		/* the same */
	enum cgroup_layout cgroup;
	struct host_cgroup *hierarchy;	/* the v2 one comes last */
	size_t hierarchies;
	const char *systemd_base;	/* the cgroup of the systemd that makes scopes: "" or "/user.slice/…" */
	const char *delegate;		/* files of a cgroup that go to whom it is delegated, a line each, or NULL */
	struct host_device *device;	/* the ones that were asked for */
	size_t devices;
};

/* Facts that cost time and are read only where a spec needs them. */
struct host_wants {
	bool cgroup;			/* cgroup, hierarchy */
	bool cgroup_self;		/* host_cgroup.path in any case */
	bool cgroup_delegate;		/* delegate */
	bool systemd;			/* systemd_base */
	const char *cgroup_path;	/* absolute: what is to be made below it or there; NULL: anything, anywhere */
	bool lsm;			/* apparmor, selinux */
	bool id_map_tools;		/* newuidmap, newgidmap, user */
	bool last_capability;
	bool nft;
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
