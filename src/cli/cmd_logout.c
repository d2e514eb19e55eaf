/* cmd_logout.c - `taru logout`: forgets the password for a registry, or for all. */
#include "cli/server.h"
#include "cli/settings.h"

struct logout_asked {
	struct settings_asked settings;
	bool all;
};

/* Only one of the files that are read is written: another one may still know the registry. */
static void warn_of_others(struct command *command, const struct remotes *remotes, const struct server *server)
{
	struct credentials left;
	struct problem unread = { 0 };

	if (auth_find(&remotes->auth, command->arena, server->reference.domain, server->reference.path, &left,
		      &unread) > 0)
		log_message(command->log, "warning",
			    arena_printf(command->arena, "%s: %s still has credentials for it", server->key,
					 left.from));
}

/* --- all of them --- */

struct told { struct command *command; struct text out; };

static void tell_removed(void *data, const char *key)
{
	struct told *told = data;

	text_printf(&told->out, "Removing login credentials for %s\n", key);
}

static void tell_left(void *data, const char *path)
{
	struct told *told = data;

	log_message(told->command->log, "warning",
		    arena_printf(told->command->arena, "%s still has credentials", path));
}

static void run_all(struct command *command, const struct logout_asked *asked)
{
	struct told told = { command, text_new(command->arena) };
	const struct auth_listener listener = { &told, tell_removed, tell_left };
	const struct remotes *remotes;
	int count;

	if (command->operand[0]) {
		problem_set(command->problem, "logout: '--all' is for all registries, '%s' is one; which?",
			    command->operand[0]);
		return;
	}
	remotes = settings_load(command, &asked->settings);
	if (!remotes)
		return;
	count = auth_logout_all(&remotes->auth, command->arena, &listener, command->problem);
	if (count == 0)
		text_add(&told.out, "Not logged in to any registry\n");
	/* Also where something failed. */
	command_print(command, &told.out);
}

/* --- one of them --- */

static void run(struct command *command)
{
	const struct logout_asked *asked = command->asked;
	struct text out = text_new(command->arena);
	const struct remotes *remotes;
	struct server server;
	const char *where;
	int had;

	if (asked->all) {
		run_all(command, asked);
		return;
	}
	if (!server_read(command->arena, command->operand[0], &server, command->problem))
		return;
	remotes = settings_load(command, &asked->settings);
	if (!remotes)
		return;
	had = auth_logout(&remotes->auth, command->arena, server.key, &where, command->problem);
	if (had < 0)
		return;
	text_printf(&out, had ? "Removing login credentials for %s\n" : "Not logged in to %s\n", server.key);
	command_print(command, &out);
	warn_of_others(command, remotes, &server);
}

static const struct option options[] = {
	{ "all", 'a', OPTION_FLAG, offsetof(struct logout_asked, all), NULL,
	  N_("for all registries: what the file has, and what credential helpers list") },
	{ "authfile", 0, OPTION_TEXT, offsetof(struct logout_asked, settings.auth_file), "FILE",
	  N_("where passwords are, instead of the usual files") },
	{ NULL }
};

const struct verb verb_logout = {
	.name = "logout",
	.operands = "[SERVER]",
	.summary = N_("forget the password for a registry"),
	.notes = N_("SERVER is docker.io unless it is given.\n"),
	.options = options,
	.asked_size = sizeof(struct logout_asked),
	.operands_max = 1,
	.run = run,
};
