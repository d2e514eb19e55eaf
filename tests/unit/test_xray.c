/* test_xray.c - what the kernel says of a process is understood as it was meant, whatever names are in it; and a
 * process is held, so that another with its pid is never told of. */
#include "xray/mounts.h"
#include "xray/parse.h"
#include "xray/read.h"
#include "xray/shown.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "in_arena.h"

/* --- status, stat, limits --- */

static void test_status(void **state)
{
	struct xray_status status;

	xray_parse_status(&arena,
			  "Name:\tx\\nUid:\t9\nUmask:\t0027\nState:\tS (sleeping)\nTgid:\t12\nUid:\t1\t2\t3\t4\n"
			  "Gid:\t5\t6\t7\t8\nGroups:\t10 4294967295 \nNSpid:\t12\t3\t1\nKthread:\t0\n"
			  "CapInh:\t0000000000000001\nCapPrm:\t00000000a80425fb\nCapEff:\t0000000000000000\n"
			  "CapBnd:\t000001ffffffffff\nCapAmb:\tffffffffffffffff\nNoNewPrivs:\t1\nSeccomp:\t2\n"
			  "Seccomp_filters:\t3\nCpus_allowed_list:\t0-3,8\n",
			  &status);
	assert_int_equal(status.state, 'S');
	assert_int_equal(status.process, 12);
	assert_false(status.kernel_thread);
	for (uint32_t i = 0; i < XRAY_IDS; i++) {
		assert_int_equal(status.uid[i], i + 1);
		assert_int_equal(status.gid[i], i + 5);
	}
	assert_int_equal(status.groups, 2);
	assert_int_equal(status.group[1], UINT32_MAX);
	assert_int_equal(status.own_pid, 1);
	assert_int_equal(status.set[SET_INHERITABLE], 1);
	assert_int_equal(status.set[SET_PERMITTED], 0xa80425fb);
	assert_true(status.set[SET_AMBIENT] == UINT64_MAX);
	assert_true(status.no_new_privileges.set && status.no_new_privileges.value);
	assert_int_equal(status.seccomp.value, 2);
	assert_int_equal(status.filters.value, 3);
	assert_int_equal(status.umask.value, 027);
	assert_string_equal(status.cpus, "0-3,8");
}

/* An older kernel tells less; what it does not tell is not known. */
static void test_status_of_others(void **state)
{
	struct xray_status status;

	xray_parse_status(&arena, "State:\nUid:\tx\nSeccomp:\t\nUid:\t99999999999\nKthread:\t1\n", &status);
	assert_false(status.seccomp.set || status.filters.set || status.no_new_privileges.set || status.sets_told);
	assert_int_equal(status.uid[0], 0);
	assert_true(status.kernel_thread);
	xray_parse_status(&arena, "", &status);
	assert_int_equal(status.state, 0);
}

static void test_stat(void **state)
{
	struct xray_stat stat;

	xray_parse_stat("7 (a) R 1 (b) S 2 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 -5 1 0 11 0 0 18446744073709551615 "
			"0 0 0 0 0 0 0 0 0 0 0 0 17 1 99 2 0 0 0", &stat);
	assert_true(stat.flags & 0x200000);
	assert_int_equal(stat.nice, -5);
	assert_int_equal(stat.priority, 99);
	assert_int_equal(stat.policy, 2);
	xray_parse_stat("7 (a", &stat);
	assert_int_equal(stat.flags, 0);
}

static void test_limits(void **state)
{
	struct xray_rlimit limit[XRAY_RLIMITS];

	assert_int_equal(xray_parse_limits(&arena,
					   "Limit                     Soft Limit           Hard Limit           Units\n"
					   "Max stack size            8388608              unlimited            bytes\n"
					   "Max open files            x                    1                    files\n"
					   "Max locked memory         1                    \n", limit), 1);
	assert_int_equal(limit[0].resource, RLIMIT_STACK);
	assert_true(limit[0].soft.set && limit[0].soft.value == 8388608 && !limit[0].hard.set);
}

