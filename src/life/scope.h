/* scope.h - a container whose cgroups systemd has made: its unit. */
#pragma once
#include "life/record.h"

/* The path of the socket of D-Bus by which systemd is reached, the system's or the user's; "@name" where it is in the
 * abstract namespace. NULL where nothing says where it is. Whether somebody listens there is not looked at.
 *
 * system	DBUS_SYSTEM_BUS_ADDRESS, else /run/dbus/system_bus_socket
 * user		DBUS_SESSION_BUS_ADDRESS, else $XDG_RUNTIME_DIR/bus, else /run/user/UID/bus, but for uid 0, which can be
 *		anybody in a user namespace */
const char *scope_bus(struct arena *arena, bool user, uid_t uid);

/* Has systemd stop the unit, and forget it if it failed; waits for that, 10 s at most. Whether it could be reached does
 * not matter: a scope ends by itself when there is no process in it any more. */
void scope_stop(struct arena *arena, const struct cgroups *cgroups);

/* Tells systemd what `resources` changes (update), so that it does not put back what was there. Does nothing
 * where that is nothing that systemd knows of, or the cgroups are not systemd's. */
void scope_update(struct arena *arena, const struct cgroups *cgroups, const struct resources *resources,
		  struct problem *problem);
