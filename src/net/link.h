/* link.h - network devices of this machine, by rtnetlink(7). */
#pragma once
#include <stdbool.h>

/* Removes a device by its name; one that is a port of a bridge, or has others as its ports, is taken out of that. 0 or
 * -errno: -ENODEV where there is none. */
int link_remove(const char *name);

/* Whether a bridge has ports; whether a device is one of them. */
bool link_has_ports(const char *bridge);
bool link_is_port(const char *bridge, const char *device);
