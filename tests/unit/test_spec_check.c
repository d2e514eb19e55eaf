/* test_spec_check.c - what cannot work together is refused with the key and the reason, before anything
 * is made; what works passes. Each row is a config with one fault (or none). */
#include "spec/spec.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Reads a config in which all is well but for what is put in: members of the process (its args and cwd
 * unless they are given), of "linux", and of the whole. */
static const char *problem_of(const char *process, const char *linux_, const char *more)
{
	static struct problem problem;
	static char text[65536];
	bool own = strstr(process, "\"cwd\"");
	struct arena arena;
	struct spec spec;
	int length = snprintf(text, sizeof(text) - 1,
			      "{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"r\"},"
			      "\"process\":{%s%s%s},\"linux\":{%s}%s%s}",
			      own ? "" : "\"cwd\":\"/\",\"args\":[\"a\"]", !own && *process ? "," : "",
			      process, linux_, *more ? "," : "", more);

	assert_true(length > 0 && (size_t)length < sizeof(text) - 1);
	problem = (struct problem){ 0 };
	arena_init(&arena, NULL, 0);
	spec_read(&arena, text, (size_t)length, &spec, &problem);
	arena_release(&arena);
	return problem.found ? problem.text : "";
}

struct row { const char *config, *problem; };

static void check_rows(const struct row *row, size_t count, int which)
{
	for (size_t i = 0; i < count; i++)
		assert_string_equal(problem_of(which == 0 ? row[i].config : "",
					       which == 1 ? row[i].config : "",
					       which == 2 ? row[i].config : ""),
				    row[i].problem);
}

#define CHECK_PROCESS(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]), 0)
#define CHECK_LINUX(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]), 1)
#define CHECK_WHOLE(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]), 2)

static void test_process(void **state)
{
	static const struct row rows[] = {
		{ "", "" },
		{ "\"cwd\":\"/\"", "process.args: must name the program to run" },
		{ "\"cwd\":\"/\",\"args\":[]", "process.args: must name the program to run" },
		{ "\"cwd\":\"/\",\"commandLine\":\"x\"",
		  "process.args: is missing (process.commandLine is for Windows)" },
		{ "\"cwd\":\"/\",\"args\":[\"\"]", "process.args[0]: must not be empty" },
		{ "\"cwd\":\"a/b\",\"args\":[\"a\"]", "process.cwd: 'a/b' is not an absolute path" },
		{ "\"cwd\":\"\",\"args\":[\"a\"]", "process.cwd: must not be empty" },
		{ "\"env\":[\"A=\",\"B=c=d\",\"x y=\"]", "" },
		{ "\"env\":[\"A=\",\"B\"]", "process.env[1]: 'B' is not of the form NAME=value" },
		{ "\"env\":[\"\"]", "process.env[0]: '' is not of the form NAME=value" },
		{ "\"env\":[\"=secret\"]", "process.env[0]: has no name before its '='" },
		{ "\"apparmorProfile\":\"a\\nb\"", "process.apparmorProfile: must be a single line" },
		{ "\"selinuxLabel\":\"a\\nb\"", "process.selinuxLabel: must be a single line" },
		{ "\"execCPUAffinity\":{\"initial\":\"0-3,7\"}", "" },
		{ "\"execCPUAffinity\":{\"final\":\"0,\"}",
		  "process.execCPUAffinity.final: '0,' is not a list such as 0-3,7" },
		{ "\"execCPUAffinity\":{\"initial\":\"1-\"}",
		  "process.execCPUAffinity.initial: '1-' is not a list such as 0-3,7" },
	};

	CHECK_PROCESS(rows);
}

