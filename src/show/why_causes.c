/* why_causes.c - causes of failures outside the mount tree, and what each errno means by itself. */
#include "show/why.h"
#include <errno.h>

#define USER_NAMESPACES \
	"user namespaces may be switched off for ordinary users: see /proc/sys/user/max_user_namespaces, and the " \
	"sysctls kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns"
#define LIMIT_OF_NAMESPACES \
	"there are as many as the host allows, or they are nested more than 32 deep: see " \
	"/proc/sys/user/max_*_namespaces"
#define LIMIT_OF_PROCESSES \
	"a limit on processes is reached: RLIMIT_NPROC of this user, pids.max of the cgroup, or kernel.pid_max"
#define LOWER_SCORE \
	"that needs CAP_SYS_RESOURCE on the host, which root of a container or of a user namespace has not; " \
	"take what the runtime itself has (cat /proc/self/oom_score_adj), or more"
#define NO_SYSTEMD "where no systemd runs, use '--cgroup-manager cgroupfs'"
#define FIREWALL_MODULES \
	"it takes the kernel modules nf_tables, nft_chain_nat, nft_nat, nft_masq, nft_fib_inet and nft_ct"
#define OLD_KERNEL "the kernel was built without this kind of namespace, or is too old for it"

const struct cause other_causes[] = {
	/* processes and namespaces */
	{ STEP_CLONE, EPERM, ANY, "new namespaces are not allowed", "they need CAP_SYS_ADMIN, or a new user "
	  "namespace to be in. " USER_NAMESPACES },
	{ STEP_CLONE, EACCES, ANY, "new namespaces are refused", USER_NAMESPACES },
	{ STEP_CLONE, ENOSPC, ANY, "there are too many namespaces", LIMIT_OF_NAMESPACES },
	{ STEP_CLONE, EUSERS, ANY, "there are too many namespaces", LIMIT_OF_NAMESPACES },
	{ STEP_CLONE, EAGAIN, ANY, "no more processes", LIMIT_OF_PROCESSES },
	{ STEP_CLONE, ENOMEM, ANY, "not enough memory for a process, or its PID namespace is at an end", NULL },
	{ STEP_CLONE, EINVAL, ANY, "the kernel refuses these namespaces", OLD_KERNEL },
	{ STEP_UNSHARE, EPERM, ANY, "a new namespace is not allowed", USER_NAMESPACES },
	{ STEP_UNSHARE, ENOSPC, ANY, "there are too many namespaces", LIMIT_OF_NAMESPACES },
	{ STEP_UNSHARE, EUSERS, ANY, "there are too many namespaces", LIMIT_OF_NAMESPACES },
	{ STEP_UNSHARE, EINVAL, ANY, "the kernel refuses a new namespace", OLD_KERNEL },
	{ STEP_REFORK, EPERM, ANY, "new namespaces are not allowed", "they need CAP_SYS_ADMIN in the user namespace "
	  "that was joined. " USER_NAMESPACES },
	{ STEP_REFORK, ENOSPC, ANY, "there are too many namespaces", LIMIT_OF_NAMESPACES },
	{ STEP_REFORK, EAGAIN, ANY, "no more processes", LIMIT_OF_PROCESSES },
	{ STEP_REFORK, ENOMEM, ANY, "the PID namespace to join is at an end: its first process has gone", NULL },
	{ STEP_REFORK, EINVAL, ANY, "the kernel refuses these namespaces", OLD_KERNEL },
	{ STEP_OPEN_NAMESPACE, ENOENT, ANY, "@source does not exist", "the process or container that it belongs to "
	  "may have ended" },
	{ STEP_OPEN_NAMESPACE, EACCES, ANY, "@source may not be opened", "it belongs to another user's process" },
	{ STEP_JOIN_NAMESPACE, EINVAL, ANY, "what is at the path is no namespace of this type, or cannot be joined",
	  "compare it with ls -l /proc/self/ns; a time namespace must not have processes of other offsets" },
	{ STEP_JOIN_NAMESPACE, EPERM, ANY, "joining the namespace is not allowed",
	  "it needs CAP_SYS_ADMIN in the user namespace that it belongs to: join that one too" },
	{ STEP_JOIN_NAMESPACE, EBADF, ANY, "the namespace was not opened", NULL },
	{ STEP_MAP_IDS, ENOENT, ANY, "'newuidmap' or 'newgidmap' is missing",
	  "install it (package uidmap or shadow-utils)" },
	{ STEP_MAP_IDS, EPERM, ANY, "the helper refused the map",
	  "the ids must be the user's in /etc/subuid and /etc/subgid" },
	{ STEP_MAP_IDS, EIO, ANY, "the helper failed",
	  "the ids must be the user's in /etc/subuid and /etc/subgid, and the helper setuid or with "
	  "CAP_SETUID (getcap)" },
	{ STEP_WRITE_CHILD, EACCES, SUBJECT_OPTION, "@name may not be lowered so far", LOWER_SCORE,
	  .file = "oom_score_adj" },
	{ STEP_WRITE_CHILD, EPERM, ANY, "writing @name of the process in /proc is not allowed",
	  "mapping other ids than one's own needs CAP_SETUID and CAP_SETGID on the host" },
	{ STEP_WRITE_CHILD, EACCES, ANY, "writing @name of the process in /proc is refused", NULL },
	{ STEP_WRITE_CHILD, EINVAL, ANY, "the kernel does not take what is written to @name of the process in /proc",
	  "entries of a map must not overlap, and at most 340 are taken" },
	{ STEP_WRITE_SELF, EACCES, SUBJECT_OPTION, "@name may not be lowered so far", LOWER_SCORE,
	  .file = "oom_score_adj" },
	{ STEP_WRITE_SELF, EPERM, ANY, "writing @name in /proc/self is not allowed",
	  "an ordinary user can map only one id, the own one. " USER_NAMESPACES },
	{ STEP_WRITE_SELF, EACCES, ANY, "writing @name in /proc/self is refused", USER_NAMESPACES },
	{ STEP_WRITE_SELF, EINVAL, ANY, "the kernel does not take what is written to @name in /proc/self", NULL },
	{ STEP_WRITE_SELF, ERANGE, ANY, "the value for @name in /proc/self is out of range",
	  "no clock may be set to before zero or beyond 146 years" },
	{ STEP_NEW_KEYRING, EDQUOT, ANY, "this user has too many keyrings",
	  "raise the sysctls kernel.keys.maxkeys and kernel.keys.maxbytes, or use '--no-new-keyring'" },
	{ STEP_NEW_KEYRING, EACCES, ANY, "a keyring of that name is somebody else's", NULL },
	{ STEP_NEW_KEYRING, EPERM, ANY, "a new session keyring is not allowed", "use '--no-new-keyring'" },

	/* systemd: what is about the socket, and what it answered */
	{ STEP_START_SCOPE, ENOENT, SUBJECT_TARGET, "systemd cannot be asked for a cgroup: there is no socket @target",
	  NO_SYSTEMD },
	{ STEP_START_SCOPE, ECONNREFUSED, ANY, "systemd cannot be asked for a cgroup: nobody listens on @target",
	  NO_SYSTEMD },
	{ STEP_START_SCOPE, EACCES, SUBJECT_TARGET, "the socket of D-Bus, @target, is not for this user", NO_SYSTEMD },
	{ STEP_START_SCOPE, EPERM, ANY, "the bus @target does not let this user in", NO_SYSTEMD },
	{ STEP_START_SCOPE, ENAMETOOLONG, ANY, "the path of the socket of D-Bus is too long: @target", NULL },
	{ STEP_START_SCOPE, ETIMEDOUT, ANY, "systemd does not answer, by @target, for 30 s",
	  "see 'systemctl status', and whether it is busy (systemctl list-jobs)" },
	{ STEP_START_SCOPE, ECONNRESET, ANY, "the bus @target has closed the connection", "see its log (journalctl -u "
	  "dbus)" },
	{ STEP_START_SCOPE, EBADMSG, ANY, "what answers on @target does not speak D-Bus",
	  "see DBUS_SYSTEM_BUS_ADDRESS and DBUS_SESSION_BUS_ADDRESS" },
	{ STEP_START_SCOPE, EHOSTDOWN, ANY, "no systemd is on the bus @target (it says: @note)", NO_SYSTEMD },
	{ STEP_START_SCOPE, EEXIST, ANY, "there is a unit @name already",
	  "another container has it, or had it (systemctl "
	  "status); give linux.cgroupsPath another name" },
	{ STEP_START_SCOPE, EACCES, SUBJECT_STEP, "systemd does not let this user make the unit @name (it says: @note)",
	  "an ordinary user's containers are made by the user's own systemd: unset DBUS_SESSION_BUS_ADDRESS" },
	{ STEP_START_SCOPE, ECANCELED, ANY, "systemd does not make the unit @name (it says: @note)", NULL },
	{ STEP_START_SCOPE, EREMOTEIO, ANY, "systemd does not make the unit @name (it says: @note)", NULL },
	{ STEP_START_SCOPE, EIO, ANY, "systemd did not start the unit @name: its job ended with '@note'",
	  "see journalctl -u UNIT" },

	/* files of the host */
	{ STEP_MAKE_DIRECTORY, ENOENT, ANY, "@target: what it should be in does not exist",
	  "for linux.intelRdt mount the resctrl file system (mount -t resctrl resctrl /sys/fs/resctrl)" },
	{ STEP_MAKE_DIRECTORY, EACCES, ANY, "@target may not be made", "it needs the rights of the host's root" },
	{ STEP_MAKE_DIRECTORY, EPERM, ANY, "@target may not be made", "it needs the rights of the host's root" },
	{ STEP_MAKE_DIRECTORY, ENOSPC, ANY, "no more groups: @target cannot be made",
	  "the processor has a fixed number of classes (/sys/fs/resctrl/info)" },
	{ STEP_WRITE_FILE, ENOENT, ANY, "@target does not exist", "the group must be there already, or the kernel "
	  "lacks what it sets" },
	{ STEP_WRITE_FILE, EINVAL, ANY, "the kernel does not take the value for @target",
	  "see /sys/fs/resctrl/info/last_cmd_status" },
	{ STEP_WRITE_PID, ENOENT, ANY, "@target does not exist", "the group must be there already" },

	{ STEP_RUN_TOOL, ENOENT, ANY, "@source is missing", "it is a part of taru: install all of it" },
	{ STEP_RUN_TOOL, EPERM, ANY, "@source did not start", "has another program its port at this address?" },

	/* the firewall of networks */
	{ STEP_LOAD_RULES, ENOENT, ANY, "'nft' is missing", "install it (package nftables)" },
	{ STEP_LOAD_RULES, EPERM, ANY, "nft(8) did not take the rules of the firewall", FIREWALL_MODULES },
	{ STEP_ADD_ELEMENTS, EADDRINUSE, ANY, "the firewall has another container at this port: @option",
	  "see 'nft list table inet taru'" },
	{ STEP_ADD_ELEMENTS, ENOENT, ANY, "the firewall's table 'inet taru' is gone",
	  "somebody has removed it just now; try again" },
	{ STEP_ADD_ELEMENTS, EPERM, ANY, "changing the firewall is not allowed",
	  "it needs CAP_NET_ADMIN in the user namespace of the network namespace" },
	{ STEP_ADD_ELEMENTS, EOPNOTSUPP, ANY, "this kernel has no nf_tables", FIREWALL_MODULES },

	/* the terminal */
	{ STEP_OPEN_TERMINAL, ENOENT, ANY, "there is no @source in the container", "mount a devpts on '/dev/pts'" },
	{ STEP_OPEN_TERMINAL, ENODEV, ANY, "@source in the container is not of a devpts",
	  "mount a devpts on '/dev/pts'" },
	{ STEP_OPEN_TERMINAL, ENOSPC, ANY, "there are no more terminals", "see /proc/sys/kernel/pty/max" },
	{ STEP_OPEN_TERMINAL, EACCES, ANY, "@source may not be opened", "mount a devpts with 'newinstance'" },
	{ STEP_TAKE_TERMINAL, EPERM, ANY, "the terminal is another session's", NULL },
	{ STEP_NEW_SESSION, EPERM, ANY, "the process leads a session already", NULL },

	/* the process */
	{ STEP_SET_HOSTNAME, EPERM, ANY, "setting the name is not allowed", "a new uts namespace is needed for it" },
	{ STEP_SET_HOSTNAME, EINVAL, ANY, "@name is longer than 64 bytes", NULL },
	{ STEP_SET_DOMAINNAME, EPERM, ANY, "setting the name is not allowed",
	  "a new uts namespace is needed for it" },
	{ STEP_SET_DOMAINNAME, EINVAL, ANY, "@name is longer than 64 bytes", NULL },
	{ STEP_SET_SYSCTL, ENOENT, ANY, "this kernel has no @name in /proc/sys", "the module that has it may not "
	  "be loaded, or it is not there in a network namespace" },
	{ STEP_SET_SYSCTL, EACCES, ANY, "@name may not be set here",
	  "in a user namespace only some may; the others are the host's" },
	{ STEP_SET_SYSCTL, EPERM, ANY, "@name may not be set here",
	  "in a user namespace only some may; the others are the host's" },
	{ STEP_SET_SYSCTL, EROFS, ANY, "'/proc/sys' is read-only", NULL },
	{ STEP_SET_SYSCTL, EINVAL, ANY, "the kernel does not take the value for @name", NULL },
	{ STEP_SET_SYSCTL, ERANGE, ANY, "the value for @name is out of range", NULL },
	{ STEP_SET_PERSONALITY, EINVAL, ANY, "this kernel does not know the personality", NULL },
	{ STEP_SET_RLIMIT, EPERM, ANY, "the hard limit of @name may not be raised",
	  "it needs CAP_SYS_RESOURCE on the host, and RLIMIT_NOFILE cannot go beyond the sysctl fs.nr_open" },
	{ STEP_SET_RLIMIT, EINVAL, ANY, "the soft limit of @name is above the hard one", NULL },
	{ STEP_SET_SCHEDULER, EPERM, ANY, "the scheduling policy is not allowed",
	  "it needs CAP_SYS_NICE on the host, and real time a share of its cgroup (cpu.rt_runtime_us)" },
	{ STEP_SET_SCHEDULER, EINVAL, ANY, "the kernel does not take these scheduling values", "see sched(7)" },
	{ STEP_SET_SCHEDULER, EBUSY, ANY, "the processors cannot keep such a deadline", NULL },
	{ STEP_SET_IO_PRIORITY, EPERM, ANY, "the I/O priority is not allowed",
	  "the class IOPRIO_CLASS_RT needs CAP_SYS_NICE or CAP_SYS_ADMIN on the host" },
	{ STEP_SET_IO_PRIORITY, EINVAL, ANY, "the kernel does not know this class or priority", NULL },
	{ STEP_SET_MEMORY_POLICY, EINVAL, ANY, "the kernel does not take this memory policy",
	  "the nodes must be there, have memory, and be in the cgroup's cpuset (numactl --hardware)" },
	{ STEP_SET_MEMORY_POLICY, ENOSYS, ANY, "this kernel has no memory policies", NULL },
	{ STEP_SET_GROUPS, EPERM, ANY, "setting groups is not allowed",
	  "the user namespace has /proc/PID/setgroups at deny, or CAP_SETGID is missing" },
	{ STEP_SET_GROUPS, EINVAL, ANY, "a group is not mapped, or there are too many",
	  "add it to linux.gidMappings" },
	{ STEP_SET_GID, EINVAL, ANY, "the gid is not mapped", "add it to linux.gidMappings" },
	{ STEP_SET_GID, EPERM, ANY, "the gid may not be set", "CAP_SETGID is missing" },
	{ STEP_SET_UID, EINVAL, ANY, "the uid is not mapped", "add it to linux.uidMappings" },
	{ STEP_SET_UID, EPERM, ANY, "the uid may not be set", "CAP_SETUID is missing" },
	{ STEP_SET_UID, EAGAIN, ANY, "this uid has too many processes", LIMIT_OF_PROCESSES },
	{ STEP_DROP_BOUNDING, EPERM, ANY, "the bounding set may not be changed", "CAP_SETPCAP is missing" },
	{ STEP_SET_CAPABILITIES, EPERM, ANY, "capabilities cannot be raised beyond what the runtime has",
	  "permitted ones must be the runtime's, inheritable ones bounding, effective ones permitted" },
	{ STEP_SET_AMBIENT, EPERM, ANY, "ambient capabilities must be permitted and inheritable",
	  "add them to process.capabilities.permitted and inheritable" },
	{ STEP_CHANGE_DIRECTORY, ENOENT, ANY, "@target does not exist in the container",
	  "create it in the image, or correct the path" },
	{ STEP_CHANGE_DIRECTORY, ENOTDIR, ANY, "@target in the container is no folder", NULL },
	{ STEP_CHANGE_DIRECTORY, EACCES, ANY, "@target is closed to this user",
	  "it and each directory above it must be open (chmod o+x)" },
	{ STEP_CHANGE_DIRECTORY, EXDEV, ANY, "@target leads out of the root file system",
	  "it goes through a descriptor of the host: the container is refused" },
	{ STEP_CHANGE_DIRECTORY, ELOOP, ANY, "@target leads through too many symbolic links", NULL },
	{ STEP_SET_LABEL, ENOENT, ANY, "the label @name is not known on this host",
	  "load the profile (apparmor_parser), or correct the name" },
	{ STEP_SET_LABEL, EINVAL, ANY, "the security module does not take the label @name",
	  "it does not know it, or is not enabled" },
	{ STEP_SET_LABEL, EACCES, ANY, "the security module refuses the label @name",
	  "its policy must allow the change" },
	{ STEP_SET_LABEL, EPERM, ANY, "the security module refuses the label @name",
	  "its policy must allow the change" },
	{ STEP_SET_SECCOMP, EINVAL, ANY, "the kernel does not take the filter",
	  "a flag that it does not know, or more than 4096 instructions" },
	{ STEP_SET_SECCOMP, EACCES, ANY, "a filter may not be loaded",
	  "it needs process.noNewPrivileges, or CAP_SYS_ADMIN" },
	{ STEP_SET_SECCOMP, EBUSY, ANY, "another filter has a listener already", NULL },
	{ STEP_SET_SECCOMP, ENOMEM, ANY, "the filters are too long together", NULL },

	/* sources of whatever kind */
	{ ANY, ENOENT, SUBJECT_SOURCE, "@source does not exist", NULL },
	{ ANY, ENOENT, SUBJECT_TARGET, "@target does not exist", NULL },
	{ 0, 0, 0, NULL, NULL }
};

