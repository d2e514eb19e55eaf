/* fuzz_config.c - any bytes as a config.json, on three machines.
 *
 * Whatever is in them, the spec is refused with a problem or becomes a plan that plan_check() has
 * nothing against; and every form of explain can tell that plan.
 */
#include "show/show.h"
#include <stdlib.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const char root_host[] =
	"kernel 6.18\nuid 0\ngid 0\ncapabilities all\nlast-capability 40\narchitecture x86-64\n"
	"apparmor\nselinux\ncgroup hybrid\n"
	"hierarchy cpu,cpuacct /sys/fs/cgroup/cpu,cpuacct /user.slice\n"
	"hierarchy memory /sys/fs/cgroup/memory /\nhierarchy blkio /sys/fs/cgroup/blkio /\n"
	"hierarchy cpuset /sys/fs/cgroup/cpuset /\nhierarchy devices /sys/fs/cgroup/devices /\n"
	"hierarchy name=systemd /sys/fs/cgroup/systemd /user.slice\n"
	"unified hugetlb,rdma /sys/fs/cgroup/unified /user.slice\n"
	"device eth5 7 10.0.0.2/24 fd00::2/64\n";

static const char user_host[] =
	"kernel 5.14\nuid 1000\ngid 1000\ncapabilities none\nlast-capability 40\narchitecture arm64\n"
	"newuidmap /usr/bin/newuidmap\nnewgidmap /usr/bin/newgidmap\ncgroup v2\n"
	"unified cpu,memory,pids /sys/fs/cgroup /user/scope /user\nlevel /sys/fs/cgroup cpu,io,memory,pids\n";

static const char v2_host[] =
	"kernel 6.1\nuid 0\ngid 0\ncapabilities all\nlast-capability 40\ncgroup v2\nsystemd-base /\n"
	"unified cpuset,cpu,io,memory,hugetlb,pids,rdma,misc /sys/fs/cgroup /\ndelegate cgroup.procs\n";

static void tell(struct arena *arena, const struct plan *plan, const struct plan_request *request)
{
	struct text out = text_new(arena);

	explain_script(&out, plan, request, "taru-oci run fuzz");
	explain_prose(&out, plan, request);
	explain_json(&out, plan, request);
	explain_html(&out, plan, request, "taru-oci run fuzz");
}

static void plan_on(struct arena *arena, const struct spec *spec, const char *facts)
{
	struct problem problem = { 0 };
	struct host host;
	struct plan plan = { 0 };
	struct plan_request request = { .spec = spec, .host = &host, .id = "fuzz",
					.bundle = "/bundle" };
	const char *broken;

	host_parse(arena, facts, &host, &problem);
	if (problem.found)
		abort();
	plan_build(arena, &request, &plan, &problem);
	if (problem.found)
		return;
	broken = plan_check(&plan);
	if (broken) {
		fprintf(stderr, "plan_check: %s\n", broken);
		abort();
	}
	tell(arena, &plan, &request);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct arena arena;
	struct spec spec = { 0 };
	struct problem problem = { 0 };
	char *text;

	arena_init(&arena, NULL, 0);
	text = arena_copy(&arena, (const char *)bytes, size);
	spec_read(&arena, text, size, &spec, &problem);
	if (!problem.found) {
		plan_on(&arena, &spec, root_host);
		plan_on(&arena, &spec, user_host);
		plan_on(&arena, &spec, v2_host);
	}
	arena_release(&arena);
	return 0;
}
