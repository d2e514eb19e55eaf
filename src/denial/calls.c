/* calls.c - see calls.h: capabilities(7) and the pages of section 2, as tables. */
#include "base/translate.h"
#include "denial/calls.h"
#include <linux/capability.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>

static const struct path_call paths[] = {
	{ "open", -1, 0, 1, ACCESS_OPEN },
	{ "openat", 0, 1, 2, ACCESS_OPEN },
	{ "openat2", 0, 1, -1, ACCESS_SEARCH },
	{ "creat", -1, 0, -1, ACCESS_WRITE },
	{ "truncate", -1, 0, -1, ACCESS_WRITE },
	{ "access", -1, 0, -1, ACCESS_SEARCH },
	{ "faccessat", 0, 1, -1, ACCESS_SEARCH },
	{ "faccessat2", 0, 1, -1, ACCESS_SEARCH },
	{ "stat", -1, 0, -1, ACCESS_SEARCH },
	{ "lstat", -1, 0, -1, ACCESS_SEARCH },
	{ "newfstatat", 0, 1, -1, ACCESS_SEARCH },
	{ "statx", 0, 1, -1, ACCESS_SEARCH },
	{ "statfs", -1, 0, -1, ACCESS_SEARCH },
	{ "readlink", -1, 0, -1, ACCESS_SEARCH },
	{ "readlinkat", 0, 1, -1, ACCESS_SEARCH },
	{ "chdir", -1, 0, -1, ACCESS_EXECUTE },
	{ "chroot", -1, 0, -1, ACCESS_EXECUTE },
	{ "execve", -1, 0, -1, ACCESS_EXECUTE },
	{ "execveat", 0, 1, -1, ACCESS_EXECUTE },
	{ "mkdir", -1, 0, -1, ACCESS_ENTRY },
	{ "mkdirat", 0, 1, -1, ACCESS_ENTRY },
	{ "rmdir", -1, 0, -1, ACCESS_ENTRY },
	{ "unlink", -1, 0, -1, ACCESS_ENTRY },
	{ "unlinkat", 0, 1, -1, ACCESS_ENTRY },
	{ "rename", -1, 0, -1, ACCESS_ENTRY },
	{ "renameat", 0, 1, -1, ACCESS_ENTRY },
	{ "renameat2", 0, 1, -1, ACCESS_ENTRY },
	{ "link", -1, 1, -1, ACCESS_ENTRY },
	{ "linkat", 2, 3, -1, ACCESS_ENTRY },
	{ "symlink", -1, 1, -1, ACCESS_ENTRY },
	{ "symlinkat", 1, 2, -1, ACCESS_ENTRY },
	{ "mknod", -1, 0, -1, ACCESS_ENTRY },
	{ "mknodat", 0, 1, -1, ACCESS_ENTRY },
	{ "chmod", -1, 0, -1, ACCESS_OWN },
	{ "fchmod", 0, -1, -1, ACCESS_OWN },
	{ "fchmodat", 0, 1, -1, ACCESS_OWN },
	{ "fchmodat2", 0, 1, -1, ACCESS_OWN },
	{ "chown", -1, 0, -1, ACCESS_OWN },
	{ "fchown", 0, -1, -1, ACCESS_OWN },
	{ "lchown", -1, 0, -1, ACCESS_OWN },
	{ "fchownat", 0, 1, -1, ACCESS_OWN },
	{ "utimensat", 0, 1, -1, ACCESS_OWN },
	{ "setxattr", -1, 0, -1, ACCESS_OWN },
	{ "lsetxattr", -1, 0, -1, ACCESS_OWN },
	{ "fsetxattr", 0, -1, -1, ACCESS_OWN },
	{ "mount", -1, 1, -1, ACCESS_SEARCH },
	{ "umount2", -1, 0, -1, ACCESS_SEARCH },
	{ "pivot_root", -1, 0, -1, ACCESS_SEARCH },
	{ "open_tree", 0, 1, -1, ACCESS_SEARCH },
	{ "move_mount", 2, 3, -1, ACCESS_SEARCH },
	{ "mount_setattr", 0, 1, -1, ACCESS_SEARCH },
	{ "swapon", -1, 0, -1, ACCESS_SEARCH },
	{ "acct", -1, 0, -1, ACCESS_SEARCH },
};

/* Programs of 32 bits have some twice: with ids of 16 and of 32 bits. */
static bool is_call(const char *row, const char *name)
{
	const size_t length = strlen(row);

	return strncmp(row, name, length) == 0 && (!name[length] || strcmp(name + length, "32") == 0);
}

const struct path_call *path_call_find(const char *name)
{
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (is_call(paths[i].name, name))
			return &paths[i];
	return NULL;
}