static void test_limits_and_capabilities(void **state)
{
	static const struct row rows[] = {
		{ "\"rlimits\":[{\"type\":\"RLIMIT_CPU\",\"soft\":5,\"hard\":5}]", "" },
		{ "\"rlimits\":[{\"type\":\"RLIMIT_CPU\",\"soft\":6,\"hard\":5}]",
		  "process.rlimits[0].soft: 6 is more than its hard limit, 5 (RLIMIT_CPU)" },
		{ "\"rlimits\":[{\"type\":\"RLIMIT_CPU\",\"soft\":5,\"hard\":5},"
		  "{\"type\":\"RLIMIT_AS\",\"soft\":5,\"hard\":5},{\"type\":\"RLIMIT_CPU\",\"soft\":5,\"hard\":5}]",
		  "process.rlimits[2].type: 'RLIMIT_CPU' is there twice" },
		{ "\"capabilities\":{\"effective\":[\"CAP_KILL\"],\"permitted\":[\"CAP_KILL\",\"CAP_CHOWN\"]}", "" },
		{ "\"capabilities\":{\"effective\":[\"CAP_KILL\",\"CAP_BPF\"],\"permitted\":[\"CAP_KILL\"]}",
		  "process.capabilities.effective: 'CAP_BPF' must be in permitted too, or the kernel "
		  "refuses it" },
		/* Cannot be granted, which is no reason to fail. */
		{ "\"capabilities\":{\"permitted\":[\"CAP_KILL\"],\"ambient\":[\"CAP_KILL\"]}", "" },
	};

	CHECK_PROCESS(rows);
}

static void test_scheduler(void **state)
{
	static const struct row rows[] = {
		{ "\"scheduler\":{\"policy\":\"SCHED_OTHER\",\"nice\":19}", "" },
		{ "\"scheduler\":{\"policy\":\"SCHED_BATCH\",\"nice\":20}",
		  "process.scheduler.nice: 20 is out of range (-20 to 19)" },
		{ "\"scheduler\":{\"policy\":\"SCHED_OTHER\",\"priority\":1}",
		  "process.scheduler.priority: must be 0 for SCHED_OTHER" },
		{ "\"scheduler\":{\"policy\":\"SCHED_RR\",\"priority\":99}", "" },
		{ "\"scheduler\":{\"policy\":\"SCHED_RR\"}",
		  "process.scheduler.priority: 0 is out of range (1 to 99 for SCHED_RR)" },
		{ "\"scheduler\":{\"policy\":\"SCHED_FIFO\",\"priority\":100}",
		  "process.scheduler.priority: 100 is out of range (1 to 99 for SCHED_FIFO)" },
		{ "\"scheduler\":{\"policy\":\"SCHED_ISO\"}",
		  "process.scheduler.policy: Linux has no SCHED_ISO" },
		{ "\"scheduler\":{\"policy\":\"SCHED_DEADLINE\",\"runtime\":1024,\"deadline\":1024}", "" },
		{ "\"scheduler\":{\"policy\":\"SCHED_DEADLINE\",\"runtime\":1023,\"deadline\":2000}",
		  "process.scheduler.runtime: SCHED_DEADLINE needs 1024 ns or more" },
		{ "\"scheduler\":{\"policy\":\"SCHED_DEADLINE\",\"runtime\":3000,\"deadline\":2000}",
		  "process.scheduler.deadline: must not be shorter than runtime" },
		{ "\"scheduler\":{\"policy\":\"SCHED_DEADLINE\",\"runtime\":2000,\"deadline\":2000,\"period\":1999}",
		  "process.scheduler.period: must not be shorter than deadline" },
	};

	CHECK_PROCESS(rows);
}

static void test_names_of_the_host(void **state)
{
	static const struct row rows[] = {
		{ "\"hostname\":\"a\"", "hostname: needs a uts namespace, or the host's own name would "
		  "change; add {\"type\": \"uts\"} to linux.namespaces" },
		{ "\"domainname\":\"a\"", "domainname: needs a uts namespace, or the host's own name would "
		  "change; add {\"type\": \"uts\"} to linux.namespaces" },
	};
	static const char uts[] = "\"namespaces\":[{\"type\":\"uts\"}]";
	char name[128];

	CHECK_WHOLE(rows);
	assert_string_equal(problem_of("", uts, "\"hostname\":\"a\",\"domainname\":\"b\""), "");
	assert_string_equal(problem_of("", "\"namespaces\":[{\"type\":\"uts\",\"path\":\"/n\"}]",
				       "\"hostname\":\"a\""), "");
	snprintf(name, sizeof(name), "\"hostname\":\"%064d\"", 0);
	assert_string_equal(problem_of("", uts, name), "");
	snprintf(name, sizeof(name), "\"hostname\":\"%065d\"", 0);
	assert_non_null(strstr(problem_of("", uts, name), "is longer than 64 bytes"));
}

