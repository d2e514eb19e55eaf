/* cmd_network_reload.c - `taru network reload`: what others have taken out of the firewall is put back. */
#include "cli/named.h"
#include "engine/network_rules.h"
#include "spec/lists.h"

struct network_reload_asked { bool all; };

struct telling {
	struct place *place;
	const struct network_rules *rules;
	struct text *out;
};

/* The whole ID of a container that was reloaded. */
static bool tell_named(void *context, const char *name, struct problem *problem)
{
	const struct telling *telling = context;
	struct engine_container container;

	if (!engine_find(&telling->place->engine, name, &container, problem))
		return false;
	engine_close(&container);
	if (!texts_have(&telling->rules->containers, container.made.id)) {
		problem_set(problem, engine_lives(&container) ? "container %s is in no network of a bridge" :
								"container %s does not run", name);
		return false;
	}
	text_printf(telling->out, "%s\n", container.made.id);
	return true;
}

/* Those that were named; else all. */
static void tell(struct command *command, struct place *place, const struct network_rules *rules)
{
	const struct network_reload_asked *asked = command->asked;
	struct text out = text_new(command->arena);
	struct telling telling = { place, rules, &out };

	for (size_t i = 0; asked->all && i < rules->containers.count; i++)
		text_printf(&out, "%s\n", rules->containers.at[i]);
	named_each(command, tell_named, &telling, NULL);
	command_print(command, &out);
}

/* The rules are one table, so that of all containers is made anew whoever is named. */
static void run(struct command *command)
{
	const struct network_reload_asked *asked = command->asked;
	struct text warnings = text_new(command->arena);
	struct network_rules rules;
	struct place place;

	if (asked->all == (*command->operand != NULL)) {
		problem_set(command->problem, asked->all ?
			    "network reload: '--all' is for all containers, '%s' is one; which?" :
			    "network reload: needs containers, or '--all'", *command->operand);
		return;
	}
	if (!place_open(command, false, &place))
		return;
	if (network_rules_reload(&place.engine, &rules, command->problem)) {
		network_rules_find_others(&place.engine, &rules, &warnings);
		command_warn(command, &warnings);
		tell(command, &place, &rules);
	}
	store_close(&place.store);
}

static const struct option options[] = {
	{ "all", 'a', OPTION_FLAG, offsetof(struct network_reload_asked, all), NULL, N_("of all containers that run") },
	{ NULL }
};

const struct verb verb_network_reload = {
	.name = "network reload",
	.operands = "[CONTAINER...]",
	.summary = N_("make the firewall's rules of containers anew"),
	.notes = N_(
		"For when something has removed them: 'nft flush ruleset', or another firewall's start. All of them\n"
		"are made anew in one go, so connections go on; warnings tell of rules of others that drop what\n"
		"these networks forward.\n"),
	.options = options,
	.asked_size = sizeof(struct network_reload_asked),
	.operands_max = OPERANDS_ANY,
	.run = run,
};
