/* why_life.c - causes of failures in what stays of a start: hooks, the record, what callers are told; and who
 * joins a container.
 *
 * These rows come before those of the mount tree: their paths are the host's, and what is said of a target
 * there is about the image.
 */
#include "show/why.h"
#include <errno.h>

#define HOOK_RUN \
	"it must be executable (chmod +x), and in no mount with 'noexec'; so must be what it is run by"
#define RECORD_PLACE "or choose another folder with '--root'"
#define OWNER "it needs the rights of the user who made the container, or those of the host's root"
#define ENDED "the container's process has ended"
#define TOO_EARLY \
	"the container's process ended before its program began", \
	"it may have been killed (dmesg shows it, if memory ran out)"

/* What goes wrong with a file of the host that is made beside its place and renamed. */
#define FILE_CAUSES(kind, otherwise) \
	{ kind, ENOENT, ANY, "the folder of @target does not exist", "create it, " otherwise }, \
	{ kind, ENOTDIR, ANY, "a part of the path @target is a file", "correct it, " otherwise }, \
	{ kind, EACCES, ANY, "@target may not be written", "take a folder that the caller may write to, " otherwise }, \
	{ kind, EPERM, ANY, "@target may not be written", "it may be immutable (lsattr)" }, \
	{ kind, EROFS, ANY, "@target is in a read-only file system", "make that writable, " otherwise }, \
	{ kind, ENOSPC, ANY, "no space is left to write @target", "make room, " otherwise }, \
	{ kind, EDQUOT, ANY, "the quota is used up: @target cannot be written", "make room, " otherwise }, \
	{ kind, EISDIR, ANY, "@target is a folder", "name a file in it" }, \
	{ kind, EEXIST, ANY, "@target exists already", NULL }, \
	{ kind, ELOOP, ANY, "@target leads through a symbolic link that is not followed here, or through too many", \
	  NULL }, \
	{ kind, ENAMETOOLONG, ANY, "@target is too long for a path", NULL }

/* What goes wrong with a socket that somebody else is to listen at. */
#define SOCKET_CAUSES(kind, who) \
	{ kind, ENOENT, ANY, "@target does not exist", who " makes the socket, and listens before it calls" }, \
	{ kind, ENOTDIR, ANY, "a part of the path @target is a file", NULL }, \
	{ kind, ECONNREFUSED, ANY, "nobody listens at @target", who " must listen there before it calls" }, \
	{ kind, EAGAIN, ANY, "nobody took the descriptor at @target within 10 s", \
	  who " must accept the connection and receive" }, \
	{ kind, ETIMEDOUT, ANY, "nobody took the descriptor at @target within 10 s", \
	  who " must accept the connection and receive" }, \
	{ kind, EACCES, ANY, "@target may not be written to", "its mode and owner must let the caller in" }, \
	{ kind, EPERM, ANY, "@target may not be written to", "a security module may be against it (dmesg)" }, \
	{ kind, EPROTOTYPE, ANY, "@target is a socket of another kind", "it must be one for streams (SOCK_STREAM)" }, \
	{ kind, EPIPE, ANY, "who listens at @target has hung up", NULL }, \
	{ kind, ECONNRESET, ANY, "who listens at @target has hung up", NULL }, \
	{ kind, ETOOMANYREFS, ANY, "too many descriptors are on their way and not received (unix(7))", NULL }, \
	{ kind, ENAMETOOLONG, ANY, "@target is longer than the 107 bytes that the path of a socket may have", NULL }, \
	{ kind, ELOOP, ANY, "@target leads through too many symbolic links", NULL }

