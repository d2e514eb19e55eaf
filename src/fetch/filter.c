/* filter.c - the system calls that are refused: see confine.h
 *
 * It lists what is refused and not what is allowed: which calls the C library, the resolver with its modules, curl
 * and OpenSSL make differs from system to system, and what they may make is harmless without the rest. Calls of
 * another architecture's table (i386, x32) end the process.
 */
#include "base/sys_process.h"
#include "fetch/confine.h"
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/net.h>
#include <stddef.h>
#include <sys/socket.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif
/* The bit of calls of x32; arm64 has no calls up there. */
#define X32 0x40000000U

static const unsigned short refused[] = {
	/* Programs, and other processes. */
	__NR_execve, __NR_execveat, __NR_ptrace, __NR_process_vm_readv, __NR_process_vm_writev, __NR_kcmp,
	__NR_kill, __NR_tkill, __NR_pidfd_open, __NR_pidfd_getfd, __NR_pidfd_send_signal,
	__NR_process_madvise, __NR_rt_sigqueueinfo, __NR_rt_tgsigqueueinfo, __NR_setpgid, __NR_setsid,
	__NR_vhangup,
	/* Who we are. */
	__NR_setuid, __NR_setgid, __NR_setreuid, __NR_setregid, __NR_setresuid, __NR_setresgid,
	__NR_setgroups, __NR_setfsuid, __NR_setfsgid, __NR_capset, __NR_personality,
	/* Mounts and namespaces. */
	__NR_mount, __NR_umount2, __NR_pivot_root, __NR_chroot, __NR_unshare, __NR_setns, __NR_fsopen,
	__NR_fsconfig, __NR_fsmount, __NR_fspick, __NR_open_tree, __NR_move_mount, __NR_mount_setattr,
	__NR_swapon, __NR_swapoff, __NR_quotactl, __NR_open_by_handle_at, __NR_name_to_handle_at,
	/* Files are changed by the descriptors that were given, in content alone. */
	__NR_mkdirat, __NR_mknodat, __NR_unlinkat, __NR_renameat, __NR_renameat2, __NR_linkat,
	__NR_symlinkat, __NR_fchmod,
	__NR_fchmodat, __NR_fchown, __NR_fchownat, __NR_truncate, __NR_setxattr, __NR_lsetxattr,
	__NR_fsetxattr, __NR_removexattr, __NR_lremovexattr, __NR_fremovexattr, __NR_utimensat,
	__NR_fanotify_init,
	/* fchmodat2, setxattrat, removexattrat: Linux 6.6 and 6.13. */
	452, 463, 466,
#if defined(__x86_64__)
	__NR_open, __NR_mkdir, __NR_mknod, __NR_unlink, __NR_rmdir, __NR_rename, __NR_link,
	__NR_symlink, __NR_chmod, __NR_chown, __NR_lchown, __NR_creat, __NR_utime, __NR_utimes,
	__NR_futimesat, __NR_fork, __NR_vfork, __NR_modify_ldt, __NR_ioperm, __NR_iopl, __NR_uselib,
#endif
	/* Servers. */
	__NR_listen, __NR_accept, __NR_accept4,
	/* The kernel itself, and what is new and large in it. */
	__NR_bpf, __NR_perf_event_open, __NR_userfaultfd, __NR_io_uring_setup, __NR_io_uring_enter,
	__NR_io_uring_register, __NR_keyctl, __NR_add_key, __NR_request_key, __NR_init_module,
	__NR_finit_module, __NR_delete_module, __NR_kexec_load, __NR_reboot, __NR_syslog, __NR_acct,
	__NR_settimeofday, __NR_clock_settime, __NR_adjtimex, __NR_clock_adjtime, __NR_sethostname,
	__NR_setdomainname, __NR_lookup_dcookie,
};

enum { REFUSED = sizeof(refused) / sizeof(*refused) };

#define CALL offsetof(struct seccomp_data, nr)
#define MACHINE offsetof(struct seccomp_data, arch)
/* The low half of an argument, on machines whose low half comes first. */
#define ARGUMENT(n) (offsetof(struct seccomp_data, args) + 8UL * (n))

