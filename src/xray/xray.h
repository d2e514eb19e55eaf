/* xray.h - how a process is isolated: facts, as the kernel tells them.
 *
 *	read*.c		the kernel → struct xray
 *	parse*.c	texts of /proc → parts of it; pure
 *	mounts.c	what a mount hides, and where it is from; pure
 *	risks*.c	struct xray → what weakens the isolation; pure
 *	tell*.c		both → text, JSON, a page, config.json; pure
 *
 * All of it lives in one arena. Nothing of the process is run, stopped or changed for it, and a file system that it may
 * serve itself is not asked for anything that it could let us wait for.
 */
#pragma once
#include "spec/spec.h"
#include <sys/types.h>

enum { XRAY_NAMED = 5 };		/* so many of those who share a namespace are named */

struct xray_other { pid_t pid; const char *name; };

struct xray_namespace {
	uint64_t inode;			/* 0: it could not be read */
	bool host;			/* it is the one of process 1 */
	bool caller;			/* it is the one of who looks */
	size_t others;			/* processes in it, without this one */
	struct xray_other other[XRAY_NAMED];	/* those with the lowest pids */
};

/* Who owns its user namespace, and which one that is in (ioctl_ns(2)). */
struct xray_user {
	struct maybe_u32 owner;		/* uid, as the caller's user namespace has it */
	uint64_t parent;		/* inode; 0: there is none, or it is out of sight */
};

enum xray_set { SET_INHERITABLE, SET_PERMITTED, SET_EFFECTIVE, SET_BOUNDING, SET_AMBIENT, SETS };

enum { XRAY_IDS = 4 };			/* real, effective, saved, of the file system */

/* proc_pid_status(5). */
struct xray_status {
	pid_t process;			/* Tgid: another than the pid where that is a thread */
	char state;			/* 'R', 'S', 'Z' …; 0: not told */
	bool kernel_thread;
	uint32_t uid[XRAY_IDS], gid[XRAY_IDS];	/* as the caller's user namespace has them */
	uint32_t *group;
	size_t groups;
	pid_t own_pid;			/* in its own PID namespace */
	uint64_t set[SETS];		/* bit n is capability n */
	bool sets_told;
	struct maybe_bool no_new_privileges;
	struct maybe_u32 seccomp;	/* 0: none, 1: strict, 2: filters */
	struct maybe_u32 filters;	/* Linux 5.9 */
	struct maybe_u32 umask;
	const char *cpus, *memory_nodes;	/* lists that it may use: "0-3" */
};

/* proc_pid_stat(5). */
struct xray_stat {
	uint32_t flags;			/* PF_*: 0x200000 is a kernel thread */
	int32_t nice, priority;		/* priority: of the real-time policies, else 0 */
	uint32_t policy;		/* SCHED_* */
};

/* A line of proc_pid_mountinfo(5). */
struct xray_mount {
	uint64_t id, parent;
	uint32_t major, minor;
	const char *root, *target;
	const char *options;		/* of the mount: "rw,nosuid" */
	const char *type, *source;
	const char *super;		/* options of the file system */
	bool readonly, super_readonly, nosuid, nodev, noexec;
	uint32_t shared, master;	/* peer group; 0: none */
	bool unbindable;
	bool masks;			/* it covers what it is on with nothing */
	bool keeps;			/* it is a part of /proc or /sys once more, read-only */
	bool covered;			/* another mount lies on it, or on what it is in: nobody gets there by a path */
	bool escapes;			/* it is shared with one of the host's: what is mounted in it appears there */
	const char *host;		/* where on the host is what it shows; NULL: not known, or nowhere */
};

struct xray_mounts { struct xray_mount *at; size_t count; };

/* A cgroup that it is in. */
struct xray_cgroup {
	uint32_t hierarchy;		/* 0: v2 */
	const char *controllers;	/* v1: "cpu,cpuacct", "name=systemd"; v2: "" */
	const char *path;		/* as the caller's cgroup namespace has it */
	const char *folder;		/* where that is for the caller; NULL: it is not mounted */
	struct pairs file;		/* limits and use: name and text, on one line */
};

