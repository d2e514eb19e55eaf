/* why_causes.c - causes of failures outside the mount tree, and what each errno means by itself. */
#include "show/why.h"
#include <errno.h>

#define USER_NAMESPACES "@usernamespaces"	/* why.c has the words */
#define LIMIT_OF_NAMESPACES \
	N_("there are as many as the host allows, or they are nested more than 32 deep: see " \
	"/proc/sys/user/max_*_namespaces")
#define LIMIT_OF_PROCESSES \
	N_("a limit on processes is reached: RLIMIT_NPROC of this user, pids.max of the cgroup, or kernel.pid_max")
#define LOWER_SCORE \
	N_("that needs CAP_SYS_RESOURCE on the host, which root of a container or of a user namespace has not; " \
	   "take what the runtime itself has (cat /proc/self/oom_score_adj), or more")
#define NO_SYSTEMD N_("where no systemd runs, use '--cgroup-manager cgroupfs'")
#define FIREWALL_MODULES \
	N_("it takes the kernel modules nf_tables, nft_chain_nat, nft_nat, nft_masq, nft_fib_inet and nft_ct")
#define OLD_KERNEL N_("the kernel was built without this kind of namespace, or is too old for it")

const struct cause other_causes[] = {
	/* processes and namespaces */
	{ STEP_CLONE, EPERM, ANY, N_("new namespaces are not allowed"), N_("they need CAP_SYS_ADMIN, or a new user "
								       "namespace to be in. @usernamespaces") },
	{ STEP_CLONE, EACCES, ANY, N_("new namespaces are refused"), USER_NAMESPACES },
	{ STEP_CLONE, ENOSPC, ANY, N_("there are too many namespaces"), LIMIT_OF_NAMESPACES },
	{ STEP_CLONE, EUSERS, ANY, N_("there are too many namespaces"), LIMIT_OF_NAMESPACES },
	{ STEP_CLONE, EAGAIN, ANY, N_("no more processes"), LIMIT_OF_PROCESSES },
	{ STEP_CLONE, ENOMEM, ANY, N_("not enough memory for a process, or its PID namespace is at an end"), NULL },
	{ STEP_CLONE, EINVAL, ANY, N_("the kernel refuses these namespaces"), OLD_KERNEL },
	{ STEP_UNSHARE, EPERM, ANY, N_("a new namespace is not allowed"), USER_NAMESPACES },
	{ STEP_UNSHARE, ENOSPC, ANY, N_("there are too many namespaces"), LIMIT_OF_NAMESPACES },
	{ STEP_UNSHARE, EUSERS, ANY, N_("there are too many namespaces"), LIMIT_OF_NAMESPACES },
	{ STEP_UNSHARE, EINVAL, ANY, N_("the kernel refuses a new namespace"), OLD_KERNEL },
	{ STEP_REFORK, EPERM, ANY, N_("new namespaces are not allowed"), N_("they need CAP_SYS_ADMIN in the user "
									"namespace that was joined. @usernamespaces") },
	{ STEP_REFORK, ENOSPC, ANY, N_("there are too many namespaces"), LIMIT_OF_NAMESPACES },
	{ STEP_REFORK, EAGAIN, ANY, N_("no more processes"), LIMIT_OF_PROCESSES },
	{ STEP_REFORK, ENOMEM, ANY, N_("the PID namespace to join is at an end: its first process has gone"), NULL },
	{ STEP_REFORK, EINVAL, ANY, N_("the kernel refuses these namespaces"), OLD_KERNEL },
	{ STEP_OPEN_NAMESPACE, ENOENT, ANY, N_("@source does not "
					       "exist"), N_("the process or container that it belongs to "
									 "may have ended") },
	{ STEP_OPEN_NAMESPACE, EACCES, ANY, N_("@source may not be "
					       "opened"), N_("it belongs to another user's process") },
	{ STEP_JOIN_NAMESPACE, EINVAL, ANY, N_("what is at the path is no namespace of this type, or cannot be joined"),
	  N_("compare it with ls -l /proc/self/ns; a time namespace must not have processes of other offsets") },
	{ STEP_JOIN_NAMESPACE, EPERM, ANY, N_("joining the namespace is not allowed"),
	  N_("it needs CAP_SYS_ADMIN in the user namespace that it belongs to: join that one too") },
	{ STEP_JOIN_NAMESPACE, EBADF, ANY, N_("the namespace was not opened"), NULL },
	{ STEP_MAP_IDS, ENOENT, ANY, N_("'newuidmap' or 'newgidmap' is missing"),
	  N_("install it (package uidmap or shadow-utils)") },
	{ STEP_MAP_IDS, EPERM, ANY, N_("the helper refused the map"),
	  N_("the ids must be the user's in /etc/subuid and /etc/subgid") },
	{ STEP_MAP_IDS, EIO, ANY, N_("the helper failed"),
	  N_("the ids must be the user's in /etc/subuid and /etc/subgid, and the helper setuid or with CAP_SETUID "
	     "(getcap)") },
	{ STEP_WRITE_CHILD, EACCES, SUBJECT_OPTION, N_("@name may not be lowered so far"), LOWER_SCORE,
	  .file = "oom_score_adj" },
	{ STEP_WRITE_CHILD, EPERM, ANY, N_("writing @name of the process in /proc is not allowed"),
	  N_("mapping other ids than one's own needs CAP_SETUID and CAP_SETGID on the host") },
	{ STEP_WRITE_CHILD, EACCES, ANY, N_("writing @name of the process in /proc is refused"), NULL },
	{ STEP_WRITE_CHILD, EINVAL, ANY, N_("the kernel does not take what is written to @name of the process in "
					    "/proc"),
	  N_("entries of a map must not overlap, and at most 340 are taken") },
	{ STEP_WRITE_SELF, EACCES, SUBJECT_OPTION, N_("@name may not be lowered so far"), LOWER_SCORE,
	  .file = "oom_score_adj" },
	{ STEP_WRITE_SELF, EPERM, ANY, N_("writing @name in /proc/self is not allowed"),
	  N_("an ordinary user can map only one id, the own one. @usernamespaces") },
	{ STEP_WRITE_SELF, EACCES, ANY, N_("writing @name in /proc/self is refused"), USER_NAMESPACES },
	{ STEP_WRITE_SELF, EINVAL, ANY, N_("the kernel does not take what is written to @name in /proc/self"), NULL },
	{ STEP_WRITE_SELF, ERANGE, ANY, N_("the value for @name in /proc/self is out of range"),
	  N_("no clock may be set to before zero or beyond 146 years") },
	{ STEP_NEW_KEYRING, EDQUOT, ANY, N_("this user has too many keyrings"),
	  N_("raise the sysctls kernel.keys.maxkeys and kernel.keys.maxbytes, or use '--no-new-keyring'") },
	{ STEP_NEW_KEYRING, EACCES, ANY, N_("a keyring of that name is somebody else's"), NULL },
	{ STEP_NEW_KEYRING, EPERM, ANY, N_("a new session keyring is not allowed"), N_("use '--no-new-keyring'") },

	/* systemd: what is about the socket, and what it answered */
	{ STEP_START_SCOPE, ENOENT, SUBJECT_TARGET, N_("systemd cannot be asked for a cgroup: there is no socket "
						       "@target"),
	  NO_SYSTEMD },
	{ STEP_START_SCOPE, ECONNREFUSED, ANY, N_("systemd cannot be asked for a cgroup: nobody listens on @target"),
	  NO_SYSTEMD },
	{ STEP_START_SCOPE, EACCES, SUBJECT_TARGET, N_("the socket of D-Bus, @target, is not for this "
						       "user"), NO_SYSTEMD },
	{ STEP_START_SCOPE, EPERM, ANY, N_("the bus @target does not let this user in"), NO_SYSTEMD },
	{ STEP_START_SCOPE, ENAMETOOLONG, ANY, N_("the path of the socket of D-Bus is too long: @target"), NULL },
	{ STEP_START_SCOPE, ETIMEDOUT, ANY, N_("systemd does not answer, by @target, for 30 s"),
	  N_("see 'systemctl status', and whether it is busy (systemctl list-jobs)") },
	{ STEP_START_SCOPE, ECONNRESET, ANY, N_("the bus @target has closed the connection"),
	N_("see its log (journalctl -u dbus)") },
	{ STEP_START_SCOPE, EBADMSG, ANY, N_("what answers on @target does not speak D-Bus"),
	  N_("see DBUS_SYSTEM_BUS_ADDRESS and DBUS_SESSION_BUS_ADDRESS") },
	{ STEP_START_SCOPE, EHOSTDOWN, ANY, N_("no systemd is on the bus @target (it says: @note)"), NO_SYSTEMD },
	{ STEP_START_SCOPE, EEXIST, ANY, N_("there is a unit @name already"),
	  N_("another container has it, or had it (systemctl status); give linux.cgroupsPath another name") },
	{ STEP_START_SCOPE, EACCES, SUBJECT_STEP, N_("systemd does not let this user make the unit @name (it says: "
						     "@note)"),
	  N_("an ordinary user's containers are made by the user's own systemd: unset DBUS_SESSION_BUS_ADDRESS") },
	{ STEP_START_SCOPE, ECANCELED, ANY, N_("systemd does not make the unit @name (it says: @note)"), NULL },
	{ STEP_START_SCOPE, EREMOTEIO, ANY, N_("systemd does not make the unit @name (it says: @note)"), NULL },
	{ STEP_START_SCOPE, EIO, ANY, N_("systemd did not start the unit @name: its job ended with '@note'"),
	  N_("see journalctl -u UNIT") },

	/* files of the host */
	{ STEP_MAKE_DIRECTORY, ENOENT, ANY, N_("@target: what it should be in does not exist"),
	  N_("for linux.intelRdt mount the resctrl file system (mount -t resctrl resctrl /sys/fs/resctrl)") },
	{ STEP_MAKE_DIRECTORY, EACCES, ANY, N_("@target may not be "
					       "made"), N_("it needs the rights of the host's root") },
	{ STEP_MAKE_DIRECTORY, EPERM, ANY, N_("@target may not be "
					      "made"), N_("it needs the rights of the host's root") },
	{ STEP_MAKE_DIRECTORY, ENOSPC, ANY, N_("no more groups: @target cannot be made"),
	  N_("the processor has a fixed number of classes (/sys/fs/resctrl/info)") },
	{ STEP_WRITE_FILE, ENOENT, ANY, N_("@target does not "
					   "exist"), N_("the group must be there already, or the kernel "
								     "lacks what it sets") },
	{ STEP_WRITE_FILE, EINVAL, ANY, N_("the kernel does not take the value for @target"),
	  "see /sys/fs/resctrl/info/last_cmd_status" },
	{ STEP_WRITE_PID, ENOENT, ANY, N_("@target does not exist"), N_("the group must be there already") },

	{ STEP_RUN_TOOL, ENOENT, ANY, N_("@source is missing"), N_("it is a part of taru: install all of it") },
	{ STEP_RUN_TOOL, EPERM, ANY, N_("@source did not start"), N_("has another program its port at this address?"),
	  .file = "taru-names" },
	{ STEP_RUN_TOOL, EPERM, ANY, N_("@source did not "
					"start"), N_("it needs /dev/net/tun, which everybody may write to"),
	  .file = "taru-outward" },
	{ STEP_RUN_TOOL, EPERM, ANY, N_("@source did not start"), NULL },

	/* the firewall of networks */
	{ STEP_LOAD_RULES, ENOENT, ANY, N_("'nft' is missing"), N_("install it (package nftables)") },
	{ STEP_LOAD_RULES, EPERM, ANY, N_("nft(8) did not take the rules of the firewall"), FIREWALL_MODULES },
	{ STEP_ADD_ELEMENTS, EADDRINUSE, ANY, N_("the firewall has another container at this port: @option"),
	  N_("'taru ps' removes what was left where somebody was killed; 'nft list table inet taru' shows who has "
	     "it") },
	{ STEP_ADD_ELEMENTS, ENOENT, ANY, N_("the firewall's table 'inet taru' is gone"),
	  N_("somebody has removed it just now; try again") },
	{ STEP_ADD_ELEMENTS, EPERM, ANY, N_("changing the firewall is not allowed"),
	  N_("it needs CAP_NET_ADMIN in the user namespace of the network namespace") },
	{ STEP_ADD_ELEMENTS, EOPNOTSUPP, ANY, N_("this kernel has no nf_tables"), FIREWALL_MODULES },

	/* the terminal */
	{ STEP_OPEN_TERMINAL, ENOENT, ANY, N_("there is no @source in the "
					      "container"), N_("mount a devpts on '/dev/pts'") },
	{ STEP_OPEN_TERMINAL, ENODEV, ANY, N_("@source in the container is not of a devpts"),
	  N_("mount a devpts on '/dev/pts'") },
	{ STEP_OPEN_TERMINAL, ENOSPC, ANY, N_("there are no more terminals"), "see /proc/sys/kernel/pty/max" },
	{ STEP_OPEN_TERMINAL, EACCES, ANY, N_("@source may not be opened"), N_("mount a devpts with 'newinstance'") },
	{ STEP_TAKE_TERMINAL, EPERM, ANY, N_("the terminal is another session's"), NULL },
	{ STEP_NEW_SESSION, EPERM, ANY, N_("the process leads a session already"), NULL },

	/* the process */
	{ STEP_SET_HOSTNAME, EPERM, ANY, N_("setting the name is not allowed"),
	N_("a new uts namespace is needed for it") },
	{ STEP_SET_HOSTNAME, EINVAL, ANY, N_("@name is longer than 64 bytes"), NULL },
	{ STEP_SET_DOMAINNAME, EPERM, ANY, N_("setting the name is not allowed"),
	  N_("a new uts namespace is needed for it") },
	{ STEP_SET_DOMAINNAME, EINVAL, ANY, N_("@name is longer than 64 bytes"), NULL },
	{ STEP_SET_SYSCTL, ENOENT, ANY, N_("this kernel has no @name in /proc/sys"),
	N_("the module that has it may not be loaded, or it is not there in a network namespace") },
	{ STEP_SET_SYSCTL, EACCES, ANY, N_("@name may not be set here"),
	  N_("in a user namespace only some may; the others are the host's") },
	{ STEP_SET_SYSCTL, EPERM, ANY, N_("@name may not be set here"),
	  N_("in a user namespace only some may; the others are the host's") },
	{ STEP_SET_SYSCTL, EROFS, ANY, N_("'/proc/sys' is read-only"), NULL },
	{ STEP_SET_SYSCTL, EINVAL, ANY, N_("the kernel does not take the value for @name"), NULL },
	{ STEP_SET_SYSCTL, ERANGE, ANY, N_("the value for @name is out of range"), NULL },
	{ STEP_SET_PERSONALITY, EINVAL, ANY, N_("this kernel does not know the personality"), NULL },
	{ STEP_SET_RLIMIT, EPERM, ANY, N_("the hard limit of @name may not be raised"),
	  N_("it needs CAP_SYS_RESOURCE on the host, and RLIMIT_NOFILE cannot go beyond the sysctl fs.nr_open") },
	{ STEP_SET_RLIMIT, EINVAL, ANY, N_("the soft limit of @name is above the hard one"), NULL },
	{ STEP_SET_SCHEDULER, EPERM, ANY, N_("the scheduling policy is not allowed"),
	  N_("it needs CAP_SYS_NICE on the host, and real time a share of its cgroup (cpu.rt_runtime_us)") },
	{ STEP_SET_SCHEDULER, EINVAL, ANY, N_("the kernel does not take these scheduling values"), N_("see sched(7)") },
	{ STEP_SET_SCHEDULER, EBUSY, ANY, N_("the processors cannot keep such a deadline"), NULL },
	{ STEP_SET_IO_PRIORITY, EPERM, ANY, N_("the I/O priority is not allowed"),
	  N_("the class IOPRIO_CLASS_RT needs CAP_SYS_NICE or CAP_SYS_ADMIN on the host") },
	{ STEP_SET_IO_PRIORITY, EINVAL, ANY, N_("the kernel does not know this class or priority"), NULL },
	{ STEP_SET_MEMORY_POLICY, EINVAL, ANY, N_("the kernel does not take this memory policy"),
	  N_("the nodes must be there, have memory, and be in the cgroup's cpuset (numactl --hardware)") },
	{ STEP_SET_MEMORY_POLICY, ENOSYS, ANY, N_("this kernel has no memory policies"), NULL },
	{ STEP_SET_GROUPS, EPERM, ANY, N_("setting groups is not allowed"),
	  N_("the user namespace has /proc/PID/setgroups at deny, or CAP_SETGID is missing") },
	{ STEP_SET_GROUPS, EINVAL, ANY, N_("a group is not mapped, or there are too many"),
	  N_("add it to linux.gidMappings") },
	{ STEP_SET_GID, EINVAL, ANY, N_("the gid is not mapped"), N_("add it to linux.gidMappings") },
	{ STEP_SET_GID, EPERM, ANY, N_("the gid may not be set"), N_("CAP_SETGID is missing") },
	{ STEP_SET_UID, EINVAL, ANY, N_("the uid is not mapped"), N_("add it to linux.uidMappings") },
	{ STEP_SET_UID, EPERM, ANY, N_("the uid may not be set"), N_("CAP_SETUID is missing") },
	{ STEP_SET_UID, EAGAIN, ANY, N_("this uid has too many processes"), LIMIT_OF_PROCESSES },
	{ STEP_DROP_BOUNDING, EPERM, ANY, N_("the bounding set may not be changed"), N_("CAP_SETPCAP is missing") },
	{ STEP_SET_CAPABILITIES, EPERM, ANY, N_("capabilities cannot be raised beyond what the runtime has"),
	  N_("permitted ones must be the runtime's, inheritable ones bounding, effective ones permitted") },
	{ STEP_SET_AMBIENT, EPERM, ANY, N_("ambient capabilities must be permitted and inheritable"),
	  N_("add them to process.capabilities.permitted and inheritable") },
	{ STEP_CHANGE_DIRECTORY, ENOENT, ANY, N_("@target does not exist in the container"),
	  N_("create it in the image, or correct the path") },
	{ STEP_CHANGE_DIRECTORY, ENOTDIR, ANY, N_("@target in the container is no folder"), NULL },
	{ STEP_CHANGE_DIRECTORY, EACCES, ANY, N_("@target is closed to this user"),
	  N_("it and each directory above it must be open (chmod o+x)") },
	{ STEP_CHANGE_DIRECTORY, EXDEV, ANY, N_("@target leads out of the root file system"),
	  N_("it goes through a descriptor of the host: the container is refused") },
	{ STEP_CHANGE_DIRECTORY, ELOOP, ANY, N_("@target leads through too many symbolic links"), NULL },
	{ STEP_SET_LABEL, ENOENT, ANY, N_("the label @name is not known on this host"),
	  N_("load the profile (apparmor_parser), or correct the name") },
	{ STEP_SET_LABEL, EINVAL, ANY, N_("the security module does not take the label @name"),
	  N_("it does not know it, or is not enabled") },
	{ STEP_SET_LABEL, EACCES, ANY, N_("the security module refuses the label @name"),
	  N_("its policy must allow the change") },
	{ STEP_SET_LABEL, EPERM, ANY, N_("the security module refuses the label @name"),
	  N_("its policy must allow the change") },
	{ STEP_ACCEPT_TRACER, EPERM, ANY, N_("the program may not be traced"),
	  N_("the sysctl kernel.yama.ptrace_scope is 3, a security module is against it, or another traces the "
	     "runtime") },
	{ STEP_SET_SECCOMP, EINVAL, ANY, N_("the kernel does not take the filter"),
	  N_("a flag that it does not know, or more than 4096 instructions") },
	{ STEP_SET_SECCOMP, EACCES, ANY, N_("a filter may not be loaded"),
	  N_("it needs process.noNewPrivileges, or CAP_SYS_ADMIN") },
	{ STEP_SET_SECCOMP, EBUSY, ANY, N_("another filter has a listener already"), NULL },
	{ STEP_SET_SECCOMP, ENOMEM, ANY, N_("the filters are too long together"), NULL },

	/* sources of whatever kind */
	{ ANY, ENOENT, SUBJECT_SOURCE, N_("@source does not exist"), NULL },
	{ ANY, ENOENT, SUBJECT_TARGET, N_("@target does not exist"), NULL },
	{ 0, 0, 0, NULL, NULL }
};

