/* build_limits.c - linux.resources: limits and shares, as writes to the files of the container's cgroups.
 *
 * Each controller is in some hierarchy, of v1 or of v2, and its files are called by that; on a machine with the
 * hybrid layout one container has both. What the two do alike is here.
 */
#include "plan/build_limits.h"
#include "base/text.h"
#include <errno.h>
#include <string.h>

/* --- what cannot be --- */

/* The cgroup that has the controller and does not pass it on: the lowest that has it. */
static const char *who_keeps(const struct host_cgroup *hierarchy, const char *controller)
{
	for (size_t i = 0; i < hierarchy->levels; i++) {
		const struct cgroup level = { .controllers = hierarchy->level[i].controllers };

		if (cgroup_has(&level, controller))
			return hierarchy->level[i].path;
	}
	return NULL;
}

static void not_delegated(const struct limits *limits, const char *key, const char *controller)
{
	const struct host *host = limits->b->host;
	const char *keeper = host->hierarchies ? who_keeps(&host->hierarchy[host->hierarchies - 1], controller) : NULL;

	if (keeper)
		problem_set(limits->b->problem,
			    "linux.resources.%s: the cgroup '%s' does not pass the controller '%s' on; as root write "
			    "\"[Service]\\nDelegate=cpu cpuset io memory pids\\n\" to "
			    "/etc/systemd/system/user@.service.d/delegate.conf, run 'systemctl daemon-reload', and log "
			    "in again; or leave the limit out",
			    key, keeper, controller);
	else
		problem_set(limits->b->problem,
			    "linux.resources.%s: this machine has no cgroup controller '%s' (/proc/cgroups); leave it "
			    "out", key, controller);
}

const struct cgroup *limits_need(const struct limits *limits, const char *key, const char *controller)
{
	const struct cgroups *cgroups = limits->cgroups;
	const struct cgroup *cgroup = cgroups_with(cgroups, controller);

	if (cgroup)
		return cgroup;
	if (limits->b->request->manager == MANAGER_DISABLED)
		problem_set(limits->b->problem, "linux.resources.%s: there is no cgroup that could hold it with "
			    "--cgroup-manager disabled; leave one of the two out", key);
	else if (cgroups->refused)
		problem_set(limits->b->problem,
			    "linux.resources.%s: uid %u may not make cgroups in '%s', and without one there is no "
			    "limit; run it where cgroups are delegated (systemd-run --user --scope -p Delegate=yes "
			    "…), or leave the limit out", key, limits->b->host->uid, cgroups->refused);
	else if (cgroups->count)
		not_delegated(limits, key, controller);
	else
		problem_set(limits->b->problem,
			    "linux.resources.%s: no cgroup file system is mounted on /sys/fs/cgroup", key);
	return NULL;
}

void limits_cannot(const struct limits *limits, const char *key, const char *version, const char *instead)
{
	problem_set(limits->b->problem, "linux.resources.%s: cgroup %s cannot do this%s%s; leave it out", key, version,
		    instead ? "; " : "", instead ? instead : "");
}

/* --- writes --- */

static unsigned add_write(const struct limits *limits, const struct cgroup *cgroup, const char *key,
			  const char *file, int tolerate, unsigned fallback_of, const char *text)
{
	struct arena *arena = limits->b->arena;

	return ADD_RUNTIME(limits->b, STEP_WRITE_FILE, arena_printf(arena, "linux.resources.%s", key),
			   .tolerate = tolerate, .fallback_of = fallback_of,
			   .write_file = { arena_printf(arena, "%s/%s", cgroup->path, file), text });
}

unsigned limits_write(const struct limits *limits, const struct cgroup *cgroup, const char *key, const char *file,
		      const char *format, ...)
{
	const char *text;
	va_list list;

	va_start(list, format);
	text = arena_vprintf(limits->b->arena, format, list);
	va_end(list);
	return add_write(limits, cgroup, key, file, 0, 0, text);
}

unsigned limits_try(const struct limits *limits, const struct cgroup *cgroup, const char *key, const char *file,
		    int tolerate, unsigned fallback_of, const char *format, ...)
{
	const char *text;
	va_list list;

	va_start(list, format);
	text = arena_vprintf(limits->b->arena, format, list);
	va_end(list);
	return add_write(limits, cgroup, key, file, tolerate, fallback_of, text);
}

/* --- what v1 and v2 have alike --- */

static void add_memory(const struct limits *limits)
{
	const struct resources *r = limits->resources;
	const struct cgroup *cgroup;

	if (!r->memory.limit.set && !r->memory.reservation.set && !r->memory.swap.set && !r->memory.kernel.set &&
	    !r->memory.kernel_tcp.set && !r->memory.swappiness.set && !r->memory.disable_oom_killer.value &&
	    !r->memory.use_hierarchy.value)
		return;
	cgroup = limits_need(limits, "memory", "memory");
	if (!cgroup)
		return;
	(cgroup->unified ? limits_memory_v2 : limits_memory_v1)(limits, cgroup);
}

