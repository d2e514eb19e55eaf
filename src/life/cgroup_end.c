/* cgroup_end.c - the end of a container's cgroups: what they know of it is read, and they are removed. */
#include "base/clock.h"
#include "life/cgroup.h"
#include "life/life.h"
#include "base/json_write.h"
#include "base/sys.h"
#include "life/cgroup_tree.h"
#include "life/oom.h"
#include "life/scope.h"
#include "spec/reason.h"
#include <signal.h>

enum { PATIENCE_MS = 10000, SHORT_PATIENCE_MS = 1000 };

/* --- what they know --- */

static void take(struct maybe_u64 *to, int error, uint64_t number, uint64_t factor)
{
	if (error)
		return;
	to->set = true;
	to->value = number * factor;
}

/* In v1 without those of cgroups below. */
static int read_kills(struct arena *arena, const struct cgroup *cgroup, uint64_t *ret_kills)
{
	return cgroup_read_entry(arena, cgroup, cgroup->unified ? "memory.events" : "memory.oom_control", "oom_kill",
				 ret_kills);
}

static void read_memory(struct arena *arena, const struct cgroup *cgroup, struct usage *usage)
{
	uint64_t number = 0;
	int error = cgroup_read_number(arena, cgroup, cgroup->unified ? "memory.peak" : "memory.max_usage_in_bytes",
				       &number);

	take(&usage->memory_peak, error, number, 1);
	error = cgroup_read_number(arena, cgroup, cgroup->unified ? "memory.max" : "memory.limit_in_bytes", &number);
	/* v1 says «no limit» by the largest number of whole pages. */
	if (!error && number < INT64_MAX / 2)
		take(&usage->memory_limit, 0, number, 1);
	error = read_kills(arena, cgroup, &number);
	take(&usage->oom_kills, error, number, 1);
}

static void read_cpu(struct arena *arena, const struct cgroups *cgroups, struct usage *usage)
{
	const struct cgroup *cpu = cgroups_with(cgroups, "cpu"), *account = cgroups_with(cgroups, "cpuacct");
	const struct cgroup *unified = cgroups_unified(cgroups);
	uint64_t number = 0;
	int error = -ENOENT;

	if (account)
		error = cgroup_read_number(arena, account, "cpuacct.usage", &number);
	else if (unified)
		error = cgroup_read_entry(arena, unified, "cpu.stat", "usage_usec", &number);
	take(&usage->cpu_ns, error, number, account ? 1 : 1000);
	if (!cpu)
		return;
	error = cgroup_read_entry(arena, cpu, "cpu.stat", "nr_throttled", &number);
	take(&usage->throttled, error, number, 1);
	error = cgroup_read_entry(arena, cpu, "cpu.stat", cpu->unified ? "throttled_usec" : "throttled_time", &number);
	take(&usage->throttled_ns, error, number, cpu->unified ? 1000 : 1);
}

void cgroups_usage(struct arena *arena, const struct cgroups *cgroups, struct usage *ret_usage)
{
	const struct cgroup *memory = cgroups_with(cgroups, "memory"), *pids = cgroups_with(cgroups, "pids");
	uint64_t number = 0;
	int error;

	*ret_usage = (struct usage){ 0 };
	if (memory)
		read_memory(arena, memory, ret_usage);
	read_cpu(arena, cgroups, ret_usage);
	if (!pids)
		return;
	error = cgroup_read_number(arena, pids, "pids.peak", &number);
	take(&ret_usage->pids_peak, error, number, 1);
	error = cgroup_read_entry(arena, pids, "pids.events", "max", &number);
	take(&ret_usage->pids_refused, error, number, 1);
}

void usage_write(const struct usage *usage, struct text *out)
{
	const struct { const char *key; const struct maybe_u64 *value; } entry[] = {
		{ "memoryPeak", &usage->memory_peak },	{ "memoryLimit", &usage->memory_limit },
		{ "oomKills", &usage->oom_kills },	{ "cpuTime", &usage->cpu_ns },
		{ "throttled", &usage->throttled },	{ "throttledTime", &usage->throttled_ns },
		{ "pidsPeak", &usage->pids_peak },	{ "pidsRefused", &usage->pids_refused },
	};
	struct json_writer json = json_writer_new(out, NULL);

	json_open_object(&json, NULL);
	for (size_t i = 0; i < sizeof(entry) / sizeof(entry[0]); i++)
		if (entry[i].value->set)
			json_put_unsigned(&json, entry[i].key, entry[i].value->value);
	json_close(&json);
}

