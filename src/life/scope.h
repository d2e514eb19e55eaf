/* scope.h - a container whose cgroups systemd has made: its unit. */
#pragma once
#include "life/record.h"

/* Has systemd stop the unit, and forget it if it failed. Whether it could be reached does not matter: a scope
 * ends by itself when there is no process in it any more. */
void scope_stop(struct arena *arena, const struct cgroups *cgroups);
