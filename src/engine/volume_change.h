/* volume_change.h - what the options U, z, Z and O do with a volume or directory before it is mounted. */
#pragma once
#include "engine/asked.h"
#include "engine/volume_take.h"

/* Changes owners and labels of its files, and puts an overlay on it, as it was asked for. `index` is its place among
 * those of the container. What goes wrong is the taking's problem. */
void volume_change(struct volume_taking *taking, struct volume_asked *volume, size_t index);

/* The level of --security-opt label=USER:ROLE:TYPE:LEVEL, "s0:c1,c2", which Z gives to files; "s0" for none. */
const char *volume_level(const struct run_asked *asked);
