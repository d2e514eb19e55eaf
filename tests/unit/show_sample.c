/* show_sample.c - a step of each kind, with everything in it that can be. */
#include "show_sample.h"
#include <linux/mount.h>
#include <linux/sched.h>
#include <sys/stat.h>

static char evil[] = EVIL, evil_entry[] = "NAME=" EVIL, home_entry[64] = "HOME=/";
static char *args[] = { evil, evil, NULL }, *env[] = { evil_entry, home_entry, NULL };
static struct id_map one_map[] = { { 0, 100000, 65536 } };
const struct id_maps show_maps = { one_map, 1 };
static struct pair two_options[] = { { "size", "1m" }, { EVIL, NULL } };
static const struct pairs options = { two_options, 2 };
static const struct host_address address = { 2, { 10, 0, 0, 1 }, 24 };
static const struct plan_bridge bridge = { EVIL, EVIL, 1400, 50, &address, 1 };
static const struct plan_link link = {
	.network = EVIL, .parent = EVIL, .outside = EVIL, .inside = EVIL, .mtu = 1400, .mac = { 2, 1 },
};
static const struct scheduler scheduler = { true, 1, 0, 10, 1, 0, 0, 0 };
static const unsigned long nodes[] = { 0xb };
static const uint32_t groups[] = { 5, 4242 };
static const unsigned long processors[] = { 0x8f };
static struct hook hook = { EVIL, { args, 2 }, { env, 2 }, { true, 5 } };
static char greeting[8], message[8];
static const struct scope scope = {
	.bus = EVIL, .unit = EVIL, .slice = EVIL, .greeting = { greeting, sizeof(greeting) },
	.reset = { message, sizeof(message) },
	.start = { message, sizeof(message) }, .pid = 4,
};
static const struct texts lines = { args, 2 };
static const struct plan_layers layers = { "/" EVIL, { args, 2 }, EVIL, EVIL, true, true, { args, 2 } };
static const struct plan_element elements[] = { { .set = EVIL, .shown = EVIL }, { .set = "bridges", .shown = EVIL } };
#define CHANGE \
	{ .set = MOUNT_ATTR_RDONLY, .set_all = MOUNT_ATTR_NOSUID, .propagation = MS_PRIVATE, .propagation_all = true }

static char *tool_args[] = { (char *)(uintptr_t)"/" EVIL, (char *)(uintptr_t)EVIL, NULL };
static const struct plan_tool tool = { EVIL, { tool_args, 2 } };

