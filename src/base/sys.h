/* sys.h - the kernel as taru sees it.
 *
 * Each function here is one system call and returns what the kernel returned: a
 * result >= 0, or -errno. Nothing goes through the C library's errno, so the same
 * functions serve between clone and execve (exec/), where two processes may share
 * what errno lives in, and everywhere else.
 *
 * It is also the one place for constants that the headers of Debian 12
 * (Linux 6.1) lack, so that no other file needs an #ifdef.
 */
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/syscall.h>

struct stat;
struct statfs;
struct timespec;
struct pollfd;
union bpf_attr;

/* open_tree_attr(2): Linux 6.15. */
#ifndef __NR_open_tree_attr
#define __NR_open_tree_attr 467
#endif
/* <sys/mount.h> cannot be included beside <linux/mount.h> with glibc 2.36. */
#ifndef MNT_DETACH
#define MNT_DETACH 2
#endif
#ifndef UMOUNT_NOFOLLOW
#define UMOUNT_NOFOLLOW 8
#endif
/* seccomp(2): Linux 5.19. */
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif
/* memfd_create(2): Linux 6.3; older kernels refuse the flag with EINVAL. */
#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

#ifdef __clang_analyzer__

/* It cannot see what an instruction writes to; what a function is given, it takes as written. */
long sys_call(long number, long a, long b, long c, long d, long e, long f);

#elif defined(__x86_64__)

static inline long sys_call(long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

#elif defined(__aarch64__)

static inline long sys_call(long number, long a, long b, long c, long d, long e, long f)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;

	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory", "cc");
	return x0;
}

#else
#error "taru runs on x86-64 and arm64"
#endif

/* Arguments of any integer or pointer type, missing ones as 0. */
#define SYS_ARG(x) ((long)(x))
#define SYS_0(n) sys_call(n, 0, 0, 0, 0, 0, 0)
#define SYS_1(n, a) sys_call(n, SYS_ARG(a), 0, 0, 0, 0, 0)
#define SYS_2(n, a, b) sys_call(n, SYS_ARG(a), SYS_ARG(b), 0, 0, 0, 0)
#define SYS_3(n, a, b, c) sys_call(n, SYS_ARG(a), SYS_ARG(b), SYS_ARG(c), 0, 0, 0)
#define SYS_4(n, a, b, c, d) sys_call(n, SYS_ARG(a), SYS_ARG(b), SYS_ARG(c), SYS_ARG(d), 0, 0)
#define SYS_5(n, a, b, c, d, e) \
	sys_call(n, SYS_ARG(a), SYS_ARG(b), SYS_ARG(c), SYS_ARG(d), SYS_ARG(e), 0)
#define SYS_6(n, a, b, c, d, e, f) \
	sys_call(n, SYS_ARG(a), SYS_ARG(b), SYS_ARG(c), SYS_ARG(d), SYS_ARG(e), SYS_ARG(f))

/* --- descriptors and files --- */

static inline int sys_openat(int dir, const char *path, int flags, mode_t mode)
{
	return (int)SYS_4(__NR_openat, dir, path, flags | O_CLOEXEC, mode);
}

/* resolve: RESOLVE_* of openat2(2). O_CLOEXEC is always set. */
/* Where anything on the machine is moved or mounted while a ".." is resolved, the kernel cannot say whether it stays
 * within, and has it tried again (openat2(2), EAGAIN). */
static inline int sys_openat2(int dir, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve)
{
	enum { TRIES = 128 };
	struct open_how how = { .flags = flags | O_CLOEXEC, .mode = mode, .resolve = resolve };
	int fd = -EAGAIN;

	for (int i = 0; fd == -EAGAIN && i < TRIES; i++)
		fd = (int)SYS_4(__NR_openat2, dir, path, &how, sizeof(how));
	return fd;
}

static inline int sys_close(int fd)
{
	return (int)SYS_1(__NR_close, fd);
}

static inline int sys_close_range(unsigned first, unsigned last, unsigned flags)
{
	return (int)SYS_3(__NR_close_range, first, last, flags);
}