/* --- removing --- */

static void remove_child(void *context, int above, const char *name)
{
	(void)context;
	sys_unlinkat(above, name, AT_REMOVEDIR);
}

/* With those that the container has made in it, the deepest first. */
static int remove_tree(struct arena *arena, const char *path)
{
	const struct cgroup_visitor visitor = { .after = remove_child };
	int error = sys_unlinkat(AT_FDCWD, path, AT_REMOVEDIR);

	if (error == -EBUSY || error == -ENOTEMPTY) {
		cgroup_walk(arena, path, &visitor);
		error = sys_unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
	}
	return error == -ENOENT ? 0 : error;
}

static int remove_all(struct arena *arena, const struct cgroups *cgroups, const char **ret_path)
{
	int failed = 0;

	for (size_t i = 0; i < cgroups->count; i++) {
		int error = remove_tree(arena, cgroups->at[i].path);

		if (error) {
			failed = error;
			*ret_path = cgroups->at[i].path;
		}
	}
	return failed;
}

/* systemd would ask the processes first, for a minute and a half. */
static void stop_unit(struct arena *arena, const struct cgroups *cgroups, bool kill)
{
	pid_t *pids;

	if (kill)
		cgroups_signal(arena, cgroups, SIGKILL);
	if (kill || !cgroups_processes(arena, cgroups, &pids))
		scope_stop(arena, cgroups);
}

void cgroups_remove(const struct container *container, const struct cgroups *cgroups, bool kill,
		    struct problem *problem)
{
	struct arena *arena = container->arena;
	const long patience = kill ? PATIENCE_MS : SHORT_PATIENCE_MS;
	const char *path = NULL;
	pid_t *pids;
	int error;

	if (!cgroups->count || cgroups->shared)
		return;
	if (cgroups_processes(arena, cgroups, &pids) && cgroups_are_others(container, cgroups))
		return;
	if (cgroups->scope)
		stop_unit(arena, cgroups, kill);
	error = remove_all(arena, cgroups, &path);
	/* A process that has ended may be in it for a moment still; others have been left by the container. */
	for (long waited = 0, pause = 1; error == -EBUSY && waited < patience; waited += pause) {
		if (kill && waited)
			cgroups_signal(arena, cgroups, SIGKILL);
		clock_sleep_ms(pause);
		if (pause < 64)
			pause *= 2;
		error = remove_all(arena, cgroups, &path);
	}
	if (error && kill)
		problem_set(problem, "container '%s': cannot remove its cgroup '%s': %s%s", container->id, path,
			    reason_words(error),
			    error == -EBUSY ? "; processes in it do not end (see its cgroup.procs)" : "");
}

uint64_t cgroups_oom_kills(struct arena *arena, const struct cgroups *cgroups)
{
	const struct cgroup *memory = cgroups_with(cgroups, "memory");
	uint64_t kills = 0;

	return memory && !read_kills(arena, memory, &kills) ? kills : 0;
}

struct memory_end cgroups_memory_end(struct arena *arena, const struct cgroups *cgroups, uint64_t since_us)
{
	const struct cgroup *memory = cgroups_with(cgroups, "memory");
	struct usage usage = { 0 };
	struct memory_end end;

	if (memory)
		read_memory(arena, memory, &usage);
	end = (struct memory_end){ .oom = usage.oom_kills.value > 0, .peak = usage.memory_peak.value,
				   .limit = usage.memory_limit.value, .kills = usage.oom_kills.value };
	if (end.oom)
		oom_find(arena, memory, since_us, &end.last);
	return end;
}

struct memory_end life_memory_end(struct arena *arena, const char *root, const char *id)
{
	struct problem none = { 0 };
	struct container container;
	struct memory_end end;

	if (!container_open(arena, root, id, &container, &none))
		return (struct memory_end){ 0 };
	end = cgroups_memory_end(arena, container_cgroups(&container), oom_time_of(container.record.start_time));
	container_close(&container);
	return end;
}