static const struct step samples[STEP_KINDS] = {
	[STEP_OPEN_NAMESPACE] = { .open_namespace = { SLOT_NAMESPACE + NAMESPACE_NETWORK, EVIL, NAMESPACE_NETWORK } },
	[STEP_CLONE] = { .lane = LANE_RUNTIME, .clone = { CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUSER } },
	[STEP_JOIN_NAMESPACE] = { .join_namespace = { SLOT_NAMESPACE + NAMESPACE_NETWORK, NAMESPACE_NETWORK } },
	[STEP_UNSHARE] = { .unshare = { CLONE_NEWCGROUP } },
	[STEP_REFORK] = { .refork = { CLONE_NEWUTS } },
	[STEP_OPEN_GATE] = { .lane = LANE_RUNTIME, .gate = { GATE_IDS } },
	[STEP_AWAIT_GATE] = { .gate = { GATE_LIMITED } },
	[STEP_MAP_IDS] = { .lane = LANE_RUNTIME, .map_ids = { "/usr/bin/newuidmap", &show_maps } },
	[STEP_WRITE_CHILD] = { .lane = LANE_RUNTIME, .write_proc = { "oom_score_adj", "5" } },
	[STEP_WRITE_SELF] = { .write_proc = { "oom_score_adj", EVIL } },
	[STEP_NEW_KEYRING] = { .keyring = { EVIL } },
	[STEP_OPEN_PROCESS] = { .lane = LANE_RUNTIME, .open_process = { 42, 12345 } },
	[STEP_JOIN_PROCESS] = { .join_process = { 42, CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUSER } },
	[STEP_WRITE_RECORD] = { .lane = LANE_RUNTIME, .write_record = { EVIL } },
	[STEP_WRITE_PID_FILE] = { .lane = LANE_RUNTIME, .pid_file = { EVIL } },
	[STEP_SEND_PIDFD] = { .lane = LANE_RUNTIME, .socket = { EVIL } },
	[STEP_RUN_HOOK] = { .run_hook = { &hook, HOOK_CREATE_CONTAINER, EVIL } },
	[STEP_OPEN_START] = { .lane = LANE_RUNTIME, .open_start = { EVIL, EVIL } },
	[STEP_AWAIT_EXEC] = { .lane = LANE_RUNTIME },
	[STEP_MAKE_CGROUP] = { .lane = LANE_RUNTIME, .make_cgroup = { .path = EVIL, .own = true, .cpuset = true } },
	[STEP_ENABLE_CONTROLLERS] = { .lane = LANE_RUNTIME, .enable = { EVIL, EVIL } },
	[STEP_START_SCOPE] = { .lane = LANE_RUNTIME, .scope = { &scope } },
	[STEP_OPEN_CGROUP] = { .lane = LANE_RUNTIME, .open_cgroup = { EVIL } },
	[STEP_SET_DEVICES] = { .lane = LANE_RUNTIME, .set_devices = { .path = EVIL } },
	[STEP_OWN_CGROUP] = { .lane = LANE_RUNTIME, .own_cgroup = { EVIL, &lines, 1000, 1000 } },
	[STEP_WRITE_LINES] = { .lane = LANE_RUNTIME, .write_lines = { EVIL, &lines } },
	[STEP_MAKE_DIRECTORY] = { .lane = LANE_RUNTIME, .make_directory = { EVIL, 0755 } },
	[STEP_WRITE_FILE] = { .lane = LANE_RUNTIME, .write_file = { EVIL, EVIL } },
	[STEP_WRITE_PID] = { .lane = LANE_RUNTIME, .write_pid = { EVIL } },
	[STEP_NO_LINK_LOCAL] = { .no_link_local = { EVIL } },
	[STEP_LINK_UP] = { .link_up = { EVIL } },
	[STEP_MOVE_LINK] = { .lane = LANE_RUNTIME, .move_link = { EVIL, EVIL, 3 } },
	[STEP_ADD_ADDRESS] = { .add_address = { EVIL, &address, true } },
	[STEP_MAKE_BRIDGE] = { .lane = LANE_RUNTIME, .make_bridge = { &bridge } },
	[STEP_ADD_LINK] = { .lane = LANE_RUNTIME, .add_link = { &link } },
	[STEP_REMOVE_LINK] = { .remove_link = { EVIL } },
	[STEP_ADD_ROUTE] = { .add_route = { EVIL, &address, &address } },
	[STEP_RUN_TOOL] = { .lane = LANE_RUNTIME, .run_tool = { &tool } },
	[STEP_LOAD_RULES] = { .lane = LANE_RUNTIME, .load_rules = { EVIL, EVIL } },
	[STEP_ADD_ELEMENTS] = { .lane = LANE_RUNTIME, .add_elements = { elements, 2 } },
	[STEP_SET_PROPAGATION] = { .propagation = { MS_PRIVATE, false } },
	[STEP_OPEN_LAYERS] = { .open_layers = { SLOT_SOURCES + 1, "/" EVIL, &layers } },
	[STEP_MOUNT_LAYERS] = { .mount_layers = { "/" EVIL, &layers, NULL, SLOT_SOURCES } },
	[STEP_OPEN_ROOT] = { .open_root = { "/" EVIL } },
	[STEP_NEW_ID_MAPPING] = { .lane = LANE_RUNTIME, .id_mapping = { SLOT_SOURCES, &show_maps, &show_maps } },
	[STEP_OPEN_SOURCE] = { .lane = LANE_RUNTIME,
			       .open_source = { SLOT_SOURCES + 1, EVIL, true, SLOT_SOURCES, true } },
	[STEP_MOUNT] = { .mount = { "tmpfs", EVIL, EVIL, &options, CHANGE } },
	[STEP_BIND] = { .bind = { EVIL, SLOT_SOURCES + 1, EVIL, true, false, CHANGE } },
	[STEP_CHANGE_MOUNT] = { .change_mount = { EVIL, &options, CHANGE } },
	[STEP_HOLD_DIRECTORY] = { .hold = { SLOT_HELD, EVIL } },
	[STEP_COPY_UP] = { .copy_up = { SLOT_HELD, EVIL } },
	[STEP_MAKE_DEVICE] = { .make_device = { EVIL, S_IFCHR | 0666, 1, 3, 0, 0 } },
	[STEP_MAKE_LINK] = { .make_link = { EVIL, EVIL } },
	[STEP_MASK] = { .mask = { EVIL } },
	[STEP_MAKE_READONLY] = { .readonly = { EVIL } },
	[STEP_MAKE_PATH] = { .make_path = { EVIL, 0755 } },
	[STEP_OPEN_TERMINAL] = { .terminal = { EVIL, true, 24, 80 } },
	[STEP_BIND_CONSOLE] = { .console = { EVIL } },
	[STEP_SEND_SLOT] = { .pass = { SLOT_PTY } },
	[STEP_RECEIVE_SLOT] = { .lane = LANE_RUNTIME, .pass = { SLOT_PTY } },
	[STEP_SEND_TERMINAL] = { .lane = LANE_RUNTIME, .socket = { EVIL } },
	[STEP_SET_HOSTNAME] = { .hostname = { EVIL } },
	[STEP_SET_DOMAINNAME] = { .domainname = { EVIL } },
	[STEP_SET_SYSCTL] = { .sysctl = { EVIL, EVIL } },
	[STEP_SET_PERSONALITY] = { .personality = { 8 } },
	[STEP_SET_RLIMIT] = { .rlimit = { 7, 1024, ~0ULL } },
	[STEP_SET_SCHEDULER] = { .scheduler = { &scheduler } },
	[STEP_SET_IO_PRIORITY] = { .io_priority = { 2, 4 } },
	[STEP_SET_MEMORY_POLICY] = { .memory_policy = { 2, nodes, 65 } },
	[STEP_SET_AFFINITY] = { .affinity = { processors, 8 } },
	[STEP_SET_UMASK] = { .umask = { 022 } },
	[STEP_FIND_HOME] = { .home = { 1000, home_entry, sizeof(home_entry) } },
	[STEP_SET_GROUPS] = { .groups = { groups, 2 } },
	[STEP_SET_GID] = { .gid = { 1000 } },
	[STEP_SET_UID] = { .uid = { 1000 } },
	[STEP_DROP_BOUNDING] = { .bounding = { 0x21, 40 } },
	[STEP_SET_CAPABILITIES] = { .capabilities = { 0x20, 0x20, 0x20 } },
	[STEP_SET_AMBIENT] = { .ambient = { 0x20 } },
	[STEP_CHANGE_DIRECTORY] = { .directory = { EVIL } },
	[STEP_SET_LABEL] = { .label = { true, EVIL } },
	[STEP_CLOSE_DESCRIPTORS] = { .descriptors = { 3 } },
	[STEP_SET_SECCOMP] = { .seccomp = { { NULL, 300 }, 0, true } },
	[STEP_SEND_LISTENER] = { .lane = LANE_RUNTIME, .listener = { EVIL, EVIL } },
	[STEP_FIND_PROGRAM] = { .exec = { args, env, "/bin" } },
	[STEP_EXEC] = { .exec = { args, env, "/bin" } },
};

