/* scope_devices.c - linux.resources.devices as systemd has them: systemd.resource-control(5), DeviceAllow=.
 *
 * systemd knows lists of what is allowed, and no denials in them. With cgroup v2 its program and ours are asked
 * both, and what one denies is denied: so where it has no words for our rules it is told to allow all, and ours
 * decides. With cgroup v1 there is one list, and with the next reload systemd's counts: there it gets less.
 */
#include "plan/scope.h"
#include "base/dbus.h"
#include "plan/device_rules.h"

static const char *access_words(uint8_t access)
{
	static const char *const words[] = { "", "m", "r", "rm", "w", "wm", "rw", "rwm" };

	return words[access & DEVICE_ACCESS];
}

/* Whether all exceptions are for more, and none for a minor number of any device. */
static bool can_say(const struct device_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct device_entry *entry = &set->at[i];
		const struct device_entry *wide = device_find(set, entry->major, DEVICE_ANY);
		unsigned above = set->rest | (wide ? wide->access : 0U);

		if (entry->major == DEVICE_ANY || above & ~(unsigned)entry->access)
			return false;
	}
	return true;
}

static bool allows_all(const struct device_set *set)
{
	return set->rest == DEVICE_ACCESS && !set->count;
}

static void add_entry(struct text *message, const char *device, uint8_t access)
{
	if (!access)
		return;
	dbus_open_struct(message);
	dbus_add_text(message, device);
	dbus_add_text(message, access_words(access));
}

static void add_set(struct text *message, const struct device_set *set, const char *type)
{
	add_entry(message, arena_printf(message->arena, "%s-*", type), set->rest);
	for (size_t i = 0; i < set->count; i++) {
		const struct device_entry *entry = &set->at[i];

		const char *device;

		if (entry->major == DEVICE_ANY)
			continue;
		device = entry->minor == DEVICE_ANY ?
			 arena_printf(message->arena, "%s-%d", type, entry->major) :
			 arena_printf(message->arena, "/dev/%s/%d:%d", type, entry->major, entry->minor);
		add_entry(message, device, entry->access);
	}
}

void scope_put_devices(struct text *message, const struct cgroups *cgroups, const struct resources *resources,
		       struct problem *problem)
{
	struct device_rules rules;
	struct dbus_array list;
	bool open;

	/* It is a right of the machine's. */
	if (cgroups->user_manager)
		return;
	device_rules_of_container(message->arena, resources->device, resources->devices, &rules, problem);
	open = allows_all(&rules.block) && allows_all(&rules.character);
	if (cgroups_only_unified(cgroups))
		open |= !can_say(&rules.block) || !can_say(&rules.character);
	scope_put_text(message, "DevicePolicy", open ? "auto" : "strict");
	/* The empty list takes away what was there. */
	scope_put_name(message, "DeviceAllow", "a(ss)");
	dbus_close_array(message, dbus_open_array(message, 8));
	if (open)
		return;
	scope_put_name(message, "DeviceAllow", "a(ss)");
	list = dbus_open_array(message, 8);
	add_set(message, &rules.block, "block");
	add_set(message, &rules.character, "char");
	dbus_close_array(message, list);
}
