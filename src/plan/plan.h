/* plan.h - what will be done to start a container, as data. READ THIS FIRST.
 *
 * A plan is a flat array of steps. plan_build() makes it from a spec (what is asked)
 * and the facts about the host, with no side effect. Three readers use it unchanged:
 *
 *   exec/            does it           (system calls only: no allocation, no stdio)
 *   show/explain     prints it         (a shell script that does the same; prose; JSON)
 *   show/trace, why  read the tape     (what exec did, how long it took, what failed)
 *
 * A step is one effect that could be named in one line of shell. A step decides
 * nothing: the planner decided. The exceptions are what only the container's root
 * file system can tell, and only while it is being changed: symbolic links in a path
 * (resolved by openat2 inside the root) and whether a mount's target is there yet.
 *
 * Two processes take the steps, each those of its lane, in the order of the array.
 * STEP_CLONE, taken by the runtime, starts the container's lane. A gate is opened in
 * one lane and awaited in the other; plan_check() proves that they cannot deadlock.
 */
#pragma once
#include "base/arena.h"
#include "base/problem.h"
#include "host/host.h"
#include "plan/cgroup.h"
#include "plan/draft.h"
#include "plan/network.h"
#include "spec/spec.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum lane {
	LANE_RUNTIME,		/* the process that was called */
	LANE_CONTAINER,		/* the process that becomes the container's */
	LANES
};

/* A point that one lane opens and the other waits at. Each is used at most once. */
enum gate {
	GATE_CGROUP,		/* runtime → container: systemd has put it in its cgroup */
	GATE_USER,		/* container → runtime: the user namespace is there, before STEP_REFORK */
	GATE_REFORKED,		/* container → runtime: the final process exists, tape->child is its pid */
	GATE_IDS,		/* runtime → container: the id maps are written */
	GATE_LIMITS,		/* container → runtime: mounts done, ready for limits that need the host's root */
	GATE_LIMITED,		/* runtime → container: these limits are set */
	GATE_NETWORK,		/* container → runtime: the network namespace is there */
	GATE_DEVICES,		/* runtime → container: the network devices are in it */
	GATE_MOUNTED,		/* container → runtime: the mount tree is there, hooks may look at it */
	GATE_HOOKED,		/* runtime → container: the runtime's hooks have been run */
	GATE_RECORDED,		/* runtime → container: on record, so it may outlive the runtime; its limits hold */
	GATE_LISTENED,		/* runtime → container: the agent has the seccomp listener (exec) */
	GATE_READY,		/* container → runtime: all is done that can be done before `start` */
	GATES
};

/* Descriptors that steps hand to each other. A step fills or uses one. From SLOT_SOURCES on there is one for each
 * source that the runtime opens (plan->slots counts them all). */
enum {
	SLOT_NONE,
	SLOT_ROOTFS,		/* the root of the container's mount tree */
	SLOT_PROC,		/* a procfs of our own, that the container cannot have tampered with */
	SLOT_NULL,		/* the host's /dev/null, checked: covers masked files */
	SLOT_EMPTY,		/* an empty read-only tmpfs: covers masked directories */
	SLOT_HELD,		/* a directory that a mount is about to hide (tmpcopyup) */
	SLOT_PTY,		/* the terminal's master side */
	SLOT_TTY,		/* the terminal as the container's process sees it */
	SLOT_LISTENER,		/* seccomp notifications */
	SLOT_START,		/* the FIFO that `start` writes to */
	SLOT_ANSWER,		/* the FIFO that `start` reads: why the program cannot begin, or the end: it has */
	SLOT_CGROUP,		/* the cgroup of v2 that the container's process begins in */
	SLOT_PROCESS,		/* the first process of a container that is there, a pidfd */
	SLOT_NAMESPACE,		/* + enum namespace_kind: a namespace to join */
	SLOT_SOURCES = SLOT_NAMESPACE + NAMESPACES
};

enum step_kind {
	/* processes and namespaces */
	STEP_OPEN_NAMESPACE,	/* fill a slot from a path such as /proc/1/ns/net */
	STEP_CLONE,		/* runtime only: start the container's lane, in new namespaces */
	STEP_JOIN_NAMESPACE,	/* setns */
	STEP_UNSHARE,		/* new namespaces for the process that is */
	STEP_REFORK,		/* container only: a child takes over the lane, in new namespaces */
	STEP_OPEN_GATE,
	STEP_AWAIT_GATE,
	STEP_MAP_IDS,		/* run newuidmap or newgidmap for the child */
	STEP_WRITE_CHILD,	/* runtime only: a file of the child's in /proc */
	STEP_WRITE_SELF,	/* a file of one's own in /proc */
	STEP_SET_DUMPABLE,
	STEP_NEW_KEYRING,
	STEP_RESET_SIGNALS,
	STEP_OPEN_PROCESS,	/* runtime only: the first process of a container that is there: SLOT_PROCESS */
	STEP_JOIN_PROCESS,	/* container only: all of that process's namespaces in one setns */