struct xray_cgroups { struct xray_cgroup *at; size_t count; };

/* What holds, over its cgroups and those above them. */
struct xray_limits {
	bool memory_known, pids_known;	/* there is a controller that could be read */
	struct maybe_u64 memory, pids;	/* bytes, number; not set: no limit */
	struct maybe_bool all_devices;	/* any device may be used; not set: not known */
};

/* A descriptor, or another file that it holds. */
struct xray_file {
	int number;			/* -1: its working directory, -2: its root */
	const char *path;		/* as the kernel names it */
	bool directory, writable;
	bool terminal;			/* of a character device */
	bool outside;			/* it is on no mount that the process can reach, or not below its root */
};

struct xray_files { struct xray_file *at; size_t count; };

enum xray_protocol { PROTOCOL_TCP, PROTOCOL_TCP6, PROTOCOL_UDP, PROTOCOL_UDP6, PROTOCOLS };

/* A line of /proc/PID/net/tcp and its like. */
struct xray_socket {
	enum xray_protocol protocol;
	const char *address;		/* "127.0.0.1", "::1" */
	uint32_t port;
	bool listening;			/* or, of UDP, bound without a peer */
	uint64_t inode;
	bool held;			/* the process has it open */
};

struct xray_sockets { struct xray_socket *at; size_t count; };

struct xray_rlimit { uint32_t resource; struct maybe_u64 soft, hard; };	/* not set: without end */

enum { XRAY_RLIMITS = 16 };

struct xray {
	struct arena *arena;
	pid_t pid;
	const char *container;		/* its name, where a container was asked for; else NULL */
	const char *name;		/* /proc/PID/comm */
	char **arguments;		/* NULL at its end */
	const char *executable;		/* as the kernel names it, or NULL */
	struct xray_namespace namespace[NAMESPACES];
	struct xray_user user;
	struct id_maps uids, gids;	/* outside: as the caller's user namespace has them */
	bool sets_groups;		/* setgroups(2) is allowed in its user namespace */
	struct xray_status status;
	struct xray_stat stat;
	struct maybe_bool dumpable;
	const char *label;		/* of the LSM; NULL: there is none */
	struct xray_cgroups cgroups;
	struct xray_limits limits;
	struct xray_mounts mounts;
	bool mounts_known;
	const char *root, *directory;	/* as the kernel names them; NULL: not told */
	struct xray_files files;	/* those that lead outside, and directories */
	bool files_known;
	struct xray_sockets sockets;
	struct texts block_devices;	/* their files in its /dev */
	struct xray_rlimit rlimit[XRAY_RLIMITS];
	size_t rlimits;
	struct maybe_i64 oom_score_adj;
	struct maybe_u32 ptrace_scope;	/* Yama's; not set: there is no Yama */
	bool apparmor, selinux;		/* this machine has them */
	struct texts absent;		/* of xray_kernel_paths: what this machine does not have */
	struct texts unread;		/* what could not be read, and why */
};

/* Files of the kernel by which a process could harm the machine if it may write to them; ends in a NULL. */
extern const char *const xray_kernel_paths[];

/* Whether it is known to have a namespace of the kind that is not the host's. */
static inline bool xray_has_own(const struct xray *xray, enum namespace_kind kind)
{
	return xray->namespace[kind].inode && !xray->namespace[kind].host;
}

/* The same of a user namespace, at whose edge its rights end. */
static inline bool xray_own_user(const struct xray *xray)
{
	return xray_has_own(xray, NAMESPACE_USER);
}

/* Whether it is known to share the host's namespace of the kind. */
static inline bool xray_shares(const struct xray *xray, enum namespace_kind kind)
{
	return xray->namespace[kind].inode && xray->namespace[kind].host;
}
