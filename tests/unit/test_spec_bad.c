/* test_spec_bad.c - a value in config.json that is not one of those allowed is told with its path and
 * with what is allowed. */
#include "spec/spec.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* A config in which all is well but for what is put in. */
#define PROCESS "\"cwd\":\"/\",\"args\":[\"a\"]"
#define CONFIG(root, process, linux, more) \
	"{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"r\"" root "},\"process\":{" PROCESS process \
	"},\"linux\":{" linux "}" more "}"

static const struct { const char *config, *problem; } bad[] = {
	{ "[]", "config.json: must be an object, not an array" },
	{ "{}", "ociVersion: is missing" },
	{ "{\"ociVersion\":\"1.0.0\"}", "root: is missing" },
	{ "{\"ociVersion\":\"1.0.0\",\"root\":{}}", "root.path: is missing" },
	{ "{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"\"}}", "root.path: must not be empty" },
	{ "{\"ociVersion\":\"1.0.0\",\"root\":\"x\"}", "root: must be an object, not a string" },
	{ "{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"x\"},\"process\":{}}", "process.cwd: is missing" },
	{ "{\"ociVersion\":1,\"root\":{\"path\":\"x\"}}", "ociVersion: must be a string, not a number" },
	{ CONFIG(",\"readonly\":1", "", "", ""), "root.readonly: must be a boolean, not a number" },
	{ CONFIG("", ",\"user\":{\"uid\":-1,\"gid\":0}", "", ""),
	  "process.user.uid: -1 is out of range (0 to 4294967294)" },
	{ CONFIG("", ",\"user\":{\"uid\":4294967295,\"gid\":0}", "", ""),
	  "process.user.uid: 4294967295 is out of range (0 to 4294967294)" },
	{ CONFIG("", ",\"user\":{\"uid\":4294967296,\"gid\":0}", "", ""),
	  "process.user.uid: 4294967296 is out of range (0 to 4294967294)" },
	{ CONFIG("", ",\"user\":{\"uid\":18446744073709551616,\"gid\":0}", "", ""),
	  "process.user.uid: 18446744073709551616 is out of range (0 to 4294967294)" },
	{ CONFIG("", ",\"user\":{\"uid\":\"0\",\"gid\":0}", "", ""),
	  "process.user.uid: must be a number, not a string" },
	{ CONFIG("", ",\"user\":{\"uid\":1e3,\"gid\":0}", "", ""),
	  "process.user.uid: must be a whole number without '.' or 'e', not 1e3" },
	{ CONFIG("", ",\"user\":{\"uid\":1.0,\"gid\":0}", "", ""),
	  "process.user.uid: must be a whole number without '.' or 'e', not 1.0" },
	{ CONFIG("", ",\"user\":{\"uid\":0}", "", ""), "process.user.gid: is missing" },
	{ CONFIG("", ",\"user\":{\"uid\":0,\"gid\":0,\"additionalGids\":[0,4294967295]}", "", ""),
	  "process.user.additionalGids[1]: 4294967295 is out of range (0 to 4294967294)" },
	{ CONFIG("", ",\"user\":{\"uid\":0,\"gid\":0,\"umask\":512}", "", ""),
	  "process.user.umask: 512 is out of range (0 to 511)" },
	{ CONFIG("", ",\"args\":\"sh\"", "", ""), "config.json:1:84: process.args is there twice" },
	{ CONFIG("", ",\"env\":[\"A=b\",1]", "", ""), "process.env[1]: must be a string, not a number" },
	{ CONFIG("", ",\"env\":{}", "", ""), "process.env: must be an array, not an object" },
	{ CONFIG("", ",\"capabilities\":{\"bounding\":[\"CAP_CHOWN\",\"CAP_FLY\"]}", "", ""),
	  "process.capabilities.bounding[1]: 'CAP_FLY' is not a capability of Linux" },
	{ CONFIG("", ",\"capabilities\":[\"CAP_CHOWN\"]", "", ""),
	  "process.capabilities: must be an object, not an array" },
	{ CONFIG("", ",\"rlimits\":[{\"type\":\"RLIMIT_X\",\"soft\":1,\"hard\":1}]", "", ""),
	  "process.rlimits[0].type: 'RLIMIT_X' is not a resource limit of Linux" },
	{ CONFIG("", ",\"rlimits\":[{\"type\":\"RLIMIT_CPU\",\"soft\":-1,\"hard\":1}]", "", ""),
	  "process.rlimits[0].soft: -1 is out of range (0 to 18446744073709551615)" },
	{ CONFIG("", ",\"rlimits\":[{\"soft\":1,\"hard\":1}]", "", ""),
	  "process.rlimits[0].type: is missing" },
	{ CONFIG("", ",\"oomScoreAdj\":1001", "", ""),
	  "process.oomScoreAdj: 1001 is out of range (-1000 to 1000)" },
	{ CONFIG("", ",\"scheduler\":{\"policy\":\"FIFO\"}", "", ""),
	  "process.scheduler.policy: 'FIFO' is not a scheduling policy" },
	{ CONFIG("", ",\"scheduler\":{\"policy\":\"SCHED_RR\",\"nice\":2147483648}", "", ""),
	  "process.scheduler.nice: 2147483648 is out of range (-2147483648 to 2147483647)" },
	{ CONFIG("", ",\"ioPriority\":{\"class\":\"IOPRIO_CLASS_BE\",\"priority\":8}", "", ""),
	  "process.ioPriority.priority: 8 is out of range (0 to 7)" },
	{ CONFIG("", ",\"consoleSize\":{\"height\":65536,\"width\":1}", "", ""),
	  "process.consoleSize.height: 65536 is out of range (0 to 65535)" },
	{ CONFIG("", "", "", ",\"mounts\":[{\"source\":\"a\"}]"), "mounts[0].destination: is missing" },
	{ CONFIG("", "", "", ",\"mounts\":[{\"destination\":\"/a\",\"options\":\"ro\"}]"),
	  "mounts[0].options: must be an array, not a string" },
	{ CONFIG("", "", "", ",\"mounts\":{}"), "mounts: must be an array, not an object" },
	{ CONFIG("", "", "", ",\"mounts\":[null]"), "mounts[0]: must be an object, not null" },
	{ CONFIG("", "", "", ",\"hooks\":{\"poststop\":[{\"path\":\"/a\",\"timeout\":0}]}"),
	  "hooks.poststop[0].timeout: 0 is out of range (1 to 9223372036854775807)" },
	{ CONFIG("", "", "", ",\"annotations\":{\"a b\":1}"),
	  "annotations[\"a b\"]: must be a string, not a number" },
	{ CONFIG("", "", "\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"cpu\"}]", ""),
	  "linux.namespaces[1].type: 'cpu' is not a kind of namespace" },
	{ CONFIG("", "", "\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"ipc\"},{\"type\":\"pid\"}]", ""),
	  "linux.namespaces[2]: a second pid namespace (linux.namespaces[0] is one)" },
	{ CONFIG("", "", "\"namespaces\":[{}]", ""), "linux.namespaces[0].type: is missing" },
	{ CONFIG("", "", "\"timeOffsets\":{\"realtime\":{\"secs\":1}}", ""),
	  "linux.timeOffsets.realtime: only the clocks monotonic and boottime can have an offset" },
	{ CONFIG("", "", "\"timeOffsets\":{\"boottime\":{\"nanosecs\":1000000000}}", ""),
	  "linux.timeOffsets.boottime.nanosecs: 1000000000 is out of range (0 to 999999999)" },
	{ CONFIG("", "", "\"uidMappings\":[{\"containerID\":0,\"hostID\":0}]", ""),
	  "linux.uidMappings[0].size: is missing" },
	{ CONFIG("", "", "\"devices\":[{\"path\":\"/a\",\"type\":\"x\"}]", ""),
	  "linux.devices[0].type: 'x' is not a type of device (c, b, u or p)" },
	{ CONFIG("", "", "\"devices\":[{\"path\":\"/a\",\"type\":\"c\",\"major\":4096,\"minor\":0}]", ""),
	  "linux.devices[0].major: 4096 is out of range (0 to 4095)" },
	{ CONFIG("", "", "\"rootfsPropagation\":\"public\"", ""),
	  "linux.rootfsPropagation: 'public' is not a propagation" },
	{ CONFIG("", "", "\"personality\":{\"domain\":\"BSD\"}", ""),
	  "linux.personality.domain: 'BSD' is not a personality (LINUX or LINUX32)" },
	{ CONFIG("", "", "\"personality\":{\"domain\":\"LINUX\",\"flags\":[\"X\"]}", ""),
	  "linux.personality.flags: no flag is defined for it" },
	{ CONFIG("", "", "\"sysctl\":{\"net.x\":1}", ""),
	  "linux.sysctl[\"net.x\"]: must be a string, not a number" },
	{ CONFIG("", "", "\"seccomp\":{}", ""), "linux.seccomp.defaultAction: is missing" },
	{ CONFIG("", "", "\"seccomp\":{\"defaultAction\":\"SCMP_ACT_X\"}", ""),
	  "linux.seccomp.defaultAction: 'SCMP_ACT_X' is not an action of seccomp" },
	{ CONFIG("", "", "\"seccomp\":{\"defaultAction\":\"SCMP_ACT_LOG\",\"architectures\":[\"x86\"]}", ""),
	  "linux.seccomp.architectures[0]: 'x86' is not an architecture of seccomp" },
	{ CONFIG("", "", "\"seccomp\":{\"defaultAction\":\"SCMP_ACT_LOG\",\"syscalls\":[{\"names\":[\"a\"],"
			 "\"action\":\"SCMP_ACT_LOG\",\"args\":[{\"index\":6,\"value\":0,"
			 "\"op\":\"SCMP_CMP_EQ\"}]}]}", ""),
	  "linux.seccomp.syscalls[0].args[0].index: 6 is out of range (0 to 5)" },
	{ CONFIG("", "", "\"seccomp\":{\"defaultAction\":\"SCMP_ACT_LOG\",\"syscalls\":[{\"names\":[\"a\"],"
			 "\"action\":\"SCMP_ACT_LOG\",\"args\":[{\"index\":0,\"value\":0,\"op\":\"EQ\"}]}]}", ""),
	  "linux.seccomp.syscalls[0].args[0].op: 'EQ' is not an operator of seccomp" },
	{ CONFIG("", "", "\"memoryPolicy\":{\"mode\":\"BIND\"}", ""),
	  "linux.memoryPolicy.mode: 'BIND' is not a memory policy" },
	{ CONFIG("", "", "\"resources\":{\"devices\":[{\"allow\":true,\"access\":\"rx\"}]}", ""),
	  "linux.resources.devices[0].access: 'rx' holds more than the letters r, w and m" },
	{ CONFIG("", "", "\"resources\":{\"memory\":{\"limit\":9223372036854775808}}", ""),
	  "linux.resources.memory.limit: 9223372036854775808 is out of range "
	  "(-9223372036854775808 to 9223372036854775807)" },
};

static void test_bad(void **state)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		size_t length = strlen(bad[i].config);
		struct problem problem = { 0 };
		struct arena arena;
		struct spec spec;

		arena_init(&arena, NULL, 0);
		spec_read(&arena, arena_copy(&arena, bad[i].config, length), length, &spec, &problem);
		assert_true(problem.found);
		assert_string_equal(problem.text, bad[i].problem);
		arena_release(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_bad) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
