/* settings.c - see settings.h */
#include "cli/settings.h"
#include <string.h>

const struct option settings_options[] = {
	{ "authfile", 0, OPTION_TEXT, offsetof(struct settings_asked, auth_file), "FILE",
	  N_("where passwords are, instead of the usual files") },
	{ "creds", 0, OPTION_TEXT, offsetof(struct settings_asked, credentials), "USER:PASSWORD",
	  N_("who asks the registry; others see it in the list of processes") },
	{ "tls-verify", 0, OPTION_TEXT, offsetof(struct settings_asked, tls_verify), "true|false",
	  N_("whether the registry's certificate must be good") },
	{ NULL }
};

static enum registry_tls read_tls(const char *text, struct problem *problem)
{
	if (!text)
		return TLS_AS_CONFIGURED;
	if (!strcmp(text, "true"))
		return TLS_VERIFIED;
	if (!strcmp(text, "false"))
		return TLS_UNVERIFIED;
	problem_set(problem, "option '--tls-verify' is true or false, not '%s'", text);
	return TLS_AS_CONFIGURED;
}

static struct remotes *load(struct command *command, const struct settings_asked *asked)
{
	struct remote_options *options = ARENA_NEW(command->arena, struct remote_options);
	struct remotes *remotes = ARENA_NEW(command->arena, struct remotes);

	*options = (struct remote_options){ asked->auth_file, asked->credentials,
					    read_tls(asked->tls_verify, command->problem) };
	if (command->problem->found || !remotes_load(command->arena, options, remotes, command->problem))
		return NULL;
	return remotes;
}

const struct remotes *settings_load(struct command *command, const struct settings_asked *asked)
{
	return load(command, asked);
}

const struct remotes *settings_load_to_ask(struct command *command, const struct settings_asked *asked)
{
	struct helper *ready = remote_start_early(command->arena);
	struct remotes *remotes = load(command, asked);

	if (remotes)
		remotes->ready = ready;
	else if (ready)
		helper_kill(ready);
	return remotes;
}

bool settings_open_store(struct command *command, struct store *ret_store)
{
	const char *root = store_root(command->arena, command->globals->root, command->problem);

	store_allow_descriptors();
	return root && store_open(ret_store, command->arena, root, true, command->problem);
}
