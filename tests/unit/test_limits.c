/* test_limits.c - limits of a container that is there: what is read, planned and put back; and what it uses. */
#include "life/stats.h"
#include "life/undo.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena arena;
static char folder[] = "/tmp/test_limits.XXXXXX";

static int set_up(void **state)
{
	arena_init(&arena, NULL, 0);
	return 0;
}

static int tear_down(void **state)
{
	arena_release(&arena);
	return 0;
}

/* --- the JSON of --resources --- */

static struct resources read_resources(const char *text, struct problem *problem)
{
	struct resources resources;
	size_t length = strlen(text);

	*problem = (struct problem){ 0 };
	spec_read_resources(&arena, arena_copy(&arena, text, length), length, "file", &resources, problem);
	return resources;
}

static void test_read(void **state)
{
	struct problem problem;
	static const char text[] =
		"{\"memory\":{\"limit\":-1,\"checkBeforeUpdate\":true},\"pids\":{\"limit\":0},"
		"\"cpu\":{\"cpus\":\"0-1\",\"quota\":-1},\"devices\":[{\"allow\":false}],"
		"\"unified\":{\"memory.high\":\"5\"},\"unknown\":1}";
	struct resources r = read_resources(text, &problem);

	assert_false(problem.found);
	assert_true(r.memory.limit.set && r.memory.limit.value == -1 && r.memory.check_before_update.value);
	assert_true(r.pids_limit.set && r.pids_limit.value == 0);
	assert_string_equal(r.cpu.cpus, "0-1");
	assert_int_equal(r.cpu.quota.value, -1);
	assert_false(r.memory.swap.set);
	assert_int_equal(r.devices, 1);
	assert_string_equal(r.unified.at[0].key, "memory.high");
	read_resources("{}", &problem);
	assert_false(problem.found);
}

static void test_read_bad(void **state)
{
	static const struct { const char *text, *problem; } bad[] = {
		{ "{\"memory\":{\"limit\":\"1\"}}", "memory.limit: " },
		{ "{\"cpu\":{\"shares\":-1}}", "cpu.shares: " },
		{ "{\"pids\":{\"limit\":1.5}}", "pids.limit: " },
		{ "[]", "file: must be an object, not an array" },
		{ "{\"a\":1,\"a\":2}", "file" },
		{ "", "file" },
	};
	struct problem problem;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		read_resources(bad[i].text, &problem);
		if (!problem.found || strncmp(problem.text, bad[i].problem, strlen(bad[i].problem)) != 0)
			fail_msg("%s: '%s'", bad[i].text, problem.text);
	}
}

/* --- the plan --- */

static struct cgroup v1[] = {
	{ "/c/cpu/x", "cpu,cpuacct", 6, false }, { "/c/memory/x", "memory", 9, false },
	{ "/c/pids/x", "pids", 7, false }, { "/c/blkio/x", "blkio", 8, false },
};
static struct cgroup v2[] = { { "/c/x", "cpu,io,memory,pids", 2, true } };

/* "memory.max=5 cpu.max=max" for the resources in a text; a step that stands in for another has a '?' before it. */
static const char *plan_of(struct cgroup *cgroup, size_t count, const char *text)
{
	struct host host = { .kernel_major = 6, .capabilities = UINT64_MAX };
	struct problem problem;
	struct spec spec = { .resources = read_resources(text, &problem) };
	struct plan_request request = { .spec = &spec, .host = &host, .id = "x",
					.process.cgroups = { .at = cgroup, .count = count } };
	struct text out = text_new(&arena);
	struct plan plan;

	plan_build_update(&arena, &request, &plan, &problem);
	if (problem.found)
		return arena_copy(&arena, problem.text, strlen(problem.text));
	for (size_t i = 0; i < plan.count; i++) {
		assert_int_equal(plan.step[i].kind, STEP_WRITE_FILE);
		assert_int_equal(plan.step[i].lane, LANE_RUNTIME);
		if (plan.step[i].fallback_of)
			assert_true(plan.step[plan.step[i].fallback_of - 1].tolerate);
		text_printf(&out, "%s%s%s=%s", i ? " " : "", plan.step[i].fallback_of ? "?" : "",
			    strrchr(plan.step[i].write_file.path, '/') + 1, plan.step[i].write_file.text);
	}
	return out.at;
}

