/* cmd_network_connect.c - `taru network connect` and `taru network disconnect`: a container that is there gets into one
 * more network, or out of one. */
#include "cli/place.h"
#include "engine/network_change.h"
#include <string.h>

struct network_connect_asked {
	struct connect_asked connect;
	const char *explain;
};

static void explain(struct command *command, struct place *place, struct engine_container *container,
		    const struct connect_asked *asked, const char *word)
{
	struct text out = text_new(command->arena);
	enum explain_form form = EXPLAIN_SCRIPT;

	place->engine.only_told = true;
	if (engine_explain_form(word, &form, command->problem) &&
	    engine_network_explain(&place->engine, container, asked, form,
				   arena_printf(command->arena, "taru network connect %s %s", command->operand[0],
						command->operand[1]), &out, command->problem))
		command_print(command, &out);
}

static void run_connect(struct command *command)
{
	const struct network_connect_asked *asked = command->asked;
	struct connect_asked connect = asked->connect;
	struct engine_container container;
	struct place place;

	connect.network = command->operand[0];
	if (!place_open(command, false, &place))
		return;
	if (!engine_find(&place.engine, command->operand[1], &container, command->problem))
		;
	else if (asked->explain)
		explain(command, &place, &container, &connect, asked->explain);
	else
		engine_network_connect(&place.engine, &container, &connect, command->problem);
	engine_close(&container);
	store_close(&place.store);
}

#define AT(member) offsetof(struct network_connect_asked, member)

static const struct option connect_options[] = {
	{ "alias", 0, OPTION_TEXTS, AT(connect.aliases), "NAME", N_("one more name of it there") },
	{ "driver-opt", 0, OPTION_TEXTS, AT(connect.driver_options), "KEY=VALUE",
	  N_("com.docker.network.endpoint.ifname=NAME: how its device is called in it") },
	{ "explain", 0, OPTION_TEXT, AT(explain), "sh|text|json|html", N_("do nothing; print what would be done") },
	{ "ip", 0, OPTION_TEXT, AT(connect.ip), "ADDRESS", N_("its address of IPv4 there") },
	{ "ip6", 0, OPTION_TEXT, AT(connect.ip6), "ADDRESS", N_("its address of IPv6 there") },
	{ "link-local-ip", 0, OPTION_TEXTS, AT(connect.link_local), "ADDRESS",
	  N_("refused: the kernel gives each device such an address by itself") },
	{ "mac-address", 0, OPTION_TEXT, AT(connect.mac), "ADDRESS", N_("its device's, as in 02:42:0a:58:00:02") },
	{ NULL }
};

const struct verb verb_network_connect = {
	.name = "network connect",
	.operands = "NETWORK CONTAINER",
	.summary = N_("bring a container into one more network"),
	.notes = N_("One that runs is in it at once, and all are at each start that comes.\n"),
	.options = connect_options,
	.asked_size = sizeof(struct network_connect_asked),
	.operands_min = 2,
	.operands_max = 2,
	.run = run_connect,
};

/* --- disconnect --- */

struct network_disconnect_asked { bool force; };

/* One that is gone has left its networks. */
static bool is_gone(const struct problem *problem)
{
	static const char words[] = "no such container";

	return !strncmp(problem->text, words, sizeof(words) - 1);
}

static void run_disconnect(struct command *command)
{
	const struct network_disconnect_asked *asked = command->asked;
	struct engine_container container;
	struct problem unknown = { 0 };
	struct place place;

	if (!place_open(command, false, &place))
		return;
	if (engine_find(&place.engine, command->operand[1], &container, &unknown))
		engine_network_disconnect(&place.engine, &container, command->operand[0], asked->force,
					  command->problem);
	else if (!asked->force || !is_gone(&unknown))
		problem_set(command->problem, "%s", unknown.text);
	engine_close(&container);
	store_close(&place.store);
}

static const struct option disconnect_options[] = {
	{ "force", 'f', OPTION_FLAG, offsetof(struct network_disconnect_asked, force), NULL,
	  N_("whatever goes wrong; one that is not there, or not in it, is no error") },
	{ NULL }
};

const struct verb verb_network_disconnect = {
	.name = "network disconnect",
	.operands = "NETWORK CONTAINER",
	.summary = N_("take a container out of a network"),
	.options = disconnect_options,
	.asked_size = sizeof(struct network_disconnect_asked),
	.operands_min = 2,
	.operands_max = 2,
	.run = run_disconnect,
};
