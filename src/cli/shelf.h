/* shelf.h - the images of the store, as verbs need them: found by what a person calls them, and told
 * as docker does. */
#pragma once
#include "cli/globals.h"
#include "image/store.h"

struct shelf {
	struct store store;
	struct images images;
};

/* Opens the store that --root or TARU_ROOT names and reads what is in it. Where there is none it is empty, and
 * stays so. Closed by store_close(). False after a problem; then it is closed. */
bool shelf_open(struct command *command, struct shelf *ret_shelf);

/* The image that a person means: by its name, or by its ID or the begin of it. `by_name` says which of the two it
 * was. NULL and a problem where there is none. */
const struct image *shelf_find(struct arena *arena, const struct images *images, const char *given, bool *ret_by_name,
			       struct problem *problem);

/* Whether that is what the problem says. */
bool shelf_is_missing(const struct problem *problem);

/* A name in parts, as docker shows it. "<none>" for what it lacks. */
struct shelf_name {
	const char *repository, *tag;
	const char *text;		/* "busybox:latest", "busybox@sha256:…" */
	const char *digest;		/* "busybox@sha256:…": what the registry has; NULL where it was never there */
};

/* Of an image that has a name. */
struct shelf_name shelf_name(struct arena *arena, const struct image *image);

/* Whether the row's name is one by digest: NAME@sha256:… */
bool shelf_is_by_digest(const struct image *image);

/* Whether two rows name the same repository. */
bool shelf_same_repository(struct arena *arena, const struct image *one, const struct image *other);

/* The first 12 digits; all of it, with "sha256:", where it is not to be cut. */
const char *shelf_id(struct arena *arena, const struct digest *id, bool whole);

/* The config of an image. */
bool shelf_config(const struct shelf *shelf, const struct image *image, struct image_config *ret_config,
		  struct problem *problem);
