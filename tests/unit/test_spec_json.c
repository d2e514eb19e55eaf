/* test_spec_json.c - config.json becomes a spec with nothing lost. What is refused: test_spec_bad.c. */
#include "spec/names.h"
#include "spec/spec.h"
#include <linux/mount.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

struct fixture {
	struct arena arena;
	struct problem problem;
	struct spec spec;
};

static void read_config(struct fixture *f, const char *text)
{
	size_t length = strlen(text);

	*f = (struct fixture){ 0 };
	arena_init(&f->arena, NULL, 0);
	spec_read(&f->arena, arena_copy(&f->arena, text, length), length, &f->spec, &f->problem);
}

static void read_good(struct fixture *f, const char *text)
{
	read_config(f, text);
	if (f->problem.found)
		fail_msg("%s", f->problem.text);
}

/* A config in which all is well but for what the test puts in. */
#define PROCESS "\"cwd\":\"/\",\"args\":[\"a\"]"
#define CONFIG(root, process, linux, more) \
	"{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"r\"" root "},\"process\":{" PROCESS process \
	"},\"linux\":{" linux "}" more "}"

static const char whole_process[] =
	"{\"ociVersion\":\"1.0.2-dev\",\"root\":{\"path\":\"rootfs\",\"readonly\":true},"
	"\"hostname\":\"host\",\"domainname\":\"domain\",\"solaris\":{\"x\":1},\"unknown\":[1],"
	"\"process\":{\"terminal\":true,\"consoleSize\":{\"height\":24,\"width\":80},"
	"\"user\":{\"uid\":1,\"gid\":4294967294,\"umask\":18,\"additionalGids\":[5,6],\"username\":\"x\"},"
	"\"args\":[\"sh\",\"-c\",\"\"],\"env\":[\"A=b\",\"C=\"],\"cwd\":\"/w\",\"commandLine\":\"x\","
	"\"capabilities\":{\"bounding\":[\"CAP_CHOWN\",\"CAP_BPF\"],\"effective\":[\"CAP_CHOWN\"],"
	"\"permitted\":[\"CAP_CHOWN\",\"CAP_KILL\"],\"inheritable\":[\"CAP_KILL\"],"
	"\"ambient\":[\"CAP_KILL\",\"CAP_BPF\"]},"
	"\"rlimits\":[{\"type\":\"RLIMIT_NOFILE\",\"soft\":1024,\"hard\":18446744073709551615}],"
	"\"noNewPrivileges\":true,\"apparmorProfile\":\"profile\",\"selinuxLabel\":\"a:b:c\","
	"\"oomScoreAdj\":-1000,\"scheduler\":{\"policy\":\"SCHED_FIFO\",\"priority\":99,\"nice\":-20,"
	"\"flags\":[\"SCHED_FLAG_RESET_ON_FORK\",\"SCHED_FLAG_RECLAIM\"]},"
	"\"ioPriority\":{\"class\":\"IOPRIO_CLASS_IDLE\",\"priority\":7},"
	"\"execCPUAffinity\":{\"initial\":\"0-3,7\",\"final\":\"1\"}},"
	"\"hooks\":{\"prestart\":[{\"path\":\"/h\",\"args\":[\"h\",\"x\"],\"env\":[\"A=1\"],\"timeout\":9}],"
	"\"poststop\":[{\"path\":\"/a\"},{\"path\":\"/b\"}]},"
	"\"annotations\":{\"a.b\":\"c\",\"d\":\"\"},"
	"\"linux\":{\"namespaces\":[{\"type\":\"uts\"}]}}";

static void test_process(void **state)
{
	struct fixture f;
	const struct process *process = &f.spec.process;

	read_good(&f, whole_process);
	assert_string_equal(f.spec.oci_version, "1.0.2-dev");
	assert_string_equal(f.spec.root_path, "rootfs");
	assert_true(f.spec.root_readonly);
	assert_string_equal(f.spec.hostname, "host");
	assert_string_equal(f.spec.domainname, "domain");
	assert_true(process->asked && process->terminal && process->no_new_privileges);
	assert_int_equal(process->console_height, 24);
	assert_int_equal(process->console_width, 80);
	assert_int_equal(process->user.uid, 1);
	assert_int_equal(process->user.gid, 4294967294);
	assert_true(process->user.umask.set);
	assert_int_equal(process->user.umask.value, 022);
	assert_int_equal(process->user.groups, 2);
	assert_int_equal(process->user.group[1], 6);
	assert_int_equal(process->args.count, 3);
	assert_string_equal(process->args.at[2], "");
	assert_null(process->args.at[3]);
	assert_string_equal(process->env.at[1], "C=");
	assert_string_equal(process->cwd, "/w");
	assert_int_equal(process->rlimits, 1);
	assert_int_equal(process->rlimit[0].resource, RLIMIT_NOFILE);
	assert_int_equal(process->rlimit[0].soft, 1024);
	assert_true(process->rlimit[0].hard == UINT64_MAX);
	assert_string_equal(process->apparmor_profile, "profile");
	assert_string_equal(process->selinux_label, "a:b:c");
	assert_true(process->oom_score_adj.set);
	assert_int_equal(process->oom_score_adj.value, -1000);
	arena_release(&f.arena);
}

