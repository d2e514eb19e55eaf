/* init.c - process 1 of a test machine (tests/vm/run), the only program of its initial file system that is ours.
 *
 * It loads the modules that the host cannot be seen without, waits for what the host wants, and makes the root:
 * the files of the host (share "root"), or another userland, read-only under a layer in memory; the
 * checkout (share "tree") in the same way, where it is on the host; all kernel file systems, with cgroup2 and
 * all of its controllers at /sys/fs/cgroup. There it runs the command. Its output and its end go to the host.
 * If systemd is asked for, that becomes process 1, and a child of this program goes on. port.h says how the two talk.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "port.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SAFE (MS_NOSUID | MS_NODEV | MS_NOEXEC)
#define READ_ONLY_SHARE "trans=virtio,version=9p2000.L,msize=524288,cache=loose"

static volatile sig_atomic_t child_ended;

static struct settings {
	char tree[PATH_MAX];
	bool disk;
	bool systemd;
} settings;

/* --- files, mounts, modules --- */

static void make_folders(const char *path)
{
	char part[PATH_MAX];

	snprintf(part, sizeof(part), "%s", path);
	for (char *end = part + 1; *end; end++) {
		if (*end != '/')
			continue;
		*end = '\0';
		mkdir(part, 0755);
		*end = '/';
	}
	mkdir(part, 0755);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		say("cannot write '%s' to %s: %s", text, path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

static void mount_at(const char *source, const char *target, const char *type, unsigned long flags,
		     const char *options)
{
	if (access(target, F_OK))
		make_folders(target);
	if (mount(source, target, type, flags, options))
		fail("cannot mount %s on %s: %s", source, target, strerror(errno));
}

/* What a kernel may lack. */
static void try_mount(const char *type, const char *target, const char *options)
{
	if (access(target, F_OK))
		make_folders(target);
	if (mount(type, target, type, SAFE, options))
		say("cannot mount %s on %s: %s", type, target, strerror(errno));
}

/* The list has paths of modules, each behind those that it needs. */
static void load_modules(const char *list)
{
	char line[PATH_MAX];
	FILE *file = fopen(list, "re");

	if (!file)
		fail("cannot open %s: %s", list, strerror(errno));
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		int fd = open(line, O_RDONLY | O_CLOEXEC);

		if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST && errno != ENODEV))
			say("cannot load %s: %s", line, strerror(errno));
		if (fd >= 0)
			close(fd);
	}
	fclose(file);
}

/* A driver finds its device a moment after it was loaded. */
static int open_late(const char *path, int flags)
{
	int fd = -1;

	for (int try = 0; fd < 0 && try < 5000; try++) {
		fd = open(path, flags | O_CLOEXEC);
		if (fd < 0)
			usleep(1000);
	}
	return fd;
}

/* The only port; the number of its device is that of the virtio bus, which depends on the machine. */
static int open_port(void)
{
	char path[32];
	int fd = -1;

	for (int try = 0; fd < 0 && try < 5000; try++) {
		for (int device = 0; fd < 0 && device < 8; device++) {
			snprintf(path, sizeof(path), "/dev/vport%dp1", device);
			fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
		}
		if (fd < 0)
			usleep(1000);
	}
	return fd;
}

/* --- what the host wants --- */

static void set_clock(const char *text)
{
	struct timespec now = { 0 };

	if (sscanf(text, "%ld.%ld", &now.tv_sec, &now.tv_nsec) == 2)
		clock_settime(CLOCK_REALTIME, &now);
}

static void take_setting(const char *text)
{
	if (!strncmp(text, "tree=", 5))
		snprintf(settings.tree, sizeof(settings.tree), "%s", text + 5);
	else if (!strcmp(text, "disk"))
		settings.disk = true;
	else if (!strcmp(text, "systemd"))
		settings.systemd = true;
	else
		fail("there is no setting '%s'", text);
}

static void listen_to_host(void)
{
	char kind = 0, *bytes;
	uint32_t length;

	port_send('R', "", 0);
	while (kind != 'C') {
		bytes = port_receive(&kind, &length);
		if (kind == 'T')
			set_clock(bytes);
		else if (kind == 'P')
			take_setting(bytes);
		else if (kind == 'C')
			write_file("/command", bytes);
		free(bytes);
	}
}

/* --- the root --- */

/* A share of the host, read-only, under a layer in memory. */
static void mount_layered(const char *share, const char *target)
{
	char lower[64], upper[64], work[64], options[256];

	snprintf(lower, sizeof(lower), "/layers/%s/lower", share);
	snprintf(upper, sizeof(upper), "/layers/%s/upper", share);
	snprintf(work, sizeof(work), "/layers/%s/work", share);
	make_folders(lower);
	make_folders(upper);
	make_folders(work);
	mount_at(share, lower, "9p", MS_RDONLY, READ_ONLY_SHARE);
	snprintf(options, sizeof(options), "lowerdir=%s,upperdir=%s,workdir=%s", lower, upper, work);
	mount_at("overlay", target, "overlay", 0, options);
}