static inline ssize_t sys_read(int fd, void *to, size_t size)
{
	return SYS_3(__NR_read, fd, to, size);
}

static inline ssize_t sys_pread(int fd, void *to, size_t size, uint64_t offset)
{
	return SYS_4(__NR_pread64, fd, to, size, offset);
}

static inline ssize_t sys_write(int fd, const void *from, size_t size)
{
	return SYS_3(__NR_write, fd, from, size);
}

static inline int sys_dup3(int from, int to, int flags)
{
	return (int)SYS_3(__NR_dup3, from, to, flags);
}

static inline int sys_fcntl(int fd, int command, long argument)
{
	return (int)SYS_3(__NR_fcntl, fd, command, argument);
}

static inline int sys_ioctl(int fd, unsigned long request, const void *argument)
{
	return (int)SYS_3(__NR_ioctl, fd, request, argument);
}

static inline int sys_mkdirat(int dir, const char *path, mode_t mode)
{
	return (int)SYS_3(__NR_mkdirat, dir, path, mode);
}

static inline int sys_mknodat(int dir, const char *path, mode_t mode, unsigned device)
{
	return (int)SYS_4(__NR_mknodat, dir, path, mode, device);
}

static inline int sys_symlinkat(const char *target, int dir, const char *path)
{
	return (int)SYS_3(__NR_symlinkat, target, dir, path);
}

/* Returns the length, without a NUL, or -errno. */
static inline ssize_t sys_readlinkat(int dir, const char *path, char *to, size_t size)
{
	return SYS_4(__NR_readlinkat, dir, path, to, size);
}

static inline int sys_fstat(int fd, struct stat *ret_stat)
{
	return (int)SYS_2(__NR_fstat, fd, ret_stat);
}

static inline int sys_fstatat(int dir, const char *path, struct stat *ret_stat, int flags)
{
	return (int)SYS_4(__NR_newfstatat, dir, path, ret_stat, flags);
}

static inline int sys_fstatfs(int fd, struct statfs *ret_statfs)
{
	return (int)SYS_2(__NR_fstatfs, fd, ret_statfs);
}

static inline int sys_fchownat(int dir, const char *path, uid_t uid, gid_t gid, int flags)
{
	return (int)SYS_5(__NR_fchownat, dir, path, uid, gid, flags);
}

static inline int sys_fchmod(int fd, mode_t mode)
{
	return (int)SYS_2(__NR_fchmod, fd, mode);
}

/* times: access and modification. */
static inline int sys_utimensat(int dir, const char *path, const struct timespec *times, int flags)
{
	return (int)SYS_4(__NR_utimensat, dir, path, times, flags);
}

/* From there on, which it moves; where the file itself stands does not change. */
static inline ssize_t sys_sendfile_at(int to, int from, uint64_t *offset, size_t size)
{
	return SYS_4(__NR_sendfile, to, from, offset, size);
}

static inline ssize_t sys_sendfile(int to, int from, size_t size)
{
	return SYS_4(__NR_sendfile, to, from, NULL, size);
}

static inline ssize_t sys_flistxattr(int fd, char *to, size_t size)
{
	return SYS_3(__NR_flistxattr, fd, to, size);
}

static inline ssize_t sys_fgetxattr(int fd, const char *name, void *to, size_t size)
{
	return SYS_4(__NR_fgetxattr, fd, name, to, size);
}

static inline int sys_fsetxattr(int fd, const char *name, const void *value, size_t size)
{
	return (int)SYS_5(__NR_fsetxattr, fd, name, value, size, 0);
}

static inline int sys_pipe2(int *ret_ends, int flags)
{
	return (int)SYS_2(__NR_pipe2, ret_ends, flags | O_CLOEXEC);
}

static inline int sys_memfd_create(const char *name, unsigned flags)
{
	return (int)SYS_2(__NR_memfd_create, name, flags);
}

