/* layers.h - unpacked layers: ROOT/layers/CHAIN-ID/{layer.json, diff/}.
 *
 * A folder that has its name is a whole layer. It is made under layers/.new-*, locked by its maker; a folder of
 * that kind that nobody has locked was left by one that was killed. Its files are not synced, which would cost as
 * much as all the rest; layer.json is written last, so where the power went before the disk had all, it is empty or
 * not there, and the layer is as good as none.
 */
#pragma once
#include "image/store.h"

/* Whether the layer is there. With `ret_held`, it is also held: a descriptor of its folder with a shared lock, so
 * that nobody removes it; to be closed by the caller. */
bool layer_is_there(const struct store *store, const struct digest *chain, int *ret_held);

/* A layer that is being made. */
struct layer_making {
	char name[64];			/* in layers/ */
	int folder, diff;		/* of layers/.new-*, locked; and of diff/ in it */
};

/* What is known of a layer when it is whole. */
struct layer_facts {
	struct digest chain, diff_id, blob;
	uint64_t size;			/* of its files */
};

/* Makes the folder. 0 or -errno. */
int layer_begin(const struct store *store, struct layer_making *ret_making);

/* Gives it its name; `folder` stays open with a lock that holds it. Where somebody else was faster, theirs is as
 * good, and ours is removed. 0 or -errno. */
int layer_finish(const struct store *store, struct layer_making *making, const struct layer_facts *facts);

/* Removes what was made of it so far. */
void layer_abandon(const struct store *store, struct layer_making *making);

/* Empties diff/, for another try. 0 or -errno. */
int layer_restart(const struct store *store, struct layer_making *making);

/* Reads layer.json. False where it cannot be read. */
bool layer_read(const struct store *store, const struct digest *chain, struct layer_facts *ret_facts);

/* Takes the name from a layer that nobody needs, so that it is never taken for a whole one while it is removed. 0 or
 * -errno; -EBUSY where somebody holds it. */
int layer_condemn(const struct store *store, const char *name);

/* Removes layers/NAME, which is no layer's name. 0 or -errno; -EBUSY where somebody is at work on it. */
int layer_remove(const struct store *store, const char *name);

/* A descriptor of the layer's diff/, or -errno. */
int layer_open_diff(const struct store *store, const struct digest *chain);

/* The same for a helper, which could go up from there to all of the machine: as a mount of its own, read-only,
 * whose root it is; only who may not mount (an ordinary user) gives it as it is. */
int layer_lend_diff(const struct store *store, const struct digest *chain);
