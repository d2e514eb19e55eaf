/* names.c - the tables of names.h. They are complete up to Linux 6.18 and runtime-spec 1.3; numbers that the headers of
 * Debian 12 lack are written as such, with the version that brought them. */
#include "spec/names.h"
#include <linux/capability.h>
#include <linux/ioprio.h>
#include <linux/mempolicy.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/resource.h>

#include "base/sys.h"

#define SAME(constant) { #constant, constant }

const struct name capability_names[] = {
	SAME(CAP_CHOWN), SAME(CAP_DAC_OVERRIDE), SAME(CAP_DAC_READ_SEARCH), SAME(CAP_FOWNER),
	SAME(CAP_FSETID), SAME(CAP_KILL), SAME(CAP_SETGID), SAME(CAP_SETUID), SAME(CAP_SETPCAP),
	SAME(CAP_LINUX_IMMUTABLE), SAME(CAP_NET_BIND_SERVICE), SAME(CAP_NET_BROADCAST),
	SAME(CAP_NET_ADMIN), SAME(CAP_NET_RAW), SAME(CAP_IPC_LOCK), SAME(CAP_IPC_OWNER),
	SAME(CAP_SYS_MODULE), SAME(CAP_SYS_RAWIO), SAME(CAP_SYS_CHROOT), SAME(CAP_SYS_PTRACE),
	SAME(CAP_SYS_PACCT), SAME(CAP_SYS_ADMIN), SAME(CAP_SYS_BOOT), SAME(CAP_SYS_NICE),
	SAME(CAP_SYS_RESOURCE), SAME(CAP_SYS_TIME), SAME(CAP_SYS_TTY_CONFIG), SAME(CAP_MKNOD),
	SAME(CAP_LEASE), SAME(CAP_AUDIT_WRITE), SAME(CAP_AUDIT_CONTROL), SAME(CAP_SETFCAP),
	SAME(CAP_MAC_OVERRIDE), SAME(CAP_MAC_ADMIN), SAME(CAP_SYSLOG), SAME(CAP_WAKE_ALARM),
	SAME(CAP_BLOCK_SUSPEND), SAME(CAP_AUDIT_READ), SAME(CAP_PERFMON), SAME(CAP_BPF),
	SAME(CAP_CHECKPOINT_RESTORE),
	{ 0 }
};

enum { CAPABILITIES = sizeof(capability_names) / sizeof(capability_names[0]) - 1 };

_Static_assert(CAPABILITIES == CAP_CHECKPOINT_RESTORE + 1, "a capability has no name");

uint64_t capability_all(void)
{
	return (UINT64_C(1) << CAPABILITIES) - 1;
}

const struct name rlimit_names[] = {
	SAME(RLIMIT_CPU), SAME(RLIMIT_FSIZE), SAME(RLIMIT_DATA), SAME(RLIMIT_STACK),
	SAME(RLIMIT_CORE), SAME(RLIMIT_RSS), SAME(RLIMIT_NPROC), SAME(RLIMIT_NOFILE),
	SAME(RLIMIT_MEMLOCK), SAME(RLIMIT_AS), SAME(RLIMIT_LOCKS), SAME(RLIMIT_SIGPENDING),
	SAME(RLIMIT_MSGQUEUE), SAME(RLIMIT_NICE), SAME(RLIMIT_RTPRIO), SAME(RLIMIT_RTTIME),
	{ 0 }
};

const struct name namespace_names[] = {
	{ "user", NAMESPACE_USER }, { "mount", NAMESPACE_MOUNT }, { "pid", NAMESPACE_PID },
	{ "network", NAMESPACE_NETWORK }, { "ipc", NAMESPACE_IPC }, { "uts", NAMESPACE_UTS },
	{ "cgroup", NAMESPACE_CGROUP }, { "time", NAMESPACE_TIME },
	{ 0 }
};