static void test_mounts(void **state)
{
	static const struct row rows[] = {
		{ "\"mounts\":[{\"destination\":\"/a\",\"type\":\"tmpfs\",\"options\":[\"tmpcopyup\"]}]", "" },
		{ "\"mounts\":[{\"destination\":\"/a\",\"options\":[\"remount\",\"ro\"]}]", "" },
		{ "\"mounts\":[{\"destination\":\"/a\"}]",
		  "mounts[0].type: is missing, and a mount that is no bind mount needs it" },
		{ "\"mounts\":[{\"destination\":\"/a\",\"options\":[\"bind\"]}]",
		  "mounts[0].source: is missing, and a bind mount needs it" },
		{ "\"mounts\":[{\"destination\":\"/a\",\"type\":\"proc\",\"options\":[\"tmpcopyup\"]}]",
		  "mounts[0].options: 'tmpcopyup' is for a tmpfs only" },
		{ "\"mounts\":[{\"destination\":\"/a\",\"type\":\"tmpfs\",\"options\":[\"=x\"]}]",
		  "mounts[0].options[0]: '=x' has nothing before its '='" },
		{ "\"mounts\":[{\"destination\":\"/a\",\"source\":\"/b\",\"options\":[\"bind\",\"idmap\"]}]",
		  "mounts[0].options: 'idmap' needs uidMappings and gidMappings beside it, since the container "
		  "has no user namespace to take them from" },
		{ "\"mounts\":[{\"destination\":\"/a\",\"source\":\"/b\",\"options\":[\"bind\"],"
		  "\"gidMappings\":[{\"containerID\":0,\"hostID\":0,\"size\":1}]}]",
		  "mounts[0].uidMappings: is missing, and mounts[0].gidMappings is there" },
		{ "\"mounts\":[{\"destination\":\"/a\",\"source\":\"/b\",\"options\":[\"bind\"],"
		  "\"uidMappings\":[{\"containerID\":0,\"hostID\":0,\"size\":0}],"
		  "\"gidMappings\":[{\"containerID\":0,\"hostID\":0,\"size\":1}]}]",
		  "mounts[0].uidMappings[0].size: 0 ids are no mapping" },
		{ "\"hooks\":{\"poststop\":[{\"path\":\"/a\"},{\"path\":\"b\"}]}",
		  "hooks.poststop[1].path: 'b' is not an absolute path" },
		{ "\"annotations\":{\"\":\"x\"}", "annotations: a key must not be empty" },
	};

	CHECK_WHOLE(rows);
}

#define USER "\"namespaces\":[{\"type\":\"user\"}],"
#define MAP(inside, outside, size) \
	"{\"containerID\":" #inside ",\"hostID\":" #outside ",\"size\":" #size "}"
#define GID ",\"gidMappings\":[" MAP(0, 0, 10) "]"

