/* config_host.c - what of this machine a container is given beyond files that somebody names: an init (--init), the time
 * zone (--tz), and what a systemd in it wants to find (--systemd). */
#include "engine/config_parts.h"
#include "image/helper.h"
#include <string.h>
#include <sys/stat.h>

/* Not in /dev, which may be this machine's, nor in a folder of programs, where it would hide one of the image's. */
#define INIT "/run/taru-init"

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
	json_put_text(&config->json, NULL, INIT);
	json_put_text(&config->json, NULL, "--");
}

static void put_init(struct config *config)
{
	const char *const options[] = { "bind", "ro", "rprivate", NULL };
	const char *program = helper_path(config->arena, "init");

	if (program)
		config_put_mount(config, INIT, "bind", program, options);
	else
		problem_set(config->problem, "option '--init': the program 'libexec/taru/init' is missing: it belongs beside "
			    "this one; reinstall taru, or set TARU_LIBEXEC to the folder it is in");
}

/* --- --tz --- */

static void put_zone(struct config *config)
{
	static const char folder[] = "/usr/share/zoneinfo";
	const char *const options[] = { "bind", "ro", "rprivate", NULL };
	const char *zone = config->asked->timezone;
	const char *file = !strcmp(zone, "local") ? "/etc/localtime" : arena_printf(config->arena, "%s/%s", folder, zone);
	struct stat info;

	if (strstr(zone, "..") || zone[0] == '/' || stat(file, &info) || !S_ISREG(info.st_mode))
		problem_set(config->problem, "option '--tz': '%s' is neither local nor a time zone in %s", zone, folder);
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
}
