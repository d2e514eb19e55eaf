/* scope.c - see scope.h */
#include "life/scope.h"
#include "exec/bus.h"
#include "base/sys.h"
#include "plan/scope.h"
#include "spec/reason.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STOP_PATIENCE_S = 10, UPDATE_PATIENCE_S = 30, NAME_ROOM = 512 };

/* --- where systemd listens --- */

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c ? strchr(digits, c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* A value of an address: "%2f" is a byte. NULL where an escape is none, or is a NUL. */
static const char *unescape(struct arena *arena, const char *value, size_t length)
{
	char *text = arena_copy(arena, value, length), *to = text;

	for (const char *at = text; *at; at++) {
		int high, low;

		if (*at != '%') {
			*to++ = *at;
			continue;
		}
		high = hex_digit(at[1]);
		low = high < 0 ? -1 : hex_digit(at[2]);
		if (low < 0 || (!high && !low))
			return NULL;
		*to++ = (char)(high << 4 | low);
		at += 2;
	}
	*to = '\0';
	return text;
}

/* Of one address, "path=/run/bus,guid=…": its socket. */
static const char *socket_of(struct arena *arena, const char *at)
{
	while (*at && *at != ';') {
		size_t length = strcspn(at, ",;");
		const char *name;

		if (strncmp(at, "path=", 5) == 0)
			return unescape(arena, at + 5, length - 5);
		if (strncmp(at, "abstract=", 9) == 0) {
			name = unescape(arena, at + 9, length - 9);
			return name ? arena_printf(arena, "@%s", name) : NULL;
		}
		at += length + (at[length] == ',');
	}
	return NULL;
}

/* "unix:path=/run/bus,guid=…;tcp:…": the first Unix socket. */
static const char *unix_path(struct arena *arena, const char *address)
{
	const char *path = NULL;

	for (const char *next; *address && !path; address = next + (*next == ';')) {
		next = address + strcspn(address, ";");
		if (strncmp(address, "unix:", 5) == 0)
			path = socket_of(arena, address + 5);
	}
	return path;
}

const char *scope_bus(struct arena *arena, bool user, uid_t uid)
{
	const char *address = getenv(user ? "DBUS_SESSION_BUS_ADDRESS" : "DBUS_SYSTEM_BUS_ADDRESS");
	const char *path = address ? unix_path(arena, address) : NULL, *folder;

	if (path && *path)
		return path;
	if (!user)
		return "/run/dbus/system_bus_socket";
	folder = getenv("XDG_RUNTIME_DIR");
	if (folder && *folder == '/')
		return arena_printf(arena, "%s/bus", folder);
	return uid ? arena_printf(arena, "/run/user/%u/bus", uid) : NULL;
}

/* --- what it is asked --- */

/* Sends the call and waits for its answer. The connection is the caller's to close where it is >= 0. */
static int ask(struct bus *bus, struct arena *arena, const char *path, const struct text *call, unsigned patience_s,
	       struct dbus_message *ret_answer)
{
	struct text greeting = text_new(arena);
	struct scope_message messages[2];
	int error = bus_connect(bus, path, patience_s);

	if (error)
		return error;
	scope_greet(&greeting);
	messages[0] = (struct scope_message){ greeting.at, greeting.length };
	messages[1] = (struct scope_message){ call->at, call->length };
	error = bus_greet(bus, messages, 2);
	return error ? error : bus_await_answer(bus, SCOPE_ASK, ret_answer);
}

static bool keep(char to[NAME_ROOM], const char *text)
{
	size_t length = text ? strlen(text) : NAME_ROOM;

	if (length >= NAME_ROOM)
		return false;
	memcpy(to, text, length + 1);
	return true;
}

static void await_stop(struct bus *bus, const struct dbus_message *answer)
{
	struct dbus_reader body = dbus_body(answer);
	char job[NAME_ROOM], sender[NAME_ROOM];
	const char *path;

	if (dbus_take_text(&body, &path) && keep(job, path) && keep(sender, answer->sender))
		bus_await_job(bus, job, sender);
}

/* Where the cgroup has gone, so has the unit. */
static bool is_there(const struct cgroups *cgroups)
{
	for (size_t i = 0; i < cgroups->count; i++)
		if ((cgroups->at[i].unified || cgroup_has(&cgroups->at[i], "name=systemd")) &&
		    access(cgroups->at[i].path, F_OK) == 0)
			return true;
	return false;
}

void scope_stop(struct arena *arena, const struct cgroups *cgroups)
{
	struct text stop = text_new(arena), reset = text_new(arena);
	const char *path = scope_bus(arena, cgroups->user_manager, geteuid());
	struct dbus_message answer;
	struct bus bus;

	if (!path || cgroups->shared || !is_there(cgroups))
		return;
	scope_stop_unit(&stop, cgroups->scope);
	scope_reset_failed(&reset, cgroups->scope);
	if (ask(&bus, arena, path, &stop, STOP_PATIENCE_S, &answer) == 0) {
		await_stop(&bus, &answer);
		bus_send(&bus, &(struct scope_message){ reset.at, reset.length }, 1);
	}
	if (bus.fd >= 0)
		sys_close(bus.fd);
}

void scope_update(struct arena *arena, const struct cgroups *cgroups, const struct resources *resources,
		  struct problem *problem)
{
	struct text call = text_new(arena);
	const char *path = scope_bus(arena, cgroups->user_manager, geteuid());
	struct dbus_message answer;
	struct bus bus = { .fd = -1 };
	int error;

	if (!cgroups->scope || !scope_set_properties(&call, cgroups, resources, problem) || problem->found)
		return;
	error = path ? ask(&bus, arena, path, &call, UPDATE_PATIENCE_S, &answer) : -ENOENT;
	if (error == -EREMOTEIO)
		problem_set(problem, "linux.resources: systemd does not change its unit '%s' (it says: %s)",
			    cgroups->scope, bus.note);
	else if (error)
		problem_set(problem, "linux.resources: systemd could not be told, by '%s', of the change of its unit "
			    "'%s': %s", path ? path : "the user's bus", cgroups->scope, reason_words(error));
	if (bus.fd >= 0)
		sys_close(bus.fd);
}
