/* config_namespaces.c - which namespaces a container has, and where its cgroup is. */
#include "engine/config_parts.h"
#include "image/id_map.h"
#include "base/file.h"
#include "base/sys.h"
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

/* --- ids: an ordinary user is root, and has its subordinate ids from 1 on --- */

static struct id_ranges read_ranges(struct config *config, const char *file)
{
	enum { LIMIT = 16 << 20 };
	char *text;
	size_t length;

	if (file_read(config->arena, AT_FDCWD, file, LIMIT, &text, &length))
		return (struct id_ranges){ .count = 0 };
	return id_ranges_of(text, config->input->host->user, config->input->host->uid);
}

static void put_map(struct config *config, const char *key, uint32_t own, const char *file)
{
	struct id_ranges ranges = read_ranges(config, file);
	uint32_t inside = 1;

	json_open_array(&config->json, key);
	for (size_t i = 0; i <= ranges.count; i++) {
		struct id_range range = i ? ranges.at[i - 1] : (struct id_range){ own, 1 };

		json_open_object(&config->json, NULL);
		json_put_unsigned(&config->json, "containerID", i ? inside : 0);
		json_put_unsigned(&config->json, "hostID", range.first);
		json_put_unsigned(&config->json, "size", range.count);
		json_close(&config->json);
		inside += i ? range.count : 0;
	}
	json_close(&config->json);
}

static void put_ids(struct config *config)
{
	const struct host *host = config->input->host;

	put_map(config, "uidMappings", host->uid, "/etc/subuid");
	put_map(config, "gidMappings", host->gid, "/etc/subgid");
}

/* --- all --- */

static void put_cgroup_path(struct config *config)
{
	const char *parent = config->asked->cgroup_parent, *id = config->input->id;

	if (parent && parent[0] != '/')
		problem_set(config->problem, "option '--cgroup-parent': '%s' is no absolute path", parent);
	/* Without a common one above, which would stay for ever or be removed while another is made in it. */
	if (parent)
		json_put_text(&config->json, "cgroupsPath", arena_printf(config->arena, "%s/%s", parent, id));
	else if (!config->in_user)
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

	if (asked->userns && strcmp(asked->userns, "host") != 0)
		problem_set(config->problem, "option '--userns': only host is there yet, not '%s'", asked->userns);
	put_cgroup_path(config);
	if (config->in_user)
		put_ids(config);
	json_open_array(&config->json, "namespaces");
	put_one(config, "mount", NULL);
	if (config->in_user)
		put_one(config, "user", NULL);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		put_kind(config, &kinds[i]);
	json_close(&config->json);
}
