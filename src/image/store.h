/* store.h - images on disk.
 *
 *	ROOT/				/var/lib/taru; for a user ~/.local/share/taru; mode 0700
 *	  lock				held by whoever changes index.json, for milliseconds
 *	  images/			an OCI image layout, which other tools read and write as it is
 *	    oci-layout  index.json  blobs/sha256/HEX
 *	  partial/HEX			blobs that are being fetched, or will be the next time
 *	  layers/HEX/			unpacked layers, by chain ID
 *	    layer.json  diff/
 *	  layers/.new-*			layers that are being unpacked
 *	  events  events.1		what has happened: event.h
 *	  containers/ID/layers		the layers that a container stands on or has mounted, a line each: they are
 *					needed too
 *
 * Rules. A file that has its name is whole: it is written under another one, synced, renamed. Who writes holds
 * flock(2) of what it writes, so a lock ends with its holder, and what is not locked and not whole is garbage. Who
 * needs a blob or a layer holds a shared lock of it until index.json says that it is needed; who removes one needs
 * the exclusive lock of it and looks at index.json while it holds `lock`. No lock is held while something is
 * awaited from outside but those of what is being fetched.
 */
#pragma once
#include "image/index.h"

struct store {
	struct arena *arena;		/* of what is read */
	const char *root;
	int fd;				/* ROOT; -1: there is none yet, so the store is empty */
	int blobs;			/* ROOT/images/blobs/sha256 */
};

/* Which folder: `given` (--root), TARU_ROOT, /var/lib/taru for root, else $XDG_DATA_HOME/taru or
 * ~/.local/share/taru. */
const char *store_root(struct arena *arena, const char *given, struct problem *problem);

/* Opens it; with `make` it is made where it is not there. What a process that was killed left in layers/ stays
 * for store_sweep(). */
bool store_open(struct store *store, struct arena *arena, const char *root, bool make, struct problem *problem);
void store_close(struct store *store);

/* Lets this process have as many descriptors as it may: an image takes a few for each of its layers. */
void store_allow_descriptors(void);

/* All images, as index.json has them, in its order; what rows of other tools lack is read from the blobs. A row whose
 * blobs cannot be read stays incomplete. */
bool store_images(const struct store *store, struct images *ret_images, struct problem *problem);

/* The image that a person means: a name (normalised by the caller to its full form, or NULL), else an ID or a
 * prefix of one, of at least one digit, with or without "sha256:". NULL and a problem where it is
 * none, or several. */
const struct image *store_find(const struct images *images, const char *full_name, const char *given,
			       struct problem *problem);

/* --- blobs --- */

/* Opens a blob for reading: a descriptor or -errno. */
int store_open_blob(const struct store *store, const struct digest *digest);

/* Reads a small one (manifest, config) into the arena, with a NUL behind it, and checks its digest. `what` is what
 * it is called in problems. */
bool store_read_blob(const struct store *store, const struct digest *digest, size_t limit, const char *what,
		     char **ret_text, size_t *ret_length, struct problem *problem);

/* Blobs and layers that must not be removed until index.json refers to them: descriptors with shared locks. */
struct store_holds {
	int *at;
	size_t count, room;
};

/* Takes a descriptor over. */
void store_hold(const struct store *store, struct store_holds *holds, int fd);

/* Holds a blob that is there. 0 or -errno; -ENOENT: it is not there, or is being removed. */
int store_hold_blob(const struct store *store, struct store_holds *holds, const struct digest *digest);

/* Lets go of all of them. */
void store_release(struct store_holds *holds);

/* Adds a small one, and holds it. */
bool store_put_blob(const struct store *store, struct store_holds *holds, const char *text, size_t length,
		    struct digest *ret_digest, struct problem *problem);

/* Manifest and config of an image. */
bool store_read_manifest(const struct store *store, const struct digest *digest, struct document *ret_manifest,
			 struct problem *problem);
bool store_read_config(const struct store *store, const struct document *manifest,
		       struct image_config *ret_config, struct problem *problem);

/* --- changes --- */

/* index.json, locked. What is put into `images` counts after store_commit(). */
struct store_change {
	struct store *store;
	struct images images;
	int lock;
};

/* Takes the lock and reads index.json. Waits for others, which hold it for milliseconds; at most 30 s. */
bool store_change(struct store *store, struct store_change *ret_change, struct problem *problem);

/* Writes index.json; the lock stays. */
bool store_commit(struct store_change *change, struct problem *problem);

/* The lock, shared: while it is held nobody removes blobs or layers. For who writes down elsewhere than in index.json
 * what is needed. A descriptor, or -errno; -ETIMEDOUT after 30 s. */
int store_hold_still(const struct store *store);

/* Lets go of the lock; without a commit before, nothing has changed. */
void store_change_end(struct store_change *change);

/* --- what is not needed any more --- */

struct removed {
	struct digest *blobs;		/* manifests, configs and layers that were removed */
	size_t blobs_count;
	struct digest *layers;		/* unpacked layers, by chain ID */
	size_t layers_count;
	uint64_t bytes;			/* that are free, or will be */
};

/* Removes blobs that no image of `change` refers to and nobody holds, and takes their names from such layers; what
 * is left of these is removed by store_sweep(), for which nobody needs to wait with the lock. */
bool store_collect(struct store_change *change, struct removed *ret_removed, struct problem *problem);

/* Removes what is neither whole nor being worked on: layers that were half made or lost their name, temporary
 * files; with `partial`, also blobs that the next pull would go on with. Needs no lock, and no room on the disk.
 * Returns the bytes. */
uint64_t store_sweep(const struct store *store, bool partial);