static inline int sys_unlinkat(int dir, const char *path, int flags)
{
	return (int)SYS_3(__NR_unlinkat, dir, path, flags);
}

static inline int sys_renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	return (int)SYS_5(__NR_renameat2, from_dir, from, to_dir, to, 0);
}

/* mode: R_OK … of access(2). flags: AT_EACCESS, to ask for the effective ids. */
static inline int sys_faccessat2(int dir, const char *path, int mode, int flags)
{
	return (int)SYS_4(__NR_faccessat2, dir, path, mode, flags);
}

static inline int sys_flock(int fd, int operation)
{
	return (int)SYS_2(__NR_flock, fd, operation);
}

static inline off_t sys_lseek(int fd, off_t offset, int whence)
{
	return (off_t)SYS_3(__NR_lseek, fd, offset, whence);
}

/* timeout: NULL waits without end; it may be changed. Signals are as they are. */
static inline int sys_ppoll(struct pollfd *fds, size_t count, struct timespec *timeout)
{
	return (int)SYS_5(__NR_ppoll, fds, count, timeout, NULL, 0);
}

static inline int sys_fchdir(int fd)
{
	return (int)SYS_1(__NR_fchdir, fd);
}

static inline int sys_chdir(const char *path)
{
	return (int)SYS_1(__NR_chdir, path);
}

static inline int sys_chroot(const char *path)
{
	return (int)SYS_1(__NR_chroot, path);
}

/* Returns the length with the NUL, or -errno. */
static inline int sys_getcwd(char *to, size_t size)
{
	return (int)SYS_2(__NR_getcwd, to, size);
}

static inline int sys_umask(mode_t mask)
{
	return (int)SYS_1(__NR_umask, mask);
}

/* --- mounts: the descriptor-based API of Linux 5.2 and 5.12 --- */

static inline int sys_fsopen(const char *type)
{
	return (int)SYS_2(__NR_fsopen, type, FSOPEN_CLOEXEC);
}

static inline int sys_fsconfig(int fs, unsigned command, const char *key, const void *value, int aux)
{
	return (int)SYS_5(__NR_fsconfig, fs, command, key, value, aux);
}

/* attributes: MOUNT_ATTR_*. */
static inline int sys_fsmount(int fs, unsigned attributes)
{
	return (int)SYS_3(__NR_fsmount, fs, FSMOUNT_CLOEXEC, attributes);
}

static inline int sys_fspick(int dir, const char *path, unsigned flags)
{
	return (int)SYS_3(__NR_fspick, dir, path, flags | FSPICK_CLOEXEC);
}

static inline int sys_open_tree(int dir, const char *path, unsigned flags)
{
	return (int)SYS_3(__NR_open_tree, dir, path, flags | OPEN_TREE_CLOEXEC);
}

/* open_tree and mount_setattr in one call: Linux 6.15. */
static inline int sys_open_tree_attr(int dir, const char *path, unsigned flags, const struct mount_attr *attr)
{
	return (int)SYS_5(__NR_open_tree_attr, dir, path, flags | OPEN_TREE_CLOEXEC, attr,
			  sizeof(*attr));
}