static void test_rest_of_process(void **state)
{
	struct fixture f;
	const struct process *process = &f.spec.process;

	read_good(&f, whole_process);
	assert_true(process->capabilities.asked);
	assert_true(process->capabilities.bounding == (1ULL << 0 | 1ULL << 39));
	assert_int_equal(process->capabilities.effective, 1 << 0);
	assert_int_equal(process->capabilities.permitted, 1 << 0 | 1 << 5);
	/* Of the ambient ones, those that the kernel can raise. */
	assert_int_equal(process->capabilities.ambient, 1 << 5);
	assert_true(process->scheduler.asked);
	assert_int_equal(process->scheduler.policy, SCHED_FIFO);
	assert_int_equal(process->scheduler.priority, 99);
	assert_int_equal(process->scheduler.nice, -20);
	assert_int_equal(process->scheduler.flags, 3);
	assert_true(process->io_priority.asked);
	assert_int_equal(process->io_priority.class, 3);
	assert_int_equal(process->io_priority.priority, 7);
	assert_string_equal(process->affinity_initial, "0-3,7");
	assert_int_equal(f.spec.hook[HOOK_PRESTART].count, 1);
	assert_int_equal(f.spec.hook[HOOK_PRESTART].at[0].timeout.value, 9);
	assert_string_equal(f.spec.hook[HOOK_PRESTART].at[0].args.at[1], "x");
	assert_string_equal(f.spec.hook[HOOK_POSTSTOP].at[1].path, "/b");
	assert_int_equal(f.spec.annotations.count, 2);
	assert_string_equal(f.spec.annotations.at[0].key, "a.b");
	assert_string_equal(f.spec.annotations.at[1].value, "");
	arena_release(&f.arena);
}

static void test_mounts(void **state)
{
	struct fixture f;

	read_good(&f, CONFIG("", "", "", ",\"mounts\":["
		"{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"},"
		"{\"destination\":\"data\",\"source\":\"/d\",\"options\":[\"rbind\",\"ro\",\"idmap\"],"
		"\"uidMappings\":[{\"containerID\":0,\"hostID\":1000,\"size\":2}],"
		"\"gidMappings\":[{\"containerID\":0,\"hostID\":1000,\"size\":2}]},"
		"{\"destination\":\"/b\",\"source\":\"/x\",\"type\":\"bind\"}]"));
	assert_int_equal(f.spec.mounts, 3);
	assert_string_equal(f.spec.mount[0].type, "proc");
	assert_string_equal(f.spec.mount[1].destination, "/data");	/* meant from the root */
	assert_true(f.spec.mount[1].options.bind_all);
	assert_int_equal(f.spec.mount[1].options.set, MOUNT_ATTR_RDONLY);
	assert_int_equal(f.spec.mount[1].uid_map.at[0].outside, 1000);
	assert_int_equal(f.spec.mount[1].option.count, 3);
	assert_true(f.spec.mount[2].options.bind);
	arena_release(&f.arena);
}

