/* do_scope.c - systemd makes the container's cgroup, and puts its process in.
 *
 * One round trip, and the end of systemd's job. A unit of that name that has failed is in the way until it is
 * forgotten: then it is asked once more.
 */
#include "exec/bus.h"
#include "exec/do.h"
#include "plan/scope.h"
#include <string.h>

enum { PATIENCE_S = 30, NAME_ROOM = 256, PATH_ROOM = 512 };

#define SYSTEMD "org.freedesktop.systemd1."

/* The name that a message was sent by, or the path of a job: kept while others are waited for. */
static bool keep(char *to, size_t room, const char *text)
{
	if (!text || strlen(text) >= room)
		return false;
	put_text(to, text);
	return true;
}

/* What a name of an error means, for who tells it. */
static int error_of(const struct dbus_message *answer)
{
	static const struct { const char *name; int error; } known[] = {
		{ SYSTEMD "UnitExists", EEXIST },
		{ "org.freedesktop.DBus.Error.AccessDenied", EACCES },
		{ "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired", EACCES },
		{ "org.freedesktop.DBus.Error.ServiceUnknown", EHOSTDOWN },
		{ "org.freedesktop.DBus.Error.NameHasNoOwner", EHOSTDOWN },
		{ "org.freedesktop.DBus.Error.NoReply", EHOSTDOWN },
		{ "org.freedesktop.DBus.Error.Disconnected", EHOSTDOWN },
		{ "org.freedesktop.DBus.Error.Spawn.ChildExited", EHOSTDOWN },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(answer->error, known[i].name) == 0)
			return -known[i].error;
	return -ECANCELED;
}

/* The answer to StartTransientUnit, and the end of the job that it names. */
static int await_unit(struct bus *bus, uint32_t serial)
{
	char job[PATH_ROOM], sender[NAME_ROOM];
	struct dbus_message answer;
	struct dbus_reader body;
	const char *path;
	int error = bus_await_answer(bus, serial, &answer);

	if (error)
		return error == -EREMOTEIO ? error_of(&answer) : error;
	body = dbus_body(&answer);
	if (!dbus_take_text(&body, &path) || !keep(job, sizeof(job), path) ||
	    !keep(sender, sizeof(sender), answer.sender))
		return -EBADMSG;
	return bus_await_job(bus, job, sender);
}

static int start(struct bus *bus, const struct scope *scope)
{
	const struct scope_message first[] = { scope->greeting, scope->start };
	const struct scope_message again[] = { scope->reset, scope->start };
	int error;

	bus_number(&scope->start, SCOPE_ASK);
	error = bus_greet(bus, first, 2);
	if (!error)
		error = await_unit(bus, SCOPE_ASK);
	if (error != -EEXIST || scope->shared)
		return error;
	bus_number(&scope->start, SCOPE_ASK_AGAIN);
	error = bus_send(bus, again, 2);
	return error ? error : await_unit(bus, SCOPE_ASK_AGAIN);
}

int do_start_scope(struct run *run, const struct step *step)
{
	const struct scope *scope = step->scope.scope;
	uint32_t pid = (uint32_t)run->child;
	struct bus bus;
	int error;

	trying(run, __NR_connect, SUBJECT_TARGET);
	error = bus_connect(&bus, scope->bus, PATIENCE_S);
	if (error)
		return error;
	scratch_add(run, bus.fd);
	trying(run, __NR_read, SUBJECT_STEP);
	if (scope->pid)
		memcpy(scope->start.at + scope->pid, &pid, sizeof(pid));
	error = start(&bus, scope);
	if (error == -EEXIST && scope->shared)
		return 0;
	if (error)
		put_text(run->tape->note, bus.note);
	/* It would be in the way of the next one. */
	if (error == -EIO)
		bus_send(&bus, &scope->reset, 1);
	return error;
}
