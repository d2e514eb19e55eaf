/* layers_take.c - see layers_take.h */
#include "engine/layers_take.h"
#include "image/layers.h"

bool layers_take(struct store *store, const struct image_config *image, const char *name, struct store_holds *holds,
		 struct digest **ret_chain, struct problem *problem)
{
	struct digest *list = ARENA_ARRAY(store->arena, image->diff_ids_count + 1, struct digest), chain;
	int held;

	for (size_t i = 0; i < image->diff_ids_count; i++) {
		chain = digest_chain(i ? &chain : NULL, &image->diff_ids[i]);
		if (!layer_is_there(store, &chain, &held)) {
			problem_set(problem, "image '%s': its layer %.12s is not unpacked; pull or load the image "
				    "again", name, digest_hex(&chain));
			return false;
		}
		store_hold(store, holds, held);
		list[i] = chain;
	}
	*ret_chain = list;
	return true;
}
