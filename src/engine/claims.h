/* claims.h - what a container that is made lays claim to: its name, where another has it (--replace), and a file
 * for its ID (--cidfile). */
#pragma once
#include "engine/asked.h"
#include "engine/container.h"

/* The file of --cidfile. It is made before anything else, so that of two who want it one gets it. */
struct cid_file {
	const char *path;		/* NULL: none is asked for */
	int fd;
};

/* False after a problem, as where it is there already. */
bool cid_file_make(const struct run_asked *asked, struct cid_file *ret_file, struct problem *problem);

/* Writes the ID; or, where that is NULL, since no container was made, removes the file. */
bool cid_file_end(struct cid_file *file, const char *id, struct problem *problem);

/* The path as it is from anywhere; "" for NULL. */
const char *claims_absolute(struct arena *arena, const char *path);

/* With --replace, removes the container that has the name. */
bool claims_take_name(struct engine *engine, const struct run_asked *asked, struct problem *problem);
