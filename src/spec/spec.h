/* spec.h - what is asked: a container as plain data.
 *
 * This is runtime-spec 1.3 (config.md, config-linux.md) with its names kept, and
 * nothing of this machine in it. spec_read() makes it from config.json, which the
 * engine writes for its containers, too (engine/config.h). All of it lives in one
 * arena. Zero means "not asked"; where zero is a value too there is a `maybe`.
 */
#pragma once
#include "base/arena.h"
#include "base/name.h"
#include "base/problem.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct maybe_i64 { bool set; int64_t value; };
struct maybe_u64 { bool set; uint64_t value; };
struct maybe_u32 { bool set; uint32_t value; };
struct maybe_bool { bool set; bool value; };

/* A list of texts; `at` also ends in a NULL, so that it can be an argv. */
struct texts {
	char **at;
	size_t count;
};

struct pairs { struct pair *at; size_t count; };

/* --- namespaces and ids --- */

enum namespace_kind {
	NAMESPACE_USER, NAMESPACE_MOUNT, NAMESPACE_PID, NAMESPACE_NETWORK, NAMESPACE_IPC,
	NAMESPACE_UTS, NAMESPACE_CGROUP, NAMESPACE_TIME,
	NAMESPACES
};

struct namespace {
	bool asked;
	const char *path;		/* join this one; NULL: a new one */
	size_t index;			/* linux.namespaces[index] */
};

struct id_map { uint32_t inside, outside, count; };	/* containerID, hostID, size */
struct id_maps { struct id_map *at; size_t count; };

enum { IDS_MAX = 340 };	/* lines of a map that the kernel takes since Linux 4.15 (user_namespaces(7)) */

struct time_offset { bool set; int64_t secs; uint32_t nanosecs; };

/* --- mounts --- */

/* What the options of one mount mean; see spec/mount_options.h. */
struct mount_options {
	uint64_t set, clear;		/* MOUNT_ATTR_*; clear holds MOUNT_ATTR__ATIME whenever set has an atime bit */
	uint64_t set_all, clear_all;	/* the same for the recursive r* options (rro …): AT_RECURSIVE */
	uint64_t propagation;		/* MS_PRIVATE, MS_SLAVE, MS_SHARED, MS_UNBINDABLE, or 0 */
	bool propagation_all;		/* rprivate …: AT_RECURSIVE */
	bool bind, bind_all;		/* bind; rbind sets both */
	bool remount;
	bool idmap, idmap_all;		/* idmap; ridmap sets both */
	bool copy_up;			/* tmpcopyup */
	const char *subpath;		/* subpath=: of a bind mount, what is bound beneath its source; or NULL */
	/* Options of the file system itself (its superblock), in the order given: value is NULL for a
	 * flag ("ro", "sync", "dirsync", "lazytime", "mand", "silent", or one of the file system). */
	struct pairs data;
};

struct mount {
	const char *destination, *type, *source;
	struct texts option;		/* as written */
	struct id_maps uid_map, gid_map;
	struct mount_options options;	/* as understood */
};

/* --- process --- */

struct user {
	uint32_t uid, gid;
	struct maybe_u32 umask;
	uint32_t *group;		/* additionalGids */
	size_t groups;
};

struct process_limit { uint32_t resource; uint64_t soft, hard; };	/* RLIMIT_* */

/* Bit n is capability n (CAP_CHOWN is 0). */
struct capabilities {
	bool asked;
	uint64_t bounding, effective, inheritable, permitted, ambient;
};

struct scheduler {
	bool asked;
	uint32_t policy;		/* SCHED_* */
	int32_t nice, priority;
	uint64_t flags;			/* SCHED_FLAG_* */
	uint64_t runtime, deadline, period;	/* ns */
};

struct io_priority { bool asked; uint32_t class, priority; };	/* IOPRIO_CLASS_*, 0 to 7 */

struct process {
	bool asked;
	bool terminal;
	uint32_t console_height, console_width;	/* characters; 0: not asked */
	struct user user;
	struct texts args, env;
	const char *command_line;	/* Windows only: ignored beside args */
	const char *cwd;
	struct capabilities capabilities;
	struct process_limit *rlimit;
	size_t rlimits;
	bool no_new_privileges;
	const char *apparmor_profile, *selinux_label;
	struct maybe_i64 oom_score_adj;
	struct scheduler scheduler;
	struct io_priority io_priority;
	const char *affinity_initial, *affinity_final;	/* execCPUAffinity; for exec only */
};