	/* what stays of the start */
	STEP_WRITE_RECORD,	/* runtime only: the container's record, with the process in it */
	STEP_WRITE_PID_FILE,	/* runtime only: --pid-file */
	STEP_SEND_PIDFD,	/* runtime only: to --pidfd-socket */
	STEP_RUN_HOOK,
	STEP_OPEN_START,	/* runtime only: the FIFOs of `start`: SLOT_START, SLOT_ANSWER */
	STEP_AWAIT_START,	/* container only: waits until `start` is called */
	STEP_AWAIT_EXEC,	/* runtime only: waits until the program runs */

	/* cgroups */
	STEP_MAKE_CGROUP,	/* with those that lead to it */
	STEP_ENABLE_CONTROLLERS,	/* for what is below a cgroup of v2 */
	STEP_START_SCOPE,	/* runtime only: systemd makes the cgroup, and puts the process in */
	STEP_OPEN_CGROUP,	/* runtime only: SLOT_CGROUP */
	STEP_SET_DEVICES,	/* which devices may be used in a cgroup of v2: an eBPF program */
	STEP_OWN_CGROUP,	/* it becomes the container's root's */

	/* files of the host (cgroups, resctrl) */
	STEP_MAKE_DIRECTORY,
	STEP_WRITE_FILE,
	STEP_WRITE_LINES,	/* each with a write(2) of its own */
	STEP_WRITE_PID,

	/* network devices */
	STEP_NO_LINK_LOCAL,	/* no address of fe80::/64 once it is up */
	STEP_LINK_UP,
	STEP_MOVE_LINK,
	STEP_ADD_ADDRESS,
	STEP_MAKE_BRIDGE,	/* runtime only: unless it is there */
	STEP_ADD_LINK,		/* runtime only: a device that is born in the child's network namespace */
	STEP_ADD_ROUTE,
	STEP_REMOVE_LINK,	/* container only: with its other end, its addresses and its routes */
	STEP_RUN_TOOL,		/* runtime only: a program that serves a network from now on */

	/* the firewall of networks */
	STEP_LOAD_RULES,	/* runtime only: the firewall's table, by nft(8) */
	STEP_ADD_ELEMENTS,	/* runtime only: to sets and maps of that table */

	/* the mount tree */
	STEP_SET_PROPAGATION,	/* of everything this mount namespace began with */
	STEP_OPEN_LAYERS,	/* an overlayfs to be, with its directories looked up: by who may still reach them */
	STEP_MOUNT_LAYERS,	/* several directories as one: what the root file system is made of */
	STEP_OPEN_ROOT,		/* mount the root file system on itself: SLOT_ROOTFS */
	STEP_NEW_ID_MAPPING,	/* a user namespace that only carries id maps, for idmapped mounts */
	STEP_OPEN_SOURCE,	/* a mount's source: with the host's rights, or before the root hides it */
	STEP_MOUNT,		/* a new file system */
	STEP_BIND,		/* a part of the host's tree */
	STEP_CHANGE_MOUNT,	/* attributes of a mount that is there ("remount", read-only root) */
	STEP_HOLD_DIRECTORY,
	STEP_COPY_UP,
	STEP_MAKE_DEVICE,
	STEP_MAKE_LINK,
	STEP_OPEN_NULL,
	STEP_OPEN_EMPTY,
	STEP_MASK,
	STEP_MAKE_READONLY,
	STEP_OPEN_PROC,
	STEP_MAKE_PATH,		/* a directory in the root, with what leads to it */
	STEP_PIVOT_ROOT,
	STEP_MOVE_ROOT,		/* instead, where pivot_root cannot work (a root on a ramdisk) */

	/* the terminal */
	STEP_NEW_SESSION,	/* setsid: no controlling terminal (CVE-2017-5226) */
	STEP_OPEN_TERMINAL,
	STEP_BIND_CONSOLE,
	STEP_TAKE_TERMINAL,
	STEP_SEND_SLOT,		/* container only: hand a slot to the runtime */
	STEP_RECEIVE_SLOT,	/* runtime only */
	STEP_SEND_TERMINAL,	/* runtime only: the master side, to --console-socket */