static void test_arguments(void **state)
{
	char **words = xray_parse_arguments(&arena, "a\0\0b c", 6);

	assert_string_equal(words[0], "a");
	assert_string_equal(words[1], "");
	assert_string_equal(words[2], "b c");
	assert_null(words[3]);
	assert_null(xray_parse_arguments(&arena, "", 0)[0]);
}

/* --- maps, cgroups, descriptors --- */

static void test_id_maps(void **state)
{
	const struct id_maps maps = xray_parse_id_map(&arena, "         0     100000      65536\n"
								"     70000          5          1\nx\n1 2\n");
	uint32_t inside;

	assert_int_equal(maps.count, 2);
	assert_true(xray_inside(&maps, 100007, &inside));
	assert_int_equal(inside, 7);
	assert_true(xray_inside(&maps, 5, &inside));
	assert_int_equal(inside, 70000);
	assert_false(xray_inside(&maps, 165536, &inside));
	assert_false(xray_inside(&maps, 6, &inside));
}

static void test_cgroups(void **state)
{
	const struct xray_cgroups cgroups = xray_parse_cgroups(
		&arena, "5:cpu,cpuacct:/a:b\n1:name=systemd:/\n0::/x\ny\n3:x\n4:memory:relative\n");

	assert_int_equal(cgroups.count, 3);
	assert_string_equal(cgroups.at[0].controllers, "cpu,cpuacct");
	assert_string_equal(cgroups.at[0].path, "/a:b");
	assert_int_equal(cgroups.at[2].hierarchy, 0);
	assert_string_equal(cgroups.at[2].controllers, "");
}

static void test_fdinfo(void **state)
{
	const struct xray_fdinfo info = xray_parse_fdinfo(&arena, "pos:\t0\nflags:\t02100002\nmnt_id:\t24\nino:\t3\n");

	assert_int_equal(info.flags, 02100002);
	assert_int_equal(info.mount, 24);
	assert_int_equal(xray_parse_fdinfo(&arena, "flags:\t02000002\nPid:\t77\nNSpid:\t77\t1\n").process, 77);
}

static void test_sockets(void **state)
{
	struct xray_sockets sockets = { 0 };

	xray_parse_sockets(&arena, "  sl  local_address rem_address   st …\n"
				   "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  "
				   "   0        0 1215 1 x\n   1: 0100007F:1F9\n", PROTOCOL_TCP, &sockets);
	xray_parse_sockets(&arena, "   0: 00000000000000000000000001000000:0035 "
				   "00000000000000000000000000000000:0000 07 00000000:00000000 "
				   "00:00000000 00000000     0        0 77 1 x\n",
			   PROTOCOL_UDP6, &sockets);
	assert_int_equal(sockets.count, 2);
	assert_string_equal(sockets.at[0].address, "127.0.0.1");
	assert_int_equal(sockets.at[0].port, 8080);
	assert_true(sockets.at[0].listening);
	assert_int_equal(sockets.at[0].inode, 1215);
	assert_string_equal(sockets.at[1].address, "::1");
	assert_int_equal(sockets.at[1].port, 53);
	assert_true(sockets.at[1].listening);
}

/* --- mounts --- */

static struct xray_mounts read_mounts(const char *text)
{
	return xray_parse_mounts(&arena, text);
}

static void test_mount_line(void **state)
{
	const struct xray_mounts mounts = read_mounts(
		"36 35 98:5 /mnt1 /a\\040b\\012c\\134\\999 ro,nosuid,noexec shared:7 master:3 unbindable - ext3 "
		"/dev/x\\040y rw,errors=continue,size=5\nnonsense\n1 2 3:4 / /x\n1 2 3:4 / /x rw - tmpfs\n");
	const struct xray_mount *mount = &mounts.at[0];

	assert_int_equal(mounts.count, 2);
	assert_int_equal(mount->id, 36);
	assert_int_equal(mount->parent, 35);
	assert_int_equal(mount->major, 98);
	assert_string_equal(mount->target, "/a b\nc\\\\999");
	assert_true(mount->readonly && mount->nosuid && mount->noexec && !mount->nodev && !mount->super_readonly);
	assert_int_equal(mount->shared, 7);
	assert_int_equal(mount->master, 3);
	assert_true(mount->unbindable);
	assert_string_equal(mount->source, "/dev/x y");
	assert_string_equal(xray_option(&arena, mount->super, "size"), "5");
	assert_null(xray_option(&arena, mount->super, "siz"));
	assert_true(xray_has_option(mount->super, "rw"));
	assert_false(xray_has_option(mount->super, "r"));
	assert_string_equal(mounts.at[1].type, "tmpfs");
}