/* Attaches the mount `from` at the directory or file that `to` is open on. */
static inline int sys_move_mount(int from, int to)
{
	return (int)SYS_5(__NR_move_mount, from, "", to, "",
			  MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

/* The same with a path, whose last part may be a symbolic link. */
static inline int sys_move_mount_to(int from, int dir, const char *path)
{
	return (int)SYS_5(__NR_move_mount, from, "", dir, path,
			  MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_SYMLINKS);
}

static inline int sys_mount_setattr(int dir, const char *path, unsigned flags, const struct mount_attr *attr)
{
	return (int)SYS_5(__NR_mount_setattr, dir, path, flags, attr, sizeof(*attr));
}

/* The old call, for what fsconfig does not take. flags: MS_*. */
static inline int sys_mount(const char *source, const char *target, const char *type,
			    unsigned long flags, const void *data)
{
	return (int)SYS_5(__NR_mount, source, target, type, flags, data);
}

static inline int sys_pivot_root(const char *new_root, const char *put_old)
{
	return (int)SYS_2(__NR_pivot_root, new_root, put_old);
}

static inline int sys_umount2(const char *path, int flags)
{
	return (int)SYS_2(__NR_umount2, path, flags);
}

/* --- processes and namespaces --- */

/* Returns 0 in the child, its pid in the parent, or -errno. Without CLONE_VM only. */
static inline pid_t sys_clone3(const struct clone_args *args)
{
	return (pid_t)SYS_2(__NR_clone3, args, sizeof(*args));
}

/* The same without anything new, for where a filter lets clone(2) alone through. */
static inline pid_t sys_fork(void)
{
	return (pid_t)SYS_5(__NR_clone, SIGCHLD, 0, 0, 0, 0);
}

static inline int sys_kill(pid_t pid, int signal)
{
	return (int)SYS_2(__NR_kill, pid, signal);
}

static inline int sys_setpgid(pid_t pid, pid_t group)
{
	return (int)SYS_2(__NR_setpgid, pid, group);
}

static inline int sys_unshare(int flags)
{
	return (int)SYS_1(__NR_unshare, flags);
}

static inline int sys_setns(int fd, int flags)
{
	return (int)SYS_2(__NR_setns, fd, flags);
}

static inline int sys_prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)
{
	return (int)SYS_5(__NR_prctl, option, a, b, c, d);
}

/* struct __user_cap_header_struct, struct __user_cap_data_struct[2] */
static inline int sys_capget(void *header, void *ret_data)
{
	return (int)SYS_2(__NR_capget, header, ret_data);
}

static inline pid_t sys_getpid(void)
{
	return (pid_t)SYS_0(__NR_getpid);
}

/* Both forms of waiting end in EINTR where a handler ran. */
static inline pid_t sys_wait4(pid_t pid, int *ret_status, int options)
{
	return (pid_t)SYS_4(__NR_wait4, pid, ret_status, options, NULL);
}

/* type: P_PID, P_PIDFD, P_ALL of waitid(2); info may be NULL. */
static inline int sys_waitid(int type, int id, void *info, int options)
{
	return (int)SYS_5(__NR_waitid, type, id, info, options, NULL);
}

static inline pid_t sys_setsid(void)
{
	return (pid_t)SYS_0(__NR_setsid);
}

/* how: SIG_BLOCK … of sigprocmask(2). A mask has bit signal - 1 for each signal. */
static inline int sys_sigprocmask(int how, const uint64_t *mask, uint64_t *ret_before)
{
	return (int)SYS_4(__NR_rt_sigprocmask, how, mask, ret_before, sizeof(*mask));
}

/* Gives a signal its default action. */
static inline int sys_default_signal(int signal)
{
	const unsigned long action[4] = { 0 };	/* handler, flags, restorer, mask */

	return (int)SYS_4(__NR_rt_sigaction, signal, action, NULL, sizeof(uint64_t));
}

static inline int sys_pidfd_open(pid_t pid, unsigned flags)
{
	return (int)SYS_2(__NR_pidfd_open, pid, flags);
}

static inline int sys_pidfd_send_signal(int pidfd, int signal)
{
	return (int)SYS_4(__NR_pidfd_send_signal, pidfd, signal, NULL, 0);
}

static inline int sys_execve(const char *path, char *const *args, char *const *env)
{
	return (int)SYS_3(__NR_execve, path, args, env);
}

static inline int sys_execveat(int dir, const char *path, char *const *args, char *const *env, int flags)
{
	return (int)SYS_5(__NR_execveat, dir, path, args, env, flags);
}

/* command: BPF_*. What the command does not use of attr must be zero. */
static inline int sys_bpf(int command, union bpf_attr *attr, size_t size)
{
	return (int)SYS_3(__NR_bpf, command, attr, size);
}

static inline _Noreturn void sys_exit(int status)
{
	for (;;)
		SYS_1(__NR_exit_group, status);
}
