/* build.h - the parts of plan_build(), one for each chapter of a container's start.
 *
 * The order of the chapters is in build.c and nowhere else. A chapter reads the
 * request and adds steps; what this host cannot do it says as a problem.
 */
#pragma once
#include "plan/plan.h"

struct builder {
	struct arena *arena;
	const struct plan_request *request;
	const struct spec *spec;
	const struct host *host;
	struct plan *plan;
	struct problem *problem;

	/* What the first chapter found out and the others need. */
	bool new_user;			/* a new user namespace */
	bool in_user;			/* the container's lane ends up in a user namespace, new or joined */
	bool stranger;			/* its ids are not those of the ordinary user who makes it (--userns nomap) */
	bool refork;			/* the final process is a child of the first (STEP_REFORK) */
	bool late_limits;		/* limits that only the runtime may set, at GATE_LIMITS */
	bool limited;			/* the runtime writes limits, while the container's lane goes on */
	bool terminal;
	bool joins;			/* the process joins a container that is there (exec) */
	int layers;			/* the slot of the idmapped mount that the layers are in, or SLOT_NONE */
	int opened;			/* the slot of the overlayfs that STEP_OPEN_LAYERS begins, or SLOT_NONE */
	int cgroup;			/* the slot of the cgroup that the process is cloned into, or SLOT_NONE */
	unsigned directory;		/* the step that went to process.cwd, or 0 */
	int next_slot, root_slot;	/* root_slot: the next one of those of build_root_sources() */
	char *home;			/* what STEP_FIND_HOME fills, or NULL */
};

/* build_namespaces.c: from the runtime's process to one in all its namespaces, with its ids. */
void build_clone(struct builder *b);
void build_join(struct builder *b);
void build_ids(struct builder *b);
/* False where an ordinary user maps only one id: setgroups(2) is then denied for good; and where the groups are to be
 * kept. */
bool build_may_set_groups(const struct builder *b);
/* Root of the user namespace that the process is in, so that files can be made in it. */
void build_become_root(struct builder *b);
/* The score for running out of memory, where the container's lane may set it. */
void build_early_oom_score(struct builder *b);

/* build_cgroup.c: the cgroups, before the clone; the process enters them, right after it; their limits. */
void build_cgroups(struct builder *b);
void build_enter_cgroups(struct builder *b);
void build_cgroup_limits(struct builder *b);
/* Those of a container that is there, for exec: before the clone, and after it. */
void build_join_cgroups(struct builder *b);
void build_join_v1(struct builder *b);

/* build_limits.c: linux.resources, into cgroups that are there. Some are written while there is no process in them:
 * the rules for devices of v1, which are several writes, and in between all is denied, so no device could be made; and
 * what the process's affinity, memory policy and scheduler need. */
void build_early_limits(struct builder *b);
void build_late_limits(struct builder *b);
/* Those of a container that is there (update). */
void build_changed_limits(struct builder *b, const struct resources *resources, const struct cgroups *cgroups);

/* build_scope.c: systemd makes the cgroup for the process that was cloned. */
void build_scope(struct builder *b);

/* build_enter.c: from the runtime's process to one in all namespaces of a container that is there. */
void build_enter(struct builder *b);

/* The same into its network namespace alone, by a process that runs no program. */
void build_enter_network(struct builder *b);

/* build_life.c: what stays of a start: the record, the wait for `start`, hooks, what callers are told. */
void build_open_start(struct builder *b);
void build_record(struct builder *b);
void build_hooks_before_root(struct builder *b);
bool build_has_hooks_before_root(const struct builder *b);
void build_ready(struct builder *b);	/* may outlive the runtime from here on; waits where `start` is awaited */
void build_start_hooks(struct builder *b);
void build_end(struct builder *b);

/* build_root.c: the root of the mount tree; its end: read-only, masked, pivoted. */
void build_root_begin(struct builder *b);
void build_root_end(struct builder *b);

/* build_mounts.c: linux mounts, in the order of the spec. */
void build_sources(struct builder *b);
void build_root_sources(struct builder *b);
void build_own_sources(struct builder *b);
void build_mounts(struct builder *b);
/* Whether mount number `index` becomes read-only only when everything in it has been made. */
bool build_mount_late_readonly(const struct builder *b, size_t index);

/* build_cgroup_mount.c */
void build_cgroup_mount(struct builder *b, const struct mount *mount, const char *why);

/* build_devices.c: /dev. */
void build_devices(struct builder *b);

/* build_network.c: what this machine has of the container's network, and its devices; later, while these are being
 * made, the container's own part: addresses and routes. */
void build_network(struct builder *b);
/* A program that connects the container's namespace to the outside, before the process is no longer dumpable. */
void build_outward(struct builder *b);
void build_network_inside(struct builder *b);
/* The devices that a container that is there loses. */
void build_remove_links(struct builder *b);

/* build_firewall.c: what the firewall must know of the container, before it has a network device. */
void build_firewall(struct builder *b);

/* build_intel_rdt.c: the group before the clone; entering it while the host's files are in reach. */
void build_intel_rdt(struct builder *b);
void build_enter_intel_rdt(struct builder *b);
/* For a container that is there: new schemata for the group that it is in (closID). */
void build_update_intel_rdt(struct builder *b);

/* build_terminal.c */
void build_terminal(struct builder *b);
void build_take_terminal(struct builder *b);

/* build_process.c: what the process is and may do. */
const char *build_oom_score(struct builder *b);
void build_limits(struct builder *b);
/* Where the list is asked for (execCPUAffinity). */
void build_affinity(struct builder *b, const char *key, const char *list);
void build_kernel_state(struct builder *b);
void build_identity(struct builder *b);

/* build_program.c: from giving up rights to the program. */
void build_program(struct builder *b);
/* Where pipes of the user who makes it cannot become the container's: while the process is still that user. */
void build_open_streams(struct builder *b);

/* build_seccomp.c */
bool build_asks_listener(const struct seccomp *seccomp);
void build_seccomp(struct builder *b);

/* Adds a step to a lane: ADD_RUNTIME(b, STEP_X, "linux.x", .x = { … }). The index + 1. */
#define ADD_RUNTIME(b, kind_, why_, ...) \
	plan_add((b)->plan, \
		 (struct step){ .kind = (kind_), .lane = LANE_RUNTIME, .why = (why_), __VA_ARGS__ })
#define ADD_CONTAINER(b, kind_, why_, ...) \
	plan_add((b)->plan, \
		 (struct step){ .kind = (kind_), .lane = LANE_CONTAINER, .why = (why_), __VA_ARGS__ })

/* A gate: `from` opens it, the other lane waits. */
void build_gate(struct builder *b, enum gate gate, enum lane from);
