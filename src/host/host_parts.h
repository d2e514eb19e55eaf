/* host_parts.h - the parts of host_read() that need a file of their own. */
#pragma once
#include "host/host.h"

/* host_cgroup.c: which cgroup file systems are mounted, where this process is in them, and where in
 * them a container's cgroups can be made. */
void host_read_cgroup(struct arena *arena, const struct host_wants *wants, struct host *host);

/* host_network.c: index and addresses of the devices that were asked for, by rtnetlink(7). */
void host_read_devices(struct arena *arena, const struct host_wants *wants, struct host *host);

/* The one that this program was built for. */
enum host_architecture host_native_architecture(void);
