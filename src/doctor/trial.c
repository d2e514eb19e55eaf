/* trial.c - see read_parts.h
 *
 * Files of /proc say what a kernel was built with and told. What a filter of system calls around us, a security module,
 * or what others have mounted on /proc forbid, only an attempt tells. So two children make attempts, and write what
 * came of them into memory that we share: the first makes calls with arguments that are wrong in any case, so that
 * nothing is done; the second is in new namespaces, as a container is, and makes mounts there.
 */
#include "base/fd.h"
#include "doctor/read_parts.h"
#include <linux/bpf.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum { NOT_TRIED = 1 };

struct shared {
	int call[MACHINE_CALLS], mount[MACHINE_MOUNTS], bpf;
};

/* --- system calls --- */

static const struct { long number; bool asks_rights; } calls[MACHINE_CALLS] = {
	[CALL_OPENAT2] = { __NR_openat2, false }, [CALL_CLONE3] = { __NR_clone3, false },
	[CALL_PIDFD_OPEN] = { __NR_pidfd_open, false }, [CALL_CLOSE_RANGE] = { __NR_close_range, false },
	[CALL_FACCESSAT2] = { __NR_faccessat2, false }, [CALL_OPEN_TREE] = { __NR_open_tree, false },
	[CALL_FSOPEN] = { __NR_fsopen, true }, [CALL_MOVE_MOUNT] = { __NR_move_mount, true },
	[CALL_MOUNT_SETATTR] = { __NR_mount_setattr, false }, [CALL_SECCOMP] = { __NR_seccomp, false },
	[CALL_KEYCTL] = { __NR_keyctl, false },
};

/* No pointer, descriptor or flag is -1, and each of these looks at one before it does anything. EPERM comes of a
 * filter, but where the call asks for rights before it looks. */
static int try_call(enum machine_call call)
{
	int error = (int)SYS_6(calls[call].number, -1L, -1L, -1L, -1L, -1L, -1L);

	return error == -ENOSYS || (error == -EPERM && !calls[call].asks_rights) ? error : 0;
}

/* What containers with devices have in cgroups of v2: a program that allows all, and is attached to nothing. */
static int try_bpf(void)
{
	static const struct bpf_insn allow[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
	attr.insns = (uintptr_t)allow;
	attr.insn_cnt = sizeof(allow) / sizeof(allow[0]);
	attr.license = (uintptr_t)"Apache-2.0";
	fd = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	return fd < 0 ? fd : 0;
}

static _Noreturn void make_calls(struct shared *shared, bool bpf)
{
	for (int i = 0; i < MACHINE_CALLS; i++)
		shared->call[i] = try_call((enum machine_call)i);
	if (bpf)
		shared->bpf = try_bpf();
	sys_exit(0);
}

/* --- namespaces and mounts --- */

/* What it makes goes with the process, or before. Returns a descriptor, or -errno. */
static int make_mount(enum machine_mount mount)
{
	closes int fs = sys_fsopen(machine_mounts[mount]);
	int error = fs;

	if (fs >= 0 && mount == MOUNT_OVERLAY)
		error = sys_fsconfig(fs, FSCONFIG_SET_STRING, "lowerdir", "upper:lower", 0);
	if (error >= 0 && mount == MOUNT_OVERLAY)
		error = sys_fsconfig(fs, FSCONFIG_SET_FLAG, "userxattr", NULL, 0);
	if (error >= 0)
		error = sys_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
	return error < 0 ? error : sys_fsmount(fs, 0);
}

/* Two layers are needed, in a tmpfs that is a part of this mount namespace (before Linux 6.15 overlayfs takes no
 * other), and that nobody else sees. */
static int make_layers(int memory)
{
	closes int root = sys_openat(AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0);
	int error = sys_mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);

	if (!error)
		error = sys_move_mount(memory, root);
	if (!error)
		error = sys_fchdir(memory);
	if (!error)
		error = sys_mkdirat(memory, "lower", 0755);
	return error ? error : sys_mkdirat(memory, "upper", 0755);
}

static int try_mount(enum machine_mount mount)
{
	closes int fd = make_mount(mount);

	return fd < 0 ? fd : 0;
}

static int try_overlay(void)
{
	closes int memory = make_mount(MOUNT_TMPFS);
	int error = memory < 0 ? memory : make_layers(memory);

	return error ? error : try_mount(MOUNT_OVERLAY);
}

static void write_file(const char *path, const char *text)
{
	closes int fd = sys_openat(AT_FDCWD, path, O_WRONLY, 0);

	if (fd >= 0)
		sys_write(fd, text, strlen(text));
}

struct maps { const char *uid, *gid; };

static _Noreturn void make_mounts(struct shared *shared, const struct maps *maps)
{
	if (maps->uid) {
		write_file("/proc/self/setgroups", "deny");
		write_file("/proc/self/uid_map", maps->uid);
		write_file("/proc/self/gid_map", maps->gid);
	}
	for (int i = 0; i < MOUNT_OVERLAY; i++)
		shared->mount[i] = try_mount((enum machine_mount)i);
	shared->mount[MOUNT_OVERLAY] = try_overlay();
	sys_exit(0);
}

/* --- */

static bool was_killed(pid_t child)
{
	int status = 0;

	while (sys_wait4(child, &status, 0) == -EINTR)
		;
	return WIFSIGNALED(status);
}

static uint64_t namespace_flags(const struct machine *machine)
{
	uint64_t flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;

	if (machine->namespace[NAMESPACE_CGROUP])
		flags |= CLONE_NEWCGROUP;
	return machine->host.uid ? flags | CLONE_NEWUSER : flags;
}

static void try_namespaces(struct machine *machine, struct shared *shared, const struct maps *maps)
{
	struct clone_args how = { .flags = namespace_flags(machine), .exit_signal = SIGCHLD };
	pid_t child = sys_clone3(&how);

	if (child == 0)
		make_mounts(shared, maps);
	machine->trial = child < 0 ? child : was_killed(child) ? -EPERM : 0;
}

void read_trials(struct arena *arena, struct machine *machine)
{
	struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	const bool bpf = machine->host.uid == 0 && machine->host.cgroup == CGROUP_V2;
	const char *uid = arena_printf(arena, "0 %u 1", machine->host.uid);
	const struct maps maps = { machine->host.uid ? uid : NULL,
				   arena_printf(arena, "0 %u 1", machine->host.gid) };
	pid_t child;

	if (shared == MAP_FAILED)
		return;
	for (int i = 0; i < MACHINE_MOUNTS; i++)
		shared->mount[i] = NOT_TRIED;
	shared->bpf = NOT_TRIED;
	child = sys_fork();
	if (child == 0)
		make_calls(shared, bpf);
	machine->calls_killed = child > 0 && was_killed(child);
	try_namespaces(machine, shared, &maps);
	memcpy(machine->call, shared->call, sizeof(shared->call));
	memcpy(machine->mount, shared->mount, sizeof(shared->mount));
	machine->bpf = shared->bpf;
	munmap(shared, sizeof(*shared));
}
