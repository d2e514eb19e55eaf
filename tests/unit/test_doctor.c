/* test_doctor.c - what `doctor` says of machines that are made up: each is sound but for what the test changes. */
#include "doctor/doctor.h"
#include "doctor/read_parts.h"
#include "in_arena.h"
#include "net/firewall.h"
#include "sound_machine.h"
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { NOT_TRIED = 1 };

/* What is not yes, as "kernel:no! pasta:partly"; '!': it is necessary. */
static const char *wrong(const struct machine *machine)
{
	struct text text = text_new(&arena);
	struct findings findings;

	doctor_judge(&arena, machine, &findings);
	for (size_t i = 0; i < findings.count; i++) {
		const struct finding *finding = &findings.at[i];

		assert_true(*finding->found && *finding->purpose);
		/* Nothing is wrong without a way out, but what cannot be found out. */
		if (finding->answer == ANSWER_NO)
			assert_non_null(finding->mend);
		if (finding->answer != ANSWER_YES)
			text_printf(&text, "%s%s:%s%s", text.length ? " " : "", finding->check,
				    doctor_answer(finding->answer), finding->necessary ? "!" : "");
	}
	return text.at;
}

static const struct finding *find(const struct machine *machine, const char *check)
{
	struct findings findings;

	doctor_judge(&arena, machine, &findings);
	for (size_t i = 0; i < findings.count; i++)
		if (!strcmp(findings.at[i].check, check))
			return &findings.at[i];
	return NULL;
}

static bool runs(const struct machine *machine)
{
	struct findings findings;

	doctor_judge(&arena, machine, &findings);
	return doctor_runs(&findings);
}

static void assert_says(const char *text, const char *part)
{
	if (!text || !strstr(text, part))
		fail_msg("'%s' does not say '%s'", text ? text : "(nothing)", part);
}

/* --- */

static void a_sound_machine_has_nothing_wrong(void **state)
{
	struct machine roots = sound_machine(&arena, 0), users = sound_machine(&arena, 1000);

	roots.bpf = 0;
	assert_string_equal(wrong(&roots), "");
	assert_string_equal(wrong(&users), "");
	assert_true(runs(&roots) && runs(&users));
}

static void root_and_users_are_told_different_things(void **state)
{
	struct machine roots = sound_machine(&arena, 0), users = sound_machine(&arena, 1000);

	assert_non_null(find(&roots, "nft"));
	assert_non_null(find(&roots, "bpf"));
	assert_null(find(&roots, "subuid"));
	assert_null(find(&roots, "pasta"));
	assert_null(find(&users, "nft"));
	assert_null(find(&users, "rights"));
	assert_non_null(find(&users, "subuid"));
	assert_non_null(find(&users, "delegation"));
}

static void an_old_kernel_runs_nothing(void **state)
{
	struct machine machine = sound_machine(&arena, 0);

	machine.host.kernel_major = 5;
	machine.host.kernel_minor = 13;
	machine.release = "5.13.0";
	machine.call[CALL_MOUNT_SETATTR] = -ENOSYS;
	assert_string_equal(wrong(&machine), "kernel:no! system-calls:no!");
	assert_says(find(&machine, "kernel")->found, "5.14");
	assert_says(find(&machine, "system-calls")->mend, "5.14");
	machine.host.kernel_minor = 14;
	assert_int_equal(find(&machine, "kernel")->answer, ANSWER_YES);
	assert_says(find(&machine, "system-calls")->mend, "seccomp");
	assert_says(find(&machine, "system-calls")->found, "mount_setattr");
}

static void a_filter_that_kills_is_told(void **state)
{
	struct machine machine = sound_machine(&arena, 0);

	machine.calls_killed = true;
	assert_string_equal(wrong(&machine), "system-calls:no!");
	assert_says(find(&machine, "system-calls")->mend, "SystemCallFilter");
}

