/* cmd_update.c - `taru update`: changes the limits of containers. */
#include "cli/place.h"
#include "engine/update.h"

static void update_one(struct command *command, struct place *place, struct engine_container *container,
		       struct problem *problem)
{
	engine_update(&place->engine, container, command->asked, problem);
}

static bool is_asked(const struct update_asked *asked)
{
	return asked->memory.set || asked->memory_reservation.set || asked->memory_swap.set || asked->pids_limit.set ||
	       asked->cpu_quota.set || asked->cpu_shares.set || asked->cpu_period.set || asked->blkio_weight.set ||
	       asked->cpus || asked->cpuset_cpus || asked->cpuset_mems;
}

static void run(struct command *command)
{
	struct place place;

	if (!is_asked(command->asked))
		problem_set(command->problem, "update: give one option at least; see 'taru update --help'");
	if (command->problem->found || !place_open(command, false, &place))
		return;
	place_each(command, &place, update_one);
	store_close(&place.store);
}

#define AT(member) offsetof(struct update_asked, member)

static const struct option options[] = {
	{ "blkio-weight", 0, OPTION_UNSIGNED, AT(blkio_weight), "N", "weight of its input and output, 10 to 1000" },
	{ "cpu-period", 0, OPTION_UNSIGNED, AT(cpu_period), "US", "length of a period of processor time" },
	{ "cpu-quota", 0, OPTION_SIGNED, AT(cpu_quota), "US", "processor time in a period; -1: no limit" },
	{ "cpu-shares", 'c', OPTION_UNSIGNED, AT(cpu_shares), "N", "weight of its processor time (1024)" },
	{ "cpus", 0, OPTION_TEXT, AT(cpus), "N", "processors that it may use at once: 1.5" },
	{ "cpuset-cpus", 0, OPTION_TEXT, AT(cpuset_cpus), "LIST", "which processors it may use: 0-2,7" },
	{ "cpuset-mems", 0, OPTION_TEXT, AT(cpuset_mems), "LIST", "which memory nodes it may use" },
	{ "memory", 'm', OPTION_BYTES, AT(memory), "BYTES", "limit of memory: 512m; -1: none" },
	{ "memory-reservation", 0, OPTION_BYTES, AT(memory_reservation), "BYTES",
	  "memory that it keeps when memory is short" },
	{ "memory-swap", 0, OPTION_BYTES, AT(memory_swap), "BYTES", "limit of memory and swap together; -1: none" },
	{ "pids-limit", 0, OPTION_SIGNED, AT(pids_limit), "N", "limit of processes; 0 or -1: none" },
	{ NULL }
};

const struct verb verb_update = {
	.name = "update",
	.operands = "CONTAINER...",
	.summary = "change the limits of containers",
	.notes = "They hold for a container that runs, and for each start that comes. Of one container either all is\n"
		 "changed or, if the kernel refuses a value, nothing.\n",
	.options = options,
	.asked_size = sizeof(struct update_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.run = run,
};