static const struct { int flag; const char *file; } namespaces[] = {
	[NAMESPACE_USER] = { CLONE_NEWUSER, "user" },
	[NAMESPACE_MOUNT] = { CLONE_NEWNS, "mnt" },
	[NAMESPACE_PID] = { CLONE_NEWPID, "pid" },
	[NAMESPACE_NETWORK] = { CLONE_NEWNET, "net" },
	[NAMESPACE_IPC] = { CLONE_NEWIPC, "ipc" },
	[NAMESPACE_UTS] = { CLONE_NEWUTS, "uts" },
	[NAMESPACE_CGROUP] = { CLONE_NEWCGROUP, "cgroup" },
	[NAMESPACE_TIME] = { CLONE_NEWTIME, "time" },
};

_Static_assert(sizeof(namespaces) / sizeof(namespaces[0]) == NAMESPACES, "a namespace has no flag");

int namespace_flag(enum namespace_kind kind)
{
	return namespaces[kind].flag;
}

const char *namespace_file(enum namespace_kind kind)
{
	return namespaces[kind].file;
}

/* SCMP_ACT_KILL is the old name of KILL_THREAD, so it comes after it. */
const struct name seccomp_action_names[] = {
	{ "SCMP_ACT_KILL_PROCESS", SECCOMP_RET_KILL_PROCESS },
	{ "SCMP_ACT_KILL_THREAD", SECCOMP_RET_KILL_THREAD },
	{ "SCMP_ACT_KILL", SECCOMP_RET_KILL_THREAD },
	{ "SCMP_ACT_TRAP", SECCOMP_RET_TRAP },
	{ "SCMP_ACT_ERRNO", SECCOMP_RET_ERRNO },
	{ "SCMP_ACT_NOTIFY", SECCOMP_RET_USER_NOTIF },
	{ "SCMP_ACT_TRACE", SECCOMP_RET_TRACE },
	{ "SCMP_ACT_LOG", SECCOMP_RET_LOG },
	{ "SCMP_ACT_ALLOW", SECCOMP_RET_ALLOW },
	{ 0 }
};

const struct name seccomp_operator_names[] = {
	{ "SCMP_CMP_NE", SECCOMP_NOT_EQUAL }, { "SCMP_CMP_LT", SECCOMP_LESS },
	{ "SCMP_CMP_LE", SECCOMP_LESS_EQUAL }, { "SCMP_CMP_EQ", SECCOMP_EQUAL },
	{ "SCMP_CMP_GE", SECCOMP_GREATER_EQUAL }, { "SCMP_CMP_GT", SECCOMP_GREATER },
	{ "SCMP_CMP_MASKED_EQ", SECCOMP_MASKED_EQUAL },
	{ 0 }
};

const struct name seccomp_architecture_names[] = {
	{ "SCMP_ARCH_X86", ARCH_X86 }, { "SCMP_ARCH_X86_64", ARCH_X86_64 },
	{ "SCMP_ARCH_X32", ARCH_X32 }, { "SCMP_ARCH_ARM", ARCH_ARM },
	{ "SCMP_ARCH_AARCH64", ARCH_AARCH64 }, { "SCMP_ARCH_MIPS", ARCH_MIPS },
	{ "SCMP_ARCH_MIPS64", ARCH_MIPS64 }, { "SCMP_ARCH_MIPS64N32", ARCH_MIPS64N32 },
	{ "SCMP_ARCH_MIPSEL", ARCH_MIPSEL }, { "SCMP_ARCH_MIPSEL64", ARCH_MIPSEL64 },
	{ "SCMP_ARCH_MIPSEL64N32", ARCH_MIPSEL64N32 }, { "SCMP_ARCH_PPC", ARCH_PPC },
	{ "SCMP_ARCH_PPC64", ARCH_PPC64 }, { "SCMP_ARCH_PPC64LE", ARCH_PPC64LE },
	{ "SCMP_ARCH_S390", ARCH_S390 }, { "SCMP_ARCH_S390X", ARCH_S390X },
	{ "SCMP_ARCH_PARISC", ARCH_PARISC }, { "SCMP_ARCH_PARISC64", ARCH_PARISC64 },
	{ "SCMP_ARCH_RISCV64", ARCH_RISCV64 }, { "SCMP_ARCH_LOONGARCH64", ARCH_LOONGARCH64 },
	{ "SCMP_ARCH_M68K", ARCH_M68K }, { "SCMP_ARCH_SH", ARCH_SH },
	{ "SCMP_ARCH_SHEB", ARCH_SHEB },
	{ 0 }
};

