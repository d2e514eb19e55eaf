/* config_host.c - what of this machine a container is given beyond files that somebody names: an init (--init), the
 * time zone (--tz), and what a systemd in it wants to find (--systemd). */
#include "engine/config_parts.h"
#include "engine/parts.h"
#include "image/helper.h"
#include <string.h>
#include <sys/stat.h>

/* --- --init --- */

static void check_init(struct config *config)
{
	if (config->asked->pid)
		problem_set(config->problem, "option '--init': in the processes of '--pid %s' it is not process 1",
			    config->asked->pid);
}

void config_put_init(struct config *config)
{
	if (!config->asked->init)
		return;
	check_init(config);
	json_put_text(&config->json, NULL, ENGINE_INIT);
	json_put_text(&config->json, NULL, "--");
}

static void put_init(struct config *config)
{
	const char *const options[] = { "bind", "ro", "rprivate", NULL };
	const char *program = helper_path(config->arena, "init");

	if (program)
		config_put_mount(config, ENGINE_INIT, "bind", program, options);
	else
		problem_set(config->problem,
			    "option '--init': the program 'libexec/taru/init' is missing: it belongs beside "
			    "this one; reinstall taru, or set TARU_LIBEXEC to the folder it is in");
}

/* --- --systemd --- */

static const char *first_word(const struct json *list)
{
	return list && list->first && list->first->kind == JSON_STRING ? list->first->text : NULL;
}

/* The program that is process 1. */
static const char *program_of(const struct config_input *input)
{
	const struct run_asked *asked = input->asked;
	const char *entrypoint = first_word(config_image_list(input, "Entrypoint"));

	if (asked->entrypoint_given)
		entrypoint = asked->entrypoint_words.count ? asked->entrypoint_words.at[0] : NULL;
	if (entrypoint && entrypoint[0])
		return entrypoint;
	if (input->words[0])
		return input->words[0];
	return asked->entrypoint_given ? NULL : first_word(config_image_list(input, "Cmd"));
}

/* As podman has it: by the program's name, unless it is said. */
bool config_is_systemd(const struct config_input *input)
{
	static const char *const inits[] = { "/sbin/init", "/usr/sbin/init", "/usr/local/sbin/init", NULL };
	const char *asked = input->asked->systemd ? input->asked->systemd : "true";
	const char *program = program_of(input), *slash;

	if (!strcmp(asked, "always"))
		return true;
	if (!program || strcmp(asked, "true") != 0)
		return false;
	slash = strrchr(program, '/');
	return text_is_one_of(program, inits) || !strcmp(slash ? slash + 1 : program, "systemd");
}

void config_check_systemd(struct config *config)
{
	static const char *const words[] = { "true", "false", "always", NULL };

	if (config->asked->systemd && !text_is_one_of(config->asked->systemd, words))
		problem_set(config->problem,
			    "option '--systemd' is true, false or always, not '%s'", config->asked->systemd);
	if (config->asked->init && config_is_systemd(config->input))
		problem_set(config->problem, "options '--init' and '--systemd': only one of them can be process 1");
}

/* It is content with what it finds mounted, and looks for an end of these by SIGRTMIN+3. */
void config_put_systemd_mounts(struct config *config)
{
	static const struct { const char *path, *mode; bool programs; } folders[] = {
		{ "/run", "mode=755", true }, { "/run/lock", "mode=1777", false }, { "/tmp", "mode=1777", true },
		{ "/var/log/journal", "mode=755", false },
	};

	for (size_t i = 0; config_is_systemd(config->input) && i < sizeof(folders) / sizeof(folders[0]); i++) {
		const char *const options[] = { "nosuid", "nodev", folders[i].mode,
						folders[i].programs ? NULL : "noexec", NULL };

		config_put_mount(config, folders[i].path, "tmpfs", "tmpfs", options);
	}
}

/* --- --tz --- */

static void put_zone(struct config *config)
{
	static const char folder[] = "/usr/share/zoneinfo";
	const char *const options[] = { "bind", "ro", "rprivate", NULL };
	const char *zone = config->asked->timezone;
	const char *file = strcmp(zone, "local") ? arena_printf(config->arena, "%s/%s", folder, zone) :
						  "/etc/localtime";
	struct stat info;

	if (strstr(zone, "..") || zone[0] == '/' || stat(file, &info) || !S_ISREG(info.st_mode))
		problem_set(config->problem,
			    "option '--tz': '%s' is neither local nor a time zone in %s", zone, folder);
	else
		config_put_mount(config, "/etc/localtime", "bind", file, options);
}

void config_put_host_mounts(struct config *config)
{
	if (config->asked->init)
		put_init(config);
	if (config->asked->timezone)
		put_zone(config);
	config_put_cdi_mounts(config);
	config_put_names(config);
}