static void test_id_maps(void **state)
{
	static const struct row rows[] = {
		{ USER "\"uidMappings\":[" MAP(0, 1000, 1) "]" GID, "" },
		{ USER "\"uidMappings\":[" MAP(0, 1000, 10) "," MAP(10, 5000, 10) "]" GID, "" },
		{ USER "\"uidMappings\":[" MAP(0, 0, 4294967295) "]" GID, "" },
		{ "\"namespaces\":[{\"type\":\"user\",\"path\":\"/n\"}]", "" },
		{ "\"namespaces\":[{\"type\":\"user\"}]",
		  "linux.uidMappings: is missing, and a new user namespace needs it and linux.gidMappings, such "
		  "as [{\"containerID\": 0, \"hostID\": 1000, \"size\": 1}]" },
		{ USER "\"uidMappings\":[" MAP(0, 0, 1) "]",
		  "linux.gidMappings: is missing, and linux.uidMappings is there" },
		{ "\"uidMappings\":[" MAP(0, 0, 1) "]",
		  "linux.uidMappings: needs a user namespace; add {\"type\": \"user\"} to linux.namespaces" },
		{ USER "\"uidMappings\":[" MAP(0, 0, 0) "]" GID,
		  "linux.uidMappings[0].size: 0 ids are no mapping" },
		{ USER "\"uidMappings\":[" MAP(1, 0, 4294967295) "]" GID,
		  "linux.uidMappings[0].size: 4294967295 ids from 1 on reach past the last id, 4294967294" },
		{ USER "\"uidMappings\":[" MAP(0, 4294967294, 2) "]" GID,
		  "linux.uidMappings[0].size: 2 ids from 4294967294 on reach past the last id, 4294967294" },
		{ USER "\"uidMappings\":[" MAP(0, 0, 10) "," MAP(9, 100, 1) "]" GID,
		  "linux.uidMappings[1].containerID: some of its ids are in linux.uidMappings[0] too" },
		{ USER "\"uidMappings\":[" MAP(0, 95, 10) "," MAP(10, 100, 10) "]" GID,
		  "linux.uidMappings[1].hostID: some of its ids are in linux.uidMappings[0] too" },
		{ USER "\"uidMappings\":[" MAP(1, 0, 10) "]" GID,
		  "process.user.uid: 0 is not in linux.uidMappings" },
		{ "\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"network\",\"path\":\"net\"}]",
		  "linux.namespaces[1].path: 'net' is not an absolute path" },
	};

	CHECK_LINUX(rows);
	assert_string_equal(problem_of("\"user\":{\"uid\":0,\"gid\":0,\"additionalGids\":[9,10]}",
				       USER "\"uidMappings\":[" MAP(0, 0, 1) "]" GID, ""),
			    "process.user.additionalGids[1]: 10 is not in linux.gidMappings");
}

static void test_too_many_map_lines(void **state)
{
	char text[60000], *at = text;

	at += sprintf(at, USER "\"uidMappings\":[");
	for (int i = 0; i < 341; i++)
		at += sprintf(at, "%s{\"containerID\":%d,\"hostID\":%d,\"size\":1}", i ? "," : "", i, i);
	sprintf(at, "]" GID);
	assert_string_equal(problem_of("", text, ""),
			    "linux.uidMappings: has 341 entries, and the kernel takes 340");
}

static void test_time(void **state)
{
	static const struct row rows[] = {
		{ "\"timeOffsets\":{\"boottime\":{\"secs\":1}},\"namespaces\":[{\"type\":\"time\"}]", "" },
		{ "\"timeOffsets\":{\"boottime\":{\"secs\":1}}",
		  "linux.timeOffsets: needs a new time namespace; add {\"type\": \"time\"} to "
		  "linux.namespaces" },
		{ "\"timeOffsets\":{\"monotonic\":{\"secs\":1}},\"namespaces\":[{\"type\":\"time\",\"path\":\"/n\"}]",
		  "linux.timeOffsets: needs a new time namespace; add {\"type\": \"time\"} to "
		  "linux.namespaces" },
	};

	CHECK_LINUX(rows);
}

static void test_devices_and_paths(void **state)
{
	static const struct row rows[] = {
		{ "\"devices\":[{\"path\":\"/p\",\"type\":\"p\"}]", "" },
		{ "\"devices\":[{\"path\":\"a\",\"type\":\"p\"}]",
		  "linux.devices[0].path: 'a' is not an absolute path" },
		{ "\"devices\":[{\"path\":\"/a\",\"type\":\"c\",\"minor\":1}]",
		  "linux.devices[0].major: is missing" },
		{ "\"devices\":[{\"path\":\"/a\",\"type\":\"b\",\"major\":1}]",
		  "linux.devices[0].minor: is missing" },
		{ "\"maskedPaths\":[\"/a\",\"b\"]", "linux.maskedPaths[1]: 'b' is not an absolute path" },
		{ "\"readonlyPaths\":[\"\"]", "linux.readonlyPaths[0]: '' is not an absolute path" },
		{ "\"mountLabel\":\"a\\nb\"", "linux.mountLabel: must be a single line" },
		{ "\"intelRdt\":{\"closID\":\"a.b\"}", "" },
		{ "\"intelRdt\":{\"closID\":\"..\"}",
		  "linux.intelRdt.closID: '..' cannot be a directory's name" },
		{ "\"intelRdt\":{\"closID\":\"a/b\"}",
		  "linux.intelRdt.closID: 'a/b' cannot be a directory's name" },
	};

	CHECK_LINUX(rows);
}

