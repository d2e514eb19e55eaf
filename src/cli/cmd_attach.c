/* cmd_attach.c - `taru attach`: the caller's streams and those of a container that runs. */
#include "cli/attached.h"
#include "cli/input.h"
#include "engine/event.h"

struct cmd_attach_asked {
	struct attached_asked attached;
	bool no_input;
};

static void attach(struct command *command, struct place *place, struct engine_container *container)
{
	const struct cmd_attach_asked *asked = command->asked;
	struct attached_asked attached = asked->attached;
	const bool terminal = attached_has_terminal(command, place, container->made.id);
	int socket;

	attached.input = !asked->no_input;
	if (container->status == CONTAINER_PAUSED)
		problem_set(command->problem, "container %s is paused: 'taru unpause' lets it go on",
			    container->made.name);
	else if (container->status != CONTAINER_RUNNING)
		problem_set(command->problem, "container %s is not running but %s: 'taru start --attach' starts it",
			    container->made.name, engine_status_name(container->status));
	if (!engine_check_detach_keys(attached.detach_keys, command->problem) ||
	    !input_check(attached.input, terminal, command->problem))
		return;
	socket = engine_attach(&place->engine, container, command->problem);
	if (socket < 0)
		return;
	event_container(&place->engine, &container->made, "attach", NULL);
	attached_stay(command, place, &container->made, terminal, socket, &attached);
}

static void run(struct command *command)
{
	place_one(command, attach);
}

static const struct option options[] = {
	{ .kind = OPTION_TABLE, .offset = offsetof(struct cmd_attach_asked, attached), .table = attached_options },
	{ "no-stdin", 0, OPTION_FLAG, offsetof(struct cmd_attach_asked, no_input), NULL,
	  N_("do not read what is typed") },
	{ NULL }
};

const struct verb verb_attach = {
	.name = "attach",
	.operands = "CONTAINER",
	.summary = N_("see what a container that runs writes, and type into it"),
	.notes = N_("Ends as the container does; with ctrl-p ctrl-q, where it has a terminal, it is left running.\n"),
	.options = options,
	.asked_size = sizeof(struct cmd_attach_asked),
	.operands_min = 1,
	.operands_max = 1,
	.run = run,
};
