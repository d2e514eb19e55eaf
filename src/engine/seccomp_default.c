/* seccomp_default.c - which system calls a container may make, where nobody says anything else.
 *
 * A list of what is allowed: what the kernel gets in years to come is not. It is all that Linux 6.19 has but for what
 * changes the machine and not the container (modules, time, swap, kexec, quotas), what can leave the container (mounts,
 * namespaces, handles of files, keys), and interfaces of the kernel that are large and were often broken into
 * (io_uring, bpf, perf, userfaultfd). Some of these go with the capability that the kernel asks for anyway.
 */
#include "engine/seccomp_default.h"
#include "spec/names.h"
#include <string.h>

static const char allowed[] =
	"_llseek _newselect accept accept4 access adjtimex alarm arch_prctl arm_fadvise64_64 arm_sync_file_range bind "
	"breakpoint brk cacheflush cachestat capget capset chdir chmod chown chown32 clock_adjtime clock_adjtime64 "
	"clock_getres clock_getres_time64 clock_gettime clock_gettime64 clock_nanosleep clock_nanosleep_time64 close "
	"close_range connect copy_file_range creat dup dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_pwait "
	"epoll_pwait2 epoll_wait eventfd eventfd2 execve execveat exit exit_group faccessat faccessat2 fadvise64 "
	"fadvise64_64 fallocate fanotify_mark fchdir fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 "
	"fdatasync fgetxattr flistxattr flock fork fremovexattr fsetxattr fstat fstat64 fstatat64 fstatfs fstatfs64 "
	"fsync ftruncate ftruncate64 futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake futimesat "
	"get_robust_list get_thread_area get_tls getcpu getcwd getdents getdents64 getegid getegid32 geteuid "
	"geteuid32 getgid getgid32 getgroups getgroups32 getitimer getpeername getpgid getpgrp getpid getppid "
	"getpriority getrandom getresgid getresgid32 getresuid getresuid32 getrlimit getrusage getsid getsockname "
	"getsockopt gettid gettimeofday getuid getuid32 getxattr getxattrat inotify_add_watch inotify_init "
	"inotify_init1 inotify_rm_watch io_cancel io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup "
	"io_submit ioctl ioprio_get ioprio_set ipc kill landlock_add_rule landlock_create_ruleset "
	"landlock_restrict_self lchown lchown32 lgetxattr link linkat listen listmount listxattr listxattrat "
	"llistxattr lremovexattr lseek lsetxattr lstat lstat64 madvise map_shadow_stack membarrier memfd_create "
	"memfd_secret mincore mkdir mkdirat mknod mknodat mlock mlock2 mlockall mmap mmap2 modify_ldt mprotect "
	"mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64 "
	"mq_unlink mremap mseal msgctl msgget msgrcv msgsnd msync munlock munlockall munmap name_to_handle_at "
	"nanosleep newfstatat nice oldfstat oldlstat oldolduname oldstat olduname open openat openat2 pause "
	"pidfd_open pidfd_send_signal pipe pipe2 pkey_alloc pkey_free pkey_mprotect poll ppoll ppoll_time64 prctl "
	"pread64 preadv preadv2 prlimit64 process_mrelease process_vm_readv process_vm_writev pselect6 "
	"pselect6_time64 ptrace pwrite64 pwritev pwritev2 read readahead readdir readlink readlinkat readv recv "
	"recvfrom recvmmsg recvmmsg_time64 recvmsg remap_file_pages removexattr removexattrat rename renameat "
	"renameat2 restart_syscall rmdir rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn "
	"rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo sched_get_priority_max "
	"sched_get_priority_min sched_getaffinity sched_getattr sched_getparam sched_getscheduler "
	"sched_rr_get_interval sched_rr_get_interval_time64 sched_setaffinity sched_setattr sched_setparam "
	"sched_setscheduler sched_yield seccomp select semctl semget semop semtimedop semtimedop_time64 send sendfile "
	"sendfile64 sendmmsg sendmsg sendto set_robust_list set_thread_area set_tid_address set_tls setfsgid "
	"setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 setitimer setpgid setpriority setregid "
	"setregid32 setresgid setresgid32 setresuid setresuid32 setreuid setreuid32 setrlimit setsid setsockopt "
	"setuid setuid32 setxattr setxattrat sgetmask shmat shmctl shmdt shmget shutdown sigaction sigaltstack signal "
	"signalfd signalfd4 sigpending sigprocmask sigreturn sigsuspend socketpair splice ssetmask stat stat64 statfs "
	"statfs64 statmount statx symlink symlinkat sync sync_file_range sync_file_range2 syncfs sysinfo tee tgkill "
	"time timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64 "
	"timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64 times tkill truncate "
	"truncate64 ugetrlimit umask uname unlink unlinkat uprobe uretprobe usr26 usr32 utime utimensat "
	"utimensat_time64 utimes vfork vmsplice wait4 waitid waitpid write writev";