static void test_which_mount(void **state)
{
	/* /a/b, and over /a another one, which hides it. */
	const struct xray_mounts mounts = read_mounts("1 0 0:1 / / rw - x x rw\n2 1 0:2 / /a/b rw - x x rw\n"
						      "3 1 0:3 / /a rw - x x rw\n4 3 0:4 / /a rw - x x rw\n"
						      "5 1 0:5 / /c rw - x x rw\n6 5 0:6 / /c/d rw - x x rw\n");

	assert_int_equal(xray_mount_of(&mounts, "/a/b/c")->id, 4);
	assert_int_equal(xray_mount_of(&mounts, "/ab")->id, 1);
	assert_int_equal(xray_mount_of(&mounts, "/c/d")->id, 6);
	assert_int_equal(xray_mount_of(&mounts, "/c/de")->id, 5);
	assert_null(xray_mount_of(&(struct xray_mounts){ 0 }, "/"));
}

/* Nobody can mount in a circle; who says so does not keep us. */
static void test_circle(void **state)
{
	const struct xray_mounts mounts = read_mounts("1 1 0:1 / / rw - x x rw\n2 3 0:2 / / rw - x x rw\n"
						      "3 2 0:3 / / rw - x x rw\n");

	assert_int_equal(xray_mount_of(&mounts, "/a")->id, 1);
}

static void test_judged_mounts(void **state)
{
	struct xray_mounts mounts = read_mounts(
		"1 0 0:61 / / rw - overlay overlay rw\n2 1 0:63 / /proc rw - proc proc rw\n"
		"3 2 0:63 /sys /proc/sys ro - proc proc rw\n4 2 0:6 /null /proc/keys rw - devtmpfs devtmpfs rw\n"
		"5 2 0:69 / /proc/acpi ro - tmpfs none rw\n6 1 0:70 / /sys/fs/cgroup ro - tmpfs tmpfs rw\n"
		"7 6 0:71 / /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n"
		"8 1 8:1 /home/x /data rw shared:9 - ext4 d rw\n"
		"9 1 8:1 / /host rw - ext4 d rw\n10 1 8:2 /lib /lib rw - ext4 d rw\n");
	const struct xray_mounts host = read_mounts("20 0 8:1 / / rw shared:9 - ext4 d rw\n"
						    "21 20 8:2 / /usr rw - ext4 e rw\n");

	xray_judge_mounts(&arena, &mounts, &host);
	assert_true(!mounts.at[1].masks && !mounts.at[1].keeps);
	assert_true(mounts.at[2].keeps && !mounts.at[2].masks);
	assert_true(mounts.at[3].masks && mounts.at[4].masks);
	assert_false(mounts.at[5].masks);
	assert_true(mounts.at[7].escapes);
	assert_string_equal(mounts.at[7].host, "/home/x");
	assert_string_equal(mounts.at[8].host, "/");
	assert_string_equal(mounts.at[9].host, "/usr/lib");
	assert_null(mounts.at[0].host);
	for (size_t i = 0; i < mounts.count; i++)
		assert_false(mounts.at[i].covered);
	mounts = read_mounts("1 0 0:1 / / rw - x x rw\n2 1 0:2 / /a rw - x x rw\n3 2 0:3 / /a/b rw - x x rw\n"
			     "4 2 0:4 / /a rw - x x rw\n");
	xray_judge_mounts(&arena, &mounts, &host);
	assert_true(!mounts.at[0].covered && mounts.at[1].covered && mounts.at[2].covered && !mounts.at[3].covered);
}

static void test_below(void **state)
{
	assert_true(xray_is_below("/a/b", "/a") && xray_is_below("/a", "/a") && xray_is_below("/a", "/"));
	assert_false(xray_is_below("/ab", "/a") || xray_is_below("/", "/a"));
}