#define GATE_ENDED N_("the other process has ended; it may have been killed (dmesg shows it, if memory ran out)")

const struct cause plain_causes[] = {
	{ ANY, EPERM, ANY, N_("is not allowed"), N_("a capability is missing, or a security module is against it "
						"(dmesg)") },
	{ ANY, ENOENT, ANY, N_("does not exist"), NULL },
	{ ANY, ESRCH, ANY, N_("the process is gone"), NULL },
	{ ANY, EINTR, ANY, N_("was interrupted"), NULL },
	{ ANY, EIO, ANY, N_("failed while reading or writing"), NULL },
	{ ANY, ENXIO, ANY, N_("there is no such device"), NULL },
	{ ANY, E2BIG, ANY, N_("is too long"), NULL },
	{ ANY, EBADF, ANY, N_("is not open"), NULL },
	{ ANY, EAGAIN, ANY, N_("a limit is reached"), LIMIT_OF_PROCESSES },
	{ ANY, ENOMEM, ANY, N_("there is not enough memory, or a limit on it is reached"), NULL },
	{ ANY, EACCES, ANY, N_("access is refused"), N_("a security module may be against it (dmesg)") },
	{ ANY, EBUSY, ANY, N_("is in use"), NULL },
	{ ANY, EEXIST, ANY, N_("exists already"), NULL },
	{ ANY, EXDEV, ANY, N_("leads to another file system, or out of the root"), NULL },
	{ ANY, ENODEV, ANY, N_("there is no such device or file "
			       "system"), N_("its module may not be loaded (modprobe)") },
	{ ANY, ENOTDIR, ANY, N_("a part of the path is no folder"), NULL },
	{ ANY, EISDIR, ANY, N_("is a folder, a file is needed"), NULL },
	{ ANY, EINVAL, ANY, N_("the kernel does not take the value"), NULL },
	{ ANY, ENFILE, ANY, N_("too many files are open on the host"), NULL },
	{ ANY, EMFILE, ANY, N_("too many files are open"), N_("raise RLIMIT_NOFILE of the caller (ulimit -n)") },
	{ ANY, ENOTTY, ANY, N_("is no terminal"), NULL },
	{ ANY, EFBIG, ANY, N_("is too large"), NULL },
	{ ANY, ENOSPC, ANY, N_("no space is left, or a limit of the kernel is reached"), NULL },
	{ ANY, EROFS, ANY, N_("is in a read-only file system"), NULL },
	{ ANY, EMLINK, ANY, N_("has too many links"), NULL },
	{ ANY, EPIPE, ANY, N_("the other side is closed"), GATE_ENDED },
	{ ANY, ERANGE, ANY, N_("the value is out of range"), NULL },
	{ ANY, ENAMETOOLONG, ANY, N_("is too long for a name"), NULL },
	{ ANY, ENOSYS, ANY, N_("this kernel does not have it"), N_("a seccomp filter around the runtime may hide it") },
	{ ANY, ELOOP, ANY, N_("leads through too many symbolic links, or one where none may be"), NULL },
	{ ANY, EPROTO, ANY, N_("the other side said something else than expected"), NULL },
	{ ANY, EOVERFLOW, ANY, N_("an id is not mapped, or a number is too large"), NULL },
	{ ANY, EUSERS, ANY, N_("there are too many"), LIMIT_OF_NAMESPACES },
	{ ANY, EOPNOTSUPP, ANY, N_("the file system does not know it"), NULL },
	{ ANY, ECONNRESET, ANY, N_("the other side is closed"), GATE_ENDED },
	{ ANY, ECONNREFUSED, ANY, N_("nobody listens there"), NULL },
	{ ANY, ETIMEDOUT, ANY, N_("took too long"), NULL },
	{ ANY, EDQUOT, ANY, N_("a quota is used up"), NULL },
	{ ANY, ESTALE, ANY, N_("is gone from its file server"), NULL },
	{ ANY, EMSGSIZE, ANY, N_("is too long for a message"), NULL },
	{ ANY, EADDRNOTAVAIL, ANY, N_("the address is not available"), NULL },
	{ ANY, EADDRINUSE, ANY, N_("the address is in use"), NULL },
	{ ANY, ENETDOWN, ANY, N_("the network device is off"), NULL },
	{ ANY, ECHILD, ANY, N_("is no child of this process"), NULL },
	{ 0, 0, 0, NULL, NULL }
};
