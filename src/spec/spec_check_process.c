/* spec_check_process.c - rules for the process: see spec_check.c */
#include "spec/spec_check.h"
#include <inttypes.h>
#include <limits.h>
#include <linux/sched.h>
#include <sched.h>
#include <string.h>

static void check_args(const struct process *process, struct problem *problem)
{
	if (!process->args.count && process->command_line)
		problem_set(problem, "process.args: is missing (process.commandLine is for Windows)");
	else if (!process->args.count)
		problem_set(problem, "process.args: must name the program to run");
	else if (!*process->args.at[0])
		problem_set(problem, "process.args[0]: must not be empty");
}

/* Values may be secrets, so they are not shown. */
static void check_env(const struct process *process, struct problem *problem)
{
	for (size_t i = 0; i < process->env.count; i++) {
		const char *entry = process->env.at[i];
		const char *equal = strchr(entry, '=');

		if (!equal)
			problem_set(problem, "process.env[%zu]: '%s' is not of the form NAME=value", i,
				    entry);
		else if (equal == entry)
			problem_set(problem, "process.env[%zu]: has no name before its '='", i);
	}
}

static void check_groups(const struct process *process, struct problem *problem)
{
	if (process->user.groups > NGROUPS_MAX)
		problem_set(problem, "process.user.additionalGids: has %zu groups, and Linux takes %d",
			    process->user.groups, NGROUPS_MAX);
}

static void check_rlimits(const struct process *process, struct problem *problem)
{
	uint64_t seen = 0;

	for (size_t i = 0; i < process->rlimits; i++) {
		const struct process_limit *limit = &process->rlimit[i];
		const char *name = name_of(rlimit_names, limit->resource);

		if (seen >> limit->resource & 1)
			problem_set(problem, "process.rlimits[%zu].type: '%s' is there twice", i, name);
		seen |= UINT64_C(1) << limit->resource;
		if (limit->soft > limit->hard)
			problem_set(problem, "process.rlimits[%zu].soft: %" PRIu64 " is more than its hard "
				    "limit, %" PRIu64 " (%s)", i, limit->soft, limit->hard, name);
	}
}

static void check_capabilities(const struct process *process, struct problem *problem)
{
	const struct capabilities *sets = &process->capabilities;
	uint64_t missing = sets->effective & ~sets->permitted;

	if (missing)
		problem_set(problem, "process.capabilities.effective: '%s' must be in permitted too, "
			    "or the kernel refuses it",
			    name_of(capability_names, (uint64_t)__builtin_ctzll(missing)));
}

/* The kernel takes a time slice of this length at least (2^10 ns). */
enum { DEADLINE_RUNTIME_MIN = 1024 };

static void check_deadline(const struct scheduler *scheduler, struct problem *problem)
{
	uint64_t period = scheduler->period ? scheduler->period : scheduler->deadline;

	if (scheduler->runtime < DEADLINE_RUNTIME_MIN)
		problem_set(problem, "process.scheduler.runtime: SCHED_DEADLINE needs %d ns or more",
			    DEADLINE_RUNTIME_MIN);
	if (scheduler->deadline < scheduler->runtime)
		problem_set(problem, "process.scheduler.deadline: must not be shorter than runtime");
	if (period < scheduler->deadline)
		problem_set(problem, "process.scheduler.period: must not be shorter than deadline");
	if (period > INT64_MAX)
		problem_set(problem, "process.scheduler.period: %" PRIu64 " ns is more than Linux takes",
			    period);
}

static void check_scheduler(const struct process *process, struct problem *problem)
{
	const struct scheduler *scheduler = &process->scheduler;
	const char *policy = name_of(scheduler_policy_names, scheduler->policy);
	bool realtime = scheduler->policy == SCHED_FIFO || scheduler->policy == SCHED_RR;

	if (!scheduler->asked)
		return;
	if (strcmp(policy, "SCHED_ISO") == 0)
		problem_set(problem, "process.scheduler.policy: Linux has no SCHED_ISO");
	if (scheduler->nice < -20 || scheduler->nice > 19)
		problem_set(problem, "process.scheduler.nice: %" PRId32 " is out of range (-20 to 19)",
			    scheduler->nice);
	if (realtime && (scheduler->priority < 1 || scheduler->priority > 99))
		problem_set(problem, "process.scheduler.priority: %" PRId32 " is out of range (1 to 99 "
			    "for %s)", scheduler->priority, policy);
	if (!realtime && scheduler->priority)
		problem_set(problem, "process.scheduler.priority: must be 0 for %s", policy);
	if (scheduler->policy == SCHED_DEADLINE)
		check_deadline(scheduler, problem);
}

static void check_io_priority(const struct process *process, struct problem *problem)
{
	if (process->io_priority.asked && process->io_priority.priority > 7)
		problem_set(problem, "process.ioPriority.priority: %" PRIu32 " is out of range (0 to 7)",
			    process->io_priority.priority);
}

static void check_affinity(const char *key, const char *cpus, struct problem *problem)
{
	if (cpus && !spec_is_number_list(cpus))
		problem_set(problem, "process.execCPUAffinity.%s: '%s' is not a list such as 0-3,7", key,
			    cpus);
}

void spec_check_process(const struct spec *spec, struct problem *problem)
{
	const struct process *process = &spec->process;

	if (!process->asked) {
		problem_set(problem, "process: is missing");
		return;
	}
	check_args(process, problem);
	spec_check_absolute("process.cwd", process->cwd ? process->cwd : "", problem);
	check_env(process, problem);
	check_groups(process, problem);
	check_rlimits(process, problem);
	check_capabilities(process, problem);
	check_scheduler(process, problem);
	check_io_priority(process, problem);
	check_affinity("initial", process->affinity_initial, problem);
	check_affinity("final", process->affinity_final, problem);
	spec_check_line("process.apparmorProfile", process->apparmor_profile, problem);
	spec_check_line("process.selinuxLabel", process->selinux_label, problem);
}