static void add_cpu(const struct limits *limits)
{
	const struct resources *r = limits->resources;
	const struct cgroup *cgroup;

	if (!r->cpu.shares.set && !r->cpu.quota.set && !r->cpu.period.set && !r->cpu.burst.set && !r->cpu.idle.set &&
	    !r->cpu.realtime_runtime.set && !r->cpu.realtime_period.set)
		return;
	cgroup = limits_need(limits, "cpu", "cpu");
	if (!cgroup)
		return;
	(cgroup->unified ? limits_cpu_v2 : limits_cpu_v1)(limits, cgroup);
}

static void add_cpuset(const struct limits *limits)
{
	const struct resources *r = limits->resources;
	const struct cgroup *cgroup;

	if ((!r->cpu.cpus || !*r->cpu.cpus) && (!r->cpu.mems || !*r->cpu.mems))
		return;
	cgroup = limits_need(limits, r->cpu.cpus && *r->cpu.cpus ? "cpu.cpus" : "cpu.mems", "cpuset");
	if (!cgroup)
		return;
	if (r->cpu.cpus && *r->cpu.cpus)
		limits_write(limits, cgroup, "cpu.cpus", "cpuset.cpus", "%s", r->cpu.cpus);
	if (r->cpu.mems && *r->cpu.mems)
		limits_write(limits, cgroup, "cpu.mems", "cpuset.mems", "%s", r->cpu.mems);
}

/* 0 is a limit like others; below it there is none (runtime-spec 1.3, «PIDs»). */
static void add_pids(const struct limits *limits)
{
	const struct maybe_i64 *limit = &limits->resources->pids_limit;
	const struct cgroup *cgroup;

	if (!limit->set)
		return;
	cgroup = cgroups_with(limits->cgroups, "pids");
	if (!cgroup && limit->value < 0)
		return;
	if (!cgroup)
		cgroup = limits_need(limits, "pids.limit", "pids");
	if (!cgroup)
		return;
	if (limit->value < 0)
		limits_write(limits, cgroup, "pids.limit", "pids.max", "max");
	else
		limits_write(limits, cgroup, "pids.limit", "pids.max", "%lld", (long long)limit->value);
}

static void add_block_io(const struct limits *limits)
{
	const struct resources *r = limits->resources;
	const struct cgroup *cgroup;

	if (!r->block_io.weight.value && !r->block_io.leaf_weight.value && !r->block_io.weight_device.count &&
	    !r->block_io.read_bps.count && !r->block_io.write_bps.count && !r->block_io.read_iops.count &&
	    !r->block_io.write_iops.count)
		return;
	cgroup = cgroups_with(limits->cgroups, "blkio");
	if (!cgroup)
		cgroup = limits_need(limits, "blockIO", "io");
	if (!cgroup)
		return;
	(cgroup->unified ? limits_block_io_v2 : limits_block_io_v1)(limits, cgroup);
}

/* A size in the file's name: "2MB", "64KB". The reservation has a limit of its own, which would otherwise be
 * the way round the other (config-linux, «Huge page limits»). */
static void add_hugepages(const struct limits *limits)
{
	const struct resources *r = limits->resources;

	for (size_t i = 0; i < r->hugepages; i++) {
		const char *key = arena_printf(limits->b->arena, "hugepageLimits[%zu]", i);
		const char *size = r->hugepage[i].page_size;
		const struct cgroup *cgroup = limits_need(limits, key, "hugetlb");
		const char *file = cgroup && cgroup->unified ? "max" : "limit_in_bytes";

		if (!cgroup)
			return;
		if (strchr(size, '/')) {
			problem_set(limits->b->problem, "linux.resources.%s.pageSize: '%s' is no size of a page "
				    "(\"2MB\")", key, size);
			return;
		}
		limits_write(limits, cgroup, key, arena_printf(limits->b->arena, "hugetlb.%s.%s", size, file), "%llu",
			     (unsigned long long)r->hugepage[i].limit);
		limits_try(limits, cgroup, key, arena_printf(limits->b->arena, "hugetlb.%s.rsvd.%s", size, file),
			   ENOENT, 0, "%llu", (unsigned long long)r->hugepage[i].limit);
	}
}