static void a_container_of_others_around_us_is_known_by_its_mounts(void **state)
{
	struct machine machine = sound_machine(&arena, 0);

	machine.mount[MOUNT_PROC] = -EPERM;
	assert_string_equal(wrong(&machine), "mounts:no!");
	assert_says(find(&machine, "mounts")->mend, "systempaths=unconfined");
	machine.mount[MOUNT_PROC] = 0;
	machine.mount[MOUNT_MQUEUE] = -ENODEV;
	assert_says(find(&machine, "mounts")->mend, "CONFIG_POSIX_MQUEUE");
	/* Where no namespace could be made, nothing is known of mounts, and nothing is said. */
	machine.trial = -EPERM;
	for (int i = 0; i < MACHINE_MOUNTS; i++)
		machine.mount[i] = NOT_TRIED;
	assert_string_equal(wrong(&machine), "trial:no!");
	assert_null(find(&machine, "mounts"));
	assert_null(find(&machine, "overlay"));
	assert_says(find(&machine, "trial")->mend, "--privileged");
	machine.trial = -ENOSPC;
	assert_says(find(&machine, "trial")->mend, "user.max_*_namespaces");
}

static void kernels_without_namespaces(void **state)
{
	struct machine machine = sound_machine(&arena, 0);

	machine.namespace[NAMESPACE_TIME] = machine.namespace[NAMESPACE_USER] = false;
	assert_string_equal(wrong(&machine), "namespaces:partly! user-namespaces:no");
	assert_true(runs(&machine));
	machine.namespace[NAMESPACE_PID] = false;
	assert_says(find(&machine, "namespaces")->found, "pid");
	assert_false(runs(&machine));
	machine = sound_machine(&arena, 1000);
	machine.namespace[NAMESPACE_USER] = false;
	assert_string_equal(wrong(&machine), "namespaces:no! user-namespaces:no!");
}

static void sysctls_that_forbid(void **state)
{
	struct machine machine = sound_machine(&arena, 1000);

	machine.lock[LOCK_DEBIAN] = true;
	assert_string_equal(wrong(&machine), "user-namespaces:no!");
	assert_says(find(&machine, "user-namespaces")->mend, "sysctl -w kernel.unprivileged_userns_clone='1'");
	machine.lock[LOCK_DEBIAN] = false;
	machine.lock[LOCK_APPARMOR] = true;
	assert_says(find(&machine, "user-namespaces")->mend, "/etc/apparmor.d/taru");
	machine.lock[LOCK_APPARMOR] = false;
	machine.lock[LOCK_LIMIT] = true;
	assert_says(find(&machine, "user-namespaces")->mend, "user.max_user_namespaces='15000'");
	machine = sound_machine(&arena, 0);
	machine.lock[LOCK_LIMIT] = true;
	assert_string_equal(wrong(&machine), "user-namespaces:no");
	machine.lock[LOCK_LIMIT] = false;
	machine.sysctl[SYSCTL_NET_NAMESPACES] = 0;
	assert_string_equal(wrong(&machine), "namespace-limits:no!");
	machine.sysctl[SYSCTL_NET_NAMESPACES] = 1;
	machine.sysctl[SYSCTL_TIME_NAMESPACES] = 0;
	assert_string_equal(wrong(&machine), "namespace-limits:partly!");
	assert_true(runs(&machine));
}

static void ids_of_a_user(void **state)
{
	struct machine machine = sound_machine(&arena, 1000);

	machine.subordinate_uids = 0;
	machine.subordinate_gids = 1000;
	assert_string_equal(wrong(&machine), "subuid:no subgid:partly");
	assert_says(find(&machine, "subuid")->mend, "alice:100000:65536 in /etc/subuid");
	assert_says(find(&machine, "subgid")->mend, "/etc/subgid");
	assert_true(runs(&machine));
	machine.host.user = NULL;
	assert_string_equal(wrong(&machine), "user:partly subuid:no subgid:partly");
	assert_says(find(&machine, "subuid")->mend, "1000:100000:65536");
}

