/* why_life.c - causes of failures in what stays of a start: hooks, the record, what callers are told; and who
 * joins a container.
 *
 * These rows come before those of the mount tree: their paths are the host's, and what is said of a target
 * there is about the image.
 */
#include "show/why.h"
#include <errno.h>

#define HOOK_RUN \
	N_("it must be executable (chmod +x), and in no mount with 'noexec'; so must be what it is run by")
#define OWNER N_("it needs the rights of the user who made the container, or those of the host's root")
#define ENDED N_("the container's process has ended")
#define TOO_EARLY \
	N_("the container's process ended before its program began"), \
	N_("it may have been killed (dmesg shows it, if memory ran out)")

/* What goes wrong with a file of the host that is made beside its place and renamed. */
#define FILE_CAUSES(kind) \
	{ kind, ENOENT, ANY, N_("the folder of @target does not exist"), N_("create it, @otherwise") }, \
	{ kind, ENOTDIR, ANY, N_("a part of the path @target is a file"), N_("correct it, @otherwise") }, \
	{ kind, EACCES, ANY, N_("@target may not be written"), \
	  N_("take a folder that the caller may write to, @otherwise") }, \
	{ kind, EPERM, ANY, N_("@target may not be written"), N_("it may be immutable (lsattr)") }, \
	{ kind, EROFS, ANY, N_("@target is in a read-only file system"), N_("make that writable, @otherwise") }, \
	{ kind, ENOSPC, ANY, N_("no space is left to write @target"), N_("make room, @otherwise") }, \
	{ kind, EDQUOT, ANY, N_("the quota is used up: @target cannot be written"), N_("make room, @otherwise") }, \
	{ kind, EISDIR, ANY, N_("@target is a folder"), N_("name a file in it") }, \
	{ kind, EEXIST, ANY, N_("@target exists already"), NULL }, \
	{ kind, ELOOP, ANY, \
	  N_("@target leads through a symbolic link that is not followed here, or through too many"), NULL }, \
	{ kind, ENAMETOOLONG, ANY, N_("@target is too long for a path"), NULL }

/* What goes wrong with a socket that somebody else is to listen at. */
#define SOCKET_CAUSES(kind) \
	{ kind, ENOENT, ANY, N_("@target does not exist"), \
	  N_("@listener makes the socket, and listens before it calls") }, \
	{ kind, ENOTDIR, ANY, N_("a part of the path @target is a file"), NULL }, \
	{ kind, ECONNREFUSED, ANY, N_("nobody listens at @target"), \
	  N_("@listener must listen there before it calls") }, \
	{ kind, EAGAIN, ANY, N_("nobody took the descriptor at @target within 10 s"), \
	  N_("@listener must accept the connection and receive") }, \
	{ kind, ETIMEDOUT, ANY, N_("nobody took the descriptor at @target within 10 s"), \
	  N_("@listener must accept the connection and receive") }, \
	{ kind, EACCES, ANY, N_("@target may not be written to"), N_("its mode and owner must let the caller in") }, \
	{ kind, EPERM, ANY, N_("@target may not be written to"), N_("a security module may be against it (dmesg)") }, \
	{ kind, EPROTOTYPE, ANY, N_("@target is a socket of another kind"), \
	  N_("it must be one for streams (SOCK_STREAM)") }, \
	{ kind, EPIPE, ANY, N_("who listens at @target has hung up"), NULL }, \
	{ kind, ECONNRESET, ANY, N_("who listens at @target has hung up"), NULL }, \
	{ kind, ETOOMANYREFS, ANY, N_("too many descriptors are on their way and not received (unix(7))"), NULL }, \
	{ kind, ENAMETOOLONG, ANY, N_("@target is longer than the 107 bytes that the path of a socket may have"), \
	  NULL }, \
	{ kind, ELOOP, ANY, N_("@target leads through too many symbolic links"), NULL }