	/* the process */
	STEP_SET_HOSTNAME,
	STEP_SET_DOMAINNAME,
	STEP_SET_SYSCTL,
	STEP_SET_PERSONALITY,
	STEP_SET_RLIMIT,
	STEP_SET_SCHEDULER,
	STEP_SET_IO_PRIORITY,
	STEP_SET_MEMORY_POLICY,
	STEP_SET_AFFINITY,	/* the processors that it may run on */
	STEP_SET_UMASK,
	STEP_FIND_HOME,		/* HOME by the container's own /etc/passwd */
	STEP_SET_GROUPS,
	STEP_SET_GID,
	STEP_SET_UID,
	STEP_OWN_STREAMS,	/* pipes at standard input, output and error become the user's */
	STEP_KEEP_CAPABILITIES,	/* across the change of uid */
	STEP_DROP_BOUNDING,
	STEP_SET_CAPABILITIES,
	STEP_SET_AMBIENT,
	STEP_CHANGE_DIRECTORY,
	STEP_SET_LABEL,		/* AppArmor or SELinux, for the coming exec */
	STEP_NO_NEW_PRIVILEGES,
	STEP_CLOSE_DESCRIPTORS,
	STEP_ACCEPT_TRACER,	/* the runtime sees each system call from execve on (--why) */
	STEP_SET_SECCOMP,
	STEP_SEND_LISTENER,	/* runtime only: to linux.seccomp.listenerPath */
	STEP_FIND_PROGRAM,	/* whether STEP_EXEC will find it: `create` can say so, before `start` tries */
	STEP_EXEC,
	STEP_KINDS
};

/* Attributes of a mount, as mount_setattr(2) takes them. The _all ones are for the whole tree. */
struct mount_change {
	uint64_t set, clear;		/* MOUNT_ATTR_* */
	uint64_t set_all, clear_all;
	uint64_t propagation;		/* MS_SHARED … or 0 */
	bool propagation_all;
};

/* Directories of the host that are the root file system together, as overlayfs has it, mounted where root.path says. */
struct plan_layers {
	const char *from;		/* absolute: the directory that the paths are relative to */
	struct texts lower;		/* the uppermost first */
	const char *upper, *work;	/* where changes go */
	bool user_xattr;		/* marks of overlayfs are in user.overlay.* */
	bool temporary;			/* changes need not reach the disk (option volatile, Linux 5.10) */
	struct texts data;		/* below `lower`, whose files say where in these their content is */
};

/* A message of D-Bus, or several, ready to be sent. */
struct scope_message { char *at; size_t length; };

/* What systemd is told, and by whom: build_scope.c, scope.h. */
struct scope {
	const char *bus;		/* the path of its socket; "@name": in the abstract namespace */
	const char *unit, *slice;
	bool shared;			/* the unit is a slice: it may be there already, and takes no process itself */
	struct scope_message greeting;	/* what begins each conversation */
	struct scope_message reset;	/* forgets a unit that has failed */
	struct scope_message start;	/* StartTransientUnit */
	size_t pid;			/* where in `start` the process's number goes, 32 bits; 0: nowhere */
};

struct bpf_insn;

struct bpf_program { const struct sock_filter *at; size_t count; };