static void tools_for_ids_must_be_there_and_have_rights(void **state)
{
	struct machine machine = sound_machine(&arena, 1000);

	machine.newuidmap.path = NULL;
	machine.newgidmap.capable = false;
	machine.no_new_privileges = true;
	assert_string_equal(wrong(&machine), "new-privileges:partly newuidmap:no newgidmap:no");
	assert_says(find(&machine, "newuidmap")->mend, "uidmap");
	assert_says(find(&machine, "newgidmap")->mend, "cap_setgid+ep /usr/bin/newgidmap");
	machine.newgidmap.setuid = machine.newgidmap.nosuid = true;
	assert_says(find(&machine, "newgidmap")->found, "nosuid");
}

static void root_that_is_none(void **state)
{
	struct machine machine = sound_machine(&arena, 0);

	machine.host.capabilities = ~(1ULL << 21 | 1ULL << 12);
	assert_string_equal(wrong(&machine), "rights:no!");
	assert_says(find(&machine, "rights")->found, "CAP_SYS_ADMIN CAP_NET_ADMIN");
	machine.host.capabilities = ~(1ULL << 27);
	assert_string_equal(wrong(&machine), "rights:partly!");
	machine.host.capabilities = ~0ULL;
	machine.host.user_namespace = true;
	assert_string_equal(wrong(&machine), "rights:partly!");
}

static void cgroups_by_layout(void **state)
{
	struct host_cgroup v1[] = {
		{ .controllers = "cpu,cpuacct", .mount = "/sys/fs/cgroup/cpu,cpuacct", .path = "/", .base = "" },
		{ .controllers = "memory", .mount = "/sys/fs/cgroup/memory", .path = "/", .base = "" },
	};
	struct machine machine = sound_machine(&arena, 0);

	machine.host.cgroup = CGROUP_V1;
	machine.host.hierarchy = v1;
	machine.host.hierarchies = 2;
	machine.bpf = NOT_TRIED;
	/* "cpu" is not the begin of "cpuset", nor the end of "cpuacct". */
	assert_string_equal(wrong(&machine), "cgroup-cpuset:no cgroup-io:no cgroup-pids:no");
	assert_says(find(&machine, "cgroup-cpu")->found, "/sys/fs/cgroup/cpu,cpuacct");
	assert_null(find(&machine, "bpf"));
	machine.host.uid = 1000;
	machine.host.user = "alice";
	v1[0].base = v1[1].base = NULL;
	v1[0].refused = v1[1].refused = "/sys/fs/cgroup/memory/user.slice";
	assert_string_equal(wrong(&machine), "cgroups:partly delegation:no cgroup-cpu:no cgroup-cpuset:no cgroup-io:no "
					     "cgroup-memory:no cgroup-pids:no");
	assert_says(find(&machine, "cgroup-memory")->mend, "v2");
	machine.host.hierarchies = 0;
	machine.host.cgroup = CGROUP_NONE;
	assert_says(find(&machine, "cgroups")->mend, "mount -t cgroup2");
	assert_true(runs(&machine));
}

static void controllers_that_were_not_passed_on(void **state)
{
	struct host_cgroup mine = { .controllers = "memory,pids", .mount = "/sys/fs/cgroup", .unified = true,
				    .path = "/user.slice/x", .base = "/user.slice/user-1000.slice" };
	struct machine machine = sound_machine(&arena, 1000);

	machine.host.hierarchy = &mine;
	assert_string_equal(wrong(&machine), "cgroup-cpu:no cgroup-cpuset:no cgroup-io:no");
	assert_says(find(&machine, "cgroup-cpu")->mend, "Delegate=");
	assert_says(find(&machine, "delegation")->found, "user-1000.slice");
	machine.systemd = false;
	assert_says(find(&machine, "cgroup-io")->mend, "+io");
	machine = sound_machine(&arena, 0);
	machine.host.hierarchy = &mine;
	mine.controllers = "cpu,cpuset,io,pids";
	machine.disabled_controllers = "memory,hugetlb,";
	assert_string_equal(wrong(&machine), "cgroup-memory:no");
	assert_says(find(&machine, "cgroup-memory")->mend, "cgroup_enable=memory");
}

