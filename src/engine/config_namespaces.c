/* config_namespaces.c - which namespaces a container has, and where its cgroup is. */
#include "engine/config_parts.h"
#include "engine/service.h"
#include <string.h>

bool config_shares(const char *given)
{
	return given && !strcmp(given, "host");
}

static void put_one(struct config *config, const char *type, const char *path)
{
	json_open_object(&config->json, NULL);
	json_put_text(&config->json, "type", type);
	if (path)
		json_put_text(&config->json, "path", path);
	json_close(&config->json);
}

struct kind { const char *type, *option, *given, *words; };

/* "host", "ns:PATH", "container:PID" as config_make()'s caller has resolved it, or one of `words`: a new one. */
static void put_kind(struct config *config, const struct kind *kind)
{
	const char *given = kind->given;

	if (config_shares(given))
		return;
	if (given && !strncmp(given, "ns:/", 4)) {
		put_one(config, kind->type, given + 3);
		return;
	}
	if (given && !strstr(kind->words, arena_printf(config->arena, " %s ", given)))
		problem_set(config->problem, "option '%s': '%s' is none of:%s host, ns:PATH, container:NAME",
			    kind->option,
			    given, kind->words);
	put_one(config, kind->type, NULL);
}

/* --- all --- */

static void put_cgroup_path(struct config *config)
{
	const char *parent = config->asked->cgroup_parent, *id = config->input->id;

	const char *split = config->asked->cgroups && !strcmp(config->asked->cgroups, "split") ?
				    service_split_path(config->arena, id, config->problem) : NULL;

	if (split && parent)
		problem_set(config->problem,
			    "options '--cgroups split' and '--cgroup-parent' both say where its cgroup is: "
			    "give one");
	if (parent && parent[0] != '/')
		problem_set(config->problem, "option '--cgroup-parent': '%s' is no absolute path", parent);
	/* Without a common one above, which would stay for ever or be removed while another is made in it. */
	if (split)
		json_put_text(&config->json, "cgroupsPath", split);
	else if (parent)
		json_put_text(&config->json, "cgroupsPath", arena_printf(config->arena, "%s/%s", parent, id));
	else if (config->input->host->uid == 0)
		json_put_text(&config->json, "cgroupsPath", arena_printf(config->arena, "/taru-%s", id));
}

void config_put_namespaces(struct config *config)
{
	const struct run_asked *asked = config->asked;
	const bool private_cgroups = config->input->host->cgroup == CGROUP_V2;
	const char *cgroupns = asked->cgroupns ? asked->cgroupns : private_cgroups ? "private" : "host";
	const struct kind kinds[] = {
		{ "pid", "--pid", asked->pid, " private " },
		{ "network", "--network", asked->network, " none " },
		{ "ipc", "--ipc", asked->ipc, " private shareable none " },
		{ "uts", "--uts", asked->uts, " private " },
		{ "cgroup", "--cgroupns", cgroupns, " private " },
	};

	put_cgroup_path(config);
	if (config->in_user)
		config_put_ids(config);
	json_open_array(&config->json, "namespaces");
	put_one(config, "mount", NULL);
	if (config->in_user)
		put_one(config, "user", NULL);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		put_kind(config, &kinds[i]);
	json_close(&config->json);
}