struct step {
	enum step_kind kind;
	enum lane lane;
	int tolerate;			/* an errno that is no failure here, or 0 */
	unsigned fallback_of;		/* 1 + index of the step that must have failed (tolerated), or 0 */
	const char *why;		/* the config key that asked for it: "mounts[3]"; NULL: always done */
	/* Paths called `target` are in the container's root file system, absolute, resolved by
	 * openat2(RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS) at SLOT_ROOTFS. */
	union {
		struct { int slot; const char *path; enum namespace_kind kind; } open_namespace;
		/* CLONE_NEW*; the slot: SLOT_CGROUP (CLONE_INTO_CGROUP) or SLOT_NONE */
		struct { uint64_t flags; int cgroup; } clone;
		struct { int slot; enum namespace_kind kind; } join_namespace;
		struct { int flags; } unshare;
		struct { uint64_t flags; } refork;
		struct { enum gate gate; } gate;
		/* TOOL PID INSIDE OUTSIDE COUNT … */
		struct { const char *tool; const struct id_maps *maps; } map_ids;
		struct { const char *file, *text; } write_proc;	/* WRITE_CHILD, WRITE_SELF: "uid_map" */
		struct { bool dumpable; } dumpable;
		struct { const char *name; } keyring;
		/* The first `base` bytes of the path are there. own: it must not be anybody else's: it has no
		 * processes, and is not frozen. cpuset: of v1, where a new one has no processors yet: it gets those
		 * that its parent has. */
		struct { const char *path; size_t base; bool own, cpuset, unified; } make_cgroup;
		/* "+cpu +io" to `path`/cgroup.subtree_control; where not all can be had, each that can be */
		struct { const char *path, *controllers; } enable;
		struct { const struct scope *scope; } scope;
		struct { const char *path; } open_cgroup;
		/* replace: instead of those that are there (update) */
		struct { const char *path; const struct bpf_insn *program; size_t count; bool replace; } set_devices;
		struct { const char *path; const struct texts *files; uint32_t uid, gid; } own_cgroup;
		struct { const char *path; mode_t mode; } make_directory;
		struct { const char *path, *text; } write_file;
		struct { const char *path; const struct texts *lines; } write_lines;
		struct { const char *path; } write_pid;		/* "0": the process that writes */
		struct { pid_t pid; uint64_t start_time; } open_process;	/* field 22 of its stat file */
		struct { pid_t pid; uint64_t flags; } join_process;	/* CLONE_NEW* */
		/* The text is run->record. It is written beside `path` and renamed: there is never half of it. The
		 * link `process` says which process it is once more, for a record that can't be read. */
		struct { const char *path, *process; } write_record;
		struct { const char *path; } pid_file;		/* written beside it and renamed */
		struct { const char *path; } socket;		/* SEND_PIDFD, SEND_TERMINAL: who listens there */
		struct {
			const struct hook *hook;
			enum hook_kind kind;
			const char *directory;		/* where it is run; NULL: where the process is */
			char *const *env;		/* NULL: the runtime's own */
		} run_hook;
		struct { const char *start, *answer; } open_start;
		struct { const char *name; } no_link_local, link_up, remove_link;
		struct { const char *name, *new_name; unsigned index; } move_link;
		/* at_once: nobody is asked whether an IPv6 address is taken, which takes a second */
		struct { const char *name; const struct host_address *address; bool at_once; } add_address;
		struct { const struct plan_bridge *bridge; } make_bridge;
		struct { const struct plan_link *link; } add_link;
		/* to: NULL is the default route; via: NULL for what is on the link; metric: 0: the kernel's own */
		struct { const char *name; const struct host_address *to, *via; unsigned metric; } add_route;
		struct { const struct plan_tool *tool; } run_tool;
		struct { const char *tool, *rules; } load_rules;	/* text for nft(8) */
		struct { const struct plan_element *element; size_t count; } add_elements;
		struct { uint64_t propagation; bool all; } propagation;
		struct { int slot; const char *path; const struct plan_layers *layers; } open_layers;
		/* `options` is for mount(2), a page at most; NULL: it would be more, and each layer is told alone,
		 * which the kernel knows since 6.7. */
		struct {
			/* slot: SLOT_NONE, or layers->from as an idmapped mount, which `path` is then relative to */
			const char *path;
			const struct plan_layers *layers;
			const char *options;
			int slot;
			/* SLOT_NONE, or what STEP_OPEN_LAYERS filled: then the process is at `path` already, and
			 * ends up in what is mounted there */
			int opened;
		} mount_layers;
		/* The tree at `path` on the host becomes a mount of its own, SLOT_ROOTFS, put on top of "/"
		 * of this mount namespace: nothing else may lie under it, and the host's files stay in
		 * reach until pivot_root, since a lookup of "/" begins below what is mounted on it.
		 * in_place: on `path` instead, since hooks look for the container's files there.
		 * leave: the process is in the idmapped mount of the layers, which is unmounted: what stays
		 * mounted on "/" would be the root of whoever joins the container.
		 * here: it is where the process is, who may not reach `path` (STEP_OPEN_LAYERS). */
		struct { const char *path; bool in_place, leave, here; } open_root;
		struct { bool in_place; } move_root;	/* as open_root: then it goes to "/" first */
		struct { int slot; const struct id_maps *uid, *gid; } id_mapping;
		struct { int slot; const char *path; bool all; int id_mapping; bool id_mapping_all;
			 const char *beneath;	/* NULL, or what is meant in `path`: no link may lead out of it */
		} open_source;
		struct {
			const char *type, *source, *target;
			const struct pairs *data;	/* options of the file system */
			struct mount_change change;
		} mount;
		struct {
			const char *source;	/* on the host; shown even where a slot is used */
			int slot;		/* SLOT_NONE, or what STEP_OPEN_SOURCE filled */
			const char *target;
			bool all;		/* with what is mounted below it (rbind) */
			bool make_file;		/* a target that is missing becomes a file whatever the source is */
			struct mount_change change;
		} bind;
		struct {
			const char *target;
			const struct pairs *data;	/* reconfigure the file system itself; NULL: don't */
			struct mount_change change;
		} change_mount;
		struct { int slot; const char *target; } hold;
		struct { int slot; const char *target; } copy_up;
		struct { const char *target; mode_t mode; unsigned major, minor; uint32_t uid, gid; } make_device;
		struct { const char *to, *target; } make_link;
		struct { const char *target; } mask;
		struct { const char *target; } readonly;
		struct { bool process_only; } open_proc;	/* subset=pid */
		struct {
			const char *ptmx;
			bool in_root;
			unsigned short height, width;
			uint32_t uid;		/* who the slave belongs to */
			/* "\n" goes out as it is: the runtime's caller has a terminal that makes of it what
			 * it wants. Who gets the master side by a socket expects the kernel's default. */
			bool plain_newlines;
		} terminal;
		struct { const char *target; } console;
		struct { int slot; } pass;		/* SEND_SLOT, RECEIVE_SLOT */
		struct { const char *name; } hostname, domainname;
		struct { const char *path, *value; } sysctl;	/* "net/ipv4/ip_forward" */
		struct { unsigned persona; } personality;
		struct { unsigned resource; uint64_t soft, hard; } rlimit;
		struct { const struct scheduler *scheduler; } scheduler;
		struct { unsigned class, priority; } io_priority;
		struct { unsigned mode; const unsigned long *nodes; unsigned bits; } memory_policy;
		struct { const unsigned long *processors; unsigned bits; } affinity;
		struct { mode_t mask; } umask;
		struct { const uint32_t *group; size_t count; } groups;
		struct { uint32_t id; } gid, uid;
		/* anybody: may open them again, who is shown them in /proc; their owner is no id of the container's */
		struct { uint32_t id; bool anybody; } streams;
		struct { bool keep; } keep_capabilities;
		struct { uint64_t keep; unsigned last; } bounding;	/* drops 0 … last but for `keep` */
		struct { uint64_t effective, permitted, inheritable; } capabilities;
		struct { uint64_t raise; } ambient;
		struct { const char *path; } directory;
		struct { const char *target; mode_t mode; } make_path;
		/* Writes "HOME=/root" into `into` (a place in exec.env, which holds "HOME=/" at first). */
		struct { uint32_t uid; char *into; size_t size; } home;
		struct { bool apparmor; const char *label; } label;
		struct { unsigned from; } descriptors;	/* the first that is closed */
		struct { struct bpf_program program; uint64_t flags; bool listener; } seccomp;
		struct { const char *path, *metadata; } listener;
		/* FIND_PROGRAM, EXEC: args[0] without a slash is looked up in `search`, the PATH of env, inside the
		 * container */
		struct { char *const *args, *const *env; const char *search; } exec;
	};
};