static const char whole_linux[] = CONFIG("", "",
	"\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"network\",\"path\":\"/n\"},{\"type\":\"user\"},"
	"{\"type\":\"time\"},{\"type\":\"mount\",\"path\":\"\"},{\"type\":\"ipc\"}],"
	"\"uidMappings\":[{\"containerID\":0,\"hostID\":1000,\"size\":4294966295}],"
	"\"gidMappings\":[{\"containerID\":0,\"hostID\":5,\"size\":1}],"
	"\"timeOffsets\":{\"monotonic\":{\"secs\":-5,\"nanosecs\":999999999},\"boottime\":{\"secs\":7}},"
	"\"devices\":[{\"path\":\"/dev/fuse\",\"type\":\"c\",\"major\":10,\"minor\":229,\"fileMode\":8630,"
	"\"uid\":0,\"gid\":3},{\"path\":\"/dev/u\",\"type\":\"u\",\"major\":1,\"minor\":0},"
	"{\"path\":\"/p\",\"type\":\"p\"}],"
	"\"netDevices\":{\"eth1\":{\"name\":\"eth0\"},\"eth2\":{}},\"cgroupsPath\":\"/a/b\","
	"\"rootfsPropagation\":\"slave\",\"maskedPaths\":[\"/proc/kcore\"],\"readonlyPaths\":[\"/proc/sys\"],"
	"\"mountLabel\":\"l\",\"sysctl\":{\"net.ipv4.ip_forward\":\"1\"},"
	"\"personality\":{\"domain\":\"LINUX32\",\"flags\":[]},"
	"\"intelRdt\":{\"closID\":\"c\",\"l3CacheSchema\":\"L3:0=f\",\"memBwSchema\":\"MB:0=5\","
	"\"schemata\":[\"L3:0=ff\"],\"enableMonitoring\":true,\"enableCMT\":true},"
	"\"memoryPolicy\":{\"mode\":\"MPOL_BIND\",\"nodes\":\"0-1\",\"flags\":[\"MPOL_F_STATIC_NODES\"]}", "");

static void test_linux(void **state)
{
	struct fixture f;
	const struct spec *spec = &f.spec;

	read_good(&f, whole_linux);
	assert_true(spec_new_namespace(spec, NAMESPACE_PID));
	assert_true(spec_joins_namespace(spec, NAMESPACE_NETWORK));
	assert_string_equal(spec->namespace[NAMESPACE_NETWORK].path, "/n");
	assert_int_equal(spec->namespace[NAMESPACE_NETWORK].index, 1);
	assert_true(spec_new_namespace(spec, NAMESPACE_MOUNT));
	assert_false(spec->namespace[NAMESPACE_UTS].asked);
	assert_int_equal(spec->uid_map.at[0].outside, 1000);
	assert_true(spec->monotonic.set && spec->boottime.set);
	assert_int_equal(spec->monotonic.secs, -5);
	assert_int_equal(spec->monotonic.nanosecs, 999999999);
	assert_int_equal(spec->devices, 3);
	assert_int_equal(spec->device[0].mode.value, 0666);	/* without S_IFCHR */
	assert_int_equal(spec->device[0].gid.value, 3);
	assert_false(spec->device[1].mode.set);
	assert_int_equal(spec->device[1].type, 'c');
	assert_int_equal(spec->device[2].type, 'p');
	assert_string_equal(spec->net_device[0].name, "eth1");
	assert_string_equal(spec->net_device[0].new_name, "eth0");
	assert_null(spec->net_device[1].new_name);
	assert_int_equal(spec->rootfs_propagation, MS_SLAVE);
	assert_true(spec->rootfs_propagation_all);
	assert_string_equal(spec->masked_paths.at[0], "/proc/kcore");
	assert_string_equal(spec->sysctl.at[0].value, "1");
	assert_true(spec->personality.set);
	assert_int_equal(spec->personality.value, 8);
	assert_true(spec->intel_rdt.asked && spec->intel_rdt.enable_monitoring);
	assert_string_equal(spec->intel_rdt.schemata.at[0], "L3:0=ff");
	assert_int_equal(spec->memory_policy.mode, 2);
	assert_int_equal(spec->memory_policy.flags, 1 << 15);
	arena_release(&f.arena);
}

