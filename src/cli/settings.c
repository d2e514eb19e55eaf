/* settings.c - see settings.h */
#include "cli/settings.h"
#include "base/duration.h"
#include <string.h>
#include <sys/stat.h>

const struct option settings_options[] = {
	{ "authfile", 0, OPTION_TEXT, offsetof(struct settings_asked, auth_file), "FILE",
	  N_("where passwords are, instead of the usual files") },
	{ "cert-dir", 0, OPTION_TEXT, offsetof(struct settings_asked, cert_dir), "DIR",
	  N_("where certificates are (*.crt, *.cert, *.key), instead of the usual folders") },
	{ "creds", 0, OPTION_TEXT, offsetof(struct settings_asked, credentials), "USER:PASSWORD",
	  N_("who asks the registry; others see it in the list of processes") },
	{ "retry", 0, OPTION_UNSIGNED, offsetof(struct settings_asked, retry), "N",
	  N_("how often it is tried again where a registry fails for the moment (4)") },
	{ "retry-delay", 0, OPTION_TEXT, offsetof(struct settings_asked, retry_delay), "TIME",
	  N_("how long is waited before (at first 250ms, each time longer)") },
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

static unsigned read_retry(const struct maybe_u64 *asked, struct problem *problem)
{
	enum { MOST = FETCH_ATTEMPTS_MAX - 1 };

	if (asked->set && asked->value > MOST)
		problem_set(problem, "option '--retry': %llu is more than %d", (unsigned long long)asked->value, MOST);
	return asked->set ? (unsigned)asked->value + 1 : fetch_limits_usual.attempts;
}

static unsigned read_delay(const char *given, struct problem *problem)
{
	enum { NS_IN_MS = 1000000 };
	uint64_t ns = 0;

	if (given && (!duration_read(given, &ns) || ns < NS_IN_MS || ns / NS_IN_MS > FETCH_RETRY_MS_MAX))
		problem_set(problem, "option '--retry-delay': '%s' is no time such as 2s, up to 10m", given);
	return (unsigned)(ns / NS_IN_MS);
}

/* What was given is not repeated: it may be a password. */
static void check_credentials(const char *given, struct problem *problem)
{
	if (given && (given[0] == ':' || !strchr(given, ':')))
		problem_set(problem, "option '--creds' takes USER:PASSWORD");
}

/* What is not there would leave the registry believed by others than was asked for. */
static void check_folder(const char *given, struct problem *problem)
{
	struct stat info;

	if (given && (stat(given, &info) || !S_ISDIR(info.st_mode)))
		problem_set(problem, "option '--cert-dir': '%s' is no directory that is there", given);
}

bool settings_check(const struct settings_asked *asked, struct problem *problem)
{
	check_credentials(asked->credentials, problem);
	read_tls(asked->tls_verify, problem);
	read_retry(&asked->retry, problem);
	read_delay(asked->retry_delay, problem);
	check_folder(asked->cert_dir, problem);
	return !problem->found;
}

static struct remotes *load(struct command *command, const struct settings_asked *asked)
{
	struct remote_options *options = ARENA_NEW(command->arena, struct remote_options);
	struct remotes *remotes = ARENA_NEW(command->arena, struct remotes);

	*options = (struct remote_options){ asked->auth_file, asked->credentials,
					    read_tls(asked->tls_verify, command->problem),
					    fetch_limits_usual, asked->cert_dir };
	check_credentials(asked->credentials, command->problem);
	check_folder(asked->cert_dir, command->problem);
	options->limits.attempts = read_retry(&asked->retry, command->problem);
	options->limits.retry_ms = read_delay(asked->retry_delay, command->problem);
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
