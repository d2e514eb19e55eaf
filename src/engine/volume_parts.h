/* volume_parts.h - what the files volume*.c share. */
#pragma once
#include "engine/parts.h"
#include "engine/volume.h"
#include "image/mapped.h"
#include <sys/stat.h>

#define VOLUME_FILE "volume.json"
#define VOLUME_DATA "data"
#define VOLUME_NEW "new"
#define VOLUME_WHOLE "whole"

/* volume_record.c: as text, and back. The text is changed, and must outlive what is read. The name is not in it. */
void volume_write(struct text *out, const struct volume *volume);
bool volume_read(struct arena *arena, char *text, size_t length, struct volume *ret_volume,
		 struct problem *problem);

/* The value of an option of its driver, or NULL. */
const char *volume_option(const struct volume *volume, const char *key);

/* --- volume_tree.c: trees that are not ours to trust. No symbolic link is followed, no mount is crossed. --- */

/* Copies what is in the directory `from` to `to`, and what it is itself: owner, mode, attributes, times. What overlayfs
 * takes for a file that is not there is left out, and sockets. 0 or -errno. */
int volume_copy_tree(int from, int to);

/* The second half of it. */
int volume_copy_metadata(int from, int to);

/* Moves what is in the directory `from`, but for names that `to` has. 0 or -errno. */
int volume_move_names(int from, int to);

/* Whether there is anything in the directory, which is read from its begin. */
bool volume_has_names(int dir);

/* What is done with a file in the directory `dir`: 0 or -errno. */
typedef int volume_visit(void *context, int dir, const char *name, const struct stat *info);

/* Visits all that is below `dir`, a directory after what is in it. 0 or the first -errno. */
int volume_walk(int dir, volume_visit *visit, void *context);

/* Gives the directory and what is in it, which belong to ids as their image has them, to these ids in a container of
 * `ids`. 0 or -errno: -EOVERFLOW where it has none of them. */
int volume_map_owners(int dir, const struct mapped_ids *ids);