static void make_root(void)
{
	char tree[PATH_MAX + 8];

	mount_at("layers", "/layers", "tmpfs", 0, "mode=755");
	mount_layered("root", "/new");
	mount_at("tmpfs", "/new/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755");
	mount_at("tmpfs", "/new/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
	mount_at("tmpfs", "/new/var/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
	snprintf(tree, sizeof(tree), "/new%s", settings.tree);
	mount_layered("tree", tree);
	mount_at("/lib/modules", "/new/usr/lib/modules", NULL, MS_BIND, NULL);
	mount_at("/proc", "/new/proc", NULL, MS_MOVE, NULL);
	mount_at("/sys", "/new/sys", NULL, MS_MOVE, NULL);
	mount_at("/dev", "/new/dev", NULL, MS_MOVE, NULL);
	/* This file system, which the kernel looks in for modprobe, and we for the command. */
	mount_at("/", "/new/run/vm", NULL, MS_BIND, NULL);
	if (chdir("/new") || mount(".", "/", NULL, MS_MOVE, NULL) || chroot(".") || chdir("/"))
		fail("cannot change the root: %s", strerror(errno));
	mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL);
	write_file("/proc/sys/kernel/modprobe", "/run/vm/bin/modprobe");
}

/* What udev would make; opening one of the nodes loads its module. */
static void fill_dev(void)
{
	static const struct { const char *path; unsigned int minor, mode; } node[] = {
		{ "/dev/fuse", 229, 0666 }, { "/dev/net/tun", 200, 0666 }, { "/dev/loop-control", 237, 0660 },
	};
	static const struct { const char *to, *path; } link[] = {
		{ "/proc/self/fd", "/dev/fd" }, { "/proc/self/fd/0", "/dev/stdin" },
		{ "/proc/self/fd/1", "/dev/stdout" }, { "/proc/self/fd/2", "/dev/stderr" },
	};

	mkdir("/dev/net", 0755);
	for (size_t i = 0; i < COUNT(node); i++) {
		mknod(node[i].path, S_IFCHR | 0600, makedev(10, node[i].minor));
		if (chmod(node[i].path, node[i].mode))
			say("cannot make %s: %s", node[i].path, strerror(errno));
	}
	for (size_t i = 0; i < COUNT(link); i++)
		if (symlink(link[i].to, link[i].path) && errno != EEXIST)
			say("cannot make %s: %s", link[i].path, strerror(errno));
	mount_at("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "gid=5,mode=620,ptmxmode=666");
	mount_at("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
	mount_at("mqueue", "/dev/mqueue", "mqueue", SAFE, NULL);
}

/* All controllers, for the cgroups below; systemd does this by itself. */
static void share_controllers(void)
{
	char name[32], wanted[512] = "";
	FILE *file = fopen("/sys/fs/cgroup/cgroup.controllers", "re");

	while (file && fscanf(file, "%31s", name) == 1) {
		strcat(wanted, "+");
		strcat(wanted, name);
		strcat(wanted, " ");
	}
	if (file)
		fclose(file);
	write_file("/sys/fs/cgroup/cgroup.subtree_control", wanted);
}

static void mount_disk(void)
{
	int fd;

	load_modules("/run/vm/disk.modules");
	fd = open_late("/dev/vda", O_RDONLY);
	if (fd < 0)
		fail("the disk does not appear");
	close(fd);
	mount_at("/dev/vda", "/mnt", "ext4", 0, NULL);
	if (chmod("/mnt", 01777))
		fail("cannot change the mode of /mnt: %s", strerror(errno));
}

static void fill_machine(void)
{
	struct ifreq loopback = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	fill_dev();
	try_mount("securityfs", "/sys/kernel/security", NULL);
	try_mount("bpf", "/sys/fs/bpf", "mode=700");
	mount_at("cgroup2", "/sys/fs/cgroup", "cgroup2", SAFE, "nsdelegate,memory_recursiveprot");
	if (!settings.systemd)
		share_controllers();
	if (settings.disk)
		mount_disk();
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &loopback))
		say("cannot bring lo up: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	sethostname("vm", 2);
}

/* --- systemd --- */

#define UNITS "/run/systemd/system"

/* Masks the units, or generators, of a folder: most look after hardware that is not here. */
static void mask(const char *from, const char *masks, const char *kept)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *folder = opendir(from);

	while (folder && (entry = readdir(folder))) {
		if (entry->d_name[0] == '.' || !strcmp(entry->d_name, kept))
			continue;
		snprintf(path, sizeof(path), "%s/%s", masks, entry->d_name);
		if (symlink("/dev/null", path) && errno != EEXIST)
			say("cannot make %s: %s", path, strerror(errno));
	}
	if (folder)
		closedir(folder);
}

static void write_units(void)
{
	make_folders(UNITS);
	make_folders("/run/systemd/system-generators");
	mask("/usr/lib/systemd/system-generators", "/run/systemd/system-generators", "");
	mask("/usr/lib/systemd/system/sysinit.target.wants", UNITS, "systemd-journald.service");
	mask("/etc/systemd/system/sysinit.target.wants", UNITS, "");
	write_file(UNITS "/vm.target",
		   "[Unit]\nRequires=dbus.socket dbus.service\nWants=systemd-logind.service vm-ready.service\n"
		   "After=dbus.service\nAllowIsolate=yes\n");
	write_file(UNITS "/vm-ready.service",
		   "[Unit]\nDefaultDependencies=no\nAfter=dbus.service systemd-logind.service\n"
		   "[Service]\nType=oneshot\nExecStart=/run/vm/bin/busybox touch /run/vm-ready\n");
	write_file("/etc/machine-id", "0123456789abcdef0123456789abcdef\n");
}

/* Returns in a child, when the units are up. */
static void become_systemd(void)
{
	static char program[] = "/usr/lib/systemd/systemd", unit[] = "--unit=vm.target";
	static char status[] = "--show-status=0", target[] = "--log-target=kmsg";
	char *const argument[] = { program, unit, status, target, NULL };
	int fd;

	if (access(program, X_OK))
		fail("there is no %s", program);
	write_units();
	if (fork()) {
		close(STDIN_FILENO);
		open("/dev/null", O_RDONLY);
		execv(program, argument);
		fail("cannot start %s: %s", program, strerror(errno));
	}
	setsid();
	for (int wait = 0; wait < 30; wait++) {
		fd = open_late("/run/vm-ready", O_RDONLY);
		if (fd >= 0) {
			close(fd);
			return;
		}
	}
	fail("systemd does not come up");
}

/* --- the command --- */

static void on_child(int signal)
{
	child_ended = signal;
}

static void become_command(const int output[2], const int errors[2])
{
	const struct rlimit files = { 1024, 524288 };

	signal(SIGCHLD, SIG_DFL);
	setsid();
	dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
	dup2(output[1], STDOUT_FILENO);
	dup2(errors[1], STDERR_FILENO);
	setrlimit(RLIMIT_NOFILE, &files);
	setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("HOME", "/root", 1);
	setenv("TERM", "dumb", 1);
	if (settings.systemd)
		execlp("systemd-run", "systemd-run", "--scope", "--quiet", "--unit=vm-command", "-pDelegate=yes", "--",
		       "/bin/sh", "/run/vm/command", (char *)NULL);
	else
		execl("/bin/sh", "sh", "/run/vm/command", (char *)NULL);
	dprintf(STDERR_FILENO, "vm: cannot run the shell: %s\n", strerror(errno));
	_exit(127);
}

/* Passes on what is there; false at the end of the pipe. */
static bool relay(int pipe, char kind)
{
	static char bytes[FRAME_MAX];

	for (;;) {
		ssize_t got = read(pipe, bytes, sizeof(bytes));

		if (got <= 0)
			return got < 0 && (errno == EAGAIN || errno == EINTR);
		port_send(kind, bytes, (uint32_t)got);
	}
}

/* Reaps all children, since this may be process 1; the status of the command when it has ended, else -1. */
static int reap(pid_t command)
{
	int status, ret = -1;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == command)
			ret = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return ret;
}

