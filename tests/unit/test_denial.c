/* test_denial.c - why system calls were refused: attempts that are made up, and who is said to have said no. */
#include "base/sys.h"
#include "denial/denial.h"
#include "in_arena.h"
#include "plan/seccomp.h"
#include <errno.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <cmocka.h>

enum { RIGHTS_ALL = -1 };

static struct spec spec;
static struct ground ground;
static struct attempt attempt;

static void begin(int call, int error)
{
	spec = (struct spec){ 0 };
	ground = (struct ground){ .spec = &spec, .first_port = "1024", .ping_groups = "1 0" };
	attempt = (struct attempt){ .abi = SYSCALLS_OWN, .call = (uint32_t)call, .error = error,
				    .rights = { .name = "it", .pid = 1, .uid = 1000, .gid = 1001 } };
}

static void at(const char *path, uint32_t mode, enum wall wall)
{
	snprintf(attempt.path, sizeof(attempt.path), "%s", path);
	snprintf(attempt.place.at, sizeof(attempt.place.at), "%s", path);
	attempt.place.looked = true;
	attempt.place.mode = mode;
	attempt.place.wall = wall;
}

static const char *told(void)
{
	struct text out = text_new(&arena);

	denial_judge(&out, &ground, &attempt);
	assert_true(out.length > 2 && out.at[out.length - 1] == '\n' && !strncmp(out.at, "  ", 2));
	return out.at;
}

static void assert_told(const char *part)
{
	assert_true(denial_counts(&ground, &attempt));
	if (!strstr(told(), part))
		fail_msg("'%s' is not in '%s'", part, told());
}

static void a_capability_is_missing_or_not_used_or_not_the_reason(void **state)
{
	begin(__NR_sethostname, EPERM);
	assert_told("Setting the host name needs CAP_SYS_ADMIN.");
	assert_told("--cap-add SYS_ADMIN");
	attempt.rights.bounding = 1ULL << CAP_SYS_ADMIN;
	assert_told("this process has not");
	attempt.rights.effective = 1ULL << CAP_SYS_ADMIN;
	assert_told("It has CAP_SYS_ADMIN, so another says no");
	begin(__NR_clock_settime, EPERM);
	attempt.rights.effective = attempt.rights.bounding = (uint64_t)RIGHTS_ALL;
	ground.own_user_namespace = true;
	assert_told("does not count for the host");
}