static void modules(void **state)
{
	struct machine machine = sound_machine(&arena, 0);

	machine.module[MODULE_VETH] = machine.module[MODULE_NFT_MASQ] = MODULE_MISSING;
	assert_string_equal(wrong(&machine), "veth:no! nf_tables:no!");
	assert_says(find(&machine, "nf_tables")->found, "nft_masq");
	assert_says(find(&machine, "veth")->mend, "modprobe veth");
	/* What could be loaded cannot, once the kernel was told so. */
	machine = sound_machine(&arena, 0);
	machine.sysctl[SYSCTL_MODULES_DISABLED] = 1;
	machine.module[MODULE_BRIDGE] = MODULE_LOADED;
	machine.module[MODULE_FUSE] = MODULE_BUILTIN;
	assert_string_equal(wrong(&machine), "veth:no! nf_tables:no! macvlan:no ipvlan:no");
	assert_says(find(&machine, "veth")->found, "modules_disabled");
	/* Without a list of modules nothing is claimed. */
	for (int i = 0; i < MACHINE_MODULES; i++)
		machine.module[i] = MODULE_UNKNOWN;
	assert_string_equal(wrong(&machine), "fuse:partly bridge:partly! veth:partly! nf_tables:partly! macvlan:partly "
					     "ipvlan:partly");
	assert_true(runs(&machine));
	machine.mount[MOUNT_OVERLAY] = -ENODEV;
	assert_false(runs(&machine));
	assert_says(find(&machine, "overlay")->mend, "modprobe overlay");
}

static void modules_are_found_in_the_lists_of_the_kernel(void **state)
{
	struct module_lists lists = {
		.builtin = "kernel/fs/overlayfs/overlay.ko\nkernel/net/bridge/br-netfilter.ko\n",
		.loadable = "kernel/drivers/net/veth.ko.zst:\n"
			    "kernel/net/netfilter/nft_nat.ko.xz: kernel/net/nf_tables.ko\n",
	};

	assert_int_equal(module_in_lists(&arena, &lists, MODULE_OVERLAY), MODULE_BUILTIN);
	assert_int_equal(module_in_lists(&arena, &lists, MODULE_BR_NETFILTER), MODULE_BUILTIN);
	assert_int_equal(module_in_lists(&arena, &lists, MODULE_VETH), MODULE_LOADABLE);
	assert_int_equal(module_in_lists(&arena, &lists, MODULE_NF_TABLES), MODULE_LOADABLE);
	assert_int_equal(module_in_lists(&arena, &lists, MODULE_BRIDGE), MODULE_MISSING);
	lists = (struct module_lists){ .builtin = "tun.ko", .loadable = "" };
	assert_int_equal(module_in_lists(&arena, &lists, MODULE_TUN), MODULE_MISSING);
	lists = (struct module_lists){ .symbols = "0 t veth_setup_more\n0 t tun_setup\t[tun]\n0 T br_dev_setup\n" };
	assert_int_equal(module_in_lists(&arena, &lists, MODULE_VETH), MODULE_MISSING);
	assert_int_equal(module_in_lists(&arena, &lists, MODULE_TUN), MODULE_BUILTIN);
	assert_int_equal(module_in_lists(&arena, &lists, MODULE_BRIDGE), MODULE_BUILTIN);
	lists = (struct module_lists){ 0 };
	assert_int_equal(module_in_lists(&arena, &lists, MODULE_VETH), MODULE_UNKNOWN);
}

