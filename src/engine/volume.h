/* volume.h - directories that outlive containers.
 *
 *	ROOT/volumes/NAME/
 *	  volume.json	when and for what it was made: struct volume
 *	  data/		what containers see
 *	  new/		what is being copied from an image
 *	  whole/	what was copied, and is being moved to data/: whoever takes the volume next goes on with it
 *	ROOT/volumes/.new-*, .gone-*	one that is being made, or removed
 *
 * What has its name is whole: a folder is made under another one and renamed, which only one can do. Who needs a volume
 * holds flock(2) on its folder, shared, until a container.json names it; who fills or removes one needs the lock
 * exclusively. Who takes several takes them in the order of their names. A folder with a dot that nobody has locked is
 * garbage. So nothing is to be repaired after a `kill -9`.
 */
#pragma once
#include "engine/container.h"
#include "engine/root.h"
#include "image/digest.h"
#include "image/mapped.h"

enum { VOLUME_NAME_MAX = 255 };

struct volume {
	const char *name;
	const char *created;		/* "2026-01-31T12:00:00.123456789Z" */
	const char *path;		/* of data/, absolute */
	struct pairs labels;
	struct pairs options;		/* of the driver `local`: type, device, o */
	bool anonymous;
	int folder;			/* open; -1: closed */
};

/* Whether the text can be a volume's name: [a-zA-Z0-9][a-zA-Z0-9_.-]+, as docker has it. Else a problem. */
bool volume_check_name(const char *name, struct problem *problem);

/* Whether these are options that a volume can have, as docker's driver `local` takes them. Else a problem. */
bool volume_check_options(const struct pairs *options, struct problem *problem);

/* Makes `volume`, of which name (NULL: one of 64 digits), labels, options and anonymous are filled in; or takes the one
 * that has the name already, as docker does. Its folder is open then, with a lock: exclusive where it is new. */
bool volume_make(struct engine *engine, struct volume *volume, bool *ret_new, struct problem *problem);

/* The same, but nothing is made or locked: what it would be, closed. */
bool volume_tell(struct engine *engine, struct volume *volume, bool *ret_new, struct problem *problem);

/* The volume of that name. Its folder is open. */
bool volume_find(struct engine *engine, const char *name, struct volume *ret_volume, struct problem *problem);

/* Locks it (LOCK_SH, LOCK_EX), after whoever is filling it. False where it has been removed meanwhile; and after a
 * problem, where who has it locked was stopped. */
bool volume_lock(const struct engine *engine, const struct volume *volume, int operation, struct problem *problem);
void volume_close(struct volume *volume);

/* All of them by name, closed. One that cannot be read is a line of `warnings`. */
bool volume_list(struct engine *engine, struct volume **ret_list, size_t *ret_count, struct text *warnings,
		 struct problem *problem);

/* Removes a volume that no container uses. */
bool volume_remove(struct engine *engine, const char *name, struct problem *problem);

/* Removes what was left of those that were being made or removed by a process that was killed. */
void volume_sweep(struct engine *engine);

/* --- who uses it --- */

/* All containers. */
struct volume_users {
	struct engine_container *list;
	size_t count;
};

/* Reads them, for questions about several volumes. One that cannot be read is a problem: it may use any. */
bool volume_users_read(struct engine *engine, struct volume_users *ret_users, struct problem *problem);

/* How many containers use it; the first of them where there is one. */
size_t volume_users_of(const struct volume_users *users, const char *name, const struct engine_container **ret_first);

/* Removes the anonymous volumes of a container that is gone, but for those that others use. */
void volume_remove_anonymous(struct engine *engine, const struct made *made);

/* The same, for a folder whose container.json is not there (yet, or any more): by its file `volumes`. False where one
 * is still locked, by a process that ends. */
bool volume_remove_of_folder(struct engine *engine, int folder);

/* --- what is in it --- */

/* The layers of an image, which are held. */
struct volume_origin {
	const struct digest *chain;	/* the lowest first */
	size_t layers;
};

/* Whether it is to be filled: there is nothing in it, or somebody was killed while filling it. */
bool volume_wants_filling(const struct volume *volume);

/* Gives a volume that wants it and is locked exclusively what the image has at `destination`: files, owners, modes,
 * extended attributes and links. A container that runs with it sees all of it or nothing of a file or directory.
 * `ids`: of the container, where they are others than the store's; else NULL. */
bool volume_fill(struct engine *engine, const struct volume *volume, const struct volume_origin *origin,
		 const char *destination, const struct mapped_ids *ids, struct problem *problem);

/* The bytes of the files below the directory `name` of a folder; of what its owner can read. */
uint64_t volume_measure(struct engine *engine, int folder, const char *name);

/* The bytes of its files. */
uint64_t volume_size(struct engine *engine, const struct volume *volume);

/* Writes what is in it as a tar archive to `file`; NULL: standard output. `note` is told what was left out. */
bool volume_export(struct engine *engine, const struct volume *volume, const char *file,
		   void (*note)(void *context, const char *text), void *context, struct problem *problem);

/* Adds the files of a tar archive, compressed or not, to it. `file`: "-" is standard input. */
bool volume_import(struct engine *engine, const struct volume *volume, const char *file, struct problem *problem);
