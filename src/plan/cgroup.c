/* cgroup.c - where a container's cgroups are: see cgroup.h.
 *
 * linux.cgroupsPath is absolute (from the root of each hierarchy), relative (from where this process may make
 * cgroups) or, with systemd, SLICE:PREFIX:NAME.
 */
#include "plan/cgroup.h"
#include "base/text.h"
#include <string.h>

static const char key[] = "linux.cgroupsPath";

bool cgroup_is_path(const char *path)
{
	static const char root[] = "/sys/fs/cgroup/";

	return strncmp(path, root, sizeof(root) - 1) == 0;
}

bool cgroup_has(const struct cgroup *cgroup, const char *controller)
{
	size_t length = strlen(controller);

	for (const char *at = cgroup->controllers; at; at = strchr(at, ',')) {
		at += *at == ',';
		if (strncmp(at, controller, length) == 0 && (!at[length] || at[length] == ','))
			return true;
	}
	return false;
}

const struct cgroup *cgroups_with(const struct cgroups *cgroups, const char *controller)
{
	for (size_t i = 0; i < cgroups->count; i++)
		if (cgroup_has(&cgroups->at[i], controller))
			return &cgroups->at[i];
	return NULL;
}

const struct cgroup *cgroups_unified(const struct cgroups *cgroups)
{
	return cgroups->count && cgroups->at[cgroups->count - 1].unified ? &cgroups->at[cgroups->count - 1] : NULL;
}

bool cgroups_only_unified(const struct cgroups *cgroups)
{
	return cgroups->count == 1 && cgroups->at[0].unified;
}

const char *cgroups_wanted_path(const struct spec *spec, enum cgroup_manager manager)
{
	return manager == MANAGER_CGROUPFS && spec->cgroups_path && spec->cgroups_path[0] == '/' ? spec->cgroups_path :
												  NULL;
}

/* --- paths --- */

/* Adds "/a/b" for "a//b/": each name once, none that leads elsewhere. False after a problem. */
static bool add_names(struct text *out, const char *path, struct problem *problem)
{
	while (*path) {
		size_t length = strcspn(path, "/");

		if ((length == 2 && strncmp(path, "..", 2) == 0) || (length == 1 && *path == '.') ||
		    strcspn(path, "\n") < length) {
			problem_set(problem, "%s: '%.*s' is no name of a cgroup", key, (int)length, path);
			return false;
		}
		if (length)
			text_printf(out, "/%.*s", (int)length, path);
		path += length;
		path += *path == '/';
	}
	return true;
}

static const char *clean_path(struct arena *arena, const struct spec *spec, const char *id,
			      struct problem *problem)
{
	const char *asked = spec->cgroups_path && spec->cgroups_path[0] ? spec->cgroups_path : id;
	struct text path = text_new(arena);

	if (asked && add_names(&path, asked, problem) && !path.length)
		problem_set(problem, "%s: '%s' is the root cgroup, which is no container's; give it a name", key,
			    asked);
	return path.length ? path.at : "";
}

/* --- systemd's names --- */

/* "a-b.slice" is in "a.slice": systemd.slice(5). */
static void add_slice(struct text *out, const char *slice, struct problem *problem)
{
	size_t length = strlen(slice);
	const size_t end = sizeof(".slice") - 1;

	if (length <= end || strcmp(slice + length - end, ".slice") != 0 || strchr(slice, '/') ||
	    strstr(slice, "--")) {
		problem_set(problem, "%s: '%s' is no slice of systemd (\"system.slice\", \"a-b.slice\")", key, slice);
		return;
	}
	if (strcmp(slice, "-.slice") == 0)
		return;
	if (slice[0] == '-' || slice[length - end - 1] == '-') {
		problem_set(problem, "%s: '%s' is no slice of systemd: a name does not begin or end with '-'", key,
			    slice);
		return;
	}
	for (size_t i = 0; i <= length - end; i++)
		if (slice[i] == '-' || i == length - end)
			text_printf(out, "/%.*s.slice", (int)i, slice);
}

