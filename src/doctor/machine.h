/* machine.h - facts about a machine that decide whether, and how well, taru runs containers on it.
 *
 * They are read once, by machine_read(), and changed by nothing. What is judged of them (doctor.h) reads this struct
 * alone, so a test can judge a machine that it does not run on. struct host has those that a plan needs too.
 */
#pragma once
#include "host/host.h"
#include "host/locks.h"
#include "spec/spec.h"

/* System calls that taru cannot do without, and that a seccomp filter of others around it may forbid. */
enum machine_call {
	CALL_OPENAT2, CALL_CLONE3, CALL_PIDFD_OPEN, CALL_CLOSE_RANGE, CALL_FACCESSAT2, CALL_OPEN_TREE, CALL_FSOPEN,
	CALL_MOVE_MOUNT, CALL_MOUNT_SETATTR, CALL_SECCOMP, CALL_KEYCTL, MACHINE_CALLS
};

/* What a container mounts. */
enum machine_mount { MOUNT_PROC, MOUNT_SYSFS, MOUNT_TMPFS, MOUNT_DEVPTS, MOUNT_MQUEUE, MOUNT_OVERLAY, MACHINE_MOUNTS };

/* MODULE_UNKNOWN: there is nothing to find it out from. */
enum module_state { MODULE_UNKNOWN, MODULE_MISSING, MODULE_LOADABLE, MODULE_LOADED, MODULE_BUILTIN };

enum machine_module {
	MODULE_OVERLAY, MODULE_FUSE, MODULE_TUN, MODULE_BRIDGE, MODULE_VETH, MODULE_MACVLAN, MODULE_IPVLAN,
	MODULE_BR_NETFILTER, MODULE_NF_CONNTRACK, MODULE_NF_TABLES, MODULE_NFT_CT, MODULE_NFT_CHAIN_NAT,
	MODULE_NFT_NAT, MODULE_NFT_MASQ, MODULE_NFT_FIB_INET, MACHINE_MODULES
};

/* -1: the kernel has none of that name. */
enum machine_sysctl {
	SYSCTL_MNT_NAMESPACES, SYSCTL_PID_NAMESPACES, SYSCTL_NET_NAMESPACES, SYSCTL_IPC_NAMESPACES,
	SYSCTL_UTS_NAMESPACES, SYSCTL_CGROUP_NAMESPACES, SYSCTL_TIME_NAMESPACES, SYSCTL_MODULES_DISABLED,
	SYSCTL_IP_FORWARD, SYSCTL_BRIDGE_CALLS, SYSCTL_PORT_START, SYSCTL_INOTIFY_INSTANCES, SYSCTL_INOTIFY_WATCHES,
	SYSCTL_PID_MAX, SYSCTL_FILE_MAX, MACHINE_SYSCTLS
};

/* A program that is run with rights of its own. */
struct machine_tool {
	const char *path;		/* NULL: it is not there */
	bool setuid;			/* and root's */
	bool capable;			/* it has file capabilities */
	bool nosuid;			/* it lies on a mount where neither counts */
};

/* Where something is to lie. */
struct machine_folder {
	const char *path;		/* NULL: it is not known, by `problem` */
	const char *problem;
	const char *there;		/* it, or the deepest folder above it that is there */
	unsigned long type;		/* statfs(2), f_type */
	uint64_t free, files_free;	/* bytes; inodes; UINT64_MAX where the file system does not count them */
	bool writable, read_only, noexec;
	bool attributes;		/* user.* */
	bool access_lists;		/* POSIX ACLs */
};

enum machine_helper { HELPER_FETCH, HELPER_UNPACK, HELPER_MONITOR, HELPER_NAMES, HELPER_OUTWARD, HELPER_INIT,
		      MACHINE_HELPERS };

struct machine {
	struct host host;
	const char *release, *processor;	/* uname(2) */
	bool no_new_privileges;

	int call[MACHINE_CALLS];	/* 0, or -errno where it cannot be made */
	bool calls_killed;		/* who tried them was killed for it */
	bool namespace[NAMESPACES];	/* the kernel has them */
	bool lock[HOST_LOCKS];		/* it holds: host/locks.h */
	int trial;			/* of all namespaces at once: 0 or -errno */
	int mount[MACHINE_MOUNTS];	/* in these: 0 or -errno */
	bool seccomp, seccomp_notify;
	int bpf;			/* loading a program for devices: 0 or -errno; 1: not tried */
	const char *lsm;		/* "capability,landlock,apparmor"; NULL: not known */
	size_t profiles;		/* of AppArmor */
	enum module_state module[MACHINE_MODULES];
	int64_t sysctl[MACHINE_SYSCTLS];
	const char *disabled_controllers;	/* "memory,": those that the kernel was told to leave out */
	bool systemd;			/* it runs this machine */

	uint64_t subordinate_uids, subordinate_gids;
	struct machine_tool newuidmap, newgidmap;

	const char *default_device;	/* of the route that leads out; NULL: there is none */
	int firewall;			/* firewall_is_there() */
	const char *others;		/* lines about rules of others that drop what is forwarded; "" */
	const char *pasta, *slirp4netns;
	bool tun;			/* /dev/net/tun, for reading and writing */
	uint32_t ping_first, ping_last;	/* groups that may send pings: 1 to 0 for none */

	struct machine_folder store, run;
	const char *helper[MACHINE_HELPERS];	/* where they are; NULL: not there, or not to be run */
	const char *criu;
	bool binfmt;			/* binfmt_misc is mounted */
	struct texts emulated;		/* "aarch64": processors that qemu-user stands in for */
	const char *cdi_folders;	/* "/etc/cdi, /var/run/cdi" */
	size_t cdi_files;

	uint64_t files_limit, processes_limit;	/* rlimits, hard; UINT64_MAX: none */
	uint64_t keys, keys_max, key_bytes, key_bytes_max;	/* of this user; keys_max 0: not known */
	int64_t now;			/* seconds since 1970 */
	bool synchronised;		/* somebody sets the clock */
};

struct machine_places { const char *store, *store_problem, *run, *run_problem; };

/* Reads all of it. Never fails for a fact that is not there. Starts two processes, which end at once (to try system
 * calls, and a container's namespaces and mounts), and for root nft(8), where it is. */
void machine_read(struct arena *arena, const struct machine_places *places, struct machine *ret_machine);

/* The name of a file system, as mount(8) has it, and what it is good for. */
struct filesystem {
	unsigned long type;
	const char *name;
	bool no_upper;			/* overlayfs takes none of it as what a container changes */
	unsigned mapped_major, mapped_minor;	/* idmapped mounts since that kernel; 0: never */
	bool kernel;			/* its files are the kernel's: nobody makes one */
};

/* NULL: not known. */
const struct filesystem *filesystem_find(unsigned long type);

/* Their names, in the order of the enums above. */
extern const char *const machine_calls[], *const machine_mounts[], *const machine_modules[], *const machine_sysctls[],
	*const machine_helpers[];