static void test_plan_v1(void **state)
{
	static const struct { const char *asked, *plan; } row[] = {
		{ "{}", "" },
		{ "{\"memory\":{\"limit\":5}}", "memory.limit_in_bytes=5" },
		{ "{\"memory\":{\"limit\":0,\"swap\":0,\"reservation\":0}}", "" },
		{ "{\"memory\":{\"limit\":5,\"swap\":6}}",
		  "memory.limit_in_bytes=5 memory.memsw.limit_in_bytes=6 ?memory.limit_in_bytes=5" },
		{ "{\"memory\":{\"limit\":-1}}",
		  "memory.limit_in_bytes=-1 memory.memsw.limit_in_bytes=-1 ?memory.limit_in_bytes=-1" },
		{ "{\"memory\":{\"swap\":6}}", "memory.memsw.limit_in_bytes=6" },
		{ "{\"cpu\":{\"period\":9}}", "cpu.cfs_period_us=9" },
		{ "{\"cpu\":{\"quota\":8}}", "cpu.cfs_quota_us=8" },
		{ "{\"cpu\":{\"quota\":0,\"period\":0,\"realtimePeriod\":0,\"realtimeRuntime\":0}}", "" },
		{ "{\"cpu\":{\"quota\":8,\"period\":9}}",
		  "cpu.cfs_period_us=9 cpu.cfs_quota_us=8 ?cpu.cfs_period_us=9" },
		{ "{\"pids\":{\"limit\":-1}}", "pids.max=max" },
		{ "{\"cpu\":{\"cpus\":\"1\"}}", "linux.resources.cpu.cpus: this machine has no cgroup controller "
		  "'cpuset' (/proc/cgroups); leave it out" },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_string_equal(plan_of(v1, 4, row[i].asked), row[i].plan);
}

static void test_plan_v2(void **state)
{
	static const struct { const char *asked, *plan; } row[] = {
		{ "{\"memory\":{\"limit\":5,\"swap\":8}}", "memory.swap.max=3 memory.max=5" },
		{ "{\"memory\":{\"limit\":-1}}", "memory.swap.max=max memory.max=max" },
		{ "{\"cpu\":{\"quota\":8,\"period\":9}}", "cpu.max=8 9" },
		{ "{\"cpu\":{\"quota\":-1,\"period\":9}}", "cpu.max=max 9" },
		{ "{\"blockIO\":{\"throttleReadBpsDevice\":[{\"major\":8,\"minor\":0,\"rate\":7}]}}",
		  "io.max=8:0 rbps=7" },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_string_equal(plan_of(v2, 1, row[i].asked), row[i].plan);
}

static void test_schemata(void **state)
{
	struct host host = { .kernel_major = 6 };
	struct spec spec = { .intel_rdt = { .asked = true, .clos_id = "g", .l3_cache_schema = "L3:0=f",
					    .mem_bw_schema = "MB:0=10" } };
	struct plan_request request = { .spec = &spec, .host = &host, .id = "x" };
	struct problem problem = { 0 };
	struct plan plan;

	plan_build_update(&arena, &request, &plan, &problem);
	assert_false(problem.found);
	assert_int_equal(plan.count, 1);
	assert_string_equal(plan.step[0].write_file.path, "/sys/fs/resctrl/g/schemata");
	assert_string_equal(plan.step[0].write_file.text, "L3:0=f\nMB:0=10\n");
	spec.intel_rdt.clos_id = NULL;
	plan_build_update(&arena, &request, &plan, &problem);
	assert_true(problem.found);
}

/* --- putting back --- */

static void put(const char *cgroup, const char *file, const char *text)
{
	const char *path = arena_printf(&arena, "%s/%s", cgroup, file);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void test_undo(void **state)
{
	static const struct { const char *file, *written, *old, *text; } row[] = {
		{ "memory.max", "5", "max", "max\n" },
		{ "cpu.max", "5 6", "max 100000", "max 100000\n" },
		{ "cpuset.cpus", "0", "", "\n" },
		{ "io.max", "8:0 rbps=5", "8:16 rbps=1 wbps=max\n8:0 rbps=9 wbps=max riops=max wiops=max",
		  "8:0 rbps=9 wbps=max riops=max wiops=max" },
		{ "io.max", "8:0 rbps=5", "", "8:0 rbps=max wbps=max riops=max wiops=max" },
		{ "io.max", "8:0 rbps=5", "8:00 rbps=1", "8:0 rbps=max wbps=max riops=max wiops=max" },
		{ "io.weight", "default 5", "default 100\n8:0 7", "default 100" },
		{ "io.weight", "8:0 5", "default 100\n8:0 7", "8:0 7" },
		{ "io.weight", "8:1 5", "default 100\n8:0 7", "8:1 default" },
		{ "io.bfq.weight", "5", "default 100\n8:0 7", "default 100" },
		{ "io.bfq.weight", "5", "100", "100" },
		{ "blkio.throttle.read_bps_device", "8:0 5", "", "8:0 0" },
		{ "blkio.throttle.read_bps_device", "8:0 5", "8:0 77", "8:0 77" },
		{ "rdma.max", "mlx hca_handle=1", "mlx hca_handle=2 hca_object=max",
		  "mlx hca_handle=2 hca_object=max" },
		{ "net_prio.ifpriomap", "eth0 5", "lo 0\neth0 1", "eth0 1" },
		{ "memory.oom_control", "1", "oom_kill_disable 0\nunder_oom 1\noom_kill 3", "0" },
		{ "memory.oom_control", "1", "", "" },
		{ "schemata", "L3:0=f\n", "    L3:0=ff\n    MB:0=100", "    L3:0=ff\n    MB:0=100\n" },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct texts texts = undo_texts(&arena, row[i].file, row[i].written, row[i].old);

		assert_int_equal(texts.count, 1);
		assert_string_equal(texts.at[0], row[i].text);
	}
}

static void test_undo_devices(void **state)
{
	struct texts texts = undo_texts(&arena, "devices.allow", "c 1:3 rwm", "c 1:3 rwm\nb *:* m");

	assert_int_equal(texts.count, 2);
	assert_string_equal(texts.at[0], "c 1:3 rwm");
	assert_string_equal(texts.at[1], "b *:* m");
}

/* What the file holds now. */
static const char *held(const char *path)
{
	char text[64] = "";
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0 && read(fd, text, sizeof(text) - 1) >= 0);
	close(fd);
	return arena_copy(&arena, text, strlen(text));
}

/* A plan that writes to these two, of which `failed` is refused: what could not be put back. */
static const char *undo_two(const char *first, const char *second, size_t failed)
{
	struct plan plan = { .arena = &arena };
	struct tape *tape = arena_alloc(&arena, sizeof(struct tape) + 2 * sizeof(struct mark));
	struct undo *undo;

	plan_add(&plan, (struct step){ .kind = STEP_WRITE_FILE, .write_file = { first, "1" } });
	plan_add(&plan, (struct step){ .kind = STEP_WRITE_FILE, .write_file = { second, "1" } });
	undo = undo_open(&arena, &plan);
	for (size_t i = 0; i <= failed; i++) {
		tape->mark[i] = (struct mark){ .began = 1, .ended = 1, .error = i == failed ? -EINVAL : 0 };
		if (i != failed)
			put(folder, strrchr(plan.step[i].write_file.path, '/') + 1, "1");
	}
	return undo_all(undo, &plan, tape);
}

static void test_undo_unread(void **state)
{
	const char *number = arena_printf(&arena, "%s/number", folder);
	const char *unread = arena_printf(&arena, "%s/unread", folder);

	put(folder, "number", "7\n");
	put(folder, "unread", "");
	/* More than anybody reads. */
	assert_int_equal(truncate(unread, 2 << 20), 0);
	assert_null(undo_two(number, unread, 1));
	assert_string_equal(held(number), "7\n");
	assert_null(undo_two(unread, number, 0));
	assert_string_equal(undo_two(unread, number, 1), unread);
	assert_string_equal(held(number), "7\n");
}

/* --- what it uses --- */

static const char *make_cgroup(const char *name)
{
	const char *path = arena_printf(&arena, "%s/%s", folder, name);

	assert_int_equal(mkdir(path, 0700), 0);
	return path;
}

static const char *stats_of(struct cgroup *cgroup, size_t count)
{
	const struct cgroups cgroups = { .at = cgroup, .count = count };
	struct text out = text_new(&arena);
	struct json_writer json = json_writer_new(&out, NULL);

	json_open_object(&json, NULL);
	stats_write(&arena, &cgroups, NULL, &json);
	json_close(&json);
	return out.at;
}

#define NO_CPUSET "\"cpuset\":{\"cpu_exclusive\":0,\"mem_hardwall\":0,\"mem_exclusive\":0,\"memory_migrate\":0," \
	"\"memory_spread_page\":0,\"memory_spread_slab\":0,\"memory_pressure\":0,\"sched_load_balance\":0," \
	"\"sched_relax_domain_level\":0},"
#define NOTHING "{\"limit\":0,\"failcnt\":0}"
#define END "\"intel_rdt\":{},\"network_interfaces\":null}}"

/* A whole line of a machine with cgroup v1, as runc 1.1 has it for the same numbers. */
static void test_stats_v1(void **state)
{
	const char *at = make_cgroup("v1");
	struct cgroup all[] = { { at, "cpu,cpuacct,cpuset,memory,pids,blkio,hugetlb", 1, false } };

	put(at, "cpuacct.usage", "62935444\n");
	put(at, "cpuacct.usage_percpu", "28311426 34624018 \n");
	put(at, "cpuacct.usage_all", "cpu user system\n0 12000000 8000000\n1 16000000 12000000\n");
	put(at, "cpuacct.stat", "user 3\nsystem 2\n");
	put(at, "cpu.stat", "nr_periods 1\nnr_throttled 2\nthrottled_time 3\n");
	put(at, "cpuset.cpus", "0-1,7\n");
	put(at, "cpuset.mems", "0\n");
	put(at, "cpuset.sched_relax_domain_level", "-1\n");
	put(at, "memory.limit_in_bytes", "67108864\n");
	put(at, "memory.usage_in_bytes", "593920\n");
	put(at, "memory.max_usage_in_bytes", "2404352\n");
	put(at, "memory.failcnt", "4\n");
	put(at, "memory.stat", "rss 5\ncache 6\nactive_anon 7\n");
	put(at, "pids.current", "1\n");
	put(at, "pids.max", "50\n");
	put(at, "blkio.bfq.io_serviced_recursive", "Total 0\n");
	put(at, "blkio.throttle.io_serviced_recursive", "8:0 Read 2\n8:0 Write 0\nTotal 2\n");
	put(at, "blkio.throttle.io_service_bytes_recursive", "8:0 Read 4096\nTotal 4096\n");
	put(at, "hugetlb.2MB.usage_in_bytes", "2097152\n");
	put(at, "hugetlb.2MB.max_usage_in_bytes", "4194304\n");
	put(at, "hugetlb.2MB.failcnt", "0\n");
	assert_string_equal(stats_of(all, 1), "{\"data\":{\"cpu\":{\"usage\":{\"total\":62935444,"
		"\"percpu\":[28311426,34624018],\"percpu_kernel\":[8000000,12000000],"
		"\"percpu_user\":[12000000,16000000],"
		"\"kernel\":20000000,\"user\":30000000},\"throttling\":{\"periods\":1,\"throttledPeriods\":2,"
		"\"throttledTime\":3}},\"cpuset\":{\"cpus\":[0,1,7],\"cpu_exclusive\":0,\"mems\":[0],"
		"\"mem_hardwall\":0,"
		"\"mem_exclusive\":0,\"memory_migrate\":0,\"memory_spread_page\":0,\"memory_spread_slab\":0,"
		"\"memory_pressure\":0,\"sched_load_balance\":0,\"sched_relax_domain_level\":-1},"
		"\"memory\":{\"cache\":6,\"usage\":{\"limit\":67108864,\"usage\":593920,\"max\":2404352,"
		"\"failcnt\":4},\"swap\":" NOTHING
		",\"kernel\":" NOTHING ",\"kernelTCP\":" NOTHING ",\"raw\":{\"active_anon\":7,\"cache\":6,\"rss\":5}},"
		"\"pids\":{\"current\":1,\"limit\":50},\"blkio\":{\"ioServiceBytesRecursive\":"
		"[{\"major\":8,\"op\":\"Read\",\"value\":4096}],\"ioServicedRecursive\":"
		"[{\"major\":8,\"op\":\"Read\",\"value\":2},{\"major\":8,\"op\":\"Write\"}]},"
		"\"hugetlb\":{\"2MB\":{\"usage\":2097152,\"max\":4194304,\"failcnt\":0}}," END);
}

static void test_stats_v2(void **state)
{
	const char *at = make_cgroup("v2");
	struct cgroup all[] = { { at, "cpu,cpuset,io,memory,pids,hugetlb", 1, true } };

	put(at, "cpu.stat", "usage_usec 9\nuser_usec 4\nsystem_usec 5\nnr_periods 3\nnr_throttled 2\n"
			    "throttled_usec 1\n");
	put(at, "cpu.pressure", "some avg10=0.39 avg60=12.10 avg300=100.00 total=82428\n");
	put(at, "memory.current", "100\n");
	put(at, "memory.max", "1000\n");
	put(at, "memory.peak", "200\n");
	put(at, "memory.swap.current", "10\n");
	put(at, "memory.swap.max", "max\n");
	put(at, "memory.stat", "file 6\n");
	put(at, "pids.current", "2\n");
	put(at, "pids.max", "max\n");
	put(at, "io.stat", "8:0 rbytes=1 wbytes=2 rios=3 wios=0 dbytes=0 dios=0\n");
	put(at, "hugetlb.1GB.current", "0\n");
	put(at, "hugetlb.1GB.rsvd.current", "7\n");
	put(at, "hugetlb.1GB.events", "max 8\n");
	assert_string_equal(stats_of(all, 1),
		"{\"data\":{\"cpu\":{\"usage\":{\"total\":9000,\"kernel\":5000,\"user\":4000},"
		"\"throttling\":{\"periods\":3,\"throttledPeriods\":2,\"throttledTime\":1000},\"psi\":{\"some\":"
		"{\"avg10\":0.39,\"avg60\":12.1,\"avg300\":100,\"total\":82428},\"full\":"
		"{\"avg10\":0,\"avg60\":0,\"avg300\":0,\"total\":0}}}," NO_CPUSET "\"memory\":{\"cache\":6,"
		"\"usage\":{\"limit\":1000,\"usage\":100,\"max\":200,\"failcnt\":0},"
		"\"swap\":{\"limit\":18446744073709551615,\"usage\":110,\"failcnt\":0},\"kernel\":" NOTHING
		",\"kernelTCP\":" NOTHING ",\"raw\":{\"file\":6}},\"pids\":{\"current\":2},"
		"\"blkio\":{\"ioServiceBytesRecursive\":[{\"major\":8,\"op\":\"Read\",\"value\":1},"
		"{\"major\":8,\"op\":\"Write\",\"value\":2}],\"ioServicedRecursive\":"
		"[{\"major\":8,\"op\":\"Read\",\"value\":3},{\"major\":8,\"op\":\"Write\"}]},"
		"\"hugetlb\":{\"1GB\":{\"usage\":7,\"failcnt\":8}}," END);
}

static void test_stats_nothing(void **state)
{
	assert_string_equal(stats_of(NULL, 0),
		"{\"data\":{\"cpu\":{\"usage\":{\"kernel\":0,\"user\":0},\"throttling\":{}},"
		NO_CPUSET "\"memory\":{\"usage\":" NOTHING ",\"swap\":" NOTHING ",\"kernel\":" NOTHING ",\"kernelTCP\":"
		NOTHING "},\"pids\":{},\"blkio\":{},\"hugetlb\":{}," END);
}

/* What the kernel never writes must not lead anywhere. */
static void test_stats_odd(void **state)
{
	static const char *const files[] = { "cpuacct.usage_all", "cpuacct.usage_percpu", "cpuset.cpus", "memory.stat",
					     "io.stat", "cpu.pressure", "pids.max",
					     "blkio.throttle.io_serviced_recursive" };
	static const char *const texts[] = { "", "\n", "x", "8:", "8:0", "8:0 =", "9-1,-", "0-99999999999", "a b c\nd",
					     "some avg10=", "full total=x" };
	const char *at = make_cgroup("odd");
	struct cgroup one[] = { { at, "cpu,cpuacct,cpuset,memory,pids,blkio", 1, false },
				{ at, "io", 1, true } };

	for (size_t text = 0; text < sizeof(texts) / sizeof(texts[0]); text++) {
		for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
			put(at, files[i], texts[text]);
		for (size_t first = 0; first < 2; first++) {
			struct problem problem = { 0 };
			const char *line = stats_of(one + first, 2 - first);
			size_t length = strlen(line);

			assert_non_null(json_read(&arena, arena_copy(&arena, line, length), length, "line", &problem));
		}
	}
}

static void put_in(const char *path, const char *file, const char *text)
{
	put(arena_printf(&arena, "%s/%s", folder, path), file, text);
}

/* A machine with two caches. Of the second one the kernel has no figure at the moment. */
static void test_stats_resctrl(void **state)
{
	static const char *const folders[] = { "rdt", "rdt/info", "rdt/info/L3", "rdt/info/L3_MON", "rdt/box",
					       "rdt/box/mon_data", "rdt/box/mon_data/mon_L3_01",
					       "rdt/box/mon_data/mon_L3_00", "rdt/box/mon_data/mon_PERF_PKG_00" };
	struct text out = text_new(&arena);
	struct json_writer json = json_writer_new(&out, NULL);
	const struct stats stats = { &arena, NULL, &json };

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		make_cgroup(folders[i]);
	put_in("rdt/info/L3", "cbm_mask", "fffff\n");
	put_in("rdt/info/L3", "min_cbm_bits", "1\n");
	put_in("rdt/info/L3", "num_closids", "16\n");
	put_in("rdt/info/L3_MON", "mon_features", "llc_occupancy\nmbm_total_bytes\nmbm_local_bytes\n");
	put_in("rdt", "schemata", "    L3:0=fffff;1=fffff\n");
	put_in("rdt/box", "schemata", "    L3:0=f;1=f\n");
	put_in("rdt/box/mon_data/mon_L3_00", "mbm_total_bytes", "18446744073709551614\n");
	put_in("rdt/box/mon_data/mon_L3_00", "mbm_local_bytes", "7\n");
	put_in("rdt/box/mon_data/mon_L3_00", "llc_occupancy", "0\n");
	put_in("rdt/box/mon_data/mon_L3_01", "mbm_total_bytes", "Unavailable\n");
	put_in("rdt/box/mon_data/mon_L3_01", "mbm_local_bytes", "Error\n");
	put_in("rdt/box/mon_data/mon_L3_01", "llc_occupancy", "4096\n");
	json_open_object(&json, NULL);
	stats_resctrl(&stats, arena_printf(&arena, "%s/rdt", folder), "box");
	json_close(&json);
	assert_string_equal(out.at,
		"{\"intel_rdt\":{\"l3_cache_info\":{\"cbm_mask\":\"fffff\",\"min_cbm_bits\":1,\"num_closids\":16},"
		"\"l3_cache_schema_root\":\"L3:0=fffff;1=fffff\",\"l3_cache_schema\":\"L3:0=f;1=f\","
		"\"mbm_stats\":[{\"mbm_total_bytes\":18446744073709551614,\"mbm_local_bytes\":7},"
		"{\"mbm_total_bytes\":0,\"mbm_local_bytes\":0}],"
		"\"cmt_stats\":[{\"llc_occupancy\":0},{\"llc_occupancy\":4096}]}}");
}

static int make_folder(void **state)
{
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char command[64];

	(void)snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_read),       TEST(test_read_bad),	TEST(test_plan_v1),  TEST(test_plan_v2),
		TEST(test_schemata),   TEST(test_undo),		TEST(test_undo_devices), TEST(test_undo_unread),
		TEST(test_stats_v1),   TEST(test_stats_v2),   TEST(test_stats_nothing), TEST(test_stats_odd),
		TEST(test_stats_resctrl),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