#define ALWAYS 0, 0, 0
#define OWN false
#define HOST true
#define OWNER N_("What only a file's owner may do, others may with CAP_FOWNER.")
#define CHOWN N_("Giving a file to somebody else needs CAP_CHOWN.")
#define SETUID N_("Becoming another user needs CAP_SETUID.")
#define SETGID N_("Becoming another group, or taking groups, needs CAP_SETGID.")
#define SIGNAL N_("A signal to a process of another user needs CAP_KILL.")
#define MKNOD N_("Making a device needs CAP_MKNOD, of the host.")
#define MOUNT N_("Mounting needs CAP_SYS_ADMIN.")
#define SPACES N_("New namespaces, and joining some, need CAP_SYS_ADMIN; a new user namespace needs it only by some " \
	"hosts' rules.")
#define NAME N_("Setting the host name needs CAP_SYS_ADMIN.")
#define LOOKING N_("Looking into another process needs CAP_SYS_PTRACE, or to be its user where the host allows " \
	"that (kernel.yama.ptrace_scope).")
#define TRACED \
	N_("It asks to be traced, and is traced already, by this look at it: a process has one tracer. Without --why " \
	   "it works.")
#define ATTACHING \
	N_("Tracing another process, as a debugger does, may work without --why: a process has one tracer, which " \
	   "is this look at it. Else it needs CAP_SYS_PTRACE, or that the host's Yama allows that " \
	   "(kernel.yama.ptrace_scope).")
#define MULTIPLEXED N_("By this call a program of 32 bits does several things, which are not looked into.")
#define CLOCK N_("Setting the clock needs CAP_SYS_TIME, of the host: there is one clock for all.")
#define BOOT N_("Restarting the machine, or loading a kernel, needs CAP_SYS_BOOT.")
#define MODULE N_("Loading or removing kernel modules needs CAP_SYS_MODULE, of the host.")
#define PORTS N_("Using the ports of devices needs CAP_SYS_RAWIO, of the host.")
#define NICE N_("A higher priority, or changing that of others, needs CAP_SYS_NICE; the ulimits nice and rtprio " \
	"allow some.")
#define LIMIT N_("Raising a hard limit needs CAP_SYS_RESOURCE, of the host; --ulimit sets it from outside.")
#define LOCKING N_("Keeping more memory from being swapped out than the ulimit memlock allows needs CAP_IPC_LOCK.")
#define NET_ADMIN N_("Changing the network needs CAP_NET_ADMIN.")
#define ATTRIBUTES N_("Attributes of the kinds trusted and security need CAP_SYS_ADMIN.")
#define ADMIN N_("This needs CAP_SYS_ADMIN.")