#define NET "\"namespaces\":[{\"type\":\"network\"}],\"netDevices\":"

static void test_net_devices(void **state)
{
	static const struct row rows[] = {
		{ NET "{\"eth1\":{\"name\":\"eth0\"},\"eth0\":{\"name\":\"eth1\"}}", "" },
		{ NET "{\"abcdefghijklmno\":{}}", "" },
		{ "\"netDevices\":{\"eth1\":{}}",
		  "linux.netDevices: needs a network namespace; add {\"type\": \"network\"} to "
		  "linux.namespaces" },
		{ NET "{\"abcdefghijklmnop\":{}}",
		  "linux.netDevices: 'abcdefghijklmnop' cannot be a network device's name" },
		{ NET "{\"\":{}}", "linux.netDevices: '' cannot be a network device's name" },
		{ NET "{\"a\":{\"name\":\"..\"}}",
		  "linux.netDevices[\"a\"].name: '..' cannot be a network device's name (1 to 15 bytes, no "
		  "'/', ':' or blank)" },
		{ NET "{\"a\":{\"name\":\"b c\"}}",
		  "linux.netDevices[\"a\"].name: 'b c' cannot be a network device's name (1 to 15 bytes, no "
		  "'/', ':' or blank)" },
		{ NET "{\"a\":{\"name\":\"x\"},\"b\":{},\"x\":{}}",
		  "linux.netDevices: two of them would be 'x' in the container" },
	};

	CHECK_LINUX(rows);
}

static void test_memory_policy(void **state)
{
	static const struct row rows[] = {
		{ "\"memoryPolicy\":{\"mode\":\"MPOL_LOCAL\"}", "" },
		{ "\"memoryPolicy\":{\"mode\":\"MPOL_PREFERRED\"}", "" },
		{ "\"memoryPolicy\":{\"mode\":\"MPOL_BIND\",\"nodes\":\"0\",\"flags\":[\"MPOL_F_NUMA_BALANCING\"]}",
		  "" },
		{ "\"memoryPolicy\":{\"mode\":\"MPOL_BIND\"}",
		  "linux.memoryPolicy.nodes: is missing, and MPOL_BIND needs it" },
		{ "\"memoryPolicy\":{\"mode\":\"MPOL_BIND\",\"nodes\":\"a\"}",
		  "linux.memoryPolicy.nodes: 'a' is not a list such as 0-3,7" },
		{ "\"memoryPolicy\":{\"mode\":\"MPOL_DEFAULT\",\"nodes\":\"0\"}",
		  "linux.memoryPolicy.nodes: must be empty for MPOL_DEFAULT" },
		{ "\"memoryPolicy\":{\"mode\":\"MPOL_BIND\",\"nodes\":\"0\","
		  "\"flags\":[\"MPOL_F_STATIC_NODES\",\"MPOL_F_RELATIVE_NODES\"]}",
		  "linux.memoryPolicy.flags: MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES exclude each "
		  "other" },
		{ "\"memoryPolicy\":{\"mode\":\"MPOL_INTERLEAVE\",\"nodes\":\"0\","
		  "\"flags\":[\"MPOL_F_NUMA_BALANCING\"]}",
		  "linux.memoryPolicy.flags: MPOL_F_NUMA_BALANCING is for MPOL_BIND and MPOL_PREFERRED_MANY "
		  "only" },
	};

	CHECK_LINUX(rows);
}

#define ALL_NAMESPACES \
	"\"namespaces\":[{\"type\":\"ipc\"},{\"type\":\"uts\"},{\"type\":\"network\"},{\"type\":\"mount\"}],"
#define SYSCTL(key) "\"sysctl\":{\"" key "\":\"1\"}"
#define GLOBAL(key) \
	"linux.sysctl[\"" key "\"]: is not kept by a namespace, so it would change the whole machine"
#define NO_NAME(key) "linux.sysctl[\"" key "\"]: cannot be the name of a sysctl"