struct plan {
	struct arena *arena;
	struct step *step;
	size_t count, room;
	struct cgroups cgroups;		/* of the container */
	int slots;			/* how many slots the steps use, SLOT_SOURCES at least */
};

/* Who waits for the program: what the runtime does when all is ready. */
enum plan_end {
	END_FOREGROUND,			/* run, exec: it waits for the program's end */
	END_DETACHED,			/* run --detach, exec --detach: it ends as soon as the program runs */
	END_CREATED			/* create: it ends, and the program begins with `start` */
};

/* The first process of a container that is there, for exec. */
struct plan_process {
	pid_t pid;
	uint64_t start_time;
	uint64_t namespaces;		/* CLONE_NEW*: those that are not the runtime's own */
	struct cgroups cgroups;		/* that it is in */
};

/* What is asked beyond the bundle's config.json. */
struct plan_request {
	const struct spec *spec;
	const struct host *host;
	const char *id;			/* of the container */
	const char *bundle;		/* absolute path */
	const struct plan_layers *layers;	/* NULL: the root file system is at root.path */
	const struct plan_network *network;	/* NULL: a new network namespace has loopback alone */
	const char *state;		/* the container's folder (life/record.h); NULL: it leaves no record */
	enum plan_end end;
	unsigned preserve_fds;		/* descriptors 3 … that the container keeps */
	bool no_pivot, no_new_keyring, traced;	/* traced: the runtime sees each system call of the program */
	enum cgroup_manager manager;
	const char *bus;		/* MANAGER_SYSTEMD: the path of the socket of D-Bus */
	unsigned short rows, columns;	/* of the caller's terminal; 0: it has none */
	const char *console_socket, *pidfd_socket, *pid_file, *pid_file_why;	/* paths, or NULL; the step's `why` */
	const struct plan_draft *draft;	/* of a container that is only told of; NULL: its folder is there */
	const struct texts *secret_variables;	/* names of those that are not told; NULL: none */
	struct plan_process process;	/* exec, update: to be joined; whose limits are changed */
	const struct bpf_program *filter;	/* compiled when the container was made, or NULL */
};

