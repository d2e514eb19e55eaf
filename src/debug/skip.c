/* skip.c - see skip.h */
#include "debug/skip.h"

static const char process[] = "without it there is no process of the container, or one in the wrong namespaces",
	waits[] = "the other lane waits for it", used[] = "a later step uses what it makes",
	host[] = "without it the container would reach the host",
	ends[] = "the container's end is found by it", program[] = "it is what all others are for; `quit` gives it up";

static const struct { enum step_kind kind; const char *why; } refused[] = {
	{ STEP_CLONE, process },	{ STEP_JOIN_NAMESPACE, process }, { STEP_UNSHARE, process },
	{ STEP_REFORK, process },	{ STEP_JOIN_PROCESS, process },
	{ STEP_OPEN_GATE, waits },	{ STEP_AWAIT_GATE, waits },	  { STEP_AWAIT_START, waits },
	{ STEP_AWAIT_EXEC, waits },	{ STEP_SEND_SLOT, waits },	  { STEP_RECEIVE_SLOT, waits },
	{ STEP_OPEN_NAMESPACE, used },	{ STEP_OPEN_PROCESS, used },	  { STEP_OPEN_START, used },
	{ STEP_OPEN_CGROUP, used },	{ STEP_MAKE_CGROUP, used },	  { STEP_START_SCOPE, used },
	{ STEP_MOUNT_LAYERS, used },	{ STEP_OPEN_ROOT, used },	  { STEP_NEW_ID_MAPPING, used },
	{ STEP_OPEN_LAYERS, used },
	{ STEP_OPEN_SOURCE, used },	{ STEP_HOLD_DIRECTORY, used },	  { STEP_OPEN_NULL, used },
	{ STEP_OPEN_EMPTY, used },	{ STEP_OPEN_PROC, used },	  { STEP_OPEN_TERMINAL, used },
	{ STEP_SET_PROPAGATION, host },	{ STEP_PIVOT_ROOT, host },	  { STEP_MOVE_ROOT, host },
	{ STEP_CLOSE_DESCRIPTORS, host },
	{ STEP_WRITE_RECORD, ends },	{ STEP_EXEC, program },
};

const char *skip_refused(enum step_kind kind)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (refused[i].kind == kind)
			return refused[i].why;
	return NULL;
}
