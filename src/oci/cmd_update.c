/* cmd_update.c - `taru-oci update`: changes the limits of a container. */
#include "base/file.h"
#include "life/life.h"
#include "oci/globals.h"
#include "spec/reason.h"
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct update_asked {
	const char *resources;		/* a file, or "-" */
	struct maybe_u64 blkio_weight, cpu_period, cpu_burst, cpu_share, cpu_rt_period;
	struct maybe_i64 cpu_quota, cpu_rt_runtime, cpu_idle;
	const char *cpuset_cpus, *cpuset_mems;
	struct maybe_i64 kernel_memory, kernel_memory_tcp, memory, memory_reservation, memory_swap;
	struct maybe_i64 pids_limit;
	const char *l3_cache_schema, *mem_bw_schema;
};

/* --resources; nothing is asked where there is none. */
static void read_file(struct command *command, const char *path, struct resources *resources)
{
	bool standard = strcmp(path, "-") == 0;
	const char *name = standard ? "standard input" : path;
	char *text;
	size_t length;
	int error = standard ? file_read_fd(command->arena, STDIN_FILENO, CONFIG_LIMIT, &text, &length) :
			       file_read(command->arena, AT_FDCWD, path, CONFIG_LIMIT, &text, &length);

	if (error)
		problem_set(command->problem, "option '--resources': cannot read '%s': %s", name, reason_words(error));
	else
		spec_read_resources(command->arena, text, length, name, resources, command->problem);
}

static void take_signed(struct maybe_i64 *to, const struct maybe_i64 *from)
{
	if (from->set)
		*to = *from;
}

static void take_unsigned(struct maybe_u64 *to, const struct maybe_u64 *from)
{
	if (from->set)
		*to = *from;
}

/* The options come on top of the file. */
static void take_options(const struct update_asked *asked, struct resources *r)
{
	take_unsigned(&r->cpu.period, &asked->cpu_period);
	take_unsigned(&r->cpu.burst, &asked->cpu_burst);
	take_unsigned(&r->cpu.shares, &asked->cpu_share);
	take_unsigned(&r->cpu.realtime_period, &asked->cpu_rt_period);
	take_signed(&r->cpu.quota, &asked->cpu_quota);
	take_signed(&r->cpu.realtime_runtime, &asked->cpu_rt_runtime);
	take_signed(&r->cpu.idle, &asked->cpu_idle);
	take_signed(&r->memory.limit, &asked->memory);
	take_signed(&r->memory.reservation, &asked->memory_reservation);
	take_signed(&r->memory.swap, &asked->memory_swap);
	take_signed(&r->memory.kernel, &asked->kernel_memory);
	take_signed(&r->memory.kernel_tcp, &asked->kernel_memory_tcp);
	take_signed(&r->pids_limit, &asked->pids_limit);
	if (asked->cpuset_cpus)
		r->cpu.cpus = asked->cpuset_cpus;
	if (asked->cpuset_mems)
		r->cpu.mems = asked->cpuset_mems;
	if (asked->blkio_weight.set)
		r->block_io.weight = (struct maybe_u32){ true, (uint32_t)asked->blkio_weight.value };
}

static void run(struct command *command)
{
	const struct update_asked *asked = command->asked;
	struct update_request request = { .l3_cache_schema = asked->l3_cache_schema,
					  .mem_bw_schema = asked->mem_bw_schema };
	const char *id = command->operand[0];

	if (!life_check_id(id, command->problem))
		return;
	if (asked->blkio_weight.set && asked->blkio_weight.value > UINT16_MAX)
		problem_set(command->problem, "option '--blkio-weight' takes a number from 10 to 1000, not %llu",
			    (unsigned long long)asked->blkio_weight.value);
	if (asked->resources)
		read_file(command, asked->resources, &request.resources);
	take_options(asked, &request.resources);
	if (!command->problem->found)
		life_update(command->arena, command_root(command), id, &request, command->problem);
}

