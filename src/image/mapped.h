/* mapped.h - the layers of an image with other owners, for an ordinary user's container whose ids are not those of the
 * store (--userns keep-id).
 *
 * Root has idmapped mounts for that; an ordinary user may not make one of a file system of the host. So its files
 * are made once more, in layers/CHAIN-ID/mapped-KEY of the uppermost layer, and are used by all containers with
 * these ids, as long as the layer is there. Since Linux 6.16 they are without content: overlayfs then takes the
 * content from the layers, by what the file says of it (user.overlay.metacopy, user.overlay.redirect), and what is
 * made is the tree alone. Before, the content is copied, by reference where the file system can.
 *
 * overlayfs reads the layers as the container's root. Where that has not all ids of the store (--userns nomap, auto) it
 * is one of the others for some files of the layers, so the content of those is copied that others may not read.
 */
#pragma once
#include "image/store.h"
#include "spec/spec.h"

/* Who is who: ids of the image, and what of the store's they are to be. */
struct mapped_ids {
	struct id_maps uids, gids;
	bool some;			/* they are not all ids of the store */
};

struct mapped {
	const char *tree;		/* relative to the store */
	bool content;			/* it has it; else the layers are data-only layers below */
};

/* Makes the tree where it is not there. The lowest layer comes first; there is one at least, and all are held. A
 * problem leaves nothing. */
bool mapped_make(struct store *store, const struct digest *chain, size_t count, const struct mapped_ids *ids,
		 struct mapped *ret_mapped, struct problem *problem);

/* The same, but nothing is made: what it would be. */
void mapped_look(struct store *store, const struct digest *chain, size_t count, const struct mapped_ids *ids,
		 struct mapped *ret_mapped);
