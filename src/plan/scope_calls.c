/* scope_calls.c - what systemd is asked: see scope.h. */
#include "plan/scope.h"
#include "base/dbus.h"

#define SYSTEMD "org.freedesktop.systemd1"
#define MANAGER_PATH "/org/freedesktop/systemd1"

/* Only systemd's own: others may send signals of that name too. */
static const char match[] = "type='signal',sender='" SYSTEMD "',path='" MANAGER_PATH "',interface='" SYSTEMD
			    ".Manager',member='JobRemoved'";

static void begin_bus(struct text *message, const char *member, const char *signature, uint32_t serial)
{
	dbus_begin(message, &(struct dbus_call){
		.destination = "org.freedesktop.DBus", .path = "/org/freedesktop/DBus",
		.interface = "org.freedesktop.DBus", .member = member, .signature = signature, .serial = serial,
	});
}

static void begin(struct text *message, const char *member, const char *signature, uint32_t serial, uint8_t flags)
{
	dbus_begin(message, &(struct dbus_call){
		.destination = SYSTEMD, .path = MANAGER_PATH, .interface = SYSTEMD ".Manager", .member = member,
		.signature = signature, .serial = serial, .flags = flags,
	});
}

static void end(struct text *out, struct text *message)
{
	dbus_end(message);
	text_add_bytes(out, message->at, message->length);
}

void scope_greet(struct text *out)
{
	struct text message = text_new(out->arena);

	begin_bus(&message, "Hello", NULL, SCOPE_HELLO);
	end(out, &message);
	begin_bus(&message, "AddMatch", "s", SCOPE_MATCH);
	dbus_add_text(&message, match);
	end(out, &message);
	/* systemd before version 230 tells jobs to subscribers alone. */
	begin(&message, "Subscribe", NULL, SCOPE_SUBSCRIBE, DBUS_NO_REPLY);
	end(out, &message);
}

void scope_reset_failed(struct text *out, const char *unit)
{
	struct text message = text_new(out->arena);

	begin(&message, "ResetFailedUnit", "s", SCOPE_RESET, DBUS_NO_REPLY);
	dbus_add_text(&message, unit);
	end(out, &message);
}

void scope_stop_unit(struct text *out, const char *unit)
{
	struct text message = text_new(out->arena);

	begin(&message, "StopUnit", "ss", SCOPE_ASK, 0);
	dbus_add_text(&message, unit);
	dbus_add_text(&message, "replace");
	end(out, &message);
}

/* --- properties --- */

void scope_put_name(struct text *message, const char *name, const char *signature)
{
	dbus_open_struct(message);
	dbus_add_text(message, name);
	dbus_add_signature(message, signature);
}

void scope_put_text(struct text *message, const char *name, const char *value)
{
	scope_put_name(message, name, "s");
	dbus_add_text(message, value);
}

void scope_put_bool(struct text *message, const char *name, bool value)
{
	scope_put_name(message, name, "b");
	dbus_add_bool(message, value);
}

void scope_put_u64(struct text *message, const char *name, uint64_t value)
{
	scope_put_name(message, name, "t");
	dbus_add_u64(message, value);
}

/* What a unit is in: a slice has its place by its name, and only wants the one above it to be there. */
static void put_slice(struct text *message, const struct cgroups *cgroups)
{
	struct dbus_array wants;

	if (!cgroups->shared) {
		scope_put_text(message, "Slice", cgroups->slice);
		return;
	}
	scope_put_name(message, "Wants", "as");
	wants = dbus_open_array(message, 4);
	dbus_add_text(message, cgroups->slice);
	dbus_close_array(message, wants);
}

static size_t put_process(struct text *message)
{
	struct dbus_array pids;

	scope_put_name(message, "PIDs", "au");
	pids = dbus_open_array(message, 4);
	dbus_add_u32(message, 0);
	dbus_close_array(message, pids);
	return message->length - 4;
}

/* What is measured is the same with and without limits, as with the other manager. */
static void put_accounting(struct text *message, const struct cgroups *cgroups)
{
	scope_put_bool(message, "MemoryAccounting", true);
	scope_put_bool(message, "CPUAccounting", true);
	scope_put_bool(message, cgroups_only_unified(cgroups) ? "IOAccounting" : "BlockIOAccounting", true);
	scope_put_bool(message, "TasksAccounting", true);
}

size_t scope_start_unit(struct text *out, const struct cgroups *cgroups, const struct spec *spec, const char *id,
			struct problem *problem)
{
	struct text message = text_new(out->arena);
	struct dbus_array properties;
	size_t pid = 0;

	begin(&message, "StartTransientUnit", "ssa(sv)a(sa(sv))", SCOPE_ASK, 0);
	dbus_add_text(&message, cgroups->scope);
	dbus_add_text(&message, "replace");
	properties = dbus_open_array(&message, 8);
	scope_put_text(&message, "Description", arena_printf(out->arena, "taru container %s", id));
	put_slice(&message, cgroups);
	if (!cgroups->shared) {
		pid = put_process(&message);
		scope_put_bool(&message, "Delegate", true);
		/* One that has failed is forgotten too, so that its name is free. */
		scope_put_text(&message, "CollectMode", "inactive-or-failed");
	}
	scope_put_bool(&message, "DefaultDependencies", false);
	put_accounting(&message, cgroups);
	scope_put_devices(&message, cgroups, &spec->resources, problem);
	scope_put_limits(&message, cgroups, &spec->resources);
	scope_put_annotations(&message, &spec->annotations, problem);
	dbus_close_array(&message, properties);
	dbus_close_array(&message, dbus_open_array(&message, 8));
	pid += pid ? out->length : 0;
	end(out, &message);
	return pid;
}

bool scope_set_properties(struct text *out, const struct cgroups *cgroups, const struct resources *resources,
			  struct problem *problem)
{
	struct text message = text_new(out->arena);
	struct dbus_array properties;
	bool any;

	begin(&message, "SetUnitProperties", "sba(sv)", SCOPE_ASK, 0);
	dbus_add_text(&message, cgroups->scope);
	dbus_add_bool(&message, true);
	properties = dbus_open_array(&message, 8);
	if (resources->devices)
		scope_put_devices(&message, cgroups, resources, problem);
	scope_put_limits(&message, cgroups, resources);
	any = message.length > properties.begin;
	dbus_close_array(&message, properties);
	if (any)
		end(out, &message);
	return any;
}