static bool is_runtimes(enum step_kind kind)
{
	static const enum step_kind of_runtime[] = {
		STEP_CLONE, STEP_OPEN_GATE, STEP_MAP_IDS, STEP_WRITE_CHILD, STEP_MAKE_DIRECTORY, STEP_WRITE_FILE,
		STEP_MAKE_CGROUP, STEP_ENABLE_CONTROLLERS, STEP_START_SCOPE, STEP_OPEN_CGROUP, STEP_SET_DEVICES,
		STEP_OWN_CGROUP, STEP_WRITE_LINES,
		STEP_WRITE_PID, STEP_MOVE_LINK, STEP_NEW_ID_MAPPING, STEP_OPEN_SOURCE, STEP_RECEIVE_SLOT,
		STEP_SEND_LISTENER, STEP_OPEN_PROCESS, STEP_WRITE_RECORD, STEP_WRITE_PID_FILE, STEP_SEND_PIDFD,
		STEP_OPEN_START, STEP_AWAIT_EXEC, STEP_SEND_TERMINAL, STEP_MAKE_BRIDGE, STEP_ADD_LINK,
		STEP_RUN_TOOL, STEP_LOAD_RULES, STEP_ADD_ELEMENTS,
	};

	for (size_t i = 0; i < sizeof(of_runtime) / sizeof(of_runtime[0]); i++)
		if (of_runtime[i] == kind)
			return true;
	return false;
}

struct step show_sample(enum step_kind kind)
{
	struct step step = samples[kind];

	step.kind = kind;
	if (!is_runtimes(kind))
		step.lane = LANE_CONTAINER;
	step.why = "linux.sysctl[\"" EVIL "\"]";
	return step;
}

struct plan show_plan(struct arena *arena)
{
	struct plan plan = { .arena = arena, .slots = SLOT_SOURCES + 2 };

	for (int kind = 0; kind < STEP_KINDS; kind++)
		plan_add(&plan, show_sample((enum step_kind)kind));
	return plan;
}
