/* confine.c - what is left of rights when the sockets are open: see names.h.
 *
 * The process becomes nobody where it was root, so the two files have to be readable for everybody; that their folders
 * may be entered by root alone does no harm, since those are open. One capability is kept: a bridge that is made anew
 * needs new sockets on port 53.
 */
#include "base/limit.h"
#include "base/sys_process.h"
#include "names/names.h"
#include <assert.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef __x86_64__
#define ARCHITECTURE AUDIT_ARCH_X86_64
#else
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

enum { NOBODY = 65534, FILES = 1024, FILES_NEEDED = FLIGHTS + 2 * STREAMS + 2 * LISTENERS + 16 };
static_assert(FILES_NEEDED <= FILES, "there are more sockets than descriptors");

static const int allowed[] = {
	__NR_read, __NR_write, __NR_writev, __NR_close, __NR_dup3, __NR_newfstatat, __NR_fstat, __NR_sendto,
	__NR_recvfrom,
	__NR_connect, __NR_bind, __NR_listen, __NR_accept4, __NR_setsockopt, __NR_getsockopt, __NR_epoll_ctl,
	__NR_epoll_pwait, __NR_flock, __NR_clock_gettime, __NR_clock_nanosleep, __NR_nanosleep, __NR_getrandom,
	__NR_rt_sigreturn, __NR_restart_syscall, __NR_exit, __NR_exit_group,
#ifdef __x86_64__
	__NR_epoll_wait,
#endif
};

enum { ALLOWED = sizeof(allowed) / sizeof(*allowed) };

#define LOAD(at) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)(at))
#define ARGUMENT(n) (offsetof(struct seccomp_data, args) + 8UL * (n))
#define SKIP_IF(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (yes), (no))
#define SKIP_IF_ANY(bits, yes, no) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (bits), (yes), (no))
#define END(how) BPF_STMT(BPF_RET | BPF_K, (how))

static const struct sock_filter begin[] = {
	LOAD(offsetof(struct seccomp_data, arch)),
	SKIP_IF(ARCHITECTURE, 1, 0),
	END(SECCOMP_RET_KILL_PROCESS),
	LOAD(offsetof(struct seccomp_data, nr)),
	/* Files are read. */
	SKIP_IF(__NR_openat, 0, 4),
	LOAD(ARGUMENT(2)),
	SKIP_IF_ANY(O_ACCMODE | O_CREAT | O_TRUNC, 1, 0),
	END(SECCOMP_RET_ALLOW),
	END(SECCOMP_RET_ERRNO | EACCES),
	/* Sockets are those of the internet. */
	SKIP_IF(__NR_socket, 0, 5),
	LOAD(ARGUMENT(0)),
	SKIP_IF(AF_INET, 1, 0),
	SKIP_IF(AF_INET6, 0, 1),
	END(SECCOMP_RET_ALLOW),
	END(SECCOMP_RET_ERRNO | EAFNOSUPPORT),
};

enum { BEGIN = sizeof(begin) / sizeof(*begin) };

static int confine_calls(void)
{
	struct sock_filter filter[BEGIN + 2 * ALLOWED + 1];
	struct sock_fprog program = { .filter = filter };

	for (size_t i = 0; i < BEGIN; i++)
		filter[program.len++] = begin[i];
	for (size_t i = 0; i < ALLOWED; i++) {
		filter[program.len++] = (struct sock_filter)SKIP_IF((unsigned)allowed[i], 0, 1);
		filter[program.len++] = (struct sock_filter)END(SECCOMP_RET_ALLOW);
	}
	filter[program.len++] = (struct sock_filter)END(SECCOMP_RET_ERRNO | EPERM);
	return sys_seccomp(SECCOMP_SET_MODE_FILTER, 0, &program);
}

/* A user namespace need not have the id of nobody, or may not let go of groups. */
static int become_nobody(void)
{
	int error;

	if (geteuid() != 0)
		return 0;
	sys_prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
	error = sys_setgroups(0, NULL);
	if (!error || error == -EPERM)
		error = sys_setresgid(NOBODY, NOBODY, NOBODY);
	if (!error || error == -EINVAL)
		error = sys_setresuid(NOBODY, NOBODY, NOBODY);
	return error == -EINVAL ? 0 : error;
}

static int drop_capabilities(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2] = { 0 };
	int error = sys_capget(&header, data);

	sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	data[0].permitted &= 1U << CAP_NET_BIND_SERVICE;
	data[0].effective = data[0].permitted;
	data[0].inheritable = 0;
	data[1] = (struct __user_cap_data_struct){ 0 };
	return error ? error : sys_capset(&header, data);
}

/* There may be fewer files already; a query that finds no descriptor then waits for its next try. */
static int set_limits(void)
{
	int error = limit_lower(RLIMIT_CORE, 0);

	return error ? error : limit_lower(RLIMIT_NOFILE, FILES);
}

int confine(const char **ret_what)
{
	static const struct { int (*give_up)(void); const char *what; } rights[] = {
		{ set_limits, "limits" },
		{ become_nobody, "the user" },
		{ drop_capabilities, "capabilities" },
		{ confine_calls, "system calls" },
	};
	int error = sys_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);

	*ret_what = "new privileges";
	for (size_t i = 0; !error && i < sizeof(rights) / sizeof(*rights); i++) {
		/* Other programs of the same user, who may be nobody, have no business in here. */
		if (rights[i].give_up == confine_calls)
			sys_prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
		*ret_what = rights[i].what;
		error = rights[i].give_up();
	}
	return error;
}
