/* service.h - a container that is a service of this machine: --sdnotify and --cgroups. */
#pragma once
#include "engine/container.h"
#include "life/life.h"

/* Reads the option; "" where it is not given, or is what is usual anyway. */
const char *service_read_notify(const char *given, const struct health_check *health, struct problem *problem);
const char *service_read_cgroups(const char *given, struct problem *problem);

/* What that means for a start. */
enum notify_by service_notify(const struct made *made);
enum cgroup_manager service_cgroup_manager(const struct made *made);

/* --cgroups split: the cgroup of the container is below the one that this process is in, as the unit of a service
 * (Delegate=yes) has it. */
const char *service_split_path(struct arena *arena, const char *id, struct problem *problem);

/* There no process may be in the one above (cgroups(7), «no internal processes»): this one goes to another below
 * it. */
bool service_split(const struct made *made, const struct spec *spec, struct problem *problem);