static const struct need needs[] = {
	{ "chown", ALWAYS, CAP_CHOWN, OWN, CHOWN },
	{ "fchown", ALWAYS, CAP_CHOWN, OWN, CHOWN },
	{ "lchown", ALWAYS, CAP_CHOWN, OWN, CHOWN },
	{ "fchownat", ALWAYS, CAP_CHOWN, OWN, CHOWN },
	{ "chmod", ALWAYS, CAP_FOWNER, OWN, OWNER },
	{ "fchmod", ALWAYS, CAP_FOWNER, OWN, OWNER },
	{ "fchmodat", ALWAYS, CAP_FOWNER, OWN, OWNER },
	{ "fchmodat2", ALWAYS, CAP_FOWNER, OWN, OWNER },
	{ "utimensat", ALWAYS, CAP_FOWNER, OWN, OWNER },
	{ "unlink", ALWAYS, CAP_FOWNER, OWN, OWNER },
	{ "unlinkat", ALWAYS, CAP_FOWNER, OWN, OWNER },
	{ "rename", ALWAYS, CAP_FOWNER, OWN, OWNER },
	{ "renameat2", ALWAYS, CAP_FOWNER, OWN, OWNER },
	{ "link", ALWAYS, CAP_FOWNER, OWN, OWNER },
	{ "linkat", ALWAYS, CAP_FOWNER, OWN, OWNER },
	{ "setxattr", ALWAYS, CAP_SYS_ADMIN, OWN, ATTRIBUTES },
	{ "lsetxattr", ALWAYS, CAP_SYS_ADMIN, OWN, ATTRIBUTES },
	{ "fsetxattr", ALWAYS, CAP_SYS_ADMIN, OWN, ATTRIBUTES },
	{ "setuid", ALWAYS, CAP_SETUID, OWN, SETUID },
	{ "setreuid", ALWAYS, CAP_SETUID, OWN, SETUID },
	{ "setresuid", ALWAYS, CAP_SETUID, OWN, SETUID },
	{ "setgid", ALWAYS, CAP_SETGID, OWN, SETGID },
	{ "setregid", ALWAYS, CAP_SETGID, OWN, SETGID },
	{ "setresgid", ALWAYS, CAP_SETGID, OWN, SETGID },
	{ "setgroups", ALWAYS, CAP_SETGID, OWN, SETGID },
	{ "capset", ALWAYS, -1, OWN, N_("A process cannot take capabilities that it does not have.") },
	{ "kill", ALWAYS, CAP_KILL, OWN, SIGNAL },
	{ "tkill", ALWAYS, CAP_KILL, OWN, SIGNAL },
	{ "tgkill", ALWAYS, CAP_KILL, OWN, SIGNAL },
	{ "pidfd_send_signal", ALWAYS, CAP_KILL, OWN, SIGNAL },
	{ "mknod", ALWAYS, CAP_MKNOD, HOST, MKNOD },
	{ "mknodat", ALWAYS, CAP_MKNOD, HOST, MKNOD },
	{ "mount", ALWAYS, CAP_SYS_ADMIN, OWN, MOUNT },
	{ "umount2", ALWAYS, CAP_SYS_ADMIN, OWN, MOUNT },
	{ "pivot_root", ALWAYS, CAP_SYS_ADMIN, OWN, MOUNT },
	{ "open_tree", ALWAYS, CAP_SYS_ADMIN, OWN, MOUNT },
	{ "move_mount", ALWAYS, CAP_SYS_ADMIN, OWN, MOUNT },
	{ "mount_setattr", ALWAYS, CAP_SYS_ADMIN, OWN, MOUNT },
	{ "fsopen", ALWAYS, CAP_SYS_ADMIN, OWN, MOUNT },
	{ "fsmount", ALWAYS, CAP_SYS_ADMIN, OWN, MOUNT },
	{ "unshare", ALWAYS, CAP_SYS_ADMIN, OWN, SPACES },
	{ "setns", ALWAYS, CAP_SYS_ADMIN, OWN, SPACES },
	{ "clone", ALWAYS, CAP_SYS_ADMIN, OWN, SPACES },
	{ "clone3", ALWAYS, CAP_SYS_ADMIN, OWN, SPACES },
	{ "sethostname", ALWAYS, CAP_SYS_ADMIN, OWN, NAME },
	{ "setdomainname", ALWAYS, CAP_SYS_ADMIN, OWN, NAME },
	{ "chroot", ALWAYS, CAP_SYS_CHROOT, OWN, N_("Changing the root directory needs CAP_SYS_CHROOT.") },
	{ "ptrace", 0, ~0ULL, PTRACE_TRACEME, -1, OWN, TRACED },
	{ "ptrace", 0, ~0ULL, PTRACE_ATTACH, CAP_SYS_PTRACE, OWN, ATTACHING },
	{ "ptrace", 0, ~0ULL, PTRACE_SEIZE, CAP_SYS_PTRACE, OWN, ATTACHING },
	{ "ptrace", ALWAYS, CAP_SYS_PTRACE, OWN, LOOKING },
	{ "process_vm_readv", ALWAYS, CAP_SYS_PTRACE, OWN, LOOKING },
	{ "process_vm_writev", ALWAYS, CAP_SYS_PTRACE, OWN, LOOKING },
	{ "pidfd_getfd", ALWAYS, CAP_SYS_PTRACE, OWN, LOOKING },
	{ "kcmp", ALWAYS, CAP_SYS_PTRACE, OWN, LOOKING },
	{ "settimeofday", ALWAYS, CAP_SYS_TIME, HOST, CLOCK },
	{ "clock_settime", ALWAYS, CAP_SYS_TIME, HOST, CLOCK },
	{ "clock_adjtime", ALWAYS, CAP_SYS_TIME, HOST, CLOCK },
	{ "adjtimex", ALWAYS, CAP_SYS_TIME, HOST, CLOCK },
	{ "reboot", ALWAYS, CAP_SYS_BOOT, OWN, BOOT },
	{ "kexec_load", ALWAYS, CAP_SYS_BOOT, HOST, BOOT },
	{ "init_module", ALWAYS, CAP_SYS_MODULE, HOST, MODULE },
	{ "finit_module", ALWAYS, CAP_SYS_MODULE, HOST, MODULE },
	{ "delete_module", ALWAYS, CAP_SYS_MODULE, HOST, MODULE },
	{ "iopl", ALWAYS, CAP_SYS_RAWIO, HOST, PORTS },
	{ "ioperm", ALWAYS, CAP_SYS_RAWIO, HOST, PORTS },
	{ "setpriority", ALWAYS, CAP_SYS_NICE, OWN, NICE },
	{ "sched_setscheduler", ALWAYS, CAP_SYS_NICE, OWN, NICE },
	{ "sched_setparam", ALWAYS, CAP_SYS_NICE, OWN, NICE },
	{ "sched_setattr", ALWAYS, CAP_SYS_NICE, OWN, NICE },
	{ "sched_setaffinity", ALWAYS, CAP_SYS_NICE, OWN, NICE },
	{ "ioprio_set", ALWAYS, CAP_SYS_NICE, OWN, NICE },
	{ "mbind", ALWAYS, CAP_SYS_NICE, OWN, N_("Moving memory of others between nodes needs CAP_SYS_NICE.") },
	{ "setrlimit", ALWAYS, CAP_SYS_RESOURCE, HOST, LIMIT },
	{ "prlimit64", ALWAYS, CAP_SYS_RESOURCE, HOST, LIMIT },
	{ "mlock", ALWAYS, CAP_IPC_LOCK, OWN, LOCKING },
	{ "mlock2", ALWAYS, CAP_IPC_LOCK, OWN, LOCKING },
	{ "mlockall", ALWAYS, CAP_IPC_LOCK, OWN, LOCKING },
	{ "socket", 0, ~0ULL, AF_PACKET, CAP_NET_RAW, OWN, N_("Sockets that see whole packets need CAP_NET_RAW.") },
	{ "socket", 1, 0xf, SOCK_RAW, CAP_NET_RAW, OWN, N_("Raw sockets need CAP_NET_RAW.") },
	{ "bind", ALWAYS, CAP_NET_BIND_SERVICE, OWN, N_("Low ports need CAP_NET_BIND_SERVICE.") },
	{ "setsockopt", ALWAYS, CAP_NET_ADMIN, OWN, NET_ADMIN },
	{ "ioctl", 1, 0xff00, 0x8900, CAP_NET_ADMIN, OWN, NET_ADMIN },
	{ "ioctl", ALWAYS, CAP_SYS_ADMIN, OWN, ADMIN },
	{ "syslog", ALWAYS, CAP_SYSLOG, HOST, N_("Reading the kernel's messages needs CAP_SYSLOG, of the host.") },
	{ "bpf", ALWAYS, CAP_BPF, HOST, N_("Loading programs into the kernel needs CAP_BPF, of the host.") },
	{ "perf_event_open", ALWAYS, CAP_PERFMON, HOST,
	  N_("Measuring by the processor's counters needs CAP_PERFMON, of the host, or a lower "
	     "kernel.perf_event_paranoid.") },
	{ "acct", ALWAYS, CAP_SYS_PACCT, HOST, N_("Accounting of processes needs CAP_SYS_PACCT, of the host.") },
	{ "vhangup", ALWAYS, CAP_SYS_TTY_CONFIG, HOST, N_("Hanging up a terminal needs CAP_SYS_TTY_CONFIG.") },
	{ "swapon", ALWAYS, CAP_SYS_ADMIN, HOST, N_("Swap space needs CAP_SYS_ADMIN, of the host.") },
	{ "swapoff", ALWAYS, CAP_SYS_ADMIN, HOST, N_("Swap space needs CAP_SYS_ADMIN, of the host.") },
	{ "quotactl", ALWAYS, CAP_SYS_ADMIN, HOST, N_("Quotas need CAP_SYS_ADMIN, of the host.") },
	{ "fanotify_init", ALWAYS, CAP_SYS_ADMIN, HOST,
	  N_("Watching whole file systems needs CAP_SYS_ADMIN, of the host.") },
	{ "open_by_handle_at", ALWAYS, CAP_DAC_READ_SEARCH, HOST,
	  N_("Opening a file by its number needs CAP_DAC_READ_SEARCH, of the host.") },
	{ "userfaultfd", ALWAYS, CAP_SYS_PTRACE, HOST,
	  N_("This needs CAP_SYS_PTRACE, of the host, or the sysctl vm.unprivileged_userfaultfd.") },
	{ "io_uring_setup", ALWAYS, CAP_SYS_ADMIN, HOST,
	  N_("The sysctl kernel.io_uring_disabled keeps it for CAP_SYS_ADMIN, of the host.") },
	{ "socketcall", ALWAYS, -1, OWN, MULTIPLEXED },
	{ "ipc", ALWAYS, -1, OWN, MULTIPLEXED },
	{ "prctl", ALWAYS, CAP_SETPCAP, OWN, N_("Changing what may be gained needs CAP_SETPCAP.") },
};

const struct need *need_find(const char *name, const uint64_t arg[6])
{
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (is_call(needs[i].name, name) &&
		    (arg[needs[i].argument] & needs[i].mask) == needs[i].value)
			return &needs[i];
	return NULL;
}
