/* floor.c - the least that the start of a container can cost.
 *
 *	floor ROOTFS COMMAND [ARG…]
 *
 * Makes the namespaces, mounts, devices and masks of the benchmark's bundle (run.sh) with as few system
 * calls as can be, all of them known beforehand: no config is read, nothing is checked, nothing
 * is told when it fails, no path is resolved with care. It is no container to run anything in: it is the
 * length of the ruler.
 */
#include "base/sys.h"
#include <linux/capability.h>
#include <linux/prctl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STACK = 64 * 1024, NOSUID_NODEV_NOEXEC = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC };

struct file_system {
	const char *type, *target;
	unsigned attributes;
	const char *option[5][2];
};

static const struct file_system file_systems[] = {
	{ "proc", "proc", 0, { { 0 } } },
	{ "tmpfs", "dev", MOUNT_ATTR_NOSUID | MOUNT_ATTR_STRICTATIME,
	  { { "mode", "755" }, { "size", "65536k" } } },
	{ "devpts", "dev/pts", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
	  { { "ptmxmode", "0666" }, { "mode", "0620" }, { "gid", "5" } } },
	{ "tmpfs", "dev/shm", NOSUID_NODEV_NOEXEC, { { "mode", "1777" }, { "size", "65536k" } } },
	{ "mqueue", "dev/mqueue", NOSUID_NODEV_NOEXEC, { { 0 } } },
	{ "sysfs", "sys", NOSUID_NODEV_NOEXEC | MOUNT_ATTR_RDONLY, { { 0 } } },
};

static const struct { const char *path; unsigned major, minor; } devices[] = {
	{ "dev/null", 1, 3 }, { "dev/zero", 1, 5 }, { "dev/full", 1, 7 },
	{ "dev/random", 1, 8 }, { "dev/urandom", 1, 9 }, { "dev/tty", 5, 0 },
};

static const char *const links[][2] = {
	{ "/proc/self/fd", "dev/fd" }, { "/proc/self/fd/0", "dev/stdin" },
	{ "/proc/self/fd/1", "dev/stdout" }, { "/proc/self/fd/2", "dev/stderr" },
	{ "pts/ptmx", "dev/ptmx" },
};

static const char *const masked[] = {
	"proc/acpi", "proc/asound", "proc/kcore", "proc/keys", "proc/latency_stats",
	"proc/timer_list", "proc/timer_stats", "proc/sched_debug", "proc/scsi", "sys/firmware",
};

static const char *const readonly[] = {
	"proc/bus", "proc/fs", "proc/irq", "proc/sys", "proc/sysrq-trigger",
};

#define EACH(item, table) (size_t item = 0; item < sizeof(table) / sizeof((table)[0]); item++)

static void must(long result, const char *what)
{
	if (result >= 0)
		return;
	dprintf(STDERR_FILENO, "floor: %s: error %ld\n", what, -result);
	sys_exit(1);
}

static void make_file_system(const struct file_system *fs)
{
	int context = sys_fsopen(fs->type), mount;

	must(context, fs->type);
	for (int i = 0; fs->option[i][0]; i++)
		must(sys_fsconfig(context, FSCONFIG_SET_STRING, fs->option[i][0], fs->option[i][1], 0),
		     fs->option[i][0]);
	must(sys_fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0), fs->type);
	mount = sys_fsmount(context, fs->attributes);
	must(mount, fs->type);
	mkdir(fs->target, 0755);
	must(SYS_5(__NR_move_mount, mount, "", AT_FDCWD, fs->target, MOVE_MOUNT_F_EMPTY_PATH),
	     fs->target);
	sys_close(mount);
	sys_close(context);
}

static void make_devices(void)
{
	umask(0);
	for EACH(i, devices)
		must(mknod(devices[i].path, S_IFCHR | 0666, makedev(devices[i].major, devices[i].minor)),
		     devices[i].path);
	for EACH(i, links)
		must(symlink(links[i][0], links[i][1]), links[i][1]);
	umask(022);
}

/* Puts a copy of a mount over `target`, where that is there. */
static void cover(int tree, const char *target)
{
	SYS_5(__NR_move_mount, tree, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH);
	sys_close(tree);
}

static void protect_paths(void)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };

	for EACH(i, masked) {
		struct stat stat_buffer;

		if (stat(masked[i], &stat_buffer) != 0)
			continue;
		cover(sys_open_tree(AT_FDCWD, S_ISDIR(stat_buffer.st_mode) ? "dev/shm" : "dev/null",
				    OPEN_TREE_CLONE), masked[i]);
	}
	for EACH(i, readonly) {
		int tree = sys_open_tree(AT_FDCWD, readonly[i], OPEN_TREE_CLONE);

		if (tree < 0)
			continue;
		must(sys_mount_setattr(tree, "", AT_EMPTY_PATH, &attr), readonly[i]);
		cover(tree, readonly[i]);
	}
}

static void make_root(const char *rootfs)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };
	int root;

	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "private");
	root = sys_open_tree(AT_FDCWD, rootfs, OPEN_TREE_CLONE);
	must(root, rootfs);
	cover(dup(root), rootfs);
	must(sys_fchdir(root), "fchdir");
	for EACH(i, file_systems)
		make_file_system(&file_systems[i]);
	make_devices();
	protect_paths();
	must(sys_mount_setattr(root, "", AT_EMPTY_PATH, &attr), "read-only root");
	must(sys_pivot_root(".", "."), "pivot_root");
	must(sys_umount2(".", MNT_DETACH), "umount");
	must(sys_chdir("/"), "chdir");
}

static void give_up_rights(void)
{
	struct rlimit files = { 1024, 1024 };
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	unsigned keep = 1U << CAP_AUDIT_WRITE | 1U << CAP_KILL | 1U << CAP_NET_BIND_SERVICE;
	struct __user_cap_data_struct sets[2] = { { 0, 0, 0 }, { 0, 0, 0 } };

	setrlimit(RLIMIT_NOFILE, &files);
	for (unsigned i = 0; i <= CAP_CHECKPOINT_RESTORE; i++)
		if (i >= 32 || !(keep & 1U << i))
			sys_prctl(PR_CAPBSET_DROP, i, 0, 0, 0);
	sets[0].effective = keep;
	sets[0].permitted = keep;
	must(SYS_2(__NR_capset, &header, sets), "capset");
	must(sys_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
}

static int contain(void *words)
{
	char **argv = words;
	char *env[] = { "PATH=/bin", NULL };

	make_root(argv[1]);
	must(sethostname("floor", 5), "hostname");
	give_up_rights();
	must(sys_execve(argv[2], argv + 2, env), argv[2]);
	return 1;
}

int main(int argc, char **argv)
{
	static char stack[STACK] __attribute__((aligned(16)));
	int flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS |
		    CLONE_NEWCGROUP;
	int status;
	pid_t child;

	if (argc < 3) {
		fputs("usage: floor ROOTFS COMMAND [ARG...]\n", stderr);
		return 2;
	}
	child = clone(contain, stack + sizeof(stack), flags | CLONE_VM | CLONE_VFORK | SIGCHLD, argv);
	must(child, "clone");
	must(waitpid(child, &status, 0), "wait");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
