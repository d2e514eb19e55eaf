/* cmd_port.c - `taru port`: which ports of a container can be reached at which of this machine's. */
#include "cli/place.h"
#include "engine/endpoint.h"
#include "engine/ports.h"
#include <string.h>

/* "80" is of TCP, as docker has it. */
static bool is_asked(struct arena *arena, const struct made_port *port, const char *asked)
{
	const char *words = arena_printf(arena, "%u/%s", port->inside, port->protocol);

	return !asked || !strcmp(words, strchr(asked, '/') ? asked : arena_printf(arena, "%s/tcp", asked));
}

static void show(struct command *command, struct place *place, struct engine_container *container)
{
	const char *asked = command->operand[1];
	struct text out = text_new(command->arena);
	struct endpoints endpoints;

	endpoints_read(&place->engine, container->folder, &endpoints);
	endpoints_drop_unpublished(&endpoints);
	for (size_t i = 0; i < endpoints.ports; i++) {
		const struct made_port *port = &endpoints.port[i];
		const char *address = *port_addresses(command->arena, port);

		if (!is_asked(command->arena, port, asked))
			continue;
		if (asked)
			text_printf(&out, "%s:%u\n", address, port->outside);
		else
			text_printf(&out, "%u/%s -> %s:%u\n", port->inside, port->protocol, address, port->outside);
	}
	if (asked && !out.length)
		problem_set(command->problem, "no public port '%s' published for %s", asked, container->made.name);
	command_print(command, &out);
}

static void run(struct command *command)
{
	place_one(command, show);
}

static const struct option options[] = { { NULL } };

const struct verb verb_port = {
	.name = "port",
	.operands = "CONTAINER [PORT[/PROTOCOL]]",
	.summary = N_("show which ports of a container are published"),
	.options = options,
	.operands_min = 1,
	.operands_max = 2,
	.run = run,
};