/* Makes the plan of a new container. What this host cannot do is a problem that begins with the config key. */
void plan_build(struct arena *arena, const struct plan_request *request, struct plan *ret_plan,
		struct problem *problem);

/* Makes the plan of one more process in the container request->process. Of the spec only what concerns
 * the process is looked at. */
void plan_build_exec(struct arena *arena, const struct plan_request *request, struct plan *ret_plan,
		     struct problem *problem);

/* Makes the part of a created container's plan that is left from STEP_AWAIT_START on, so that `start` can tell
 * what became of it. It is not for being done. */
void plan_build_rest(struct arena *arena, const struct plan_request *request, struct plan *ret_plan,
		     struct problem *problem);

/* Makes the plan that changes the limits of a container that is there: spec->resources, and the schemata of
 * spec->intel_rdt for its group, in the cgroups request->process.cgroups. It has the runtime's lane alone. */
void plan_build_update(struct arena *arena, const struct plan_request *request, struct plan *ret_plan,
		       struct problem *problem);

/* Makes the plan that changes the networks of the container request->process: what request->network has beyond what is
 * there. A process of its own enters the container's network namespace for it, and no other. */
void plan_build_connect(struct arena *arena, const struct plan_request *request, struct plan *ret_plan,
			struct problem *problem);

/* Makes the plan that mounts a container's root file system and spec->mount in the mount namespace of who does it, and
 * opens it in SLOT_ROOTFS. It has the container's lane alone. */
void plan_build_files(struct arena *arena, const struct plan_request *request, struct plan *ret_plan,
		      struct problem *problem);

/* Holds the rules that security and liveness rest on; NULL, or the rule that is broken. */
const char *plan_check(const struct plan *plan);

/* The same for one of plan_build_connect(), which runs no program. */
const char *plan_check_connect(const struct plan *plan);

/* For the builders in plan/build_*.c. Returns 1 + the index of the step (see fallback_of). */
unsigned plan_add(struct plan *plan, struct step step);
const struct step *plan_find(const struct plan *plan, enum step_kind kind);	/* the first one; NULL: there is none */
const char *step_name(enum step_kind kind);	/* "set-hostname" */

/* --- the tape: what happened to each step --- */

/* Which part of a step a system call was about. */
enum subject { SUBJECT_STEP, SUBJECT_SOURCE, SUBJECT_TARGET, SUBJECT_OPTION };

struct mark {
	uint64_t began, ended;		/* ns, CLOCK_MONOTONIC; 0: not. 1 where times are not taken */
	int32_t error;			/* 0 or -errno */
	int16_t call;			/* number of the last system call that was tried (__NR_*) */
	uint8_t subject;		/* enum subject */
	uint8_t detail;			/* SUBJECT_OPTION: which of mount.data */
};

/* What the container's process writes to SLOT_ANSWER when it cannot become the program: last words, for `start`. */
struct last_words {
	uint32_t after;			/* which step of the lane after STEP_AWAIT_START: 0 is that one */
	uint32_t kind;			/* enum step_kind */
	struct mark mark;
	char note[256];			/* as in the tape */
};

/* Lives in memory that both lanes share, so that a failure is reported by storing a number. The
 * runtime reads it as untrusted input. */
struct tape {
	bool timed;			/* take times */
	pid_t child;			/* set by STEP_CLONE and again by STEP_REFORK */
	char note[256];			/* the kernel's own words about a file system (fsconfig) */
	struct mark mark[];		/* one for each step */
};
