/* volume_change.h - what the options U, z, Z and O do with a volume or directory before it is mounted. */
#pragma once
#include "engine/volume_take.h"

/* Changes owners and labels of its files, and puts an overlay on it, as it was asked for. `index` is its place among
 * those of the container. What goes wrong is the taking's problem. */
void volume_change(struct volume_taking *taking, struct volume_asked *volume, size_t index);
