/* confine_calls.c - the system calls that unpacking is made of; any other one fails with EPERM. See confine.h. */
#include "unpack/confine.h"
#include "base/sys_process.h"
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/mman.h>

#ifdef __x86_64__
#define ARCHITECTURE AUDIT_ARCH_X86_64
#else
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

static const int allowed[] = {
	__NR_read, __NR_write, __NR_futex, __NR_openat, __NR_close, __NR_utimensat, __NR_fchownat, __NR_fchmod,
	__NR_fchmodat, __NR_mkdirat, __NR_symlinkat, __NR_linkat, __NR_newfstatat, __NR_fstat, __NR_unlinkat,
	__NR_mknodat, __NR_readlinkat, __NR_openat2, __NR_lseek, __NR_ftruncate, __NR_fsetxattr, __NR_lsetxattr,
	__NR_fgetxattr, __NR_flistxattr, __NR_getdents64, __NR_fchdir, __NR_fcntl, __NR_sendfile, __NR_recvmsg,
	__NR_sendmsg, __NR_munmap, __NR_mremap, __NR_madvise, __NR_brk, __NR_rt_sigreturn, __NR_rt_sigprocmask,
	__NR_clock_gettime, __NR_getrandom, __NR_rseq, __NR_set_robust_list, __NR_exit, __NR_exit_group,
};

enum { COUNT = sizeof(allowed) / sizeof(*allowed), ROOM = 16 };

static uint32_t at_argument(unsigned index)
{
	return (uint32_t)(offsetof(struct seccomp_data, args) + 8UL * index);
}

bool confine_calls(struct failure *failure)
{
	struct sock_filter code[2 * COUNT + ROOM];
	struct sock_fprog program = { .filter = code };
	size_t at = 0;
	int error;

	code[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	code[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
	code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	code[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < COUNT; i++) {
		code[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)allowed[i], 0, 1);
		code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	}
	/* Memory that can be run is refused. */
	code[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_mmap, 1, 0);
	code[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_mprotect, 0, 3);
	code[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at_argument(2));
	code[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0);
	code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	program.len = (unsigned short)at;
	error = sys_seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
	return !error || fail(failure, UNPACK_CONFINE, NULL, "cannot filter system calls: %s",
			strerror(error < 0 ? -error : EBUSY));
}