/* --- hooks --- */

enum hook_kind {
	HOOK_PRESTART, HOOK_CREATE_RUNTIME, HOOK_CREATE_CONTAINER, HOOK_START_CONTAINER,
	HOOK_POSTSTART, HOOK_POSTSTOP,
	HOOKS
};

struct hook {
	const char *path;
	struct texts args, env;
	struct maybe_i64 timeout;	/* seconds */
};

struct hook_list { struct hook *at; size_t count; };

/* --- devices and network devices --- */

struct device {
	char type;			/* 'c', 'b', 'p'; "u" of the spec is 'c' */
	const char *path;
	int64_t major, minor;
	struct maybe_u32 mode, uid, gid;	/* mode as chmod(2) takes it */
};

struct net_device { const char *name, *new_name; };	/* the host's name; the container's, or NULL */

/* --- seccomp --- */

enum seccomp_operator {
	SECCOMP_NOT_EQUAL, SECCOMP_LESS, SECCOMP_LESS_EQUAL, SECCOMP_EQUAL,
	SECCOMP_GREATER_EQUAL, SECCOMP_GREATER, SECCOMP_MASKED_EQUAL,
	SECCOMP_OPERATORS
};

enum seccomp_architecture {
	ARCH_X86, ARCH_X86_64, ARCH_X32, ARCH_ARM, ARCH_AARCH64, ARCH_MIPS, ARCH_MIPS64,
	ARCH_MIPS64N32, ARCH_MIPSEL, ARCH_MIPSEL64, ARCH_MIPSEL64N32, ARCH_PPC, ARCH_PPC64,
	ARCH_PPC64LE, ARCH_S390, ARCH_S390X, ARCH_PARISC, ARCH_PARISC64, ARCH_RISCV64,
	ARCH_LOONGARCH64, ARCH_M68K, ARCH_SH, ARCH_SHEB,
	ARCHITECTURES
};

struct seccomp_arg {
	uint32_t index;			/* 0 to 5 */
	uint64_t value, value_two;
	enum seccomp_operator operator;
};

struct seccomp_rule {
	struct texts names;
	uint32_t action;		/* SECCOMP_RET_* without data */
	struct maybe_u32 errno_ret;	/* the data of ERRNO and TRACE */
	struct seccomp_arg *arg;
	size_t args;
};

struct seccomp {
	bool asked;
	uint32_t default_action;	/* SECCOMP_RET_* without data */
	struct maybe_u32 default_errno_ret;
	uint32_t architectures;		/* bit 1 << ARCH_X; 0: this machine's only */
	uint64_t flags;			/* SECCOMP_FILTER_FLAG_* */
	const char *listener_path, *listener_metadata;
	struct seccomp_rule *rule;
	size_t rules;
};

/* --- resources (cgroups) --- */

struct device_rule {
	bool allow;
	char type;			/* 'a', 'b', 'c' */
	struct maybe_i64 major, minor;	/* not set: any */
	bool read, write, mknod;
};

struct block_device { int64_t major, minor; struct maybe_u32 weight, leaf_weight; uint64_t rate; };
struct block_devices { struct block_device *at; size_t count; };
struct hugepage_limit { const char *page_size; uint64_t limit; };
struct net_priority { const char *name; uint32_t priority; };
struct rdma_limit { const char *name; struct maybe_u32 handles, objects; };

struct resources {
	bool asked;
	struct device_rule *device;
	size_t devices;
	struct {
		struct maybe_i64 limit, reservation, swap, kernel, kernel_tcp;	/* bytes; -1: no limit */
		struct maybe_u64 swappiness;
		struct maybe_bool disable_oom_killer, use_hierarchy, check_before_update;
	} memory;
	struct {
		struct maybe_u64 shares, burst, period, realtime_period;	/* us */
		struct maybe_i64 quota, realtime_runtime, idle;
		const char *cpus, *mems;
	} cpu;
	struct maybe_i64 pids_limit;
	struct {
		struct maybe_u32 weight, leaf_weight;
		struct block_devices weight_device;
		struct block_devices read_bps, write_bps, read_iops, write_iops;
	} block_io;
	struct hugepage_limit *hugepage;
	size_t hugepages;
	struct maybe_u32 class_id;
	struct net_priority *net_priority;
	size_t net_priorities;
	struct rdma_limit *rdma;
	size_t rdmas;
	struct pairs unified;
};