const struct cause life_causes[] = {
	/* hooks: what `note` says is what became of one that was run */
	{ STEP_RUN_HOOK, ECANCELED, ANY, N_("the hook @target @note"), NULL },
	{ STEP_RUN_HOOK, ETIMEDOUT, ANY, N_("the hook @target did not end within @timeout, and was killed"),
	  N_("see what it waits for, or raise its timeout") },
	{ STEP_RUN_HOOK, ENOENT, ANY, N_("the hook @target does not exist, or not what it is run by"),
	  N_("correct the path; for a script, look at its '#!' line, for a program, at its dynamic loader") },
	{ STEP_RUN_HOOK, ENOTDIR, ANY, N_("a part of the hook's path @target is a file"), N_("correct the path") },
	{ STEP_RUN_HOOK, EACCES, ANY, N_("the hook @target may not be run"), HOOK_RUN },
	{ STEP_RUN_HOOK, EPERM, ANY, N_("the hook @target may not be run"), HOOK_RUN },
	{ STEP_RUN_HOOK, ENOEXEC, ANY, N_("the hook @target is no program of this machine"),
	  N_("a script must begin with '#!' and its interpreter") },
	{ STEP_RUN_HOOK, ELIBBAD, ANY, N_("the hook @target is a damaged program, or its dynamic loader is"), NULL },
	{ STEP_RUN_HOOK, EISDIR, ANY, N_("what the hook @target names as its interpreter is a folder"), NULL },
	{ STEP_RUN_HOOK, ELOOP, ANY, N_("the hook's path @target leads through too many symbolic links"), NULL },
	{ STEP_RUN_HOOK, ETXTBSY, ANY, N_("the hook @target is open for writing"), NULL },
	{ STEP_RUN_HOOK, E2BIG, ANY, N_("the arguments and environment of the hook @target are too long"), NULL },
	{ STEP_RUN_HOOK, ENAMETOOLONG, ANY, N_("the hook's path @target is too long for a path"), NULL },

	/* the record, and the wait for `start` */
	{ STEP_WRITE_RECORD, ENOENT, SUBJECT_SOURCE, N_("the container's process has ended before it was on record"),
	  NULL },
	{ STEP_WRITE_RECORD, ESRCH, ANY, N_("the container's process has ended before it was on record"), NULL },
	FILE_CAUSES(STEP_WRITE_RECORD),
	FILE_CAUSES(STEP_OPEN_START),
	{ STEP_AWAIT_START, EPROTO, ANY, N_("the pipe that `start` writes to was closed"), NULL },

	/* what callers are told */
	FILE_CAUSES(STEP_WRITE_PID_FILE),
	SOCKET_CAUSES(STEP_SEND_TERMINAL),
	SOCKET_CAUSES(STEP_SEND_PIDFD),
	SOCKET_CAUSES(STEP_SEND_LISTENER),
	{ STEP_SEND_PIDFD, ESRCH, ANY, ENDED, NULL },
	{ STEP_AWAIT_EXEC, ECONNRESET, ANY, TOO_EARLY },
	{ STEP_AWAIT_GATE, ECONNRESET, ANY, TOO_EARLY },
	{ STEP_OPEN_GATE, ECONNRESET, ANY, TOO_EARLY },

	/* who joins a container */
	{ STEP_OPEN_PROCESS, ESRCH, ANY, ENDED, NULL },
	{ STEP_OPEN_PROCESS, ENOENT, ANY, ENDED, NULL },
	{ STEP_OPEN_PROCESS, EINVAL, ANY, ENDED, NULL },
	{ STEP_OPEN_PROCESS, EPERM, ANY, N_("the container's process may not be opened"), OWNER },
	{ STEP_JOIN_PROCESS, ESRCH, ANY, ENDED, NULL },
	{ STEP_JOIN_PROCESS, EPERM, ANY, N_("joining the container's namespaces is not allowed"),
	  N_("it needs the rights of the user who made the container, or those of the host's root: CAP_SYS_ADMIN in "
	     "the user namespaces that they belong to") },
	{ STEP_JOIN_PROCESS, EINVAL, ANY, N_("the kernel does not join these namespaces"),
	  N_("the container may be ending, or be in a user namespace that is the caller's own") },
	{ STEP_JOIN_PROCESS, ENOMEM, ANY, N_("there is not enough memory to join the container"), NULL },
	{ STEP_SET_AFFINITY, EINVAL, ANY, N_("none of these processors can be used"),
	  N_("they must be there and switched on (/sys/devices/system/cpu/online), and in the cgroup's cpuset") },
	{ STEP_SET_AFFINITY, EPERM, ANY, N_("the processors may not be chosen"), N_("it needs CAP_SYS_NICE") },
	{ 0, 0, 0, NULL, NULL }
};
