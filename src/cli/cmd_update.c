/* cmd_update.c - `taru update`: changes the limits of containers. */
#include "cli/place.h"
#include "engine/event.h"
#include "engine/update.h"
#include "engine/upkeep.h"
#include <string.h>

static bool limits_asked(const struct update_asked *asked)
{
	return asked->memory.set || asked->memory_reservation.set || asked->memory_swap.set || asked->pids_limit.set ||
	       asked->cpu_quota.set || asked->cpu_shares.set || asked->cpu_period.set || asked->blkio_weight.set ||
	       asked->cpus || asked->cpuset_cpus || asked->cpuset_mems;
}

struct cmd_update_asked {
	struct update_asked limits;
	const char *restart;
};

/* Its monitor looks at it when the container has ended. */
static void set_restart(struct command *command, struct place *place, struct engine_container *container,
			struct problem *problem)
{
	const struct cmd_update_asked *asked = command->asked;

	if (!engine_lock(&place->engine, container, problem) ||
	    !engine_read_restart(command->arena, asked->restart, &container->made.upkeep, problem))
		return;
	if (container->made.remove && container->made.upkeep.restart != RESTART_NO)
		problem_set(problem, "container %s was made with '--rm': what is removed at its end cannot be started "
			    "again", container->made.name);
	else if (engine_lives(container) && !strcmp(container->made.upkeep.log_driver, "passthrough"))
		problem_set(problem, "container %s runs in the foreground, and ends with its caller: start it with "
			    "'taru start' for a restart policy", container->made.name);
	else
		engine_write_made(&place->engine, container, problem);
}

static void update_one(struct command *command, struct place *place, struct engine_container *container,
		       struct problem *problem)
{
	const struct cmd_update_asked *asked = command->asked;

	if (!limits_asked(&asked->limits) || engine_update(&place->engine, container, &asked->limits, problem))
		if (asked->restart)
			set_restart(command, place, container, problem);
	if (!problem->found)
		event_container(&place->engine, &container->made, "update", NULL);
}

static void run(struct command *command)
{
	const struct cmd_update_asked *asked = command->asked;
	struct place place;

	if (!limits_asked(&asked->limits) && !asked->restart)
		problem_set(command->problem, "update: give one option at least; see 'taru update --help'");
	if (command->problem->found || !place_open(command, false, &place))
		return;
	place_each(command, &place, update_one);
	store_close(&place.store);
}

#define AT(member) offsetof(struct cmd_update_asked, limits.member)

static const struct option options[] = {
	{ "blkio-weight", 0, OPTION_UNSIGNED, AT(blkio_weight), "N", N_("weight of its input and output, 10 to 1000") },
	{ "cpu-period", 0, OPTION_UNSIGNED, AT(cpu_period), "US", N_("length of a period of processor time") },
	{ "cpu-quota", 0, OPTION_SIGNED, AT(cpu_quota), "US", N_("processor time in a period; -1: no limit") },
	{ "cpu-shares", 'c', OPTION_UNSIGNED, AT(cpu_shares), "N", N_("weight of its processor time (1024)") },
	{ "cpus", 0, OPTION_TEXT, AT(cpus), "N", N_("processors that it may use at once: 1.5") },
	{ "cpuset-cpus", 0, OPTION_TEXT, AT(cpuset_cpus), "LIST", N_("which processors it may use: 0-2,7") },
	{ "cpuset-mems", 0, OPTION_TEXT, AT(cpuset_mems), "LIST", N_("which memory nodes it may use") },
	{ "memory", 'm', OPTION_BYTES, AT(memory), "BYTES", N_("limit of memory: 512m; -1: none") },
	{ "memory-reservation", 0, OPTION_BYTES, AT(memory_reservation), "BYTES",
	  N_("memory that it keeps when memory is short") },
	{ "memory-swap", 0, OPTION_BYTES, AT(memory_swap), "BYTES", N_("limit of memory and swap together; -1: none") },
	{ "pids-limit", 0, OPTION_SIGNED, AT(pids_limit), "N", N_("limit of processes; 0 or -1: none") },
	{ "restart", 0, OPTION_TEXT, offsetof(struct cmd_update_asked, restart), "POLICY",
	  N_("no, on-failure[:TIMES], always, unless-stopped") },
	{ NULL }
};

const struct verb verb_update = {
	.name = "update",
	.operands = "CONTAINER...",
	.summary = N_("change the limits and the restart policy of containers"),
	.notes = N_(
		"They hold for a container that runs, and for each start that comes. Of one container either all is\n"
		"changed or, if the kernel refuses a value, nothing.\n"),
	.options = options,
	.asked_size = sizeof(struct cmd_update_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.run = run,
};