static void add_network(const struct limits *limits)
{
	const struct resources *r = limits->resources;
	const struct cgroup *cgroup;

	if (r->class_id.value) {
		cgroup = cgroups_with(limits->cgroups, "net_cls");
		if (cgroup)
			limits_write(limits, cgroup, "network.classID", "net_cls.classid", "%u", r->class_id.value);
		else
			limits_cannot(limits, "network.classID", "v2", "nft can match on a cgroup (meta cgroup)");
	}
	for (size_t i = 0; i < r->net_priorities; i++) {
		cgroup = cgroups_with(limits->cgroups, "net_prio");
		if (cgroup)
			limits_write(limits, cgroup, arena_printf(limits->b->arena, "network.priorities[%zu]", i),
				     "net_prio.ifpriomap", "%s %u", r->net_priority[i].name,
				     r->net_priority[i].priority);
		else
			limits_cannot(limits, "network.priorities", "v2", NULL);
	}
}

static void add_rdma(const struct limits *limits)
{
	const struct resources *r = limits->resources;

	for (size_t i = 0; i < r->rdmas; i++) {
		const char *key = arena_printf(limits->b->arena, "rdma[\"%s\"]", r->rdma[i].name);
		const struct cgroup *cgroup = limits_need(limits, key, "rdma");
		struct text line = text_new(limits->b->arena);

		if (!cgroup)
			return;
		text_add(&line, r->rdma[i].name);
		if (r->rdma[i].handles.set)
			text_printf(&line, " hca_handle=%u", r->rdma[i].handles.value);
		if (r->rdma[i].objects.set)
			text_printf(&line, " hca_object=%u", r->rdma[i].objects.value);
		limits_write(limits, cgroup, key, "rdma.max", "%s", line.at);
	}
}

/* What is no limit, and would end or stop the container before it begins, or take others' processes into it. */
static bool acts_on_processes(const char *file)
{
	static const char *const files[] = { "cgroup.freeze", "cgroup.kill", "cgroup.procs", "cgroup.threads" };

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (strcmp(file, files[i]) == 0)
			return true;
	return false;
}

/* Any file of v2, by its name. That it is set under another key too is not looked at: it comes last. */
static void add_unified(const struct limits *limits)
{
	const struct pairs *unified = &limits->resources->unified;
	const struct cgroup *cgroup = cgroups_unified(limits->cgroups);

	for (size_t i = 0; i < unified->count; i++) {
		const char *file = unified->at[i].key, *dot = strchr(file, '.');
		const char *key = arena_printf(limits->b->arena, "unified[\"%s\"]", file);

		if (strchr(file, '/') || !dot || dot == file)
			problem_set(limits->b->problem,
				    "linux.resources.%s: is no file of a cgroup (\"memory.high\")", key);
		else if (acts_on_processes(file))
			problem_set(limits->b->problem, "linux.resources.%s: is no limit; leave it out (there are "
				    "'pause', 'kill' and 'exec')", key);
		else if (!cgroup && limits->cgroups->count)
			limits_cannot(limits, key, "v1", NULL);
		else if (strncmp(file, "cgroup.", 7) == 0 && cgroup)
			limits_write(limits, cgroup, key, file, "%s", unified->at[i].value);
		else if (limits_need(limits, key, arena_copy(limits->b->arena, file, (size_t)(dot - file))) && cgroup)
			limits_write(limits, cgroup, key, file, "%s", unified->at[i].value);
	}
}

/* Without a share of real time no process in the cgroup can take a scheduler for it (v1). */
static bool has_real_time(const struct limits *limits)
{
	return limits->resources->cpu.realtime_runtime.set || limits->resources->cpu.realtime_period.set;
}

static void add_early(const struct limits *limits)
{
	if (cgroups_with(limits->cgroups, "devices"))
		limits_devices(limits);
	add_cpuset(limits);
	if (has_real_time(limits))
		add_cpu(limits);
}

static void add_late(const struct limits *limits)
{
	if (!cgroups_with(limits->cgroups, "devices"))
		limits_devices(limits);
	add_memory(limits);
	if (!has_real_time(limits))
		add_cpu(limits);
	add_pids(limits);
	add_block_io(limits);
	add_hugepages(limits);
	add_network(limits);
	add_rdma(limits);
	add_unified(limits);
}

void build_early_limits(struct builder *b)
{
	const struct limits limits = { b, &b->spec->resources, &b->plan->cgroups, false };

	add_early(&limits);
}

void build_late_limits(struct builder *b)
{
	const struct limits limits = { b, &b->spec->resources, &b->plan->cgroups, false };

	add_late(&limits);
}

void build_changed_limits(struct builder *b, const struct resources *resources, const struct cgroups *cgroups)
{
	const struct limits limits = { b, resources, cgroups, true };

	add_memory(&limits);
	add_cpu(&limits);
	add_cpuset(&limits);
	add_pids(&limits);
	add_block_io(&limits);
	add_hugepages(&limits);
	add_network(&limits);
	add_rdma(&limits);
	add_unified(&limits);
	/* What cannot be put back comes last. */
	if (resources->devices)
		limits_devices(&limits);
}