#define GATE_ENDED "the other process has ended; it may have been killed (dmesg shows it, if memory ran out)"

const struct cause plain_causes[] = {
	{ ANY, EPERM, ANY, "is not allowed", "a capability is missing, or a security module is against it (dmesg)" },
	{ ANY, ENOENT, ANY, "does not exist", NULL },
	{ ANY, ESRCH, ANY, "the process is gone", NULL },
	{ ANY, EINTR, ANY, "was interrupted", NULL },
	{ ANY, EIO, ANY, "failed while reading or writing", NULL },
	{ ANY, ENXIO, ANY, "there is no such device", NULL },
	{ ANY, E2BIG, ANY, "is too long", NULL },
	{ ANY, EBADF, ANY, "is not open", NULL },
	{ ANY, EAGAIN, ANY, "a limit is reached", LIMIT_OF_PROCESSES },
	{ ANY, ENOMEM, ANY, "there is not enough memory, or a limit on it is reached", NULL },
	{ ANY, EACCES, ANY, "access is refused", "a security module may be against it (dmesg)" },
	{ ANY, EBUSY, ANY, "is in use", NULL },
	{ ANY, EEXIST, ANY, "exists already", NULL },
	{ ANY, EXDEV, ANY, "leads to another file system, or out of the root", NULL },
	{ ANY, ENODEV, ANY, "there is no such device or file system", "its module may not be loaded (modprobe)" },
	{ ANY, ENOTDIR, ANY, "a part of the path is no folder", NULL },
	{ ANY, EISDIR, ANY, "is a folder, a file is needed", NULL },
	{ ANY, EINVAL, ANY, "the kernel does not take the value", NULL },
	{ ANY, ENFILE, ANY, "too many files are open on the host", NULL },
	{ ANY, EMFILE, ANY, "too many files are open", "raise RLIMIT_NOFILE of the caller (ulimit -n)" },
	{ ANY, ENOTTY, ANY, "is no terminal", NULL },
	{ ANY, EFBIG, ANY, "is too large", NULL },
	{ ANY, ENOSPC, ANY, "no space is left, or a limit of the kernel is reached", NULL },
	{ ANY, EROFS, ANY, "is in a read-only file system", NULL },
	{ ANY, EMLINK, ANY, "has too many links", NULL },
	{ ANY, EPIPE, ANY, "the other side is closed", GATE_ENDED },
	{ ANY, ERANGE, ANY, "the value is out of range", NULL },
	{ ANY, ENAMETOOLONG, ANY, "is too long for a name", NULL },
	{ ANY, ENOSYS, ANY, "this kernel does not have it", "a seccomp filter around the runtime may hide it" },
	{ ANY, ELOOP, ANY, "leads through too many symbolic links, or one where none may be", NULL },
	{ ANY, EPROTO, ANY, "the other side said something else than expected", NULL },
	{ ANY, EOVERFLOW, ANY, "an id is not mapped, or a number is too large", NULL },
	{ ANY, EUSERS, ANY, "there are too many", LIMIT_OF_NAMESPACES },
	{ ANY, EOPNOTSUPP, ANY, "the file system does not know it", NULL },
	{ ANY, ECONNRESET, ANY, "the other side is closed", GATE_ENDED },
	{ ANY, ECONNREFUSED, ANY, "nobody listens there", NULL },
	{ ANY, ETIMEDOUT, ANY, "took too long", NULL },
	{ ANY, EDQUOT, ANY, "a quota is used up", NULL },
	{ ANY, ESTALE, ANY, "is gone from its file server", NULL },
	{ ANY, EMSGSIZE, ANY, "is too long for a message", NULL },
	{ ANY, EADDRNOTAVAIL, ANY, "the address is not available", NULL },
	{ ANY, EADDRINUSE, ANY, "the address is in use", NULL },
	{ ANY, ENETDOWN, ANY, "the network device is off", NULL },
	{ ANY, ECHILD, ANY, "is no child of this process", NULL },
	{ 0, 0, 0, NULL, NULL }
};
