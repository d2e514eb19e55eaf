/* volume_long.h - the long form of mounts: --mount type=…,source=…,target=… */
#pragma once
#include "engine/volume.h"
#include "engine/volume_asked.h"

/* Reads one, which is a line of CSV as docker takes it: a value with commas stands in double quotes. What
 * a pattern matches is another's business (volume_glob.h). False after a problem. */
bool volume_read_long(struct arena *arena, const char *given, struct volume_asked *ret_volume, struct problem *problem);

/* --- what it needs of volume_asked.c --- */

/* A word at the end of its list, unseen. */
void volume_add_word(struct arena *arena, struct volume_asked *volume, const char *word);

/* A word as behind the path in --volume. */
void volume_take_word(struct arena *arena, struct volume_asked *volume, const char *word, struct problem *problem);

/* The path without "..", "." and "//", as it stands there: links are not looked at. */
const char *volume_clean_path(struct arena *arena, const char *path);

/* A path that begins with a dot, ".", "./dir" and "../dir", is from the working directory. Where that has been removed,
 * and so has no path, and of all other paths: the path as it was given; NULL: NULL. */
const char *volume_absolute_source(struct arena *arena, const char *source);

/* Sets the destination. False after a problem: it is no place for such a mount. */
bool volume_set_place(struct arena *arena, struct volume_asked *volume, const char *path, struct problem *problem);

/* Sets what of the volume is mounted, which is also one of its words. False after a problem: it is no relative path. */
bool volume_set_subpath(struct arena *arena, struct volume_asked *volume, const char *subpath,
			struct problem *problem);