static void the_firewall(void **state)
{
	struct machine machine = sound_machine(&arena, 0);

	machine.host.nft = NULL;
	assert_string_equal(wrong(&machine), "nft:no!");
	assert_null(find(&machine, "others-rules"));
	machine = sound_machine(&arena, 0);
	machine.firewall = FIREWALL_OTHER;
	assert_string_equal(wrong(&machine), "firewall:partly!");
	machine.firewall = -EPERM;
	assert_string_equal(wrong(&machine), "firewall:no!");
	machine.firewall = -EOPNOTSUPP;
	assert_string_equal(wrong(&machine), "nf_tables:no! firewall:no!");
	machine.firewall = FIREWALL_ABSENT;
	assert_string_equal(wrong(&machine), "");
	machine.others = "one drops; allow it: first\nanother drops; allow it: second\n";
	machine.sysctl[SYSCTL_BRIDGE_CALLS] = 1;
	assert_string_equal(wrong(&machine), "others-rules:partly br_netfilter:partly");
	assert_string_equal(find(&machine, "others-rules")->found, "one drops; another drops");
	assert_string_equal(find(&machine, "others-rules")->mend, "first; second");
}

static void ways_out_of_a_user(void **state)
{
	struct machine machine = sound_machine(&arena, 1000);

	machine.pasta = NULL;
	machine.tun = false;
	machine.default_device = NULL;
	machine.sysctl[SYSCTL_PORT_START] = 1024;
	machine.ping_first = 1;
	machine.ping_last = 0;
	assert_string_equal(wrong(&machine), "route:no pasta:no tun:no ports:partly ping:partly");
	machine.slirp4netns = "/usr/bin/slirp4netns";
	machine.ping_last = 1000;
	assert_string_equal(wrong(&machine), "route:no pasta:partly tun:no ports:partly");
	assert_says(find(&machine, "ports")->mend, "ip_unprivileged_port_start");
	assert_true(runs(&machine));
}

static void folders(void **state)
{
	struct machine machine = sound_machine(&arena, 0);

	machine.store.read_only = true;
	assert_string_equal(wrong(&machine), "store:no!");
	assert_says(find(&machine, "store")->mend, "remount,rw");
	machine.store = sound_folder("/nfs/taru", 0x6969);
	assert_string_equal(wrong(&machine), "store:no! idmapped-mounts:no");
	assert_says(find(&machine, "store")->found, "nfs");
	machine.store = sound_folder("/tmp/taru", TMPFS);
	assert_string_equal(wrong(&machine), "idmapped-mounts:no");
	machine.store = sound_folder("/odd", 0x1234);
	machine.store.attributes = machine.store.access_lists = false;
	assert_string_equal(wrong(&machine), "store:no! store-acls:partly idmapped-mounts:partly");
	machine.store = sound_folder("/var/lib/taru", EXT4);
	machine.store.free = 1 << 20;
	machine.store.noexec = true;
	assert_string_equal(wrong(&machine), "store:partly! store-room:partly");
	machine.store.free = 100ULL << 30;
	machine.store.noexec = false;
	machine.store.files_free = 12;
	assert_says(find(&machine, "store-room")->found, "12 inodes");
	assert_says(find(&machine, "store")->found, "full: 12 inodes");
	machine.store.files_free = 10000000;
	machine.store.free = 0;
	assert_string_equal(wrong(&machine), "store:no! store-room:partly");
}

static void folders_that_are_not_there(void **state)
{
	struct machine machine = sound_machine(&arena, 1000);

	machine.store.writable = false;
	machine.run = (struct machine_folder){ .problem = "set XDG_RUNTIME_DIR" };
	assert_string_equal(wrong(&machine), "store:no! run-root:no!");
	assert_says(find(&machine, "store")->mend, "chown 1000 /var");
	assert_string_equal(find(&machine, "run-root")->found, "set XDG_RUNTIME_DIR");
	machine = sound_machine(&arena, 0);
	machine.run.type = EXT4;
	assert_string_equal(wrong(&machine), "run-root:partly!");
	machine.run.type = TMPFS;
	machine.run.free = 0;
	assert_says(find(&machine, "run-root")->found, "full");
	assert_string_equal(wrong(&machine), "run-root:no!");
	machine.run.free = 1 << 20;
	assert_string_equal(wrong(&machine), "run-root:partly!");
	machine.run.files_free = 0;
	assert_string_equal(wrong(&machine), "run-root:no!");
	machine.run = sound_folder("/sys/x", 0x62656572);
	assert_string_equal(wrong(&machine), "run-root:no!");
	assert_says(find(&machine, "run-root")->found, "sysfs");
}

