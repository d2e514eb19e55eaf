/* cmd_healthcheck_run.c - `taru healthcheck run`: does a container's health check once. */
#include "cli/place.h"
#include "engine/health.h"
#include <stdlib.h>

struct healthcheck_asked { bool scheduled, ignore; };

static void check(struct command *command, struct place *place, struct engine_container *container)
{
	const struct healthcheck_asked *asked = command->asked;
	bool starting = false;
	const bool healthy = engine_check_health(&place->engine, container, &starting, command->problem);

	if (starting && asked->scheduled)
		command->status = HEALTH_STILL_STARTING;
	if (!healthy && !asked->ignore && !asked->scheduled)
		command->status = EXIT_FAILURE;
	if (!healthy && !command->problem->found && !asked->scheduled) {
		struct text out = text_new(command->arena);

		text_add(&out, "unhealthy\n");
		command_print(command, &out);
	}
}

static void run(struct command *command)
{
	place_one(command, check);
}

static const struct option options[] = {
	{ "ignore-result", 0, OPTION_FLAG, offsetof(struct healthcheck_asked, ignore), NULL,
	  N_("end with 0 also where it is unhealthy") },
	{ "scheduled", 0, OPTION_FLAG, offsetof(struct healthcheck_asked, scheduled), NULL, NULL },
	{ NULL }
};

const struct verb verb_healthcheck_run = {
	.name = "healthcheck run",
	.operands = "CONTAINER",
	.summary = N_("do a container's health check once"),
	.notes = N_("Ends with 1 and says so where the container is unhealthy.\n"),
	.options = options,
	.asked_size = sizeof(struct healthcheck_asked),
	.operands_min = 1,
	.operands_max = 1,
	.starts_container = true,
	.run = run,
};