/* SLICE:PREFIX:NAME; what is left out is system.slice (or user.slice), nothing, and the container's id. */
static void split_unit(struct arena *arena, const struct spec *spec, const char *id, struct cgroups *cgroups,
		       struct problem *problem)
{
	const char *asked = spec->cgroups_path && spec->cgroups_path[0] ? spec->cgroups_path : NULL;
	const char *first = asked ? strchr(asked, ':') : NULL, *second = first ? strchr(first + 1, ':') : NULL;
	const char *name = second ? second + 1 : id, *prefix = "taru";
	size_t length;

	cgroups->slice = cgroups->user_manager ? "user.slice" : "system.slice";
	if (asked && (!second || strchr(second + 1, ':') || !second[1] || strchr(asked, '/'))) {
		problem_set(problem, "%s: with systemd it has the form SLICE:PREFIX:NAME, not '%s'", key, asked);
		return;
	}
	if (asked) {
		if (first > asked)
			cgroups->slice = arena_copy(arena, asked, (size_t)(first - asked));
		prefix = arena_copy(arena, first + 1, (size_t)(second - first - 1));
	}
	length = strlen(name);
	cgroups->shared = length > 6 && strcmp(name + length - 6, ".slice") == 0;
	cgroups->scope = cgroups->shared ? name :
			 arena_printf(arena, "%s%s%s.scope", prefix, *prefix ? "-" : "", name);
}

static const char *unit_path(struct arena *arena, const struct host *host, const struct cgroups *cgroups,
			     struct problem *problem)
{
	struct text path = text_new(arena);

	text_add(&path, host->systemd_base ? host->systemd_base : "");
	/* Where a slice is follows from its own name. */
	add_slice(&path, cgroups->shared ? cgroups->scope : cgroups->slice, problem);
	if (!cgroups->shared)
		text_printf(&path, "/%s", cgroups->scope);
	return path.at;
}

/* --- in each hierarchy --- */

static void add(struct arena *arena, struct cgroups *cgroups, const struct host_cgroup *hierarchy, const char *path)
{
	const char *base = hierarchy->base ? hierarchy->base : "";
	size_t length = strlen(base);
	bool below = strncmp(path, base, length) == 0 && path[length] == '/';

	cgroups->at[cgroups->count++] = (struct cgroup){
		.path = arena_printf(arena, "%s%s%s", hierarchy->mount, below ? "" : base, path),
		.controllers = hierarchy->controllers,
		.base = strlen(hierarchy->mount) + length,
		.unified = hierarchy->unified,
	};
}

bool cgroups_by_user(const struct host *host)
{
	return !host_privileged(host) || host->user_namespace;
}

void cgroups_find(struct arena *arena, const struct spec *spec, const struct host *host, const char *id,
		  enum cgroup_manager manager, struct cgroups *ret_cgroups, struct problem *problem)
{
	struct cgroups *cgroups = ret_cgroups;
	const char *path;

	*cgroups = (struct cgroups){ .user_manager = cgroups_by_user(host) };
	if (manager == MANAGER_DISABLED || !id)
		return;
	if (manager == MANAGER_SYSTEMD)
		split_unit(arena, spec, id, cgroups, problem);
	path = cgroups->scope ? unit_path(arena, host, cgroups, problem) : clean_path(arena, spec, id, problem);
	if (problem->found)
		return;
	cgroups->at = ARENA_ARRAY(arena, host->hierarchies + 1, struct cgroup);
	for (size_t i = 0; i < host->hierarchies; i++) {
		const struct host_cgroup *hierarchy = &host->hierarchy[i];

		/* What systemd makes is there when it is needed, and it is the user's then. */
		if (hierarchy->base || (cgroups->scope && hierarchy->unified))
			add(arena, cgroups, hierarchy, path);
		else if (hierarchy->refused)
			cgroups->refused = hierarchy->refused;
	}
}