static void test_seccomp(void **state)
{
	struct fixture f;
	const struct seccomp *seccomp = &f.spec.seccomp;

	read_good(&f, CONFIG("", "", "\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\","
		"\"defaultErrnoRet\":38,\"architectures\":[\"SCMP_ARCH_X86\",\"SCMP_ARCH_SHEB\"],"
		"\"flags\":[\"SECCOMP_FILTER_FLAG_LOG\",\"SECCOMP_FILTER_FLAG_TSYNC\"],"
		"\"listenerPath\":\"/s\",\"listenerMetadata\":\"m\",\"syscalls\":["
		"{\"names\":[\"read\",\"write\"],\"action\":\"SCMP_ACT_ALLOW\"},"
		"{\"names\":[\"clone\"],\"action\":\"SCMP_ACT_TRACE\",\"errnoRet\":65535,\"args\":["
		"{\"index\":5,\"value\":18446744073709551615,\"valueTwo\":7,\"op\":\"SCMP_CMP_MASKED_EQ\"}]}]}",
		""));
	assert_true(seccomp->asked);
	assert_int_equal(seccomp->default_action, SECCOMP_RET_ERRNO);
	assert_int_equal(seccomp->default_errno_ret.value, 38);
	assert_int_equal(seccomp->architectures, 1u << ARCH_X86 | 1u << ARCH_SHEB);
	assert_int_equal(seccomp->flags, SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_TSYNC);
	assert_int_equal(seccomp->rules, 2);
	assert_int_equal(seccomp->rule[0].names.count, 2);
	assert_int_equal(seccomp->rule[1].errno_ret.value, 65535);
	assert_int_equal(seccomp->rule[1].arg[0].index, 5);
	assert_true(seccomp->rule[1].arg[0].value == UINT64_MAX);
	assert_int_equal(seccomp->rule[1].arg[0].value_two, 7);
	assert_int_equal(seccomp->rule[1].arg[0].operator, SECCOMP_MASKED_EQUAL);
	arena_release(&f.arena);
}

static void test_resources(void **state)
{
	struct fixture f;
	const struct resources *resources = &f.spec.resources;

	read_good(&f, CONFIG("", "", "\"resources\":{\"devices\":[{\"allow\":false},"
		"{\"allow\":true,\"type\":\"c\",\"major\":1,\"minor\":-1,\"access\":\"rm\"}],"
		"\"memory\":{\"limit\":-1,\"swap\":9223372036854775807,\"swappiness\":0,"
		"\"disableOOMKiller\":false},"
		"\"cpu\":{\"shares\":1024,\"quota\":-1,\"cpus\":\"0-1\",\"idle\":1},\"pids\":{\"limit\":0},"
		"\"blockIO\":{\"weight\":10,\"weightDevice\":[{\"major\":8,\"minor\":0,\"weight\":500}],"
		"\"throttleReadBpsDevice\":[{\"major\":8,\"minor\":0,\"rate\":600}]},"
		"\"hugepageLimits\":[{\"pageSize\":\"2MB\",\"limit\":1}],"
		"\"network\":{\"classID\":1048577,\"priorities\":[{\"name\":\"eth0\",\"priority\":5}]},"
		"\"rdma\":{\"mlx5_1\":{\"hcaHandles\":3}},\"unified\":{\"memory.high\":\"max\"}}", ""));
	assert_true(resources->asked);
	assert_int_equal(resources->devices, 2);
	assert_int_equal(resources->device[0].type, 'a');
	assert_true(resources->device[0].read && resources->device[0].mknod);
	assert_true(resources->device[1].allow && resources->device[1].major.set);
	assert_false(resources->device[1].minor.set || resources->device[1].write);
	assert_int_equal(resources->memory.limit.value, -1);
	assert_true(resources->memory.swap.value == INT64_MAX);
	assert_true(resources->memory.swappiness.set && resources->memory.disable_oom_killer.set);
	assert_false(resources->memory.reservation.set);
	assert_int_equal(resources->cpu.quota.value, -1);
	assert_string_equal(resources->cpu.cpus, "0-1");
	assert_true(resources->pids_limit.set);
	assert_int_equal(resources->block_io.weight_device.at[0].weight.value, 500);
	assert_int_equal(resources->block_io.read_bps.at[0].rate, 600);
	assert_string_equal(resources->hugepage[0].page_size, "2MB");
	assert_int_equal(resources->class_id.value, 1048577);
	assert_int_equal(resources->net_priority[0].priority, 5);
	assert_string_equal(resources->rdma[0].name, "mlx5_1");
	assert_true(resources->rdma[0].handles.set && !resources->rdma[0].objects.set);
	assert_string_equal(resources->unified.at[0].key, "memory.high");
	arena_release(&f.arena);
}

/* Go's encoder writes null for what is not set. */
static void test_null_is_absent(void **state)
{
	struct fixture f;

	read_good(&f, CONFIG(",\"readonly\":null",
			     ",\"user\":null,\"env\":null,\"capabilities\":null,\"oomScoreAdj\":null,\"rlimits\":null",
			     "\"namespaces\":null,\"seccomp\":null,\"resources\":null,\"devices\":null",
			     ",\"mounts\":null,\"hooks\":null,\"annotations\":null"));
	assert_false(f.spec.process.oom_score_adj.set || f.spec.process.capabilities.asked ||
		     f.spec.seccomp.asked);
	arena_release(&f.arena);
}