static void test_sysctl(void **state)
{
	static const struct row rows[] = {
		{ ALL_NAMESPACES SYSCTL("net.ipv4.ip_forward"), "" },
		{ ALL_NAMESPACES SYSCTL("net/ipv4/ip_forward"), "" },
		{ ALL_NAMESPACES SYSCTL("net.ipv4.conf.eth0/1.forwarding"), "" },
		{ ALL_NAMESPACES SYSCTL("net/ipv4/conf/eth0.1/forwarding"), "" },
		{ ALL_NAMESPACES SYSCTL("kernel.shmmax"), "" },
		{ ALL_NAMESPACES SYSCTL("kernel/sem"), "" },
		{ ALL_NAMESPACES SYSCTL("fs.mqueue.msg_max"), "" },
		{ ALL_NAMESPACES SYSCTL("kernel.domainname"), "" },
		{ ALL_NAMESPACES SYSCTL("kernel.panic"), GLOBAL("kernel.panic") },
		{ ALL_NAMESPACES SYSCTL("vm.swappiness"), GLOBAL("vm.swappiness") },
		{ ALL_NAMESPACES SYSCTL("kernel.shmmaxx"), GLOBAL("kernel.shmmaxx") },
		{ ALL_NAMESPACES SYSCTL("kernel.shm"), GLOBAL("kernel.shm") },
		{ ALL_NAMESPACES SYSCTL("net"), GLOBAL("net") },
		{ ALL_NAMESPACES SYSCTL("network.x"), GLOBAL("network.x") },
		/* The other divider is a part of a name: this is the file «net.x» in /proc/sys/kernel. */
		{ ALL_NAMESPACES SYSCTL("kernel/net.x"), GLOBAL("kernel/net.x") },
		{ ALL_NAMESPACES SYSCTL("net/../kernel/panic"), NO_NAME("net/../kernel/panic") },
		{ ALL_NAMESPACES SYSCTL("net...kernel.panic"), NO_NAME("net...kernel.panic") },
		{ ALL_NAMESPACES SYSCTL("/net/x"), NO_NAME("/net/x") },
		{ ALL_NAMESPACES SYSCTL("net.x."), NO_NAME("net.x.") },
		{ ALL_NAMESPACES SYSCTL("net//x"), NO_NAME("net//x") },
		{ ALL_NAMESPACES SYSCTL("net.a b"), NO_NAME("net.a b") },
		{ ALL_NAMESPACES SYSCTL(""), NO_NAME("") },
		{ SYSCTL("net.core.somaxconn"), "linux.sysctl[\"net.core.somaxconn\"]: needs a network "
		  "namespace, or it would change the host's; add {\"type\": \"network\"} to linux.namespaces" },
		{ SYSCTL("user.max_user_namespaces"), "linux.sysctl[\"user.max_user_namespaces\"]: needs a user "
		  "namespace, or it would change the host's; add {\"type\": \"user\"} to linux.namespaces" },
	};

	CHECK_LINUX(rows);
	assert_string_equal(problem_of("", ALL_NAMESPACES SYSCTL("kernel.hostname"), "\"hostname\":\"a\""),
			    "linux.sysctl[\"kernel.hostname\"]: 'hostname' is there and sets the same");
}

