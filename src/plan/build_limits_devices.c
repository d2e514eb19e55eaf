/* build_limits_devices.c - linux.resources.devices: which devices the container may use.
 *
 * Where nothing is said everything is denied but for the devices that every container has, as with runc. It is
 * a right of the machine's, so who is in a user namespace neither has it nor can give it away: there the
 * owner and mode of a device node alone decide, as for all users.
 */
#include "plan/build_limits.h"
#include "plan/device_rules.h"
#include <string.h>

static const char why[] = "linux.resources.devices";

/* Lines to the same file are one step. */
static void add_lines(const struct limits *limits, const struct cgroup *cgroup, const struct device_lines *lines)
{
	struct arena *arena = limits->b->arena;

	for (size_t i = 0; i < lines->count;) {
		struct texts *texts = ARENA_NEW(arena, struct texts);
		bool allow = lines->at[i].allow;

		texts->at = ARENA_ARRAY(arena, lines->count - i, char *);
		for (; i < lines->count && lines->at[i].allow == allow; i++)
			texts->at[texts->count++] = arena_copy(arena, lines->at[i].text, strlen(lines->at[i].text));
		ADD_RUNTIME(limits->b, STEP_WRITE_LINES, why,
			    .write_lines = { arena_printf(arena, "%s/devices.%s", cgroup->path,
							  allow ? "allow" : "deny"), texts });
	}
}

static bool allows_all(const struct device_rules *rules)
{
	return rules->block.rest == DEVICE_ACCESS && rules->character.rest == DEVICE_ACCESS && !rules->block.count &&
	       !rules->character.count;
}

void limits_devices(const struct limits *limits)
{
	const struct resources *r = limits->resources;
	const struct cgroup *v1 = cgroups_with(limits->cgroups, "devices"), *v2 = cgroups_unified(limits->cgroups);
	const struct host *host = limits->b->host;
	struct device_filter filter;
	struct device_rules rules;
	struct device_lines lines;

	if (!host_privileged(host) || host->user_namespace || (limits->update && !r->devices))
		return;
	device_rules_of_container(limits->b->arena, r->device, r->devices, &rules, limits->b->problem);
	if (allows_all(&rules) && !limits->update)
		return;
	if (v1) {
		device_rules_v1(limits->b->arena, &rules, &lines, limits->b->problem);
		add_lines(limits, v1, &lines);
	} else if (v2) {
		filter = device_filter_compile(limits->b->arena, &rules);
		ADD_RUNTIME(limits->b, STEP_SET_DEVICES, why,
			    .set_devices = { v2->path, filter.at, filter.count, limits->update });
	}
}