_Static_assert(sizeof(seccomp_architecture_names) / sizeof(seccomp_architecture_names[0]) ==
	       ARCHITECTURES + 1, "an architecture has no name");

const struct name seccomp_flag_names[] = {
	SAME(SECCOMP_FILTER_FLAG_TSYNC), SAME(SECCOMP_FILTER_FLAG_LOG),
	SAME(SECCOMP_FILTER_FLAG_SPEC_ALLOW), SAME(SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV),
	{ 0 }
};

const struct name scheduler_policy_names[] = {
	{ "SCHED_OTHER", SCHED_OTHER }, SAME(SCHED_FIFO), SAME(SCHED_RR), SAME(SCHED_BATCH),
	{ "SCHED_ISO", 4 },	/* a name that Linux keeps for a policy it never had */
	SAME(SCHED_IDLE), SAME(SCHED_DEADLINE),
	{ 0 }
};

const struct name scheduler_flag_names[] = {
	SAME(SCHED_FLAG_RESET_ON_FORK), SAME(SCHED_FLAG_RECLAIM), SAME(SCHED_FLAG_DL_OVERRUN),
	SAME(SCHED_FLAG_KEEP_POLICY), SAME(SCHED_FLAG_KEEP_PARAMS), SAME(SCHED_FLAG_UTIL_CLAMP_MIN),
	SAME(SCHED_FLAG_UTIL_CLAMP_MAX),
	{ 0 }
};

const struct name io_class_names[] = {
	SAME(IOPRIO_CLASS_RT), SAME(IOPRIO_CLASS_BE), SAME(IOPRIO_CLASS_IDLE),
	{ 0 }
};

const struct name memory_mode_names[] = {
	SAME(MPOL_DEFAULT), SAME(MPOL_PREFERRED), SAME(MPOL_BIND), SAME(MPOL_INTERLEAVE),
	SAME(MPOL_LOCAL), SAME(MPOL_PREFERRED_MANY),
	{ "MPOL_WEIGHTED_INTERLEAVE", 6 },	/* Linux 6.9 */
	{ 0 }
};

const struct name memory_flag_names[] = {
	SAME(MPOL_F_STATIC_NODES), SAME(MPOL_F_RELATIVE_NODES), SAME(MPOL_F_NUMA_BALANCING),
	{ 0 }
};

const struct name propagation_names[] = {
	{ "private", MS_PRIVATE }, { "rprivate", MS_PRIVATE | MS_REC },
	{ "slave", MS_SLAVE }, { "rslave", MS_SLAVE | MS_REC },
	{ "shared", MS_SHARED }, { "rshared", MS_SHARED | MS_REC },
	{ "unbindable", MS_UNBINDABLE }, { "runbindable", MS_UNBINDABLE | MS_REC },
	{ 0 }
};

const struct name hook_names[] = {
	{ "prestart", HOOK_PRESTART }, { "createRuntime", HOOK_CREATE_RUNTIME },
	{ "createContainer", HOOK_CREATE_CONTAINER }, { "startContainer", HOOK_START_CONTAINER },
	{ "poststart", HOOK_POSTSTART }, { "poststop", HOOK_POSTSTOP },
	{ 0 }
};

const struct name personality_names[] = {
	{ "LINUX", PER_LINUX }, { "LINUX32", PER_LINUX32 },
	{ 0 }
};

static char upper(char letter)
{
	return letter >= 'a' && letter <= 'z' ? (char)(letter - 'a' + 'A') : letter;
}

/* Names of tables are written in capitals. */
static bool is_meant(const char *name, const char *word)
{
	while (*name && *name == upper(*word)) {
		name++;
		word++;
	}
	return !*name && !*word;
}

const struct name *name_find_loosely(const struct name *table, const char *prefix, const char *word)
{
	for (; table->name; table++)
		if (is_meant(table->name, word) || is_meant(table->name + strlen(prefix), word))
			return table;
	return NULL;
}