static void each_row_has_its_capability(void **state)
{
	static const struct { int call, a, b; const char *capability; } rows[] = {
		{ __NR_fchownat, 0, 0, "CAP_CHOWN" },	      { __NR_fchmodat, 0, 0, "CAP_FOWNER" },
		{ __NR_setuid, 0, 0, "CAP_SETUID" },	      { __NR_setgroups, 0, 0, "CAP_SETGID" },
		{ __NR_kill, 0, 0, "CAP_KILL" },	      { __NR_mknodat, 0, 0, "CAP_MKNOD" },
		{ __NR_mount, 0, 0, "CAP_SYS_ADMIN" },	      { __NR_chroot, 0, 0, "CAP_SYS_CHROOT" },
		{ __NR_ptrace, 16, 0, "CAP_SYS_PTRACE" },      { __NR_settimeofday, 0, 0, "CAP_SYS_TIME" },
		{ __NR_reboot, 0, 0, "CAP_SYS_BOOT" },	      { __NR_init_module, 0, 0, "CAP_SYS_MODULE" },
		{ __NR_setpriority, 0, 0, "CAP_SYS_NICE" },   { __NR_prlimit64, 0, 0, "CAP_SYS_RESOURCE" },
		{ __NR_mlock, 0, 0, "CAP_IPC_LOCK" },	      { __NR_socket, AF_INET, SOCK_RAW, "CAP_NET_RAW" },
		{ __NR_socket, AF_PACKET, SOCK_DGRAM, "CAP_NET_RAW" },
		{ __NR_ioctl, 3, 0x8914, "CAP_NET_ADMIN" },   { __NR_syslog, 0, 0, "CAP_SYSLOG" },
		{ __NR_bpf, 0, 0, "CAP_BPF" },		      { __NR_perf_event_open, 0, 0, "CAP_PERFMON" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(rows[i].call, EPERM);
		attempt.arg[0] = (uint64_t)rows[i].a;
		attempt.arg[1] = (uint64_t)rows[i].b;
		assert_told(rows[i].capability);
	}
}

static void a_file_says_no_by_its_mode(void **state)
{
	begin(__NR_openat, EACCES);
	at("/root/key", S_IFREG | 0600, WALL_FILE);
	assert_told("'/root/key' belongs to 0:0 with mode 0600, and this process is 1000:1001.");
	assert_told("may not open it in that way");
	assert_told("CAP_DAC_OVERRIDE");
	attempt.place.wall = WALL_DIRECTORY;
	assert_told("may not go through that directory");
	attempt.place.wall = WALL_PARENT;
	assert_told("may not make, rename or remove");
	attempt.place.wall = WALL_NONE;
	assert_told("a security module of the host");
	/* Ids as the container has them. */
	spec.uid_map = spec.gid_map = (struct id_maps){ &(struct id_map){ 0, 1000, 10 }, 1 };
	attempt.place.wall = WALL_FILE;
	assert_told("belongs to (not mapped):(not mapped)");
	assert_told("so no capability of the container's counts for it");
	assert_null(strstr(told(), "CAP_"));
	assert_told("this process is 0:1");
}

/* What a right over files needs is that the namespace knows their owner. */
static void nobodys_file_is_not_changed_by_root_either(void **state)
{
	begin(__NR_fchmodat, EPERM);
	at("/v/file", S_IFREG | 0600, WALL_NONE);
	attempt.rights.effective = attempt.rights.bounding = (uint64_t)RIGHTS_ALL;
	assert_told("It has CAP_FOWNER");
	spec.uid_map = spec.gid_map = (struct id_maps){ &(struct id_map){ 0, 100000, 10 }, 1 };
	assert_told("'/v/file' belongs to (not mapped):(not mapped)");
	assert_told("-v SOURCE:TARGET:U");
	attempt.place.uid = attempt.place.gid = 100003;
	assert_null(strstr(told(), "mapped"));
}

static void a_security_module_says_no(void **state)
{
	begin(__NR_openat, EACCES);
	at("/etc/x", S_IFREG | 0644, WALL_NONE);
	assert_told("a security module of the host may be against it (dmesg; ausearch -m avc), or the program has "
		    "forbidden it to itself (landlock(7)).\n");
	assert_null(strstr(told(), "calls the process"));
	snprintf(attempt.rights.label, sizeof(attempt.rights.label), "unconfined");
	assert_null(strstr(told(), "calls the process"));
	snprintf(attempt.rights.label, sizeof(attempt.rights.label), "docker-default (enforce)");
	assert_told("What the module calls the process is 'docker-default (enforce)' (--security-opt apparmor=");
	begin(__NR_sethostname, EPERM);
	attempt.rights.effective = attempt.rights.bounding = (uint64_t)RIGHTS_ALL;
	snprintf(attempt.rights.label, sizeof(attempt.rights.label), "system_u:system_r:container_t:s0:c1,c2");
	assert_told("ausearch -m avc).\n  What the module calls the process is 'system_u:system_r:container_t");
}

static void a_mount_says_no(void **state)
{
	struct mount mounts[] = {
		{ .destination = "/" }, { .destination = "/data", .options = { .set = MOUNT_ATTR_RDONLY } },
	};
	char sys[] = "/proc/sys", kcore[] = "/proc/kcore", *readonly[] = { sys, NULL }, *masked[] = { kcore, NULL };

	begin(__NR_openat, EROFS);
	at("/data/x", S_IFREG | 0644, WALL_NONE);
	assert_told("The file system that it is in is read-only");
	spec.root_readonly = true;
	assert_told("--read-only");
	spec.mount = mounts;
	spec.mounts = 2;
	assert_told("the mount at '/data' (mounts[1]), which is read-only");
	/* With all that is mounted below it, as volumes have it. */
	mounts[1].options = (struct mount_options){ .set_all = MOUNT_ATTR_RDONLY };
	assert_told("the mount at '/data' (mounts[1]), which is read-only");
	at("/proc/sys/kernel/x", S_IFREG | 0644, WALL_NONE);
	spec.readonly_paths = (struct texts){ readonly, 1 };
	assert_told("'/proc/sys' is read-only in this container (linux.readonlyPaths)");
	spec.masked_paths = (struct texts){ masked, 1 };
	attempt.error = EACCES;
	at("/proc/kcore", S_IFCHR | 0666, WALL_NONE);
	assert_told("'/proc/kcore' is covered");
	/* It need not be refused, and what is below is not there. If the path itself is not there it is not covered. */
	attempt.error = 0;
	assert_told("'/proc/kcore' is covered");
	attempt.error = ENOENT;
	assert_false(denial_counts(&ground, &attempt));
	at("/proc/kcore/x", S_IFREG, WALL_NONE);
	assert_true(denial_counts(&ground, &attempt));
	begin(__NR_execve, EACCES);
	at("/data/x", S_IFREG | 0755, WALL_NONE);
	attempt.place.no_exec = true;
	assert_told("the root file system, which is mounted with noexec");
}

static void a_device_says_no(void **state)
{
	begin(__NR_openat, EPERM);
	at("/dev/sda", S_IFBLK | 0666, WALL_NONE);
	attempt.place.major_number = 8;
	assert_told("--device-cgroup-rule 'b 8:0 rwm'");
	attempt.place.no_dev = true;
	assert_told("nodev");
	at("/etc/fixed", S_IFREG | 0644, WALL_NONE);
	attempt.place.immutable = true;
	assert_told("immutable");
}

static void setuid_that_does_not_count(void **state)
{
	begin(__NR_execve, 0);
	at("/bin/su", S_IFREG | 04755, WALL_NONE);
	attempt.rights.no_new_privileges = true;
	assert_told("process.noNewPrivileges");
	attempt.rights.no_new_privileges = false;
	attempt.place.no_suid = true;
	assert_told("nosuid");
	attempt.rights.uid = 0;
	assert_false(denial_counts(&ground, &attempt));
}

static void settings_of_the_network_refuse_and_allow(void **state)
{
	begin(__NR_bind, EACCES);
	attempt.port = 80;
	assert_told("Port 80 is below the sysctl net.ipv4.ip_unprivileged_port_start (1024)");
	attempt.error = 0;
	assert_false(denial_counts(&ground, &attempt));
	ground.first_port = "0";
	assert_told("It may have port 80 without CAP_NET_BIND_SERVICE");
	attempt.port = 8080;
	assert_false(denial_counts(&ground, &attempt));
	begin(__NR_socket, EACCES);
	attempt.arg[0] = AF_INET;
	attempt.arg[1] = SOCK_DGRAM | SOCK_CLOEXEC;
	attempt.arg[2] = IPPROTO_ICMP;
	assert_told("not in the range of the sysctl net.ipv4.ping_group_range (1 0)");
	attempt.error = 0;
	assert_told("It may ping without CAP_NET_RAW");
	attempt.rights.effective = 1ULL << CAP_NET_RAW;
	assert_false(denial_counts(&ground, &attempt));
	begin(__NR_sendto, EPERM);
	assert_told("A rule of a firewall");
}

static void a_filter_says_no_by_its_rule(void **state)
{
	char chdir[] = "chdir", mount[] = "mount", statx[] = "statx";
	char *names[] = { chdir, NULL }, *others[] = { mount, statx, NULL };
	struct seccomp_arg arg = { .index = 1, .value = 7, .operator = SECCOMP_EQUAL };
	struct seccomp_rule rules[] = {
		{ .names = { others, 2 }, .action = SECCOMP_RET_ALLOW },
		{ .names = { names, 1 }, .action = SECCOMP_RET_ERRNO, .errno_ret = { true, EDOM }, .arg = &arg,
		  .args = 1 },
		{ .names = { names, 1 }, .action = SECCOMP_RET_KILL_PROCESS, .arg = &arg, .args = 1 },
	};

	begin(__NR_chdir, EDOM);
	spec.seccomp = (struct seccomp){ .asked = true, .default_action = SECCOMP_RET_ALLOW, .rule = rules,
					 .rules = 3 };
	assert_false(denial_counts(&ground, &attempt));
	attempt.arg[1] = 7;
	assert_told("by the rule linux.seccomp.syscalls[1] (SCMP_ACT_ERRNO)");
	assert_told("seccomp=FILE");
	rules[1].names.count = 0;
	attempt.error = 0;
	attempt.killed = true;
	assert_told("by the rule linux.seccomp.syscalls[2] (SCMP_ACT_KILL_PROCESS)");
	attempt.arg[1] = 8;
	assert_told("somebody sent it SIGSYS");
	begin(__NR_sethostname, EPERM);
	spec.seccomp = (struct seccomp){ .asked = true, .default_action = SECCOMP_RET_ERRNO, .rule = rules,
					 .rules = 1 };
	assert_told("defaultAction holds (SCMP_ACT_ERRNO)");
	assert_told("with --cap-add SYS_ADMIN");
	/* The same errno from the kernel itself, of a call that the filter lets pass. */
	attempt.call = __NR_mount;
	assert_true(!strstr(told(), "seccomp"));
}

static void who_is_traced_already_is_told_so(void **state)
{
	begin(__NR_ptrace, EPERM);
	assert_told("Without --why it works.");
	assert_null(strstr(told(), "CAP_"));
	attempt.arg[0] = PTRACE_SEIZE;
	assert_told("may work without --why");
	attempt.arg[0] = PTRACE_GETREGS;
	assert_null(strstr(told(), "--why"));
	assert_told("CAP_SYS_PTRACE");
}

static const char *attempt_line(void)
{
	struct text out = text_new(&arena);

	denial_tell_attempt(&out, &attempt, 1);
	return out.at;
}

/* The same number is another call there. */
static void programs_of_32_bits_have_numbers_of_their_own(void **state)
{
	char chown[] = "chown32", setuid[] = "setuid", open[] = "openat2", *names[] = { setuid, open, NULL };
	struct seccomp_rule rule = { .names = { names, 2 }, .action = SECCOMP_RET_ALLOW };
	const bool intel = SYSCALLS_OWN == SYSCALLS_X86_64;

	begin(0, EPERM);
	attempt.abi = intel ? SYSCALLS_I386 : SYSCALLS_ARM;
	attempt.call = 74;
	assert_string_equal(attempt_line(), "sethostname(2) by it (process 1): EPERM\n");
	assert_told("Setting the host name needs CAP_SYS_ADMIN.");
	attempt.call = 212;
	assert_non_null(strstr(attempt_line(), chown));
	assert_told("CAP_CHOWN");
	/* A rule for the native call of that number is none for this one. */
	spec.seccomp = (struct seccomp){ .asked = true, .default_action = SECCOMP_RET_ERRNO, .rule = &rule, .rules = 1,
					 .architectures = 1U << (intel ? ARCH_X86 : ARCH_ARM) };
	attempt.call = 23;
	assert_non_null(strstr(attempt_line(), "setuid(2)"));
	assert_null(strstr(told(), "seccomp"));
	attempt.call = 74;
	assert_told("defaultAction holds");
	spec.seccomp.architectures = 0;
	attempt.error = 0;
	attempt.killed = true;
	assert_told("linux.seccomp.architectures does not have the kind of this program");
	attempt.call = 5000;
	assert_non_null(strstr(attempt_line(), "a system call"));
}

static void calls_that_are_several_are_not_guessed(void **state)
{
	begin(102, EPERM);
	attempt.abi = SYSCALLS_I386;
	assert_string_equal(attempt_line(), "socketcall(2) by it (process 1): EPERM\n");
	assert_told("does several things, which are not looked into");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_capability_is_missing_or_not_used_or_not_the_reason),
		cmocka_unit_test(each_row_has_its_capability),
		cmocka_unit_test(a_file_says_no_by_its_mode),
		cmocka_unit_test(nobodys_file_is_not_changed_by_root_either),
		cmocka_unit_test(a_security_module_says_no),
		cmocka_unit_test(a_mount_says_no),
		cmocka_unit_test(a_device_says_no),
		cmocka_unit_test(setuid_that_does_not_count),
		cmocka_unit_test(settings_of_the_network_refuse_and_allow),
		cmocka_unit_test(a_filter_says_no_by_its_rule),
		cmocka_unit_test(who_is_traced_already_is_told_so),
		cmocka_unit_test(programs_of_32_bits_have_numbers_of_their_own),
		cmocka_unit_test(calls_that_are_several_are_not_guessed),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
