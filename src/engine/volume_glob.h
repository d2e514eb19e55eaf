/* volume_glob.h - --mount type=glob: files of this machine by a pattern. */
#pragma once
#include "engine/volume_asked.h"

/* Adds what matches the pattern that is the source, as glob(7) has it, each bound by its own name in the destination;
 * where that is NULL, at the path that it has here, as with podman. False after a problem: nothing matches. */
bool volumes_add_matches(struct arena *arena, struct volumes_asked *volumes, const struct volume_asked *pattern,
			 struct problem *problem);