static int run_command(void)
{
	int output[2], errors[2], status = -1;
	sigset_t blocked, none;
	pid_t command;

	sigemptyset(&none);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGCHLD);
	signal(SIGCHLD, on_child);
	if (pipe2(output, O_CLOEXEC) || pipe2(errors, O_CLOEXEC))
		fail("no pipes: %s", strerror(errno));
	port_send('S', "", 0);
	command = fork();
	if (!command)
		become_command(output, errors);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	close(output[1]);
	close(errors[1]);
	fcntl(output[0], F_SETFL, O_NONBLOCK);
	fcntl(errors[0], F_SETFL, O_NONBLOCK);
	struct pollfd from[2] = { { output[0], POLLIN, 0 }, { errors[0], POLLIN, 0 } };

	while (status < 0) {
		if (!child_ended)
			ppoll(from, 2, NULL, &none);
		child_ended = 0;
		/* After its end what it wrote is still there: it is read below. */
		status = reap(command);
		if (!relay(output[0], 'O'))
			from[0].fd = -1;
		if (!relay(errors[0], 'E'))
			from[1].fd = -1;
	}
	return status;
}

int main(void)
{
	char status[16];

	mount_at("proc", "/proc", "proc", SAFE, NULL);
	mount_at("sysfs", "/sys", "sysfs", SAFE, NULL);
	mount_at("dev", "/dev", "devtmpfs", MS_NOSUID, "mode=755");
	load_modules("/boot.modules");
	port_use(open_port());
	listen_to_host();
	make_root();
	fill_machine();
	if (settings.systemd)
		become_systemd();
	snprintf(status, sizeof(status), "%d", run_command());
	port_send('X', status, (uint32_t)strlen(status));
	port_end();
}