/* --- the rest of linux --- */

struct intel_rdt {
	bool asked;
	const char *clos_id, *l3_cache_schema, *mem_bw_schema;
	struct texts schemata;
	bool enable_monitoring;
};

struct memory_policy {
	bool asked;
	uint32_t mode;			/* MPOL_* */
	uint32_t flags;			/* MPOL_F_* */
	const char *nodes;		/* "0-3,7" */
};

struct spec {
	const char *oci_version;
	const char *root_path;		/* as written: absolute, or relative to the bundle */
	bool root_readonly;
	const char *hostname, *domainname;
	struct mount *mount;
	size_t mounts;
	struct process process;
	struct hook_list hook[HOOKS];
	struct pairs annotations;

	struct namespace namespace[NAMESPACES];
	struct id_maps uid_map, gid_map;
	struct time_offset monotonic, boottime;
	struct device *device;
	size_t devices;
	struct net_device *net_device;
	size_t net_devices;
	const char *cgroups_path;
	struct resources resources;
	uint64_t rootfs_propagation;	/* MS_PRIVATE … as in mount_options, or 0 */
	bool rootfs_propagation_all;	/* always so: runc and crun take plain names as recursive */
	struct texts masked_paths, readonly_paths;
	const char *mount_label;
	struct seccomp seccomp;
	struct pairs sysctl;
	struct maybe_u32 personality;	/* PER_LINUX, PER_LINUX32 */
	struct intel_rdt intel_rdt;
	struct memory_policy memory_policy;
};

struct json;

/* Reads a config.json of `length` bytes (text is changed and must outlive the spec; text[length]
 * must be writable). Each fault is a problem that begins with the key: "mounts[3].type: …".
 * Keys that runtime-spec does not know are ignored, as it demands. Ends with spec_check(). Returns what was
 * read, as it was; NULL where it is no JSON object. */
const struct json *spec_read(struct arena *arena, char *text, size_t length, struct spec *ret_spec,
			     struct problem *problem);

/* The same from an object that was read already. */
void spec_read_value(struct arena *arena, const struct json *value, struct spec *ret_spec,
		     struct problem *problem);

/* Reads the object "process" alone, which `name` is the file of; for exec. The keys in problems are those of that
 * file ("user.uid"). spec_check_process() is the caller's. */
void spec_read_process(struct arena *arena, char *text, size_t length, const char *name,
		       struct process *ret_process, struct problem *problem);

/* Reads the object "linux.resources" alone, which `name` is the file of; for update. The keys in problems are those of
 * that file ("memory.limit"). */
void spec_read_resources(struct arena *arena, char *text, size_t length, const char *name,
			 struct resources *ret_resources, struct problem *problem);

/* The rules for spec->process alone. */
void spec_check_process(const struct spec *spec, struct problem *problem);

/* The rules that hold between values, whatever they were made from: one function for each. */
void spec_check(const struct spec *spec, struct problem *problem);

/* What the kernel takes as the name of a network device: 1 to 15 bytes, no '/', ':' or blank. */
bool spec_is_link_name(const char *name);

/* The file below /proc/sys of a key of linux.sysctl, as in sysctl(8): the first of '.' and '/' in
 * the key divides it, the other one is a dot in a name. "net.ipv4.conf.eth0/100.forwarding" →
 * "net/ipv4/conf/eth0.100/forwarding". */
const char *spec_sysctl_path(struct arena *arena, const char *key);

/* Whether the container gets its own, new namespace of the kind; a joined one does not count. */
static inline bool spec_new_namespace(const struct spec *spec, enum namespace_kind kind)
{
	return spec->namespace[kind].asked && !spec->namespace[kind].path;
}

/* Which id outside is root within; false where none is. */
static inline bool id_maps_root(const struct id_maps *maps, uint32_t *ret_outside)
{
	for (size_t i = 0; i < maps->count; i++)
		if (maps->at[i].inside == 0) {
			*ret_outside = maps->at[i].outside;
			return true;
		}
	return false;
}

static inline bool id_maps_have_root(const struct id_maps *maps)
{
	uint32_t ignored;

	return id_maps_root(maps, &ignored);
}

static inline bool spec_joins_namespace(const struct spec *spec, enum namespace_kind kind)
{
	return spec->namespace[kind].asked && spec->namespace[kind].path;
}
