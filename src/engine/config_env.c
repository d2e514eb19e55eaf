/* config_env.c - the environment of a container's process.
 *
 * Docker's order: what every container has, what the image says, --env-file, --env; the last one that names a variable
 * counts. What --env-merge makes of the first two comes behind them, as podman has it. What the image says is data:
 * an entry is NAME=VALUE or it is none, and nothing of the caller's environment is looked up for it (CVE-2026-57231).
 */
#include "engine/config_parts.h"
#include "engine/environment.h"
#include <string.h>

static void put_image(struct config *config, struct environment *env)
{
	const struct json *list = config_image_list(config->input, "Env");

	for (const struct json *entry = list ? list->first : NULL; entry; entry = entry->next)
		if (entry->kind == JSON_STRING && strchr(entry->text, '=') && entry->text[0] != '=')
			environment_put(env, entry->text);
}

/* Those that podman's --http-proxy passes on. */
static bool is_proxy(const char *entry)
{
	static const char *const names[] = { "http_proxy=", "https_proxy=", "ftp_proxy=", "no_proxy=", "HTTP_PROXY=",
					     "HTTPS_PROXY=", "FTP_PROXY=", "NO_PROXY=", NULL };
	const char *const *name = names;

	while (*name && strncmp(entry, *name, strlen(*name)) != 0)
		name++;
	return *name;
}

/* What is there without --env and its like. */
static void put_usual(struct config *config, struct environment *env)
{
	const struct run_asked *asked = config->asked;
	const char *hostname = config_hostname(config->arena, config->input);

	for (char **own = config->input->environment; own && *own; own++)
		if ((asked->env_host && strchr(*own, '=') && (*own)[0] != '=') ||
		    (asked->http_proxy && is_proxy(*own)))
			environment_put(env, *own);
	environment_put(env, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
	if (hostname)
		environment_put(env, arena_printf(config->arena, "HOSTNAME=%s", hostname));
	if (asked->terminal)
		environment_put(env, "TERM=xterm");
	if (config_is_systemd(config->input))
		environment_put(env, "container=taru");
	put_image(config, env);
}

void config_put_env(struct config *config)
{
	struct environment env = environment_new(config->arena, config->input->environment);
	const struct run_asked *asked = config->asked;
	struct texts texts;

	if (!asked->unset_all)
		put_usual(config, &env);
	for (size_t i = 0; i < asked->env_merge.count; i++)
		environment_merge(&env, asked->env_merge.at[i], config->problem);
	for (size_t i = 0; i < asked->env_files.count; i++)
		environment_put_file(&env, asked->env_files.at[i], config->problem);
	for (size_t i = 0; i < asked->env.count; i++)
		environment_put_given(&env, "--env", asked->env.at[i], config->problem);
	config_put_cdi_env(config, &env);
	for (size_t i = 0; i < asked->unset_env.count; i++)
		environment_unset(&env, asked->unset_env.at[i]);
	texts = environment_texts(&env);
	json_open_array(&config->json, "env");
	for (size_t i = 0; i < texts.count; i++)
		json_put_text(&config->json, NULL, texts.at[i]);
	json_close(&config->json);
}
