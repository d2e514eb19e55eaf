/* export.h - all files of a container as a tar archive. */
#pragma once
#include "engine/container.h"
#include "image/export.h"

/* Writes them to `file`; NULL: standard output. What is mounted in it is left out. False after a problem; then there is
 * no file. */
bool engine_export(struct engine *engine, struct engine_container *container, const char *file,
		   const struct export_notes *notes, struct problem *problem);