static const struct { const char *capability, *names; } rights[] = {
	{ "CAP_BPF", "bpf" },
	{ "CAP_DAC_READ_SEARCH", "open_by_handle_at" },
	{ "CAP_PERFMON", "perf_event_open" },
	{ "CAP_SYSLOG", "syslog" },
	{ "CAP_SYS_ADMIN",
	  "bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick listmount listns lookup_dcookie mount "
	  "mount_setattr move_mount open_tree open_tree_attr perf_event_open quotactl quotactl_fd setdomainname "
	  "sethostname setns statmount syslog umount umount2 unshare" },
	{ "CAP_SYS_BOOT", "reboot" },
	{ "CAP_SYS_CHROOT", "chroot" },
	{ "CAP_SYS_MODULE", "delete_module finit_module init_module query_module" },
	{ "CAP_SYS_NICE", "get_mempolicy mbind move_pages migrate_pages set_mempolicy set_mempolicy_home_node" },
	{ "CAP_SYS_PACCT", "acct" },
	{ "CAP_SYS_PTRACE", "kcmp pidfd_getfd process_madvise" },
	{ "CAP_SYS_RAWIO", "ioperm iopl" },
	{ "CAP_SYS_TIME", "clock_settime clock_settime64 settimeofday stime" },
	{ "CAP_SYS_TTY_CONFIG", "vhangup" },
	{ NULL, NULL }
};

/* --- as a profile --- */

static void put_words(struct json_writer *json, const char *key, const char *words)
{
	struct text word = text_new(json->text->arena);

	json_open_array(json, key);
	for (const char *at = words; *at;) {
		size_t length = strcspn(at, " ");

		text_clear(&word);
		text_add_bytes(&word, at, length);
		json_put_text(json, NULL, word.at);
		at += length + strspn(at + length, " ");
	}
	json_close(json);
}

static void put_allowed(struct json_writer *json, const char *words)
{
	json_open_object(json, NULL);
	put_words(json, "names", words);
	json_put_text(json, "action", "SCMP_ACT_ALLOW");
	json_close(json);
}

/* clone with new namespaces, personality with another than Linux's own, and sockets to the host of a virtual machine
 * are for who may do more. */
static void put_conditions(struct json_writer *json)
{
	static const struct { const char *name, *op; uint64_t value, two; unsigned index; } rows[] = {
		{ "clone", "SCMP_CMP_MASKED_EQ", 2114060288, 0, 0 },
		{ "personality", "SCMP_CMP_EQ", 0x0, 0, 0 },
		{ "personality", "SCMP_CMP_EQ", 0x0008, 0, 0 },
		{ "personality", "SCMP_CMP_EQ", 0x20000, 0, 0 },
		{ "personality", "SCMP_CMP_EQ", 0x20008, 0, 0 },
		{ "personality", "SCMP_CMP_EQ", 0xffffffff, 0, 0 },
		/* AF_UNIX, AF_INET … AF_INET6; not AF_ALG (CVE-2026-31431), AF_VSOCK, which reaches the host of a
		 * virtual machine, and protocols that nobody has looked after for long. */
		{ "socket", "SCMP_CMP_LT", 12, 0, 0 },
		{ "socket", "SCMP_CMP_EQ", 16, 0, 0 },	/* AF_NETLINK */
		{ "socket", "SCMP_CMP_EQ", 17, 0, 0 },	/* AF_PACKET */
		{ "socket", "SCMP_CMP_EQ", 29, 0, 0 },	/* AF_CAN */
		{ "socket", "SCMP_CMP_EQ", 31, 0, 0 },	/* AF_BLUETOOTH */
		{ "socket", "SCMP_CMP_EQ", 43, 0, 0 },	/* AF_SMC */
		{ "socket", "SCMP_CMP_EQ", 44, 0, 0 },	/* AF_XDP */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_open_object(json, NULL);
		put_words(json, "names", rows[i].name);
		json_put_text(json, "action", "SCMP_ACT_ALLOW");
		json_open_array(json, "args");
		json_open_object(json, NULL);
		json_put_unsigned(json, "index", rows[i].index);
		json_put_unsigned(json, "value", rows[i].value);
		json_put_unsigned(json, "valueTwo", rows[i].two);
		json_put_text(json, "op", rows[i].op);
		json_close(json);
		json_close(json);
		json_close(json);
	}
}

static void put_clone3(struct json_writer *json)
{
	const int not_there = 38;	/* ENOSYS: the C library then uses clone(2), whose flags can be seen */

	json_open_object(json, NULL);
	put_words(json, "names", "clone3");
	json_put_text(json, "action", "SCMP_ACT_ERRNO");
	json_put_unsigned(json, "errnoRet", not_there);
	json_close(json);
}

void seccomp_put_default(struct json_writer *json, enum host_architecture architecture, uint64_t set)
{
	const uint64_t administrator = 1ULL << 21;

	json_open_object(json, "seccomp");
	json_put_text(json, "defaultAction", "SCMP_ACT_ERRNO");
	json_put_unsigned(json, "defaultErrnoRet", 1);
	put_words(json, "architectures", architecture == HOST_X86_64 ? "SCMP_ARCH_X86_64 SCMP_ARCH_X86 SCMP_ARCH_X32" :
								       "SCMP_ARCH_AARCH64 SCMP_ARCH_ARM");
	json_open_array(json, "syscalls");
	put_allowed(json, allowed);
	for (size_t i = 0; rights[i].capability; i++) {
		const struct name *known = name_find_loosely(capability_names, "CAP_", rights[i].capability);

		if (known && set >> known->value & 1)
			put_allowed(json, rights[i].names);
	}
	put_conditions(json);
	if (!(set & administrator))
		put_clone3(json);
	json_close(json);
	json_close(json);
}
