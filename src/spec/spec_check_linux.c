/* spec_check_linux.c - rules for devices, limits and settings of the kernel: see spec_check.c */
#include "base/text.h"
#include "spec/spec_check.h"
#include <linux/mempolicy.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

/* --- devices --- */

static void check_devices(const struct spec *spec, struct problem *problem)
{
	for (size_t i = 0; i < spec->devices && !problem->found; i++) {
		const struct device *device = &spec->device[i];

		if (device->path[0] != '/')
			problem_set(problem, "linux.devices[%zu].path: '%s' is not an absolute path", i,
				    device->path);
		if (device->type != 'p' && (device->major < 0 || device->minor < 0))
			problem_set(problem, "linux.devices[%zu].%s: is missing", i,
				    device->major < 0 ? "major" : "minor");
	}
}

bool spec_is_link_name(const char *name)
{
	if (!*name || strlen(name) >= IF_NAMESIZE || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return false;
	return !name[strcspn(name, "/: \t\n\v\f\r")];
}

static const char *name_inside(const struct net_device *device)
{
	return device->new_name ? device->new_name : device->name;
}

/* Sorted, because a hostile config can have a hundred thousand. */
static void check_link_names_differ(const struct spec *spec, struct problem *problem)
{
	struct arena arena;
	const char **name;

	arena_init(&arena, NULL, 0);
	name = ARENA_ARRAY(&arena, spec->net_devices, const char *);
	for (size_t i = 0; i < spec->net_devices; i++)
		name[i] = name_inside(&spec->net_device[i]);
	qsort(name, spec->net_devices, sizeof(*name), text_order);
	for (size_t i = 1; i < spec->net_devices; i++)
		if (strcmp(name[i - 1], name[i]) == 0)
			problem_set(problem, "linux.netDevices: two of them would be '%s' in the container",
				    name[i]);
	arena_release(&arena);
}

static void check_net_devices(const struct spec *spec, struct problem *problem)
{
	if (!spec->net_devices)
		return;
	if (!spec->namespace[NAMESPACE_NETWORK].asked)
		problem_set(problem, "linux.netDevices: needs a network namespace; add "
			    "{\"type\": \"network\"} to linux.namespaces");
	for (size_t i = 0; i < spec->net_devices && !problem->found; i++) {
		const struct net_device *device = &spec->net_device[i];

		if (!spec_is_link_name(device->name))
			problem_set(problem, "linux.netDevices: '%s' cannot be a network device's name",
				    device->name);
		else if (!spec_is_link_name(name_inside(device)))
			problem_set(problem, "linux.netDevices[\"%s\"].name: '%s' cannot be a network "
				    "device's name (1 to 15 bytes, no '/', ':' or blank)", device->name,
				    device->new_name);
	}
	if (!problem->found && spec->net_devices > 1)
		check_link_names_differ(spec, problem);
}

/* --- paths --- */

static void check_paths(const char *key, const struct texts *paths, struct problem *problem)
{
	for (size_t i = 0; i < paths->count; i++)
		if (paths->at[i][0] != '/')
			problem_set(problem, "%s[%zu]: '%s' is not an absolute path", key, i,
				    paths->at[i]);
}

/* --- memory and caches --- */

/* The rules of set_mempolicy(2). */
static void check_memory_policy(const struct spec *spec, struct problem *problem)
{
	const struct memory_policy *policy = &spec->memory_policy;
	const char *mode = name_of(memory_mode_names, policy->mode);
	bool nowhere = policy->mode == MPOL_DEFAULT || policy->mode == MPOL_LOCAL;
	bool both = (policy->flags & MPOL_F_STATIC_NODES) && (policy->flags & MPOL_F_RELATIVE_NODES);

	if (!policy->asked)
		return;
	if (policy->nodes && !spec_is_number_list(policy->nodes))
		problem_set(problem, "linux.memoryPolicy.nodes: '%s' is not a list such as 0-3,7",
			    policy->nodes);
	if (nowhere && policy->nodes)
		problem_set(problem, "linux.memoryPolicy.nodes: must be empty for %s", mode);
	if (!nowhere && policy->mode != MPOL_PREFERRED && !policy->nodes)
		problem_set(problem, "linux.memoryPolicy.nodes: is missing, and %s needs it", mode);
	if (both)
		problem_set(problem, "linux.memoryPolicy.flags: MPOL_F_STATIC_NODES and "
			    "MPOL_F_RELATIVE_NODES exclude each other");
	if (policy->flags & MPOL_F_NUMA_BALANCING && policy->mode != MPOL_BIND &&
	    policy->mode != MPOL_PREFERRED_MANY)
		problem_set(problem, "linux.memoryPolicy.flags: MPOL_F_NUMA_BALANCING is for MPOL_BIND and "
			    "MPOL_PREFERRED_MANY only");
}

/* The name of a directory in /sys/fs/resctrl. */
static void check_intel_rdt(const struct spec *spec, struct problem *problem)
{
	const char *name = spec->intel_rdt.clos_id;

	if (name && (strchr(name, '/') || strchr(name, '\n') || strcmp(name, ".") == 0 ||
		     strcmp(name, "..") == 0 || strlen(name) > 255))
		problem_set(problem, "linux.intelRdt.closID: '%s' cannot be a directory's name", name);
}

void spec_check_linux(const struct spec *spec, struct problem *problem)
{
	check_devices(spec, problem);
	check_net_devices(spec, problem);
	check_paths("linux.maskedPaths", &spec->masked_paths, problem);
	check_paths("linux.readonlyPaths", &spec->readonly_paths, problem);
	spec_check_line("linux.mountLabel", spec->mount_label, problem);
	check_memory_policy(spec, problem);
	check_intel_rdt(spec, problem);
}
