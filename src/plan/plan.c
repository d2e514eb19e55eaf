/* plan.c - the array of steps and the names of their kinds. */
#include "plan/plan.h"
#include <assert.h>
#include <string.h>

unsigned plan_add(struct plan *plan, struct step step)
{
	if (plan->count == plan->room) {
		size_t room = plan->room ? plan->room * 2 : 128;
		struct step *more = ARENA_ARRAY(plan->arena, room, struct step);

		if (plan->count)
			memcpy(more, plan->step, plan->count * sizeof(*more));
		plan->step = more;
		plan->room = room;
	}
	plan->step[plan->count++] = step;
	return (unsigned)plan->count;
}

const struct step *plan_find(const struct plan *plan, enum step_kind kind)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->step[i].kind == kind)
			return &plan->step[i];
	return NULL;
}

static const char *const names[] = {
	[STEP_OPEN_NAMESPACE] = "open-namespace",
	[STEP_CLONE] = "clone",
	[STEP_JOIN_NAMESPACE] = "join-namespace",
	[STEP_UNSHARE] = "unshare",
	[STEP_REFORK] = "refork",
	[STEP_OPEN_GATE] = "open-gate",
	[STEP_AWAIT_GATE] = "await-gate",
	[STEP_MAP_IDS] = "map-ids",
	[STEP_WRITE_CHILD] = "write-child",
	[STEP_WRITE_SELF] = "write-self",
	[STEP_SET_DUMPABLE] = "set-dumpable",
	[STEP_NEW_KEYRING] = "new-keyring",
	[STEP_RESET_SIGNALS] = "reset-signals",
	[STEP_OPEN_PROCESS] = "open-process",
	[STEP_JOIN_PROCESS] = "join-process",
	[STEP_WRITE_RECORD] = "write-record",
	[STEP_WRITE_PID_FILE] = "write-pid-file",
	[STEP_SEND_PIDFD] = "send-pidfd",
	[STEP_RUN_HOOK] = "run-hook",
	[STEP_OPEN_START] = "open-start",
	[STEP_AWAIT_START] = "await-start",
	[STEP_AWAIT_EXEC] = "await-exec",
	[STEP_MAKE_CGROUP] = "make-cgroup",
	[STEP_ENABLE_CONTROLLERS] = "enable-controllers",
	[STEP_START_SCOPE] = "start-scope",
	[STEP_OPEN_CGROUP] = "open-cgroup",
	[STEP_SET_DEVICES] = "set-devices",
	[STEP_OWN_CGROUP] = "own-cgroup",
	[STEP_MAKE_DIRECTORY] = "make-directory",
	[STEP_WRITE_FILE] = "write-file",
	[STEP_WRITE_LINES] = "write-lines",
	[STEP_WRITE_PID] = "write-pid",
	[STEP_NO_LINK_LOCAL] = "no-link-local",
	[STEP_LINK_UP] = "link-up",
	[STEP_MOVE_LINK] = "move-link",
	[STEP_ADD_ADDRESS] = "add-address",
	[STEP_MAKE_BRIDGE] = "make-bridge",
	[STEP_ADD_LINK] = "add-link",
	[STEP_ADD_ROUTE] = "add-route",
	[STEP_REMOVE_LINK] = "remove-link",
	[STEP_RUN_TOOL] = "run-tool",
	[STEP_LOAD_RULES] = "load-rules",
	[STEP_ADD_ELEMENTS] = "add-elements",
	[STEP_SET_PROPAGATION] = "set-propagation",
	[STEP_OPEN_LAYERS] = "open-layers",
	[STEP_MOUNT_LAYERS] = "mount-layers",
	[STEP_OPEN_ROOT] = "open-root",
	[STEP_NEW_ID_MAPPING] = "new-id-mapping",
	[STEP_OPEN_SOURCE] = "open-source",
	[STEP_MOUNT] = "mount",
	[STEP_BIND] = "bind",
	[STEP_CHANGE_MOUNT] = "change-mount",
	[STEP_HOLD_DIRECTORY] = "hold-directory",
	[STEP_COPY_UP] = "copy-up",
	[STEP_MAKE_DEVICE] = "make-device",
	[STEP_MAKE_LINK] = "make-link",
	[STEP_OPEN_NULL] = "open-null",
	[STEP_OPEN_EMPTY] = "open-empty",
	[STEP_MASK] = "mask",
	[STEP_MAKE_READONLY] = "make-readonly",
	[STEP_OPEN_PROC] = "open-proc",
	[STEP_MAKE_PATH] = "make-path",
	[STEP_PIVOT_ROOT] = "pivot-root",
	[STEP_MOVE_ROOT] = "move-root",
	[STEP_NEW_SESSION] = "new-session",
	[STEP_OPEN_TERMINAL] = "open-terminal",
	[STEP_BIND_CONSOLE] = "bind-console",
	[STEP_TAKE_TERMINAL] = "take-terminal",
	[STEP_SEND_SLOT] = "send-slot",
	[STEP_RECEIVE_SLOT] = "receive-slot",
	[STEP_SEND_TERMINAL] = "send-terminal",
	[STEP_SET_HOSTNAME] = "set-hostname",
	[STEP_SET_DOMAINNAME] = "set-domainname",
	[STEP_SET_SYSCTL] = "set-sysctl",
	[STEP_SET_PERSONALITY] = "set-personality",
	[STEP_SET_RLIMIT] = "set-rlimit",
	[STEP_SET_SCHEDULER] = "set-scheduler",
	[STEP_SET_IO_PRIORITY] = "set-io-priority",
	[STEP_SET_MEMORY_POLICY] = "set-memory-policy",
	[STEP_SET_AFFINITY] = "set-affinity",
	[STEP_SET_UMASK] = "set-umask",
	[STEP_FIND_HOME] = "find-home",
	[STEP_SET_GROUPS] = "set-groups",
	[STEP_SET_GID] = "set-gid",
	[STEP_SET_UID] = "set-uid",
	[STEP_OWN_STREAMS] = "own-streams",
	[STEP_KEEP_CAPABILITIES] = "keep-capabilities",
	[STEP_DROP_BOUNDING] = "drop-bounding",
	[STEP_SET_CAPABILITIES] = "set-capabilities",
	[STEP_SET_AMBIENT] = "set-ambient",
	[STEP_CHANGE_DIRECTORY] = "change-directory",
	[STEP_SET_LABEL] = "set-label",
	[STEP_NO_NEW_PRIVILEGES] = "no-new-privileges",
	[STEP_CLOSE_DESCRIPTORS] = "close-descriptors",
	[STEP_ACCEPT_TRACER] = "accept-tracer",
	[STEP_SET_SECCOMP] = "set-seccomp",
	[STEP_SEND_LISTENER] = "send-listener",
	[STEP_FIND_PROGRAM] = "find-program",
	[STEP_EXEC] = "exec",
};
static_assert(sizeof(names) / sizeof(names[0]) == STEP_KINDS, "a step kind has no name");

const char *step_name(enum step_kind kind)
{
	return kind < STEP_KINDS ? names[kind] : "unknown";
}