static void programs(void **state)
{
	struct machine machine = sound_machine(&arena, 0);

	machine.helper[HELPER_FETCH] = machine.helper[HELPER_INIT] = NULL;
	machine.criu = NULL;
	machine.emulated.count = 0;
	machine.cdi_files = 0;
	machine.systemd = false;
	assert_string_equal(wrong(&machine), "fetch:no! init:no criu:no qemu-user:no cdi:no systemd:no");
	assert_says(find(&machine, "fetch")->mend, "TARU_LIBEXEC");
	machine.binfmt = false;
	assert_says(find(&machine, "qemu-user")->mend, "mount -t binfmt_misc");
}

static void limits_and_the_clock(void **state)
{
	struct machine machine = sound_machine(&arena, 1000);

	machine.files_limit = 1024;
	machine.processes_limit = 100;
	machine.sysctl[SYSCTL_INOTIFY_INSTANCES] = 8;
	machine.keys = 190;
	machine.now = 0;
	assert_string_equal(wrong(&machine), "open-files:partly processes:partly inotify:partly keys:partly "
					     "clock:partly");
	assert_says(find(&machine, "keys")->mend, "kernel.keys.maxkeys");
	machine = sound_machine(&arena, 0);
	machine.key_bytes = 19000;
	assert_says(find(&machine, "keys")->mend, "kernel.keys.root_maxbytes");
}

static void a_process_that_is_told_of_another_processor(void **state)
{
	struct machine machine = sound_machine(&arena, 0);

	machine.processor = "i686";
	assert_string_equal(wrong(&machine), "processor:partly");
	assert_says(find(&machine, "processor")->mend, "setarch x86_64");
}

static void security(void **state)
{
	struct machine machine = sound_machine(&arena, 0);

	machine.host.apparmor = false;
	machine.lsm = NULL;
	machine.seccomp_notify = false;
	assert_string_equal(wrong(&machine), "seccomp:partly! lsm:no");
	machine.seccomp = false;
	machine.host.selinux = true;
	machine.bpf = -EPERM;
	assert_string_equal(wrong(&machine), "seccomp:no! bpf:no!");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sound_machine_has_nothing_wrong),
		cmocka_unit_test(root_and_users_are_told_different_things),
		cmocka_unit_test(an_old_kernel_runs_nothing),
		cmocka_unit_test(a_filter_that_kills_is_told),
		cmocka_unit_test(a_container_of_others_around_us_is_known_by_its_mounts),
		cmocka_unit_test(kernels_without_namespaces),
		cmocka_unit_test(sysctls_that_forbid),
		cmocka_unit_test(ids_of_a_user),
		cmocka_unit_test(tools_for_ids_must_be_there_and_have_rights),
		cmocka_unit_test(root_that_is_none),
		cmocka_unit_test(cgroups_by_layout),
		cmocka_unit_test(controllers_that_were_not_passed_on),
		cmocka_unit_test(modules),
		cmocka_unit_test(modules_are_found_in_the_lists_of_the_kernel),
		cmocka_unit_test(the_firewall),
		cmocka_unit_test(ways_out_of_a_user),
		cmocka_unit_test(folders),
		cmocka_unit_test(folders_that_are_not_there),
		cmocka_unit_test(programs),
		cmocka_unit_test(limits_and_the_clock),
		cmocka_unit_test(a_process_that_is_told_of_another_processor),
		cmocka_unit_test(security),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