#define LOAD(at) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)(at))
#define SKIP_IF(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (yes), (no))
#define SKIP_IF_ANY(bits, yes, no) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (bits), (yes), (no))
#define END(how) BPF_STMT(BPF_RET | BPF_K, (how))
#define REFUSE(error) END(SECCOMP_RET_ERRNO | (error))

static const struct sock_filter begin[] = {
	LOAD(MACHINE),
	SKIP_IF(ARCHITECTURE, 1, 0),
	END(SECCOMP_RET_KILL_PROCESS),
	LOAD(CALL),
	SKIP_IF_ANY(X32, 0, 1),
	END(SECCOMP_RET_KILL_PROCESS),
	/* Its flags cannot be looked at; the C library then takes clone. */
	SKIP_IF(__NR_clone3, 0, 1),
	REFUSE(ENOSYS),
	SKIP_IF(__NR_openat2, 0, 1),
	REFUSE(ENOSYS),
	/* Threads (the resolver's), and no processes. */
	SKIP_IF(__NR_clone, 0, 4),
	LOAD(ARGUMENT(0)),
	SKIP_IF_ANY(CLONE_THREAD, 0, 1),
	END(SECCOMP_RET_ALLOW),
	REFUSE(EPERM),
	/* Files are opened for reading alone. */
	SKIP_IF(__NR_openat, 0, 4),
	LOAD(ARGUMENT(2)),
	SKIP_IF_ANY(O_ACCMODE | O_CREAT | O_TRUNC, 1, 0),
	END(SECCOMP_RET_ALLOW),
	REFUSE(EACCES),
	/* Sockets of the internet, and what the resolver takes. */
	SKIP_IF(__NR_socket, 0, 7),
	LOAD(ARGUMENT(0)),
	SKIP_IF(AF_INET, 4, 0),
	SKIP_IF(AF_INET6, 3, 0),
	SKIP_IF(AF_UNIX, 2, 0),
	SKIP_IF(AF_NETLINK, 1, 0),
	REFUSE(EAFNOSUPPORT),
	END(SECCOMP_RET_ALLOW),
};

/* What checking a signature takes: memory, time, and the descriptors that are there or come by the socket. */
static const unsigned short alone[] = {
	__NR_read, __NR_pread64, __NR_lseek, __NR_fstat, __NR_newfstatat, __NR_close, __NR_fcntl, __NR_recvmsg,
	__NR_sendmsg, __NR_ppoll, __NR_mmap, __NR_munmap, __NR_mremap, __NR_mprotect, __NR_madvise, __NR_brk,
	__NR_futex, __NR_getrandom, __NR_rt_sigprocmask, __NR_rt_sigreturn, __NR_rt_sigaction, __NR_clock_gettime,
	__NR_getpid, __NR_gettid, __NR_sched_yield, __NR_restart_syscall, __NR_exit, __NR_exit_group,
#if defined(__x86_64__)
	__NR_poll,
#endif
};

enum { ALONE = sizeof(alone) / sizeof(*alone) };

enum { BEGIN = sizeof(begin) / sizeof(*begin) };

int confine_calls(void)
{
	struct sock_filter filter[BEGIN + 2 * REFUSED + 1];
	struct sock_fprog program = { .filter = filter };

	for (size_t i = 0; i < BEGIN; i++)
		filter[program.len++] = begin[i];
	for (size_t i = 0; i < REFUSED; i++) {
		filter[program.len++] = (struct sock_filter)SKIP_IF(refused[i], 0, 1);
		filter[program.len++] = (struct sock_filter)REFUSE(EPERM);
	}
	filter[program.len++] = (struct sock_filter)END(SECCOMP_RET_ALLOW);
	return sys_seccomp(SECCOMP_SET_MODE_FILTER, 0, &program);
}

int confine_alone(void)
{
	struct sock_filter filter[2 * ALONE + 2] = { LOAD(CALL) };
	struct sock_fprog program = { .len = 1, .filter = filter };

	/* The filter before this one, which stays, ends what is of another architecture. */
	for (size_t i = 0; i < ALONE; i++) {
		filter[program.len++] = (struct sock_filter)SKIP_IF(alone[i], 0, 1);
		filter[program.len++] = (struct sock_filter)END(SECCOMP_RET_ALLOW);
	}
	filter[program.len++] = (struct sock_filter)REFUSE(EPERM);
	return sys_seccomp(SECCOMP_SET_MODE_FILTER, 0, &program);
}