/* --- names of others --- */

static void test_shown(void **state)
{
	assert_string_equal(shown(&arena, "a\n\x1b[2Jb\\ü\xc2\x9b\xff"),
			    "a\\012\\033[2Jb\\134ü\\302\\233\\377");
}

/* --- a process that ends --- */

static pid_t start(int *ret_end)
{
	int ends[2];
	pid_t pid;
	char byte;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		close(ends[1]);
		_exit(read(ends[0], &byte, 1) == 0 ? 0 : 1);
	}
	close(ends[0]);
	*ret_end = ends[1];
	return pid;
}

static void test_held(void **state)
{
	struct problem problem = { 0 };
	struct xray_target target;
	struct xray *xray = ARENA_NEW(&arena, struct xray);
	int end;
	const pid_t pid = start(&end);

	assert_true(xray_open(&arena, pid, &target, &problem));
	assert_true(xray_read(&arena, &target, xray, &problem));
	assert_int_equal(xray->pid, pid);
	assert_int_equal(xray->status.process, pid);
	assert_true(xray->namespace[NAMESPACE_MOUNT].caller);
	assert_int_equal(xray->rlimits, XRAY_RLIMITS);
	close(end);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_false(xray_read(&arena, &target, xray, &problem));
	assert_non_null(strstr(problem.text, "has ended while it was looked at"));
	xray_close(&target);
}

static void test_ended(void **state)
{
	struct problem problem = { 0 };
	struct xray_target target;
	int end;
	const pid_t pid = start(&end);

	/* Nobody has waited for it yet. */
	close(end);
	assert_int_equal(waitid(P_PID, (id_t)pid, &(siginfo_t){ 0 }, WEXITED | WNOWAIT), 0);
	assert_false(xray_open(&arena, pid, &target, &problem));
	assert_non_null(strstr(problem.text, "has ended"));
	problem.found = false;
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_false(xray_open(&arena, pid, &target, &problem));
	assert_non_null(strstr(problem.text, "there is no process"));
}

/* The files of a process that is none of ours: a folder stands for its own of /proc. */
static void test_kernel_thread(void **state)
{
	static const struct { const char *file, *text; } files[] = {
		{ "status", "Name:\tkthreadd\nState:\tS (sleeping)\nTgid:\t2\n" },
		{ "stat", "2 (kthreadd) S 0 0 0 0 -1 2129984 0\n" },
		{ "comm", "kthr\x1b" "addd\n" },
	};
	char folder[] = "/tmp/taru-test-XXXXXX";
	struct problem problem = { 0 };
	struct xray *xray = ARENA_NEW(&arena, struct xray);
	struct xray_target target, thread;

	assert_true(xray_open(&arena, getpid(), &target, &problem));
	assert_non_null(mkdtemp(folder));
	thread = (struct xray_target){ 2, target.process, open(folder, O_RDONLY | O_DIRECTORY) };
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		const int fd = openat(thread.folder, files[i].file, O_WRONLY | O_CREAT, 0600);

		assert_int_equal(write(fd, files[i].text, strlen(files[i].text)), strlen(files[i].text));
		close(fd);
	}
	assert_false(xray_read(&arena, &thread, xray, &problem));
	assert_string_equal(problem.text, "process 2 ('kthr?addd') is a thread of the kernel: nothing isolates it");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		assert_int_equal(unlinkat(thread.folder, files[i].file, 0), 0);
	assert_int_equal(rmdir(folder), 0);
	close(thread.folder);
	xray_close(&target);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_status_of_others),
		cmocka_unit_test(test_stat),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_id_maps),
		cmocka_unit_test(test_cgroups),
		cmocka_unit_test(test_fdinfo),
		cmocka_unit_test(test_sockets),
		cmocka_unit_test(test_mount_line),
		cmocka_unit_test(test_which_mount),
		cmocka_unit_test(test_circle),
		cmocka_unit_test(test_judged_mounts),
		cmocka_unit_test(test_below),
		cmocka_unit_test(test_shown),
		cmocka_unit_test(test_held),
		cmocka_unit_test(test_ended),
		cmocka_unit_test(test_kernel_thread),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