const struct cause life_causes[] = {
	/* hooks: what `note` says is what became of one that was run */
	{ STEP_RUN_HOOK, ECANCELED, ANY, "the hook @target @note", NULL },
	{ STEP_RUN_HOOK, ETIMEDOUT, ANY, "the hook @target did not end within @timeout, and was killed",
	  "see what it waits for, or raise its timeout" },
	{ STEP_RUN_HOOK, ENOENT, ANY, "the hook @target does not exist, or not what it is run by",
	  "correct the path; for a script, look at its '#!' line, for a program, at its dynamic loader" },
	{ STEP_RUN_HOOK, ENOTDIR, ANY, "a part of the hook's path @target is a file", "correct the path" },
	{ STEP_RUN_HOOK, EACCES, ANY, "the hook @target may not be run", HOOK_RUN },
	{ STEP_RUN_HOOK, EPERM, ANY, "the hook @target may not be run", HOOK_RUN },
	{ STEP_RUN_HOOK, ENOEXEC, ANY, "the hook @target is no program of this machine",
	  "a script must begin with '#!' and its interpreter" },
	{ STEP_RUN_HOOK, ELIBBAD, ANY, "the hook @target is a damaged program, or its dynamic loader is", NULL },
	{ STEP_RUN_HOOK, EISDIR, ANY, "what the hook @target names as its interpreter is a folder", NULL },
	{ STEP_RUN_HOOK, ELOOP, ANY, "the hook's path @target leads through too many symbolic links", NULL },
	{ STEP_RUN_HOOK, ETXTBSY, ANY, "the hook @target is open for writing", NULL },
	{ STEP_RUN_HOOK, E2BIG, ANY, "the arguments and environment of the hook @target are too long", NULL },
	{ STEP_RUN_HOOK, ENAMETOOLONG, ANY, "the hook's path @target is too long for a path", NULL },

	/* the record, and the wait for `start` */
	{ STEP_WRITE_RECORD, ENOENT, SUBJECT_SOURCE, ENDED " before it was on record", NULL },
	{ STEP_WRITE_RECORD, ESRCH, ANY, ENDED " before it was on record", NULL },
	FILE_CAUSES(STEP_WRITE_RECORD, RECORD_PLACE),
	FILE_CAUSES(STEP_OPEN_START, RECORD_PLACE),
	{ STEP_AWAIT_START, EPROTO, ANY, "the pipe that `start` writes to was closed", NULL },

	/* what callers are told */
	FILE_CAUSES(STEP_WRITE_PID_FILE, "or choose another file"),
	SOCKET_CAUSES(STEP_SEND_TERMINAL, "the caller"),
	SOCKET_CAUSES(STEP_SEND_PIDFD, "the caller"),
	SOCKET_CAUSES(STEP_SEND_LISTENER, "the agent"),
	{ STEP_SEND_PIDFD, ESRCH, ANY, ENDED, NULL },
	{ STEP_AWAIT_EXEC, ECONNRESET, ANY, TOO_EARLY },
	{ STEP_AWAIT_GATE, ECONNRESET, ANY, TOO_EARLY },
	{ STEP_OPEN_GATE, ECONNRESET, ANY, TOO_EARLY },

	/* who joins a container */
	{ STEP_OPEN_PROCESS, ESRCH, ANY, ENDED, NULL },
	{ STEP_OPEN_PROCESS, ENOENT, ANY, ENDED, NULL },
	{ STEP_OPEN_PROCESS, EINVAL, ANY, ENDED, NULL },
	{ STEP_OPEN_PROCESS, EPERM, ANY, "the container's process may not be opened", OWNER },
	{ STEP_JOIN_PROCESS, ESRCH, ANY, ENDED, NULL },
	{ STEP_JOIN_PROCESS, EPERM, ANY, "joining the container's namespaces is not allowed",
	  OWNER ": CAP_SYS_ADMIN in the user namespaces that they belong to" },
	{ STEP_JOIN_PROCESS, EINVAL, ANY, "the kernel does not join these namespaces",
	  "the container may be ending, or be in a user namespace that is the caller's own" },
	{ STEP_JOIN_PROCESS, ENOMEM, ANY, "there is not enough memory to join the container", NULL },
	{ STEP_SET_AFFINITY, EINVAL, ANY, "none of these processors can be used",
	  "they must be there and switched on (/sys/devices/system/cpu/online), and in the cgroup's cpuset" },
	{ STEP_SET_AFFINITY, EPERM, ANY, "the processors may not be chosen", "it needs CAP_SYS_NICE" },
	{ 0, 0, 0, NULL, NULL }
};