/* Nothing asked for is NULL, never "": Go's decoder makes no difference between the two. */
static void test_empty_is_absent(void **state)
{
	struct fixture f;

	read_good(&f, CONFIG("", ",\"apparmorProfile\":\"\",\"selinuxLabel\":\"\"",
			     "\"cgroupsPath\":\"\",\"mountLabel\":\"\",\"rootfsPropagation\":\"\"",
			     ",\"hostname\":\"\""));
	assert_null(f.spec.process.apparmor_profile);
	assert_null(f.spec.cgroups_path);
	assert_null(f.spec.hostname);
	assert_int_equal(f.spec.rootfs_propagation, 0);
	arena_release(&f.arena);
}

static void test_version(void **state)
{
	static const struct { const char *version; bool good; } versions[] = {
		{ "1.0.0", true }, { "1.0.2-dev", true }, { "1.0.0-rc5", true }, { "1.1.0+dev", true },
		{ "1.2.1", true }, { "1.3.0", true }, { "1.3.99", true },
		{ "0.5.0", false }, { "1.4.0", false }, { "2.0.0", false }, { "1.0", false },
		{ "1", false }, { "", false }, { "v1.0.0", false }, { "1.0.0x", false }, { "1..0", false },
		{ "01.0.0", false }, { "1.0.99999999999999999999", false }, { "a.b.c", false },
	};

	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		char text[200];
		struct fixture f;

		snprintf(text, sizeof(text), "{\"ociVersion\":\"%s\",\"root\":{\"path\":\"r\"},"
			 "\"process\":{\"cwd\":\"/\",\"args\":[\"a\"]}}", versions[i].version);
		read_config(&f, text);
		assert_true(f.problem.found != versions[i].good);
		if (f.problem.found)
			assert_memory_equal(f.problem.text, "ociVersion: ", 12);
		arena_release(&f.arena);
	}
}

/* A long list is read in a time that grows with its length. */
static void test_many_mounts(void **state)
{
	static const char begin[] = "{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"r\"},"
				    "\"process\":{\"cwd\":\"/\",\"args\":[\"a\"]},\"mounts\":[";
	static const char entry[] = "{\"destination\":\"/m\",\"type\":\"tmpfs\",\"source\":\"t\","
				    "\"options\":[\"ro\",\"nosuid\",\"size=1k\"]}";
	enum { MOUNTS = 10000 };
	char *text = malloc(sizeof(begin) + MOUNTS * sizeof(entry) + 10), *at = text;
	struct fixture f;

	assert_non_null(text);
	at += sprintf(at, "%s", begin);
	for (int i = 0; i < MOUNTS; i++)
		at += sprintf(at, "%s%s", i ? "," : "", entry);
	sprintf(at, "]}");
	read_good(&f, text);
	assert_int_equal(f.spec.mounts, MOUNTS);
	assert_string_equal(f.spec.mount[MOUNTS - 1].options.data.at[0].value, "1k");
	arena_release(&f.arena);
	free(text);
}

/* Broken in any place, a config is a spec or a problem, and no fault of memory. */
static void test_broken_configs(void **state)
{
	static const char *const seeds[] = { whole_process, whole_linux };
	char text[sizeof(whole_process) + sizeof(whole_linux)];
	uint32_t random = 7;

	for (int round = 0; round < 20000; round++) {
		const char *seed = seeds[round % 2];
		size_t length = strlen(seed);
		struct fixture f;

		strcpy(text, seed);
		for (int change = 0; change < 1 + round % 4; change++) {
			random = random * 1664525 + 1013904223;
			text[(random >> 8) % length] = "0123456789-,:{}[]\"\\eE.ntf/a"[(random >> 3) % 27];
		}
		read_config(&f, text);
		arena_release(&f.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_process),
		cmocka_unit_test(test_rest_of_process),
		cmocka_unit_test(test_mounts),
		cmocka_unit_test(test_linux),
		cmocka_unit_test(test_seccomp),
		cmocka_unit_test(test_resources),
		cmocka_unit_test(test_null_is_absent),
		cmocka_unit_test(test_empty_is_absent),
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_many_mounts),
		cmocka_unit_test(test_broken_configs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