static const struct option options[] = {
	{ "resources", 'r', OPTION_TEXT, offsetof(struct update_asked, resources), "FILE",
	  N_("a file with linux.resources as in config.json, or - for standard input") },
	{ "blkio-weight", 0, OPTION_UNSIGNED, offsetof(struct update_asked, blkio_weight), "N",
	  N_("weight of its input and output, 10 to 1000") },
	{ "cpu-period", 0, OPTION_UNSIGNED, offsetof(struct update_asked, cpu_period), "US",
	  N_("length of a period of processor time") },
	{ "cpu-quota", 0, OPTION_SIGNED, offsetof(struct update_asked, cpu_quota), "US",
	  N_("processor time in a period; -1 for no limit") },
	{ "cpu-burst", 0, OPTION_UNSIGNED, offsetof(struct update_asked, cpu_burst), "US",
	  N_("processor time that may be saved up") },
	{ "cpu-share", 0, OPTION_UNSIGNED, offsetof(struct update_asked, cpu_share), "N",
	  N_("weight of its processor time") },
	{ "cpu-rt-period", 0, OPTION_UNSIGNED, offsetof(struct update_asked, cpu_rt_period), "US",
	  N_("the same as --cpu-period for real-time processes") },
	{ "cpu-rt-runtime", 0, OPTION_SIGNED, offsetof(struct update_asked, cpu_rt_runtime), "US",
	  N_("the same as --cpu-quota for real-time processes") },
	{ "cpu-idle", 0, OPTION_SIGNED, offsetof(struct update_asked, cpu_idle), "N",
	  N_("1: only when no one else runs (SCHED_IDLE)") },
	{ "cpuset-cpus", 0, OPTION_TEXT, offsetof(struct update_asked, cpuset_cpus), "LIST",
	  N_("processors that it may use") },
	{ "cpuset-mems", 0, OPTION_TEXT, offsetof(struct update_asked, cpuset_mems), "LIST",
	  N_("memory nodes that it may use") },
	{ "memory", 0, OPTION_BYTES, offsetof(struct update_asked, memory), "BYTES",
	  N_("limit of memory; -1 for none") },
	{ "memory-reservation", 0, OPTION_BYTES, offsetof(struct update_asked, memory_reservation), "BYTES",
	  N_("memory that it keeps when memory is short") },
	{ "memory-swap", 0, OPTION_BYTES, offsetof(struct update_asked, memory_swap), "BYTES",
	  N_("limit of memory and swap together; -1 for none") },
	{ "kernel-memory", 0, OPTION_BYTES, offsetof(struct update_asked, kernel_memory), "BYTES",
	  N_("no kernel has this limit any more") },
	{ "kernel-memory-tcp", 0, OPTION_BYTES, offsetof(struct update_asked, kernel_memory_tcp), "BYTES",
	  N_("limit of memory for TCP (cgroup v1)") },
	{ "pids-limit", 0, OPTION_SIGNED, offsetof(struct update_asked, pids_limit), "N",
	  N_("limit of processes; -1 for none") },
	{ "l3-cache-schema", 0, OPTION_TEXT, offsetof(struct update_asked, l3_cache_schema), "TEXT",
	  N_("share of the level 3 cache (resctrl)") },
	{ "mem-bw-schema", 0, OPTION_TEXT, offsetof(struct update_asked, mem_bw_schema), "TEXT",
	  N_("share of the memory's bandwidth (resctrl)") },
	{ NULL }
};

const struct verb verb_update = {
	.name = "update",
	.operands = "ID",
	.summary = N_("change the limits of a container"),
	.notes = N_(
		"Either all of it is changed or, if the kernel refuses a value, nothing. With --resources the other\n"
		"options come on top of what the file says.\n"),
	.options = options,
	.asked_size = sizeof(struct update_asked),
	.operands_min = 1,
	.operands_max = 1,
	.run = run,
};
