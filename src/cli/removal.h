/* removal.h - images are taken out of the store: first their names, then what no image needs any more. */
#pragma once
#include "cli/shelf.h"
#include "engine/container.h"

struct removal {
	struct store store;
	struct store_change change;	/* `images` is what is still there */
	const char *untagged, *deleted;	/* what the lines begin with: "Untagged: " */
	bool sweep;			/* also what pulls that did not end have left: this is a prune */
	struct digest *ids;		/* of images that lost a name */
	size_t ids_count, ids_room;
	struct images taken;		/* rows that lost their name, for events */
	struct engine_container *containers;	/* that are there: removal_user_of() */
	size_t containers_count;
	bool containers_known;
	struct text lines;		/* what was done */
	uint64_t bytes;			/* that are free now */
};

/* Opens the store and locks it. A store that is not there has no images. False after a problem. */
bool removal_begin(struct command *command, struct removal *removal);

/* The name of a container that was made from the image, or NULL. */
const char *removal_user_of(struct removal *removal, const struct digest *id);

/* Takes out the row at `index`, a name of an image or an image without one. */
void removal_untag(struct removal *removal, size_t index);

/* Takes from the tags of a repository what the registry calls the image of this row: its name by digest. */
void removal_forget_digest(struct removal *removal, const struct image *image);

/* Whether another row names the same image in the same repository; `tagged`: by a tag. */
bool removal_has_sibling(const struct removal *removal, const struct image *image, bool tagged);

/* Writes what is left, removes what is not needed, adds to `lines` what that was, and closes the store. */
void removal_end(struct command *command, struct removal *removal);