static void test_sysctl_path(void **state)
{
	static const struct { const char *key, *path; } cases[] = {
		{ "net.ipv4.ip_forward", "net/ipv4/ip_forward" },
		{ "net/ipv4/ip_forward", "net/ipv4/ip_forward" },
		{ "net.ipv4.conf.eth0/100.forwarding", "net/ipv4/conf/eth0.100/forwarding" },
		{ "net/ipv4/conf/eth0.100/forwarding", "net/ipv4/conf/eth0.100/forwarding" },
		{ "a", "a" },
	};
	struct arena arena;

	arena_init(&arena, NULL, 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(spec_sysctl_path(&arena, cases[i].key), cases[i].path);
	arena_release(&arena);
}

#define SECCOMP(more) "\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\"," more "}"
#define RULE(more) SECCOMP("\"syscalls\":[{" more "}]")

static void test_seccomp(void **state)
{
	static const struct row rows[] = {
		{ RULE("\"names\":[\"a\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":4095"), "" },
		{ RULE("\"names\":[\"a\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":4096"),
		  "linux.seccomp.syscalls[0].errnoRet: 4096 is out of range (0 to 4095)" },
		{ RULE("\"names\":[\"a\"],\"action\":\"SCMP_ACT_TRACE\",\"errnoRet\":65536"),
		  "linux.seccomp.syscalls[0].errnoRet: 65536 is out of range (0 to 65535)" },
		{ RULE("\"names\":[\"a\"],\"action\":\"SCMP_ACT_KILL\",\"errnoRet\":1"),
		  "linux.seccomp.syscalls[0].errnoRet: means nothing to SCMP_ACT_KILL_THREAD" },
		{ SECCOMP("\"defaultErrnoRet\":1"),
		  "linux.seccomp.defaultErrnoRet: means nothing to SCMP_ACT_ALLOW" },
		{ RULE("\"names\":[],\"action\":\"SCMP_ACT_ERRNO\""),
		  "linux.seccomp.syscalls[0].names: must name a system call" },
		{ RULE("\"names\":[\"a\",\"\"],\"action\":\"SCMP_ACT_ERRNO\""),
		  "linux.seccomp.syscalls[0].names[1]: must not be empty" },
		{ RULE("\"names\":[\"a\"],\"action\":\"SCMP_ACT_NOTIFY\""),
		  "linux.seccomp.listenerPath: is missing, and SCMP_ACT_NOTIFY needs it" },
		{ SECCOMP("\"listenerPath\":\"/s\",\"syscalls\":[{\"names\":[\"a\",\"sendmsg\"],"
			  "\"action\":\"SCMP_ACT_NOTIFY\"}]"),
		  "linux.seccomp.syscalls[0].names: 'sendmsg' with SCMP_ACT_NOTIFY would stop the call that "
		  "hands the listener over" },
		{ "\"seccomp\":{\"defaultAction\":\"SCMP_ACT_NOTIFY\",\"listenerPath\":\"/s\"}",
		  "linux.seccomp.defaultAction: SCMP_ACT_NOTIFY for every call would also stop the call that "
		  "hands the listener over" },
		{ SECCOMP("\"listenerPath\":\"/s\",\"listenerMetadata\":\"m\""), "" },
		{ SECCOMP("\"listenerMetadata\":\"m\""),
		  "linux.seccomp.listenerMetadata: is for a listener, and listenerPath is missing" },
	};
	char text[300];

	CHECK_LINUX(rows);
	snprintf(text, sizeof(text), SECCOMP("\"listenerPath\":\"/%0107d\""), 0);
	assert_non_null(strstr(problem_of("", text, ""), "is longer than 107 bytes"));
}

/* A spec that was made from flags has no reader in front of it. */
static void test_spec_without_a_config(void **state)
{
	struct problem problem = { 0 };
	struct spec spec = { 0 };

	spec_check(&spec, &problem);
	assert_string_equal(problem.text, "root.path: is missing");
	problem = (struct problem){ 0 };
	spec.root_path = "r";
	spec_check(&spec, &problem);
	assert_string_equal(problem.text, "process: is missing");
	problem = (struct problem){ 0 };
	spec.process.asked = true;
	spec.process.args = (struct texts){ (char *[]){ (char[]){ "a" }, NULL }, 1 };
	spec_check(&spec, &problem);
	assert_string_equal(problem.text, "process.cwd: '' is not an absolute path");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_process),
		cmocka_unit_test(test_limits_and_capabilities),
		cmocka_unit_test(test_scheduler),
		cmocka_unit_test(test_names_of_the_host),
		cmocka_unit_test(test_mounts),
		cmocka_unit_test(test_id_maps),
		cmocka_unit_test(test_too_many_map_lines),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_devices_and_paths),
		cmocka_unit_test(test_net_devices),
		cmocka_unit_test(test_memory_policy),
		cmocka_unit_test(test_sysctl),
		cmocka_unit_test(test_sysctl_path),
		cmocka_unit_test(test_seccomp),
		cmocka_unit_test(test_spec_without_a_config),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
